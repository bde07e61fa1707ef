"""What a stalled import waits for, in words (I12)."""

from __future__ import annotations

from collections.abc import Iterator

from importbus.bus.journal import Journal

NAMED = 20
"""Most batches that a stall names; the rest is counted."""


def names_of(journal: Journal, import_id: str, missing: list[tuple[str, int]]) -> Iterator[str]:
    """Yield the batch ids of *missing* (producer and number) with their positions."""
    for producer, seq in missing[:NAMED]:
        places = journal.positions(import_id, producer, seq)
        yield f"{import_id}/{producer}/{seq} ({places})"
    if len(missing) > NAMED:
        yield f"{len(missing) - NAMED} more batches"
