"""Which items the PIM is known to have, so that they need not be asked for."""

from __future__ import annotations

from threading import Lock
from typing import Any

from importbus.bus.batches import Batch
from importbus.bus.outcomes import Outcome, OutcomeKind

OWNERS = frozenset(
    {"product", "product_model", "reference_entity", "reference_entity_record", "asset"}
)
"""The resources that files belong to."""

MOST_ITEMS = 10_000
"""Items that are remembered; the oldest goes when there are more (I7)."""

THERE = (OutcomeKind.CREATED, OutcomeKind.UPDATED, OutcomeKind.UPLOADED)
"""Outcomes after which an item exists."""


class KnownItems:
    """Remembers items by what became of the commands that wrote them. Thread-safe.

    Each item is remembered for its import only: what others delete between two imports is not
    taken to exist.
    """

    def __init__(self) -> None:
        self._items: dict[tuple[str, str], None] = {}
        self._lock = Lock()

    def has(self, import_id: str, identity: str) -> bool:
        """Whether the item was there when the import wrote it last; false when that is unknown."""
        return (import_id, identity) in self._items

    def add(self, import_id: str, identity: str) -> None:
        """Remember that an item is there."""
        with self._lock:
            self._items.pop((import_id, identity), None)
            self._items[import_id, identity] = None
            if len(self._items) > MOST_ITEMS:
                del self._items[next(iter(self._items))]

    def learn(self, batch: Batch[Any], found: dict[int, Outcome]) -> None:
        """Learn from what was *found* out about the commands of *batch*, by their numbers."""
        if batch.command_type.resource not in OWNERS:
            return
        for envelope in batch.envelopes:
            if outcome := found.get(envelope.number):
                self._learn_one(batch, envelope.command.identity, outcome)

    def _learn_one(self, batch: Batch[Any], identity: str, outcome: Outcome) -> None:
        if outcome.kind in THERE or outcome.written:
            self.add(batch.import_id, identity)
        elif outcome.kind is OutcomeKind.DELETED:
            self._forget(batch, identity)

    def _forget(self, batch: Batch[Any], identity: str) -> None:
        """Forget a deleted item; a model takes others with it, and nobody says which."""
        with self._lock:
            if batch.command_type.resource == "product_model":
                self._items.clear()
            else:
                self._items.pop((batch.import_id, identity), None)
