"""The folder that files are written to: whether it may be used, and how files get their names."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from importbus.adapters.file_sink import spool as spools
from importbus.adapters.file_sink.places import OURS, Tables, file_of
from importbus.adapters.file_sink.spool import Spool
from importbus.adapters.flat.writing import IDENTIFIER, CsvWriter
from importbus.adapters.ownership import Owners
from importbus.bus.errors import ConfigurationError, SinkRefused

FULL = (errno.ENOSPC, errno.EDQUOT)
"""What the system says when a disk, or one's share of it, is full."""

PART = ".part"
"""What the name of a file ends with until it is complete; it begins with a dot, too."""

WRITER = "writer"
"""What the mark of the process that writes to a folder is called."""

BUFFER = 1 << 20


def refused(folder: Path, error: OSError) -> SinkRefused:
    """Return why *folder* cannot be written, with what to do."""
    why = error.strerror or str(error)
    advice = "Make room there" if error.errno in FULL else "Check the folder and its rights"
    return SinkRefused(f"{folder} cannot be written: {why}. {advice}; nothing is lost.")


def owned(folder: str) -> Owners:
    """Make *folder* when it is missing, and mark it as written to by this process.

    Raises:
        ConfigurationError: It is no folder, or another process writes to it.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    owners = Owners(os.path.join(folder, spools.NAME))
    if who := owners.owner(WRITER):
        raise ConfigurationError(
            f"{folder}: {who} writes to it: wait for its end, or name another folder."
        )
    owners.take(WRITER)
    return owners


def prepare(folder: str, *, resume: bool, fresh: bool) -> None:
    """Make sure that *folder*, which is marked, may be written to.

    With *fresh* it is whatever it holds, and a spool that was left there is removed; a spool is
    gone on with only when *resume* says so.

    Raises:
        ConfigurationError: It holds what must not be mixed with what comes.
    """
    try:
        if fresh:
            spools.remove(folder)
        names = {name for name in os.listdir(folder) if not name.startswith(".")}
    except OSError as error:
        raise _unwritable(folder, error) from error
    if not fresh:
        _must_be_free(Path(folder), names, resume=resume)


def _unwritable(folder: str, error: OSError) -> ConfigurationError:
    return ConfigurationError(f"{folder}: cannot be written: {error.strerror}.")


def _must_be_free(folder: Path, names: set[str], *, resume: bool) -> None:
    spooled = (folder / spools.NAME).exists()
    if spooled and not resume:
        raise ConfigurationError(
            f"{folder}: holds what an import has begun to write: continue that with --resume, or "
            "begin anew with --force."
        )
    if names and not spooled:
        does = "is complete: it holds" if resume else "holds files already, as"
        raise ConfigurationError(
            f"{folder}: {does} {min(names)}. Name another folder, or replace the files with "
            "--force."
        )


def written(folder: Path, spool: Spool, tables: Tables) -> dict[str, int]:
    """Write what *spool* has into files and return how many lines each has.

    Files of our names that nothing was written to are removed: they are of a former import.

    Raises:
        OSError: The disk is full or cannot be written; each file is as it was, or complete.
    """
    counts = {}
    for place in spool.places():
        name = file_of(place, tables=tables)
        with _Whole(folder / name) as stream:
            counts[name] = _write(stream, spool, place, tables)
    for name in OURS.intersection(os.listdir(folder)) - counts.keys():
        os.remove(folder / name)
    _sync_folder(folder)
    return counts


def _write(stream: BinaryIO, spool: Spool, place: int, tables: Tables) -> int:
    contents = spool.lines(place)
    if kind := tables.get(place):
        columns, identifier = spool.columns(place), spool.identifier or IDENTIFIER
        if identifier in columns:  # as a value, of a product that came before the attribute did
            identifier = IDENTIFIER
        return CsvWriter(kind, columns, identifier).write(stream, contents)
    return _write_lines(stream, contents)


def _write_lines(stream: BinaryIO, lines: Iterable[bytes]) -> int:
    count = 0
    for line in lines:
        stream.write(line)
        count += 1
    return count


class _Whole:
    """A file that gets its name when it is complete and on the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}{PART}")

    def __enter__(self) -> BinaryIO:
        self._stream = self._part.open("wb", buffering=BUFFER)
        return self._stream

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        try:
            with self._stream:
                if failed is None:
                    self._stream.flush()
                    os.fsync(self._stream.fileno())
                    os.replace(self._part, self._path)
        finally:
            self._part.unlink(missing_ok=True)  # on a full disk, also for its room


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
