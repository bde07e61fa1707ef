"""What becomes of a batch that nobody understands: its commands end as ``dead``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from importbus.adapters.journal.fingerprints import forget_open
from importbus.adapters.journal.parked_rows import unpark
from importbus.adapters.journal.positions import decode_positions
from importbus.adapters.journal.reasons import encode_errors, reason_of
from importbus.adapters.journal.settling import FAILURE, add_outcomes
from importbus.bus.messages import Position
from importbus.bus.outcomes import ServerError

SETTLE = """
UPDATE batches SET settled = :at,
    place = (SELECT settlements + 1 FROM imports WHERE imports.import_id = batches.import_id)
WHERE import_id = :id AND producer = :producer AND seq = :seq AND settled IS NULL
RETURNING command, commands, positions, round
"""

COUNT = """
UPDATE imports SET settlements = settlements + 1, settled_at = :at WHERE import_id = :id
"""

PARKED = """
SELECT source, line, number FROM parked WHERE import_id = :id AND round = :round AND seq = :seq
"""


def bury(connection: sqlite3.Connection, batch_id: str, reason: str, raw: bytes, at: float) -> int:
    """Settle the commands of a batch as dead, with *reason*; return how many."""
    import_id, producer, seq = _parts(batch_id)
    names: dict[str, Any] = {"id": import_id, "producer": producer, "seq": seq, "at": at}
    row = connection.execute(SETTLE, names).fetchone()
    if row is None:
        return 0
    command, commands, positions, number = row
    connection.execute(COUNT, names)
    errors = [ServerError(reason)]
    data = dict(_readable(raw))
    places = decode_positions(positions) if positions else _unparked(connection, names, number)
    rows = [
        (
            import_id, place.source, place.line, command, _key(data.get(place)), "dead", None,
            encode_errors(errors), reason_of(errors), 0, orjson.dumps(data.get(place)), at, at,
            None, batch_id,
        )
        for place in places
    ]  # fmt: skip
    connection.executemany(FAILURE, rows)
    forget_open(connection, import_id)  # which keys these were nobody can tell
    add_outcomes(connection, import_id, [(command, "dead", commands)])
    return int(commands)


def _parts(batch_id: str) -> tuple[str, str, int]:
    import_id, producer, seq, *_ = [*batch_id.split("/"), "", "", ""]
    return import_id, producer, int(seq) if seq.isdecimal() else 0


def _unparked(
    connection: sqlite3.Connection, names: Mapping[str, Any], number: int
) -> list[Position]:
    """Return where the commands of a round's batch stand, which wait no longer."""
    found = connection.execute(PARKED, {**names, "round": number}).fetchall()
    unpark(connection, names["id"], [place for _, _, place in found])
    return [Position(source, line) for source, line, _ in found]


def _readable(raw: bytes) -> Iterator[tuple[Position, Any]]:
    """Yield the data of each item that can be read, with its position."""
    try:
        for item in orjson.loads(raw)["items"]:
            at = item["position"]
            yield Position(at["source"], at["line"]), item["data"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return


def _key(data: Any) -> str:
    """Return what looks like the key of a command that nobody here knows."""
    fields = data if isinstance(data, dict) else {}
    return str(fields.get("identifier") or fields.get("code") or "")
