"""Keys that are pressed while something is shown, without waiting for Enter."""

from __future__ import annotations

import os
import select
import sys
import termios
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

LOOK = 0.1
"""Seconds between two looks whether to stop."""

Wait = Callable[[float, Callable[[], bool]], str]
"""Waits some seconds, or until told to stop, and returns what was pressed by then."""


@contextmanager
def keys() -> Iterator[Wait]:
    """Read keys one by one, without showing them; the terminal is as before in the end.

    Where standard input is no terminal, there is nothing to read.
    """
    keyboard = _keyboard()
    if keyboard is None:
        yield _wait
        return
    before = termios.tcgetattr(keyboard)
    try:
        tty.setcbreak(keyboard)  # Ctrl-C is still a signal
        yield lambda seconds, over: _pressed(keyboard, seconds, over)
    finally:
        with suppress(termios.error):  # the terminal is gone
            termios.tcsetattr(keyboard, termios.TCSADRAIN, before)


def _keyboard() -> int | None:
    """Return standard input if it is the terminal whose foreground this process is in."""
    try:
        keyboard = sys.stdin.fileno()
        return keyboard if os.tcgetpgrp(keyboard) == os.getpgrp() else None
    except (AttributeError, OSError, ValueError):
        return None


def _wait(seconds: float, over: Callable[[], bool]) -> str:
    until = time.monotonic() + seconds
    while not over() and (left := until - time.monotonic()) > 0:
        time.sleep(min(LOOK, left))
    return ""


def _pressed(keyboard: int, seconds: float, over: Callable[[], bool]) -> str:
    until = time.monotonic() + seconds
    while not over() and (left := until - time.monotonic()) > 0:
        if select.select([keyboard], [], [], min(LOOK, left))[0]:
            return os.read(keyboard, 100).decode("utf-8", "replace")
    return ""
