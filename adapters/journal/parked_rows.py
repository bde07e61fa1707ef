"""The rows of parked commands: what they hold, what they wait for, whom they must follow."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

import orjson
from attrs import frozen

from importbus.adapters.journal.reasons import encode_errors, reason_of
from importbus.bus.batches import Settled, Settlement
from importbus.bus.following import touched_by
from importbus.bus.journal import ParkedToken
from importbus.bus.messages import Upsertable
from importbus.bus.outcomes import SUSPECT, OutcomeKind, worse
from importbus.bus.ports import Codec

UNTOLD = "?"
"""What a command waits for when nobody can tell: it gets one more send, no third."""

BEHIND = "behind:"

LAST_RANK = 1_000_000
"""Rank of what is no upsert: in a round it follows the upserts that it was dispatched behind."""

TABLES = ("parked", "parked_tokens", "wants", "behind", "attachments")

INSERT = """
INSERT INTO parked (import_id, number, source, line, command, key, lane, rank, remainder, suspect,
                    written, status, errors, reason, attempts, size, data, since, tree,
                    request_id, batch)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

ANSWERED = (
    INSERT
    + """
ON CONFLICT (import_id, number) DO UPDATE SET
    remainder = remainder OR excluded.remainder, suspect = excluded.suspect,
    written = excluded.written, status = excluded.status, errors = excluded.errors,
    reason = excluded.reason, attempts = excluded.attempts, size = excluded.size,
    data = excluded.data, request_id = excluded.request_id, batch = excluded.batch
"""
)
"""Keep a command with its answer, which replaces an earlier one: so a suspect is cleared by it."""

FOLLOWING = INSERT + "ON CONFLICT (import_id, number) DO UPDATE SET attempts = excluded.attempts"
"""Keep a command that was not sent: an answer that it got in an earlier round stays."""


WANT = """
INSERT INTO wants VALUES (?, ?, ?, 1)
ON CONFLICT (import_id, number, token) DO UPDATE SET cured = 1 WHERE ?
"""
"""A reason that was there before has been used up; a suspect may go alone again (last value)."""


ATTACHMENT = "INSERT OR REPLACE INTO attachments VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


@frozen
class Parked:
    """What is known of a parked command: how its written part ended, and since when it waits."""

    written: OutcomeKind | None
    since: float


def parked_among(
    connection: sqlite3.Connection, import_id: str, numbers: Sequence[int]
) -> dict[int, Parked]:
    """Return those of *numbers* that are parked."""
    rows = connection.execute(
        "SELECT number, written, since FROM parked"
        " WHERE import_id = ? AND number IN (SELECT value FROM json_each(?))",
        (import_id, orjson.dumps(numbers).decode()),
    )
    return {n: Parked(OutcomeKind(part) if part else None, since) for n, part, since in rows}


def keep_parked(
    connection: sqlite3.Connection,
    codec: Codec,
    settlement: Settlement,
    waiting: Sequence[Settled],
    before: Mapping[int, Parked],
) -> None:
    """Keep the commands of *waiting* with all that decides when they go again."""
    import_id = settlement.batch.import_id
    had_its_turn = bool(settlement.batch.round) and len(settlement.batch) == 1
    leaders = {settled.envelope.number: _leaders(settled) for settled in waiting}
    rows = [(s, _row(codec, settlement, s, before.get(s.envelope.number))) for s in waiting]
    following = [row for settled, row in rows if leaders[settled.envelope.number]]
    answered = [row for settled, row in rows if not leaders[settled.envelope.number]]
    connection.executemany(ANSWERED, answered)
    connection.executemany(FOLLOWING, following)
    connection.executemany(
        "INSERT OR IGNORE INTO parked_tokens VALUES (?, ?, ?, ?, ?)",
        [token for settled in waiting for token in _tokens(import_id, settled)],
    )
    connection.executemany(
        WANT,
        [
            (import_id, settled.envelope.number, token, token == SUSPECT and not had_its_turn)
            for settled in waiting
            if not leaders[settled.envelope.number]
            for token in settled.outcome.wants or (UNTOLD,)
        ],
    )
    _keep_leaders(connection, import_id, leaders)
    connection.executemany(ATTACHMENT, [one for s in waiting for one in _attachment(import_id, s)])


