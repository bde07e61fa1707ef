"""What every command needs: configuration, logs, signals."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from types import FrameType

import click
from attrs import define, field

from importbus.adapters.cli.logs import begin_logging, secrets_of
from importbus.adapters.cli.streams import note
from importbus.adapters.config import Config, load_config
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.stopping import StopRequest
from importbus.adapters.threads import alongside
from importbus.adapters.wiring import open_journal
from importbus.bus.errors import UnknownImport

STDERR = 2
"""The number of standard error."""

STOPPING = "Stopping: what is in flight is finished first. A second signal leaves at once."


def load(ctx: click.Context) -> Config:
    """Return the configuration, print its warnings, and begin to log.

    Raises:
        ConfigurationError: With every error at once.
    """
    config = load_config(ctx.obj["config"], os.environ, ctx.obj["overrides"])
    begin_logging(config.log, secrets_of(config))
    for warning in config.warnings:
        note(f"importbus: {warning}")
    return config


@contextmanager
def reading_journal(config: Config) -> Iterator[SqliteJournal | None]:
    """Open the journal to look at it; None when there is none, which is not made for a look.

    Raises:
        JournalError: It cannot be read; the message says what to do.
    """
    if not Path(config.journal.path).exists():
        yield None
        return
    journal = open_journal(config)
    try:
        yield journal
    finally:
        journal.close()


@contextmanager
def journal_of(config: Config, import_id: str) -> Iterator[SqliteJournal]:
    """Open the journal to look at *import_id*.

    Raises:
        UnknownImport: There is no such import, or no journal.
        JournalError: It cannot be read; the message says what to do.
    """
    with reading_journal(config) as journal:
        if journal is None:
            raise UnknownImport(import_id, config.journal.path)
        journal.record(import_id)
        yield journal


@define
class Stop:
    """Whether a signal asked to stop; ``code`` is the exit code that says which.

    *leaving* is called when a second signal ends the process on the spot.
    """

    leaving: Callable[[], object] = lambda: None
    request: StopRequest = field(factory=StopRequest, init=False)
    code: int = field(default=0, init=False)

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Take a signal: the first one stops in order, a second one leaves at once."""
        if self.code:
            try:
                _show_cursor()
                self.leaving()
            finally:
                os._exit(128 + number)
        self.code = 128 + number
        self.request.request()


def _show_cursor() -> None:
    """Show what a progress bar hides, past every lock and buffer, which others may hold."""
    with suppress(OSError):
        if os.isatty(STDERR):
            os.write(STDERR, b"\x1b[?25h\n")


@contextmanager
def stopped_by_signals(leaving: Callable[[], object] = lambda: None) -> Iterator[Stop]:
    """Turn SIGINT and SIGTERM into a request to stop while the context is entered."""
    stop = Stop(leaving)
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with _told(stop.request):
            yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def ended_by_signals() -> Iterator[Event]:
    """Give an event that SIGINT and SIGTERM set, for what may end at any moment."""
    over = Event()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: over.set()) for number in numbers}
    try:
        yield over
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _told(request: StopRequest) -> Iterator[None]:
    """Say that a stop was heard: a handler must not, the main thread may be busy and write."""

    def tell(over: Event) -> None:
        while not over.wait(0.1):
            if request.is_set():
                note(STOPPING)
                return

    with alongside(tell, "importbus-told"):
        yield
