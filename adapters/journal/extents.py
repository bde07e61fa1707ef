"""How far the sources of an import were read, written down with what came of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence

from attrs import frozen

from importbus.adapters.sources.extents import Extent

WRITE = """
INSERT INTO extents VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (import_id, reader, source) DO UPDATE SET size = excluded.size,
    digest = excluded.digest, complete = excluded.complete
WHERE excluded.size >= size
"""
"""The run that continues begins at the first line again: what was read once stays read."""

Look = Callable[[], Iterable[Extent]]


@frozen
class _Watched:
    reader: str
    look: Look
    written: dict[str, tuple[int, bool]]


class Extents:
    """What this process reads for which import; every transaction of the journal takes it along.

    So a crash at any moment leaves a digest of at least what the journal accounts for.
    """

    def __init__(self) -> None:
        self._watched: dict[str, _Watched] = {}

    def watch(self, import_id: str, reader: str, look: Look) -> None:
        """Take along what *look* returns, the parts that *reader* has read so far."""
        self._watched[import_id] = _Watched(reader, look, {})

    def write(self, connection: sqlite3.Connection, import_id: str) -> None:
        """Write down what was read since; nothing for an import that reads nothing here."""
        watched = self._watched.get(import_id)
        for extent in watched.look() if watched else ():
            if watched and watched.written.get(extent.source) != (extent.size, extent.complete):
                row = (extent.source, extent.size, extent.digest, extent.complete)
                connection.execute(WRITE, (import_id, watched.reader, *row))
                watched.written[extent.source] = (extent.size, extent.complete)


def extents(connection: sqlite3.Connection, import_id: str, reader: str) -> Sequence[Extent]:
    """Return what *reader* has read; nothing of an import of an older version."""
    rows = connection.execute(
        "SELECT source, size, digest, complete FROM extents WHERE import_id = ? AND reader = ?",
        (import_id, reader),
    )
    return [Extent(source, size, digest, bool(end)) for source, size, digest, end in rows]
