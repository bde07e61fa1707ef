"""An open import in a journal, and words for what is written there."""

from __future__ import annotations

from pathlib import Path

from importbus.adapters.codec import JsonCodec
from importbus.adapters.journal import SqliteJournal
from importbus.bus.batches import Batch, Envelope, Settled, Settlement
from importbus.bus.journal import ImportRecord
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.outcomes import Outcome, ServerError
from importbus.handlers.akeneo import (
    COMMANDS,
    CreateOrUpdateProduct,
)

RECORD = ImportRecord("spring", "Spring", ("a.jsonl",), 4, 100.0)


def open_journal(path: Path) -> SqliteJournal:
    """Open the journal at *path*."""
    codec = JsonCodec()
    for command in COMMANDS:
        codec.register(command)
    return SqliteJournal(str(path / "journal.db"), codec)


def product(number: int, *, family: str = "mugs") -> Envelope[LaneCommand]:
    """Return a product command with the number *number*."""
    command = CreateOrUpdateProduct(identifier=f"p{number}", family=family)
    return Envelope(command, Position("a.jsonl", number), number, 40)


def batch_of(
    seq: int, *envelopes: Envelope[LaneCommand], lane: int | None = 0
) -> Batch[LaneCommand]:
    """Return *envelopes* as a batch."""
    return Batch("spring", "1", seq, lane, type(envelopes[0].command), envelopes)


def settle(
    journal: SqliteJournal, batch: Batch[LaneCommand], *outcomes: Outcome, sends: int = 1
) -> dict[str, int]:
    """Note *batch*, unless it is of a round, and settle it with *outcomes*."""
    if not batch.round:
        journal.note(batch, accepted=batch.envelopes[-1].number)
    results = tuple(
        Settled(envelope, outcome, envelope.sends + sends)
        for envelope, outcome in zip(batch.envelopes, outcomes, strict=True)
    )
    settled = journal.settle(Settlement(batch, results, 1, 250.0, 101.0))
    return dict(settled.outcomes)


def refused(*wants: str) -> Outcome:
    """Return the parking of a command that waits for *wants*."""
    return Outcome.parked(ServerError("no such family", "family"), status=422, wants=wants)


def plan(journal: SqliteJournal, number: int) -> list[Batch[LaneCommand]]:
    """Plan a round and return its batches."""
    count = journal.plan_round("spring", number, "all", at=102.0)
    batches = list(journal.round_batches("spring", number)) if count else []
    assert len(batches) == count
    return batches


def names(batches: list[Batch[LaneCommand]]) -> list[list[str]]:
    """Return the keys of each batch."""
    return [[command.key for command in batch.items] for batch in batches]
