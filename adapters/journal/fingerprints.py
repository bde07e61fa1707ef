"""Fingerprints in the journal: one row a key, believed once its import is over.

- Before a batch is published, the rows of its keys are replaced: by a candidate, which belongs to
  its import, or by nothing when the import keeps no fingerprints. So what a dead process may have
  sent is not taken for what it was before.
- A failure removes the row of its key; a delete, and two imports at once, leave one without a
  digest, which stays so until the import is over.
- The end of an import makes its candidates believed: they then belong to no import.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from attrs import frozen

from importbus.adapters.sqlite_file import Database
from importbus.bus.batches import UNCHANGED, Batch, Envelope
from importbus.bus.fingerprints import LINKED, digest_of, followed_by
from importbus.bus.messages import LaneCommand, Upsertable
from importbus.bus.ports import Codec

NONE = ""
"""In ``fingerprinted`` in place of a PIM: the import keeps no fingerprints."""

DECIDE_ANEW = """
DELETE FROM fingerprinted WHERE import_id = ?
AND import_id NOT IN (SELECT import_id FROM imports WHERE producers > 1)
"""

KEEP = """
INSERT INTO fingerprinted VALUES (?, ?)
ON CONFLICT DO UPDATE SET pim = '' WHERE pim <> excluded.pim
"""

AMONG = "(SELECT value FROM json_each(?))"

KNOWN = f"SELECT identity, digest, linked, import_id FROM fingerprints WHERE identity IN {AMONG}"  # noqa: S608 - no user's text in it

REMOVE = f"DELETE FROM fingerprints WHERE identity IN {AMONG}"  # noqa: S608 - likewise

REMOVE_LINKED = "DELETE FROM fingerprints WHERE linked"

REMOVE_RESOURCE = "DELETE FROM fingerprints WHERE identity >= ? || ':' AND identity < ? || ';'"
"""An identity is ``resource:key``, and ``;`` follows the colon in ASCII."""

BELIEVED = f"""
SELECT identity, digest FROM fingerprints
WHERE pim = ? AND import_id IS NULL AND identity IN {AMONG}
"""  # noqa: S608 - likewise

DISTURBED = """
SELECT EXISTS (SELECT 1 FROM imports AS own JOIN imports AS other
    ON other.import_id <> own.import_id
    WHERE own.import_id = :id
    AND NOT EXISTS (SELECT 1 FROM fingerprinted AS kept WHERE kept.import_id = other.import_id
        AND kept.pim <> '')
    AND (other.settled_at >= own.opened OR other.shared AND EXISTS (
        SELECT 1 FROM batches AS waiting
        WHERE waiting.import_id = other.import_id AND waiting.settled IS NULL)))
"""
"""Whether an import without fingerprints was under way at the same time: who wrote last?

So is one that waits in a queue: it was noted before, and writes later.
"""

OF_SPOILED = """
DELETE FROM fingerprints WHERE import_id = :id AND EXISTS (
    SELECT 1 FROM spoiled WHERE spoiled.import_id = :id
    AND (identity BETWEEN resource || ':' AND resource || ';' OR (resource = :linked AND linked)))
