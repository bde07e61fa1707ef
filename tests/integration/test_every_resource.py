"""I4 with every class of command: any order of the lines ends in the same state of the PIM."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from import_desk import ImportDesk, open_desk, outcomes
from importbus.bus import LaneCommand
from importbus.bus.messages import Upsertable
from importbus.handlers import akeneo
from importbus.handlers.akeneo import COMMANDS
from library_catalogue import ACME, CATALOGUE, STRUCTURE, Asset, Record, in_order, shuffled
from raw_libraries import entry

pytestmark = pytest.mark.integration

PASSING = ("created", "updated", "uuid")
"""What says when or in which run something was made."""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImportDesk]:
    """One PIM and one bus for all tests."""
    with open_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture
def desk(opened: ImportDesk) -> ImportDesk:
    """A PIM as just installed."""
    opened.pim.reset()
    opened.pim.set_faults(None)
    return opened


def state_after(desk: ImportDesk, commands: list[LaneCommand]) -> Any:
    """Import *commands*, of which none may fail, and return what the PIM then holds."""
    desk.pim.reset()
    run = desk.run(*commands)
    assert outcomes(run) == {"created": len(commands)}, list(run.failures())
    return lasting(desk.pim.state())


def lasting(state: Any) -> Any:
    """Return *state* without what differs from run to run."""
    if isinstance(state, dict):
        return {k: lasting(v) for k, v in state.items() if k not in PASSING or isinstance(v, dict)}
    return state


def test_the_catalogue_has_every_class() -> None:
    """A class without a command would be forgotten here."""
    upserts = {each for each in COMMANDS if issubclass(each, Upsertable)}

    assert {type(command) for command in in_order()} == upserts


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_every_resource_does_not_matter(desk: ImportDesk, seed: int) -> None:
    """I4: children before parents, links before records, products before their brand."""
    expected = state_after(desk, in_order())
    found = state_after(desk, shuffled(seed))

    assert found == expected
    assert found["reference_entity_records"]["brand/other"]["values"]["rivals"][0]["data"] == [
        "acme"
    ]


def test_catalogue_before_structure_comes_right_in_the_end(desk: ImportDesk) -> None:
    """Each class after all that need it: the worst order there is."""
    expected = state_after(desk, in_order())

    assert state_after(desk, in_order()[::-1]) == expected


def test_what_is_deleted_is_gone(desk: ImportDesk) -> None:
    """Products by uuid and assets; of families that differ by case only the one that is named."""
    desk.run(*STRUCTURE, *CATALOGUE)
    run = desk.run(
        akeneo.DeleteProductByUuid(uuid=ACME),
        akeneo.DeleteAsset(asset_family="packshots", code="red_front"),
    )

    assert outcomes(run) == {"deleted": 2}
    assert desk.stored("products", "mug_plain") is None
    assert list(desk.pim.state()["assets"]) == ["Packshots/red_front"]


@pytest.mark.parametrize(
    ("command", "status", "place"),
    [
        (akeneo.CreateOrUpdateReferenceEntity(code="b-d"), 422, "code"),
        (akeneo.CreateOrUpdateAssetFamily(code="a", attribute_as_main_media="no"), 422, "media"),
        (
            akeneo.CreateOrUpdateReferenceEntityAttribute(
                reference_entity="never", code="a", type="text"
            ),
            404,
            "",
        ),
        (
            akeneo.CreateOrUpdateReferenceEntityAttributeOption(
                reference_entity="brand", attribute="never", code="a"
            ),
            404,
            "",
        ),
        (
            akeneo.CreateOrUpdateAssetFamilyAttribute(asset_family="never", code="a", type="text"),
            404,
            "",
        ),
        (
            akeneo.CreateOrUpdateAssetFamilyAttributeOption(
                asset_family="Packshots", attribute="never", code="a"
            ),
            404,
            "",
        ),
        (Record(reference_entity="never", code="a"), 404, ""),
        (Record(reference_entity="brand", code="b-d"), 422, "code"),
        (Record(reference_entity="brand", code="a", values={"home": entry("no")}), 422, "home"),
        (Record(reference_entity="brand", code="a", values={"never": entry("x")}), 422, "never"),
        (Asset(asset_family="Packshots", code="a", values={"view": entry("x")}), 422, "view"),
        (akeneo.CreateOrUpdateMeasurementFamily(code="New"), 422, "standard_unit_code"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_each_refusal_has_its_place(
    desk: ImportDesk, command: LaneCommand, status: int, place: str
) -> None:
    """I10: the item fails with what the PIM says of it, and its neighbour is written."""
    desk.run(*STRUCTURE, *CATALOGUE)
    neighbour = akeneo.CreateOrUpdateCategory(code="beside")
    run = desk.run(command, neighbour)
    (failure,) = run.failures()

    assert outcomes(run) == {"created": 1, "failed": 1}
    assert (failure.status, failure.key) == (status, command.key)
    assert place in f"{failure.errors[0].property} {failure.errors[0].message}"
    assert failure.attempts <= 2
