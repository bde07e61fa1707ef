"""Which commands of an input need not be sent: those of keys that the last import wrote so.

That is known of a key when all its commands are, so the input is read once for this alone. What is
remembered of it stands in a temporary database on disk, not in memory (I7).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Iterator
from hashlib import blake2b
from itertools import islice
from typing import Any

from attrs import frozen

from importbus.adapters.codec import JsonCodec
from importbus.adapters.config import Config, files_of
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.journal.fingerprints import fingerprint
from importbus.adapters.media import MediaFiles
from importbus.adapters.reading import Item, Reading
from importbus.adapters.stopping import StopRequest, until_stopped
from importbus.adapters.temporary_database import temporary_database
from importbus.bus.attachments import Attachment
from importbus.bus.batches import Envelope
from importbus.bus.errors import ConfigurationError
from importbus.bus.fingerprints import LINKED, followed_by
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.ports import Rejection

NO_PIM = (
    "--skip-unchanged has to know the PIM, also to publish: set the same IMPORTBUS_PIM_URL, "
    "IMPORTBUS_PIM_CLIENT_ID, IMPORTBUS_PIM_SECRET, IMPORTBUS_PIM_USERNAME and "
    "IMPORTBUS_PIM_PASSWORD as for importbus consume."
)

TOGETHER = 1000
"""Commands, and later keys, that are taken at once."""

TABLES = """
CREATE TABLE commands (source TEXT NOT NULL, line INTEGER NOT NULL, class TEXT NOT NULL,
    identity TEXT NOT NULL);
CREATE TABLE keys (identity TEXT PRIMARY KEY, digest BLOB, linked INTEGER NOT NULL,
    same INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE same (identity TEXT PRIMARY KEY) WITHOUT ROWID;
"""

FOLLOW = """
INSERT INTO keys (identity, digest, linked) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET digest = followed_by(digest, excluded.digest),
    linked = linked OR excluded.linked
"""

SENT = """
SELECT DISTINCT class FROM commands JOIN keys USING (identity) WHERE NOT same
"""

SPOIL = "UPDATE keys SET same = 0 WHERE identity BETWEEN ? || ':' AND ? || ';'"

FOUND = """
SELECT class, source, line FROM commands JOIN keys USING (identity) WHERE same
ORDER BY class, commands.rowid
"""


def name_of_pim(url: str) -> str:
    """Return the name under which fingerprints of the PIM at *url* are kept: it is no secret."""
    return blake2b(url.rstrip("/").lower().encode(), digest_size=8).hexdigest()


def skipping_of(config: Config) -> Skipping | None:
    """Return who finds what need not be sent; None when *config* wants everything sent.

    Raises:
        ConfigurationError: Nobody knows into which PIM it goes.
    """
    if not config.imports.skip_unchanged:
        return None
    if config.pim is None:
        raise ConfigurationError(NO_PIM)
    return Skipping(name_of_pim(config.pim.url), files_of(config))


@frozen
class Skipping:
    """Finds what need not be sent into a PIM.

    Attributes:
        pim: The name of the PIM, see ``name_of_pim``: another one may hold something else.
        files: Where the files are that commands name, whose content counts, too.
    """

    pim: str
    files: MediaFiles

    def find(
        self,
        reading: Reading,
        journal: SqliteJournal,
        settled: Container[Position],
        stop: StopRequest,
    ) -> Iterator[tuple[type[LaneCommand], Position]]:
        """Yield class and position of the commands of *reading* that need not be sent, by class.

        *settled* are those that have their outcome already: they are part of their key's commands,
        and not yielded. Nothing is found when *stop* is set meanwhile.

        Raises:
            ConfigurationError: A source cannot be read, or not twice; or there is no room for
                what is remembered.
        """
        with temporary_database() as database:
            search = _Search(database, self, reading.codec, journal)
            search.take(until_stopped(_items(reading, settled), stop))
            for one in iter(()) if stop.is_set() else search.found():
                if one[1] not in settled:
                    yield one


def _items(reading: Reading, settled: Container[Position]) -> Iterator[Item]:
    """Yield what is to be read, and what was; ``strict`` ends at a line that is no command."""
    if not reading.keep():
        raise ConfigurationError("--skip-unchanged reads a source twice, and one comes only once.")
    for item in reading.everything(settled):
        if reading.strict and isinstance(item[1], Rejection):
            return
        yield item


@frozen
class _Search:
    """The commands of an input by their keys, in a temporary database."""

    database: sqlite3.Connection
    skipping: Skipping
    codec: JsonCodec
    journal: SqliteJournal

    def take(self, items: Iterator[Item]) -> None:
        """Take all commands in, in their order."""
        self.database.executescript(TABLES)
        self.database.create_function("followed_by", 2, _followed_by, deterministic=True)
        self.database.execute("BEGIN")
        rows = (self._rows(*item) for item in items if not isinstance(item[1], Rejection))
        while some := list(islice(rows, TOGETHER)):  # rows alone: commands would be many objects
            commands, keys = zip(*some, strict=True)
            self.database.executemany("INSERT INTO commands VALUES (?, ?, ?, ?)", commands)
            self.database.executemany(FOLLOW, keys)

    def found(self) -> Iterator[tuple[type[LaneCommand], Position]]:
        """Yield the commands of keys that were written so, and are not spoiled."""
        self._compare()
        self._spoil()
        for name, source, line in self.database.execute(FOUND):
            yield self.codec.type_of(name), Position(source, line)

    def _rows(self, position: Position, command: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """Return what is kept of a command, and of its key."""
        identity, name = command.identity, self.codec.name_of(type(command))
        file = self._file(position, command) if command.attaches else None
        digest = fingerprint(self.codec, Envelope(command, position, 0, 0, attachment=file))
        place = (position.source, position.line, name, identity)
        return place, (identity, digest, command.linked)

    def _file(self, position: Position, command: LaneCommand) -> Attachment:
        return self.skipping.files.find(getattr(command, str(command.attaches)), position.source)

    def _compare(self) -> None:
        rows = self.database.execute("SELECT identity, digest FROM keys WHERE digest IS NOT NULL")
        while some := rows.fetchmany(TOGETHER):
            believed = self.journal.fingerprints.believed(self.skipping.pim, dict(some))
            same = [(key,) for key, digest in some if believed.get(key) == digest]
            self.database.executemany("INSERT INTO same VALUES (?)", same)
        self.database.execute("UPDATE keys SET same = 1 WHERE identity IN same")

    def _spoil(self) -> None:
        """Take out what commands may change that are sent; what is sent for it may spoil more."""
        spoiled: set[str] = set()
        while new := self._spoiled_by_sent() - spoiled:
            for resource in new - {LINKED}:
                self.database.execute(SPOIL, (resource, resource))
            if LINKED in new:
                self.database.execute("UPDATE keys SET same = 0 WHERE linked")
            spoiled |= new

    def _spoiled_by_sent(self) -> set[str]:
        types = [self.codec.type_of(name) for (name,) in self.database.execute(SENT)]
        return {resource for command_type in types for resource in command_type.spoils}


def _followed_by(former: bytes | None, newer: bytes | None) -> bytes | None:
    return followed_by(former, newer) if former and newer else None
