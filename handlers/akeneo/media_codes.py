"""Which code the PIM gave to which file, so that a file that is used again is not sent again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock

from attrs import define, field

from importbus.bus.attachments import Attachment
from importbus.bus.errors import JournalError
from importbus.handlers.akeneo.port import MediaCodes

MOST_CODES = 10_000
"""Codes that are kept in memory; the oldest goes when there are more (I7)."""

Key = tuple[str, str, str, str]


class InMemoryMediaCodes:
    """Keeps the last ``MOST_CODES`` codes; for who has no journal. Thread-safe."""

    def __init__(self) -> None:
        self._codes: dict[Key, str] = {}
        self._lock = Lock()

    def get(self, import_id: str, kind: str, sha256: str, name: str) -> str | None:
        """Return the code of a file that was uploaded in the import; None when none is known."""
        return self._codes.get((import_id, kind, sha256, name))

    def put(self, import_id: str, kind: str, sha256: str, name: str, code: str) -> None:
        """Remember *code*; a later one replaces it."""
        with self._lock:
            self._codes[import_id, kind, sha256, name] = code
            if len(self._codes) > MOST_CODES:
                del self._codes[next(iter(self._codes))]

    def forget(self, import_id: str, kind: str, sha256: str, name: str) -> None:
        """Forget the code of a file."""
        with self._lock:
            self._codes.pop((import_id, kind, sha256, name), None)


class Turns:
    """Lets one thread at a time upload a file of a key; the others wait for it. Thread-safe."""

    def __init__(self) -> None:
        self._turns: dict[Key, tuple[Lock, list[None]]] = {}
        self._lock = Lock()

    @contextmanager
    def of(self, key: Key) -> Iterator[None]:
        """Wait for the turn of *key*, and hold it."""
        with self._lock:
            turn, waiting = self._turns.setdefault(key, (Lock(), []))
            waiting.append(None)
        try:
            with turn:
                yield
        finally:
            with self._lock:
                waiting.pop()
                if not waiting:
                    del self._turns[key]


@define
class CodesOfWrite:
    """The codes of one import as one write sees them.

    ``fresh`` are those that the PIM gave in this very write. A journal that cannot be read or
    written costs further uploads here, and stops the import when the batch is settled.
    """

    _codes: MediaCodes
    _import_id: str
    _kind: str
    fresh: set[str] = field(factory=set, init=False)
    _here: dict[tuple[str, str], str | None] = field(factory=dict, init=False)

    def get(self, file: Attachment) -> str | None:
        """Return the code of *file*; None when none is known."""
        key = (file.sha256, file.name)
        if key in self._here:
            return self._here.get(key)
        try:
            return self._codes.get(self._import_id, self._kind, *key)
        except JournalError:
            return None

    def put(self, file: Attachment, code: str) -> None:
        """Remember the *code* that the PIM has just given to *file*."""
        self.fresh.add(code)
        if file.sha256:
            self._here[file.sha256, file.name] = code
            self._quietly(self._codes.put, file, code)

    def forget(self, file: Attachment) -> None:
        """Forget the code of *file*, which the PIM has refused."""
        self._here[file.sha256, file.name] = None
        self._quietly(self._codes.forget, file)

    def _quietly(self, change: Callable[..., None], file: Attachment, *code: str) -> None:
        with suppress(JournalError):
            change(self._import_id, self._kind, file.sha256, file.name, *code)