"""

DOUBT_OTHERS = f"""
UPDATE fingerprints SET digest = NULL WHERE import_id <> ? AND identity IN {AMONG}
"""  # noqa: S608 - likewise

REMOVE_BELIEVED = f"DELETE FROM fingerprints WHERE import_id IS NULL AND identity IN {AMONG}"  # noqa: S608

OPEN = "DELETE FROM fingerprints WHERE import_id = ?"


@frozen
class Fingerprints:
    """What imports have written of each key, in the file of a journal."""

    database: Database

    def keep(self, import_id: str, pim: str | None) -> None:
        """Keep fingerprints of what *import_id* writes into *pim* from now on; None keeps none.

        Of several producers all have to say the same: once one has not, none are kept any more.
        """
        with self.database.transaction() as connection:
            connection.execute(DECIDE_ANEW, (import_id,))
            connection.execute(KEEP, (import_id, pim or NONE))
            if not _pim_of(connection, import_id):
                forget_open(connection, import_id)

    def believed(self, pim: str, identities: Iterable[str]) -> Mapping[str, bytes]:
        """Return the fingerprints of those of *identities* that *pim* holds as they were written.

        Those of imports that are not over are not among them.
        """
        with self.database.looking() as connection:
            rows = connection.execute(BELIEVED, (pim, _json(identities)))
            return dict(rows)


def noted(connection: sqlite3.Connection, codec: Codec, batches: Sequence[Batch[Any]]) -> None:
    """Replace the fingerprints of what *batches* are about to write."""
    import_id = batches[0].import_id
    pim = _pim_of(connection, import_id)
    if not pim and not _any(connection):
        return
    for batch in batches:
        if batch.reason != UNCHANGED:
            _spoil(connection, batch)
            if pim:
                _roll(connection, codec, batch, pim)
            else:
                forget(connection, identities_of(batch))


def forget(connection: sqlite3.Connection, identities: Iterable[str]) -> None:
    """Remove the fingerprints of *identities*: what the PIM holds of them is not known."""
    connection.execute(REMOVE, (_json(identities),))


def forget_others(
    connection: sqlite3.Connection, import_id: str, identities: Sequence[str]
) -> None:
    """Let nothing be believed of *identities* but what *import_id* itself has written.

    A parked command is sent long after it was noted, when others may have written its key.
    """
    connection.execute(DOUBT_OTHERS, (import_id, _json(identities)))
    connection.execute(REMOVE_BELIEVED, (_json(identities),))


def forget_open(connection: sqlite3.Connection, import_id: str) -> None:
    """Remove the fingerprints that *import_id* has made and nobody believes yet."""
    connection.execute(OPEN, (import_id,))


def believe(connection: sqlite3.Connection, import_id: str) -> None:
    """Let the fingerprints of an import that is over be believed, but those that nobody knows."""
    if not _pim_of(connection, import_id):
        return
    names = {"id": import_id, "linked": LINKED}
    if connection.execute(DISTURBED, names).fetchone()[0]:
        forget_open(connection, import_id)
    connection.execute(f"{OPEN} AND digest IS NULL", (import_id,))
    connection.execute(OF_SPOILED, names)
    connection.execute("UPDATE fingerprints SET import_id = NULL WHERE import_id = :id", names)


def _pim_of(connection: sqlite3.Connection, import_id: str) -> str:
    """Return the PIM of which *import_id* keeps fingerprints, ``NONE`` when it keeps none."""
    query = "SELECT pim FROM fingerprinted WHERE import_id = ?"
    row = connection.execute(query, (import_id,)).fetchone()
    return str(row[0]) if row else NONE


def _any(connection: sqlite3.Connection) -> bool:
    (found,) = connection.execute("SELECT EXISTS (SELECT 1 FROM fingerprints)").fetchone()
    return bool(found)


def _spoil(connection: sqlite3.Connection, batch: Batch[Any]) -> None:
    """Remove the fingerprints of what the commands of a batch may change besides their own keys.

    Structure is settled before the catalogue is sent. Of the catalogue nobody knows which of two
    keys was written first, so there nothing of the same import is believed later, either.
    """
    for resource in batch.command_type.spoils:
        if resource == LINKED:
            connection.execute(REMOVE_LINKED)
        else:
            connection.execute(REMOVE_RESOURCE, (resource, resource))
        if batch.lane is not None:
            row = (batch.import_id, resource)
            connection.execute("INSERT OR IGNORE INTO spoiled VALUES (?, ?)", row)


def _roll(connection: sqlite3.Connection, codec: Codec, batch: Batch[Any], pim: str) -> None:
    """Make or continue the candidate of each key of *batch*."""
    rows = connection.execute(KNOWN, (_json(identities_of(batch)),))
    known = {identity: (digest, linked, owner) for identity, digest, linked, owner in rows}
    for envelope in batch.envelopes:
        identity = envelope.command.identity
        digest, linked, owner = known.get(identity, (None, False, None))
        newer = fingerprint(codec, envelope)
        if owner == batch.import_id:
            newer = followed_by(digest, newer) if digest and newer else None
        elif owner is not None:
            newer = None  # another import writes it at the same time
        linked = envelope.command.linked or (linked and owner == batch.import_id)
        known[identity] = (newer, linked, batch.import_id)
    connection.executemany(
        "INSERT OR REPLACE INTO fingerprints VALUES (?, ?, ?, ?, ?)",
        [(key, pim, digest, linked, owner) for key, (digest, linked, owner) in known.items()],
    )


def fingerprint(codec: Codec, envelope: Envelope[LaneCommand]) -> bytes | None:
    """Return the fingerprint of one command; None of a delete, or of a file that is not there."""
    command, attachment = envelope.command, envelope.attachment
    if not isinstance(command, Upsertable) and not (attachment and not attachment.problem):
        return None
    data = envelope.data if envelope.data is not None else codec.encode(command)
    return digest_of(codec.name_of(type(command)), data, attachment.sha256 if attachment else "")


def identities_of(batch: Batch[Any]) -> list[str]:
    """Return the identities of the commands of *batch*."""
    return [envelope.command.identity for envelope in batch.envelopes]


def _json(identities: Iterable[str]) -> str:
    return orjson.dumps(list(identities)).decode()
