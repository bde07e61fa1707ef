"""Fingerprints in the journal: what is believed of a key, and from when on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fingerprint_scene import PIM, FingerprintScene
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.wiring import open_codec
from importbus.bus.journal import ImportRecord
from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import Outcome
from importbus.handlers.akeneo import (
    CreateOrUpdateFamilyVariant,
    CreateOrUpdateProduct,
    CreateOrUpdateProductByUuid,
    DeleteProduct,
    DeleteProductModel,
)

A = CreateOrUpdateProduct(identifier="a", enabled=True)

LINKED = CreateOrUpdateProduct(identifier="b", associations={"X": {"products": ["a"]}})

BY_UUID = CreateOrUpdateProductByUuid(uuid="5ce8d1a5-2a0b-4b3e-8c3a-1f0c3a0b7d11", enabled=True)

VARIANT = CreateOrUpdateFamilyVariant(code="v", family="f", variant_attribute_sets=[])


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[FingerprintScene]:
    """A new journal."""
    journal = SqliteJournal(str(tmp_path / "journal.db"), open_codec())
    yield FingerprintScene(journal)
    journal.close()


def test_what_was_written_is_believed_when_the_import_is_over(scene: FingerprintScene) -> None:
    """Of that PIM, and not before: until then it may still fail."""
    scene.begin("x")
    scene.settle(scene.note("x", A), Outcome.updated())
    before = scene.believed(A)
    scene.journal.finish("x", at=9.0)

    assert before == []
    assert scene.believed(A) == ["a"]
    assert scene.believed(A, pim="another") == []


def test_the_order_of_the_commands_counts(scene: FingerprintScene) -> None:
    """The fingerprint of a key is that of all its commands."""
    other = CreateOrUpdateProduct(identifier="a", enabled=False)
    fingerprints: list[bytes] = []
    for number, commands in enumerate([(A,), (A, other), (other, A), (A,)]):
        scene.written(f"x{number}", *commands)
        fingerprints += scene.journal.fingerprints.believed(PIM, [A.identity]).values()

    assert fingerprints[0] == fingerprints[3]
    assert len(set(fingerprints)) == 3


def test_what_is_about_to_be_written_is_not_known_any_more(scene: FingerprintScene) -> None:
    """From the moment when it is noted: the process may die right after the call."""
    scene.written("x", A)
    scene.begin("y")
    scene.note("y", A)

    assert scene.believed(A) == []


def test_an_import_that_keeps_no_fingerprints_forgets_them(scene: FingerprintScene) -> None:
    """What others wrote before is no longer what the PIM holds."""
    scene.written("x", A, LINKED)
    scene.written("y", A, pim=None)

    assert scene.believed(A, LINKED) == ["b"]


def test_a_failure_is_not_believed(scene: FingerprintScene) -> None:
    """Neither one of the first send nor one that waited in vain for what it wanted."""
    scene.begin("x")
    scene.settle(scene.note("x", A), Outcome.failed("no"))
    scene.settle(scene.note("x", LINKED), Outcome.parked("later", wants=["product:c"]))
    assert scene.journal.plan_round("x", 1, "all", at=9.0) == 1
    (batch,) = scene.journal.round_batches("x", 1)
    scene.settle(batch, Outcome.parked("later", wants=["product:c"]))
    assert scene.journal.plan_round("x", 2, "all", at=9.0) == 0
    scene.journal.finish("x", at=9.0)

    assert scene.journal.report("x").failures == 2
    assert scene.believed(A, LINKED) == []


@pytest.mark.parametrize(
    ("command", "left"),
    [
        (DeleteProduct(identifier="c"), ["a"]),
        (DeleteProductModel(code="m"), []),
        (VARIANT, []),
        (CreateOrUpdateProduct(identifier="c"), ["a", "b"]),
    ],
)
def test_a_command_spoils_what_it_may_change(
    scene: FingerprintScene, command: LaneCommand, left: list[str]
) -> None:
    """A delete what is linked, a model its tree, a way to vary what varies; see ``spoils``."""
    scene.written("x", A, LINKED)
    scene.written("y", command)

    assert scene.believed(A, LINKED) == left


def test_what_is_spoiled_by_its_own_import_is_not_believed(scene: FingerprintScene) -> None:
    """Which of two keys of the catalogue was written first nobody knows; structure was."""
    scene.written("x", DeleteProduct(identifier="c"), LINKED, A)
    scene.written("y", VARIANT, BY_UUID)
    scene.written("z", LINKED, BY_UUID)

    assert scene.believed(A, LINKED, BY_UUID) == []


def test_structure_spoils_what_was_written_before_it(scene: FingerprintScene) -> None:
    """The catalogue of the same import comes later, and is believed."""
    scene.written("x", VARIANT, A)

    assert scene.believed(VARIANT, A) == ["v", "a"]


def test_a_deleted_key_is_not_believed(scene: FingerprintScene) -> None:
    """Also when it was written again after that."""
    scene.written("x", DeleteProduct(identifier="a"), A)

    assert scene.believed(A) == []


@pytest.mark.parametrize("shared", [False, True])
def test_what_was_withdrawn_is_not_believed(scene: FingerprintScene, shared: bool) -> None:
    """It was noted and perhaps never sent, and nobody has to read it again."""
    scene.begin("x")
    scene.settle(scene.note("x", A), Outcome.updated())
    scene.note("x", LINKED)
    if shared:
        scene.journal.shared.finish_all("x")
    else:
        scene.journal.resume_import("x")
    scene.journal.finish("x", at=9.0)

    assert scene.believed(A, LINKED) == []


def test_two_imports_at_once_believe_nothing_of_a_key_of_both(scene: FingerprintScene) -> None:
    """Nobody knows who was last; of other keys it is known."""
    scene.begin("x")
    scene.begin("y")
    scene.note("x", A)
    scene.note("y", A)
    scene.note("y", CreateOrUpdateProduct(identifier="c"))
    for import_id in ("x", "y"):
        scene.journal.finish(import_id, at=9.0)

    assert scene.believed(A, CreateOrUpdateProduct(identifier="c")) == ["c"]


def test_beside_an_import_without_fingerprints_nothing_is_believed(scene: FingerprintScene) -> None:
    """What that one writes it does not say."""
    scene.begin("x")
    scene.written("y", CreateOrUpdateProduct(identifier="c"), pim=None)
    scene.settle(scene.note("x", A), Outcome.updated())
    scene.journal.finish("x", at=99.0)

    assert scene.believed(A) == []


def test_what_waits_in_a_queue_is_under_way(scene: FingerprintScene) -> None:
    """An import without fingerprints that was published first, and is carried out last."""
    scene.begin("x", pim=None, shared=True)
    batch = scene.note("x", A)
    scene.written("y", A)
    scene.settle(batch, Outcome.updated())
    scene.journal.finish("x", at=99.0)
    before = scene.believed(A)
    scene.written("z", A)

    assert before == []
    assert scene.believed(A) == ["a"]


@pytest.mark.parametrize("over", [True, False])
def test_what_was_parked_is_written_when_it_is_sent(scene: FingerprintScene, over: bool) -> None:
    """Another import that wrote the key meanwhile, over or not, did not write it last."""
    scene.begin("x")
    scene.settle(scene.note("x", A), Outcome.parked("later", wants=["product:c"]))
    scene.journal.resume_import("x")
    scene.begin("y")
    scene.settle(scene.note("y", CreateOrUpdateProduct(identifier="c")), Outcome.updated())
    scene.settle(scene.note("y", A), Outcome.updated())
    if over:
        scene.journal.finish("y", at=99.0)
    assert scene.journal.plan_round("x", 1, "all", at=99.0) == 1
    (batch,) = scene.journal.round_batches("x", 1)
    scene.settle(batch, Outcome.updated())
    scene.journal.finish("x", at=99.0)
    scene.journal.finish("y", at=99.0)

    assert scene.believed(A) == []


def test_a_batch_that_nobody_understood_leaves_nothing_to_believe(scene: FingerprintScene) -> None:
    """Which keys its commands had is not known."""
    scene.begin("x")
    batch = scene.note("x", A)
    scene.journal.shared.bury(batch.id, reason="broken", raw=b"", at=9.0)
    scene.journal.finish("x", at=9.0)

    assert scene.believed(A) == []


@pytest.mark.parametrize(
    ("said", "believed"),
    [
        ((PIM, PIM), ["a"]),
        ((None, PIM), []),
        ((PIM, None), []),
        ((PIM, None, PIM), []),
        ((PIM, "another"), []),
    ],
)
def test_of_several_producers_all_have_to_say_it(
    scene: FingerprintScene, said: tuple[str | None, ...], believed: list[str]
) -> None:
    """Whoever begins first, and also when one begins again."""
    record = ImportRecord("x", None, ("f",), 4, 1.0, True, producers=2)
    scene.journal.open_import(record)
    for pim in said:
        scene.journal.fingerprints.keep("x", pim)
    scene.settle(scene.note("x", A), Outcome.updated())
    scene.journal.finish("x", at=9.0)

    assert scene.believed(A) == believed


def test_an_import_of_one_producer_may_change_its_mind(scene: FingerprintScene) -> None:
    """When it is resumed: what is sent from then on gets fingerprints."""
    scene.begin("x", pim=None)
    scene.journal.fingerprints.keep("x", PIM)
    scene.settle(scene.note("x", A), Outcome.updated())
    scene.journal.finish("x", at=9.0)

    assert scene.believed(A) == ["a"]


def test_an_import_that_is_forgotten_leaves_what_is_believed(scene: FingerprintScene) -> None:
    """Its fingerprints say what the PIM holds, whoever wrote it; those of its last run do not."""
    scene.written("x", A)
    scene.begin("y")
    scene.note("y", LINKED)
    for import_id in ("x", "y"):
        scene.journal.delete_import(import_id)

    assert scene.believed(A, LINKED) == ["a"]
