"""The batches of a planned parking round, made from the rows of what is parked."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import orjson
from attrs import frozen

from importbus.adapters.journal.positions import describe_positions, encode_positions
from importbus.bus.attachments import Attachment
from importbus.bus.batches import Batch, Envelope
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.ports import Codec


@frozen
class Planned:
    """A batch of a round as it was written down."""

    seq: int
    lane: int | None
    command: str


def planned(connection: sqlite3.Connection, import_id: str, number: int) -> Sequence[Planned]:
    """Return the batches of round *number* that are not settled, in their order."""
    rows = connection.execute(
        "SELECT seq, lane, command FROM batches"
        " WHERE import_id = ? AND producer = ? AND settled IS NULL ORDER BY seq",
        (import_id, f"r{number}"),
    )
    return [Planned(*row) for row in rows.fetchall()]


def batch_of(
    connection: sqlite3.Connection, codec: Codec, import_id: str, number: int, plan: Planned
) -> Batch[LaneCommand] | None:
    """Return the batch that *plan* is about, with its commands; None when it was settled since."""
    rows = connection.execute(
        "SELECT source, line, number, parked.size, attempts, tree, data,"
        "       name, attachments.size, sha256, path, content, reference"
        " FROM parked INDEXED BY parked_by_round LEFT JOIN attachments USING (import_id, number)"
        " WHERE import_id = ? AND round = ? AND seq = ? ORDER BY number",
        (import_id, number, plan.seq),
    ).fetchall()
    if not rows:
        return None
    envelopes = tuple(
        Envelope(
            codec.decode(plan.command, orjson.loads(data)),
            Position(source, line),
            place,
            size,
            attempts,
            tree,
            Attachment(*file) if file[0] is not None else None,
        )
        for source, line, place, size, attempts, tree, data, *file in rows
    )
    return Batch(
        import_id,
        f"r{number}",
        plan.seq,
        plan.lane,
        type(envelopes[0].command),
        envelopes,
        number,
        reason="round",
    )


def positions(connection: sqlite3.Connection, import_id: str, producer: str, seq: int) -> str:
    """Return where the commands of an unsettled batch stand, as people read it."""
    row = connection.execute(
        "SELECT positions FROM batches WHERE import_id = ? AND producer = ? AND seq = ?",
        (import_id, producer, seq),
    ).fetchone()
    if row and row[0]:
        return describe_positions(row[0])
    parked = connection.execute(
        "SELECT source, line FROM parked INDEXED BY parked_by_round"
        " WHERE import_id = ? AND 'r' || round = ? AND seq = ?",
        (import_id, producer, seq),
    )
    return describe_positions(encode_positions([Position(*place) for place in parked]))
