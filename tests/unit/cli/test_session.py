"""What every command needs: signals and logs."""

from __future__ import annotations

import os
import signal

import pytest
from loguru import logger

from importbus.adapters.cli import session
from importbus.adapters.cli.session import Stop, log_to_console, stopped_by_signals
from importbus.bus.context import ImportContext, current_import


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_is_a_request_to_stop(number: signal.Signals, code: int) -> None:
    """The exit code says which one it was; afterwards signals do what they did before."""
    before = signal.getsignal(number)
    with stopped_by_signals() as stop:
        os.kill(os.getpid(), number)

    assert (stop.code, stop.request.is_set()) == (code, True)
    assert signal.getsignal(number) is before


def test_without_a_signal_nothing_is_asked_for() -> None:
    """Zero is no exit code of a stop."""
    with stopped_by_signals() as stop:
        pass

    assert (stop.code, stop.request.is_set()) == (0, False)


class Left(BaseException):
    """Stands for a process that is gone."""


def test_a_second_signal_leaves_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by unwinding, which could wait; what is to be tidied up is."""
    tidied: list[str] = []

    def leave(code: int) -> None:
        raise Left(code)

    monkeypatch.setattr(session.os, "_exit", leave)  # type: ignore[attr-defined]
    stop = Stop(lambda: tidied.append("folder"))
    stop(signal.SIGINT, None)
    assert tidied == []

    with pytest.raises(Left) as left:
        stop(signal.SIGTERM, None)
    assert (left.value.args, tidied) == ((143,), ["folder"])


def test_it_leaves_even_if_tidying_up_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks twice is not to be kept by anything."""

    def leave(code: int) -> None:
        raise Left(code)

    monkeypatch.setattr(session.os, "_exit", leave)  # type: ignore[attr-defined]
    stop = Stop(lambda: 1 // 0)
    stop(signal.SIGINT, None)

    with pytest.raises(Left):
        stop(signal.SIGINT, None)


def test_a_log_line_has_its_import(capsys: pytest.CaptureFixture[str]) -> None:
    """Time, level, import and text, on standard error alone."""
    inside = current_import.set(ImportContext("night", "1"))
    try:
        log_to_console("WARNING")
        logger.warning("lane {} [waits] :mug:", 2)
        logger.info("unimportant")
    finally:
        current_import.reset(inside)
        logger.remove()

    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.split(maxsplit=1)[1] == "WARNING night lane 2 [waits] :mug:\n"
