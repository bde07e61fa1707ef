"""Results go to standard output, everything else to standard error; neither breaks the work."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, TextIO

import click
import orjson
from rich.console import Console, RenderableType

from importbus.adapters.cli.exits import forget_output
from importbus.adapters.visible_text import visible
from importbus.bus.errors import ConfigurationError

WIDE = 1_000
"""Columns where nobody looks at the width: what goes into a pipe or a file is not folded."""


class _Notes(Console):
    """Standard error: a lane worker that logs must not die because nobody reads that."""

    def on_broken_pipe(self) -> None:
        """Be silent from now on."""
        self.quiet = True


class _Results(Console):
    """Standard output."""

    def on_broken_pipe(self) -> None:
        """Leave it to the caller."""
        raise BrokenPipeError


def _width(stream: TextIO | None) -> int | None:
    """Return how wide *stream* is, None for the width of its terminal or ``COLUMNS``."""
    piped = stream is None or not stream.isatty()
    return WIDE if piped and "COLUMNS" not in os.environ else None


console = _Notes(stderr=True, highlight=False, emoji=False, width=_width(sys.stderr))
"""Progress, logs and hints."""


def note(*notes: RenderableType) -> None:
    """Print to standard error, above any progress bar that is shown there."""
    with suppress(OSError):
        for one in notes:
            console.print(_seen(one), markup=False, soft_wrap=isinstance(one, str))


def on_terminal() -> bool:
    """Whether people look at standard error as it is written, on a terminal that can move."""
    shown = sys.stderr is not None and sys.stderr.isatty()
    return shown and not console.is_dumb_terminal


def show(*results: RenderableType) -> None:
    """Print results to standard output; as wide as they are when it is no terminal.

    Raises:
        BrokenPipeError: Nobody reads it.
        ConfigurationError: It cannot be written, as on a full disk.
    """
    out = _Results(highlight=False, emoji=False, width=_width(sys.stdout))
    with writing_results():
        for result in results:
            out.print(_seen(result), markup=False)


def _seen(one: RenderableType) -> RenderableType:
    """Return a text so that nothing in it acts on the terminal: it may quote a server or a file."""
    return visible(one) if isinstance(one, str) else one


def show_document(document: Any, *, readable: bool = False) -> None:
    """Print one JSON document to standard output; raises as ``show`` does.

    One that is to be *readable* has its keys sorted, and a line for each.
    """
    how = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS if readable else 0
    with writing_results():
        click.echo(orjson.dumps(document, option=how))


@contextmanager
def result_bytes() -> Iterator[BinaryIO]:
    """Give standard output for bytes, for results that are written piece by piece.

    Raises:
        BrokenPipeError: Nobody reads it.
        ConfigurationError: It is closed, or cannot be written.
    """
    if sys.stdout is None:
        raise ConfigurationError("standard output: is closed.")
    with writing_results():
        yield sys.stdout.buffer


@contextmanager
def writing_results() -> Iterator[None]:
    """Say in our own words that standard output cannot be written; a broken pipe stays one."""
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        forget_output()
        reason = f"standard output: cannot be written: {error.strerror}."
        raise ConfigurationError(reason) from error
