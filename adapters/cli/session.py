"""What every command needs: configuration, logs, signals."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

import click
from attrs import define, field
from loguru import logger
from rich.console import Console

from importbus.adapters.config import Config, load_config
from importbus.bus.middleware import ImportIdTagging

FORMAT = "{time:HH:mm:ss} {level: <7} {extra[import_id]} {message}"

console = Console(stderr=True, highlight=False)
"""Progress and logs; a table of results goes to standard output instead."""


def load(ctx: click.Context) -> Config:
    """Return the configuration, print its warnings, and begin to log.

    Raises:
        ConfigurationError: With every error at once.
    """
    log_to_console(ctx.obj["log_level"])
    config = load_config(ctx.obj["config"], os.environ, ctx.obj["overrides"])
    for warning in config.warnings:
        click.echo(f"importbus: {warning}", err=True)
    return config


def log_to_console(level: str) -> None:
    """Log human lines to standard error, above any progress bar that is shown there."""
    logger.remove()
    logger.configure(patcher=ImportIdTagging.patch, extra={"import_id": "-"})
    logger.add(_print, level=level, format=FORMAT, colorize=False, diagnose=False, backtrace=False)


def _print(message: str) -> None:
    console.print(message.rstrip("\n"), markup=False, soft_wrap=True)


@define
class Stop:
    """Whether a signal asked to stop; ``code`` is the exit code that says which."""

    event: Event = field(factory=Event)
    code: int = 0

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Take a signal: the first one stops in order, a second one leaves at once."""
        if self.event.is_set():
            console.show_cursor()
            sys.stderr.flush()
            os._exit(128 + number)
        self.code = 128 + number
        self.event.set()


@contextmanager
def stopped_by_signals() -> Iterator[Stop]:
    """Turn SIGINT and SIGTERM into a request to stop while the context is entered."""
    stop = Stop()
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
