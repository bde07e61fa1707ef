"""Which items are known to exist, and for how long."""

from __future__ import annotations

from typing import ClassVar

import pytest
from attrs import evolve, frozen

from akeneo_batches import batch_of
from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import Outcome, OutcomeKind
from importbus.handlers.akeneo import (
    CreateOrUpdateCategory,
    CreateOrUpdateProduct,
    DeleteProduct,
    DeleteProductModel,
)
from importbus.handlers.akeneo.known_items import MOST_ITEMS, KnownItems

MUG = batch_of(CreateOrUpdateProduct(identifier="Mug"))
PARTLY = evolve(Outcome.parked("waits"), written=OutcomeKind.CREATED)


def known(outcome: Outcome | None) -> bool:
    """Return whether a product is known to exist after that *outcome*."""
    items = KnownItems()
    items.learn(MUG, {1: outcome} if outcome else {})
    return items.has("import", "product:mug")


@pytest.mark.parametrize(
    "outcome",
    [Outcome.created(), Outcome.updated(), Outcome.uploaded(), PARTLY],
    ids=["created", "updated", "uploaded", "in parts"],
)
def test_what_was_written_is_there(outcome: Outcome) -> None:
    """Also when something of it waits."""
    assert known(outcome)


@pytest.mark.parametrize(
    "outcome",
    [Outcome.failed("no"), Outcome.parked("waits"), Outcome.unknown(), Outcome.deleted(), None],
    ids=["failed", "parked", "unknown", "deleted", "no outcome"],
)
def test_what_was_not_written_is_not_known_to_be_there(outcome: Outcome | None) -> None:
    """It may be: then the PIM is asked."""
    assert not known(outcome)


def test_a_refused_update_leaves_what_is_known() -> None:
    """The product was there before, and is still."""
    items = KnownItems()
    items.learn(MUG, {1: Outcome.updated()})
    items.learn(MUG, {1: Outcome.failed("no")})

    assert items.has("import", "product:mug")


def test_what_was_deleted_is_forgotten() -> None:
    """It alone, and with a model whatever was known: its tree is gone, too."""
    items = KnownItems()
    both = batch_of(CreateOrUpdateProduct(identifier="a"), CreateOrUpdateProduct(identifier="b"))
    items.learn(both, {1: Outcome.created(), 2: Outcome.created()})
    items.learn(batch_of(DeleteProduct(identifier="A")), {1: Outcome.deleted()})
    assert [items.has("import", f"product:{code}") for code in "ab"] == [False, True]

    items.learn(batch_of(DeleteProductModel(code="tree")), {1: Outcome.deleted()})
    assert not items.has("import", "product:b")


@frozen(kw_only=True)
class DeleteBySerial(LaneCommand):
    """Delete a product by a name that nothing else uses."""

    resource: ClassVar[str] = "product_serial"

    serial: str

    @property
    def key(self) -> str:
        """The serial."""
        return self.serial


def test_a_delete_by_another_name_takes_whatever_is_known() -> None:
    """Nobody knows which product that was."""
    items = KnownItems()
    items.learn(MUG, {1: Outcome.created()})
    items.learn(batch_of(DeleteBySerial(serial="1")), {1: Outcome.deleted()})

    assert not items.has("import", "product:mug")


def test_another_import_knows_nothing_of_it() -> None:
    """Between two imports anyone may have deleted it."""
    items = KnownItems()
    items.learn(MUG, {1: Outcome.created()})

    assert not items.has("next", "product:mug")


def test_what_no_file_belongs_to_is_not_remembered() -> None:
    """Nobody asks for it."""
    items = KnownItems()
    items.learn(batch_of(CreateOrUpdateCategory(code="a")), {1: Outcome.created()})

    assert not items.has("import", "category:a")


def test_memory_does_not_grow_for_ever() -> None:
    """What was written longest ago is forgotten first (I7)."""
    items = KnownItems()
    for n in range(MOST_ITEMS):
        items.add("import", str(n))
    items.add("import", "0")
    items.add("import", "new")

    assert [items.has("import", key) for key in ("0", "1", "2", "new")] == [True, False, True, True]
