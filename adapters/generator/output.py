"""Where a generated catalogue is written: one file, a file per class, or standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

import orjson

from importbus.adapters.generator.structure import Record
from importbus.bus.errors import ConfigurationError


def write(records: Iterable[Record], out: str) -> int:
    """Write *records* as JSONL to *out* and return how many there were.

    Args:
        records: As ``generate`` yields them.
        out: A file that ends in ``.jsonl``; a folder, which gets a file a class, numbered so that
            sorted by name they are in the best order; or ``-`` for standard output.

    Raises:
        ConfigurationError: *out* cannot be written, or is neither of these.
    """
    try:
        if out == "-":
            return _to_stream(records, sys.stdout.buffer)
        if out.endswith(".jsonl"):
            with Path(out).open("wb") as stream:
                return _to_stream(records, stream)
        return _to_folder(records, Path(out))
    except OSError as error:
        raise ConfigurationError(f"{out}: cannot be written: {error.strerror}.") from error


def _line(record: Record) -> bytes:
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)


def _to_stream(records: Iterable[Record], stream: BinaryIO) -> int:
    count = 0
    for record in records:
        stream.write(_line(record))
        count += 1
    stream.flush()
    return count


def _to_folder(records: Iterable[Record], folder: Path) -> int:
    if folder.suffix:
        raise ConfigurationError(f"{folder}: name a file ending in .jsonl, a folder, or -.")
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with _files(folder) as files:
        for record in records:
            files(record["command"]).write(_line(record))
            count += 1
    return count


class _Files:
    """The files of a folder, one a class, numbered in the order in which the classes first come."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._open: dict[str, BinaryIO] = {}

    def __call__(self, command: str) -> BinaryIO:
        if command not in self._open:
            path = self._folder / f"{len(self._open) + 1:02}-{command}.jsonl"
            self._open[command] = self._stack.enter_context(path.open("wb"))
        return self._open[command]


@contextmanager
def _files(folder: Path) -> Iterator[_Files]:
    with ExitStack() as stack:
        yield _Files(folder, stack)
