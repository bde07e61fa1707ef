"""The bytes of what is read: files, standard input, gzip, and the members of zip archives."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path, PurePath
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO

from loguru import logger

from importbus.adapters.sources.extents import CHUNK, DigestedStream, Extent, difference
from importbus.adapters.sources.unfolding import (
    BrokenInput,
    Unfolding,
    archive,
    member,
    uncompressed,
)
from importbus.bus.errors import ConfigurationError

__all__ = ["FORMATS", "BrokenInput", "FileInput", "Unfolding", "format_of", "open_inputs"]

FORMATS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xlsx",  # it is none, and the reader of those says what to do
}
"""The format of a file by its extension."""

ZIP, GZIP = ".zip", ".gz"

SHOWN = 5
"""Names of members that a sentence lists."""


class FileInput:
    """The bytes of a file, of standard input for ``-``, or of a member of a zip archive.

    What is compressed with gzip, by its first bytes, is read uncompressed. Memory is bounded,
    whatever the input holds. What was read is digested, so that a resumed import can tell whether
    the input is still the same. Implements ``ports.Input``.

    Args:
        path: The file as the user named it; ``-`` for standard input.
        inside: The name of a member, when the file is a zip archive.
        stdin: What to read for ``-``; by default the standard input of the process.
        limits: How far compressed bytes may unfold.
        refused: Why it cannot be read although it is there; ``open`` raises it.

    Raises:
        ConfigurationError: The file is missing or cannot be read, now or later; the message names
            it.
    """

    def __init__(
        self,
        path: str,
        inside: str | None = None,
        *,
        stdin: BinaryIO | None = None,
        limits: Unfolding = Unfolding(),
        refused: str | None = None,
    ) -> None:
        self.name = path if inside is None else f"{path}/{inside}"
        self.format = "csv" if refused else format_of(self.name)  # any reader tells what is refused
        self.rereadable = path != "-" and not Path(path).is_fifo()
        self._path = path
        self._inside = inside
        self._stdin = stdin
        self._limits = limits
        self._refused = refused
        self._kept: IO[bytes] | None = None
        self._furthest: tuple[int, Any, bool] = (0, None, False)
        if self.rereadable:
            self._open_file().close()

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open it at its beginning, uncompressed, buffered.

        An input that is not ``rereadable`` gives its bytes once, unless ``keep`` was called before.

        Raises:
            ConfigurationError: It is missing or cannot be read; also while it is read.
            BrokenInput: It is damaged, encrypted or a bomb; also while it is read, where it breaks
                off.
        """
        told = None if self._furthest[2] else self._has_read
        with self._raw() as stream, DigestedStream(stream, told) as digested:
            yield io.BufferedReader(digested, CHUNK)

    @property
    def extent(self) -> Extent | None:
        """The longest part that was read so far; None before anything was. Thread-safe."""
        size, digest, complete = self._furthest
        return digest and Extent(self.name, size, digest.hexdigest(), complete)

    def difference(self, extent: Extent) -> str | None:
        """Return how the input differs from what was read of it; None when it does not.

        An input that comes only once is kept for that.
        """
        self.keep()
        try:
            with self._raw() as stream:
                return difference(stream, extent)
        except BrokenInput as error:
            return error.reason

    def keep(self) -> None:
        """Copy an input that comes only once into a file without a name, to be read from there.

        Raises:
            ConfigurationError: It cannot be read, or the copy cannot be written.
        """
        if self.rereadable or self._kept:
            return
        kept = TemporaryFile(prefix="importbus-")  # noqa: SIM115 - closed with the input
        self._kept = kept
        with self._told(), self._bytes() as stream:
            copyfileobj(stream, kept, CHUNK)

    def close(self) -> None:
        """Forget what was kept; a second call does nothing."""
        if self._kept:
            self._kept.close()

    def _has_read(self, size: int, digest: Any, complete: bool) -> None:
        if size >= self._furthest[0]:
            self._furthest = (size, digest, complete)

    @contextmanager
    def _raw(self) -> Iterator[BinaryIO]:
        """Open the uncompressed bytes, of the copy if it was kept; nothing is digested."""
        if self._refused:
            raise BrokenInput(self._refused)
        with self._stored() as stream, self._unfolded(stream) as unfolded:
            yield unfolded

    def _stored(self) -> AbstractContextManager[BinaryIO]:
        if self._kept is None:
            return self._bytes()
        self._kept.seek(0)
        return nullcontext(self._kept)  # type: ignore[arg-type]

    def _unfolded(self, stream: BinaryIO) -> AbstractContextManager[BinaryIO]:
        if self._inside is None:
            return uncompressed(stream, self._limits, self._told)
        return member(stream, self._inside, self._limits, self._told)

    def _bytes(self) -> AbstractContextManager[BinaryIO]:
        """Open the input as it is stored."""
        if self._path != "-":
            return self._open_file()
        if self._stdin is None and sys.stdin is None:
            raise ConfigurationError("-: standard input is closed.")
        return nullcontext(self._stdin or sys.stdin.buffer)

    def _open_file(self) -> BinaryIO:
        with self._told():
            return Path(self._path).open("rb", buffering=0)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Raise ``ConfigurationError`` for what the system says of the file."""
        try:
            yield
        except OSError as error:
            why = error.strerror or str(error)
            raise ConfigurationError(f"{self._path}: cannot be read: {why}.") from error


def format_of(name: str) -> str | None:
    """Return the format of a file called *name*, a value of ``FORMATS``; None if it has none."""
    path = PurePath(name)
    return FORMATS.get(
        (path.with_suffix("") if path.suffix.lower() == GZIP else path).suffix.lower()
    )


def open_inputs(
    name: str, *, stdin: BinaryIO | None = None, limits: Unfolding = Unfolding()
) -> list[FileInput]:
    """Return what *name* stands for: a file, ``-``, each member of a zip archive, or one of them.

    Of an archive ``catalog.zip`` these are the members whose extension is one of ``FORMATS``, in
    the order of the archive; ``catalog.zip/products.csv`` is one alone. What is encrypted, nested
    or damaged is there, too, and says so when it is opened; what else is there is told in the log.

    Raises:
        ConfigurationError: It is missing or cannot be read.
    """
    path, inside = _split(name)
    if PurePath(path).suffix.lower() != ZIP:
        return [FileInput(path, stdin=stdin, limits=limits)]
    try:
        return [
            FileInput(path, each, limits=limits, refused=refused)
            for each, refused in _members(path, _names(path), inside)
        ]
    except BrokenInput as error:
        return [FileInput(path, refused=error.reason)]


def _split(name: str) -> tuple[str, str | None]:
    """Return the file that *name* stands for, and the member if it is an archive with one."""
    if not Path(name).exists():
        for parent in PurePath(name).parents:
            if parent.suffix.lower() == ZIP and Path(parent).is_file():
                return str(parent), PurePath(name).relative_to(parent).as_posix()
    return name, None


def _names(path: str) -> list[str]:
    """Return the names of the files in the archive at *path*."""
    if not FileInput(path).rereadable:
        raise BrokenInput("is a pipe, and archives are read from files only: save it first")
    with Path(path).open("rb") as stream, archive(stream) as opened:
        return [name for name in opened.namelist() if name and not name.endswith("/")]


def _members(path: str, names: list[str], inside: str | None) -> list[tuple[str, str | None]]:
    """Return the members to read, each with why it is refused, if it is."""
    wanted = [name for name in names if inside in (None, name)]
    if inside and not wanted:
        raise BrokenInput(f"holds no {inside}; it has {_listed(names)}")
    known = [name for name in dict.fromkeys(wanted) if _is_catalogue(name)]
    others = [name for name in wanted if not _is_catalogue(name)]
    if not known:
        raise BrokenInput(f"holds no file of a known kind, which are {_listed(list(FORMATS), 9)}")
    if others:
        logger.info("{}: not read: {}.", path, _listed(others))
    return [(name, _refusal(name, names)) for name in known]


def _is_catalogue(name: str) -> bool:
    """Whether a member is one to read or to refuse; hidden ones, as macOS adds, are neither."""
    path = PurePath(name)
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return not hidden and bool(format_of(name) or path.suffix.lower() in (ZIP, GZIP))


def _refusal(name: str, names: list[str]) -> str | None:
    if PurePath(name).suffix.lower() in (ZIP, GZIP):
        return "is an archive within an archive; unpack the outer one"
    if names.count(name) > 1:
        return "is in the archive more than once"
    return None


def _listed(names: list[str], most: int = SHOWN) -> str:
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
