"""``importbus status --watch``: a look every second, on a screen, as lines or as documents."""

from __future__ import annotations

from collections.abc import Callable

from rich.live import Live

from importbus.adapters.cli.keys import keys
from importbus.adapters.cli.live_rendering import LiveScreen, lines_of
from importbus.adapters.cli.session import ended_by_signals
from importbus.adapters.cli.streams import console, on_terminal, show, show_document
from importbus.adapters.live_view import LiveView, Observer

SECONDS = 1.0
"""Seconds between two looks."""


def watch_on(observer: Observer, journal: str, *, as_json: bool) -> None:
    """Show what *observer* sees again and again, until ``q`` or a signal; *journal* is its name.

    Raises:
        BusError: Journal or queue cannot be read any more.
        BrokenPipeError: Nobody reads standard output.
    """
    if as_json:
        _again(observer, lambda seen: show_document(seen.document()))
    elif on_terminal():
        with Live(console=console, screen=True, auto_refresh=False) as live:
            _again(observer, lambda seen: live.update(LiveScreen(seen, journal), refresh=True))
    else:
        _again(observer, lambda seen: show(*lines_of(seen)))


def _again(observer: Observer, tell: Callable[[LiveView], object]) -> None:
    with ended_by_signals() as over, keys() as wait:
        while not over.is_set():
            tell(observer.look())
            if "q" in wait(SECONDS, over.is_set):
                return
