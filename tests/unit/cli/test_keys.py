"""Keys without Enter."""

from __future__ import annotations

import os
import sys
import termios
from collections.abc import Iterator

import pytest

from importbus.adapters.cli import keys as module
from importbus.adapters.cli.keys import keys


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The other end of a terminal that is standard input, with this process in its foreground."""
    outside, inside = os.openpty()
    with os.fdopen(inside) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(module.os, "tcgetpgrp", lambda keyboard: os.getpgrp())  # type: ignore[attr-defined]
        yield outside
    os.close(outside)


def never() -> bool:
    """Let a wait go on."""
    return False


def test_a_key_ends_the_wait(terminal: int) -> None:
    """Without Enter, and it is not shown."""
    with keys() as wait:
        os.write(terminal, b"q")
        pressed = wait(60, never)
        modes = termios.tcgetattr(sys.stdin)[3]

    assert pressed == "q"
    assert not modes & (termios.ECHO | termios.ICANON)
    assert modes & termios.ISIG


def test_the_terminal_is_as_before_in_the_end(terminal: int) -> None:
    """Also when what was shown has failed."""
    before = termios.tcgetattr(sys.stdin)
    with pytest.raises(ValueError, match="broke"), keys():
        raise ValueError("it broke")

    assert termios.tcgetattr(sys.stdin) == before


def test_a_stop_ends_the_wait(terminal: int) -> None:
    """Nobody has to press a key for it."""
    with keys() as wait:
        assert wait(60, lambda: True) == ""


@pytest.mark.parametrize("stdin", ["pipe", "closed", "none"])
def test_without_a_terminal_nothing_is_read(monkeypatch: pytest.MonkeyPatch, stdin: str) -> None:
    """What another program writes there is not for us."""
    reading, writing = os.pipe()
    os.write(writing, b"q")
    with os.fdopen(reading) as pipe:
        if stdin == "closed":
            pipe.close()
        monkeypatch.setattr(sys, "stdin", None if stdin == "none" else pipe)
        with keys() as wait:
            assert wait(0.001, never) == ""
            assert wait(60, lambda: True) == ""
    os.close(writing)
