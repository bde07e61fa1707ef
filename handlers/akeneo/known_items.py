"""Which items the PIM is known to have, so that they need not be asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any

from importbus.bus.batches import Batch
from importbus.bus.outcomes import Outcome, OutcomeKind

OWNERS = frozenset(
    {"product", "product_model", "reference_entity", "reference_entity_record", "asset"}
)
"""The resources that files belong to."""

NAMED_ALONE = frozenset({"product", "asset"})
"""What goes alone when it is deleted, under the only name that it is remembered by."""

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
        self._add_all(import_id, [identity])

    def learn(self, batch: Batch[Any], found: Mapping[int, Outcome]) -> None:
        """Learn from what was *found* out about the commands of *batch*, by their numbers."""
        resource = batch.command_type.resource
        there: list[str] = []
        for envelope in batch.envelopes:
            outcome = found.get(envelope.number)
            if outcome is None:
                continue
            if outcome.kind is OutcomeKind.DELETED:
                self._forget(batch.import_id, resource, envelope.command.identity)
            elif resource in OWNERS and (outcome.kind in THERE or outcome.written):
                there.append(envelope.command.identity)
        self._add_all(batch.import_id, there)

    def _add_all(self, import_id: str, identities: Iterable[str]) -> None:
        items = self._items
        with self._lock:
            for identity in identities:
                items.pop((import_id, identity), None)
                items[import_id, identity] = None
            while len(items) > MOST_ITEMS:
                del items[next(iter(items))]

    def _forget(self, import_id: str, resource: str, identity: str) -> None:
        """Forget a deleted item; where others go with it under other names, forget everything."""
        with self._lock:
            if resource in NAMED_ALONE:
                self._items.pop((import_id, identity), None)
            else:
                self._items.clear()
