"""What every command needs: signals and logs."""

from __future__ import annotations

import os
import signal

import pytest

from importbus.adapters.cli import session
from importbus.adapters.cli.session import Stop, stopped_by_signals


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