def _keep_leaders(
    connection: sqlite3.Connection, import_id: str, leaders: Mapping[int, Sequence[int]]
) -> None:
    """Replace whom commands follow; one that was not sent has not used up its reasons."""
    connection.execute(
        "DELETE FROM behind WHERE import_id = ? AND number IN (SELECT value FROM json_each(?))",
        (import_id, orjson.dumps(list(leaders)).decode()),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO behind VALUES (?, ?, ?)",
        [(import_id, number, leader) for number, ahead in leaders.items() for leader in ahead],
    )
    connection.executemany(
        "UPDATE wants SET cured = 1 WHERE import_id = ? AND number = ?",
        [(import_id, number) for number, ahead in leaders.items() if ahead],
    )


def _leaders(settled: Settled) -> list[int]:
    wants = settled.outcome.wants
    return [int(w.removeprefix(BEHIND)) for w in wants if w.startswith(BEHIND)]


def _row(
    codec: Codec, settlement: Settlement, settled: Settled, before: Parked | None
) -> tuple[object, ...]:
    outcome, envelope = settled.outcome, settled.envelope
    command = envelope.command
    data = codec.encode(outcome.remainder or command)
    return (
        settlement.batch.import_id,
        envelope.number,
        envelope.position.source,
        envelope.position.line,
        codec.name_of(type(command)),
        command.key,
        settlement.batch.lane,
        type(command).rank if isinstance(command, Upsertable) else LAST_RANK,
        outcome.remainder is not None,
        SUSPECT in outcome.wants,
        _together(before.written if before else None, outcome.written),
        outcome.status,
        encode_errors(outcome.errors),
        reason_of(outcome.errors),
        settled.sends,
        len(data),
        data,
        settlement.at,
        envelope.tree,
        outcome.request_id,
        settlement.batch.id,
    )


def _together(first: OutcomeKind | None, second: OutcomeKind | None) -> OutcomeKind | None:
    return worse(first, second) if first and second else first or second


def _tokens(import_id: str, settled: Settled) -> Iterable[tuple[object, ...]]:
    """Yield what a parked command holds; no upsert waits behind a file, which may wait for it."""
    command, number = settled.envelope.command, settled.envelope.number
    file = command.attaches is not None
    upsert = isinstance(command, Upsertable) or file
    yield (import_id, command.identity, number, not file, upsert)
    for token in touched_by(settled.envelope) - {command.identity}:
        yield (import_id, token, number, False, upsert)


def _attachment(import_id: str, settled: Settled) -> Iterable[tuple[object, ...]]:
    """Yield the row of the file that goes along, with the bytes that came in the message."""
    if one := settled.envelope.attachment:
        place = (import_id, settled.envelope.number)
        yield (*place, one.name, one.size, one.sha256, one.path, one.reference, one.content)


def unpark(connection: sqlite3.Connection, import_id: str, numbers: Sequence[int]) -> None:
    """Forget parked commands that have their final outcome."""
    names = (import_id, orjson.dumps(numbers).decode())
    for table in TABLES:
        connection.execute(
            f"DELETE FROM {table} WHERE import_id = ?"  # noqa: S608 - fixed names
            " AND number IN (SELECT value FROM json_each(?))",
            names,
        )


def parked_tokens(
    connection: sqlite3.Connection, import_id: str, tokens: Iterable[str]
) -> Sequence[ParkedToken]:
    """Return which of *tokens* are held by parked commands."""
    rows = connection.execute(
        "SELECT token, number, own, upsert FROM parked_tokens"
        " WHERE import_id = ? AND token IN (SELECT value FROM json_each(?))",
        (import_id, orjson.dumps(list(tokens)).decode()),
    )
    return [ParkedToken(t, n, bool(own), bool(upsert)) for t, n, own, upsert in rows]
