"""The tables of the documentation are those of the code, and what they say of the PIM is so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from command_tables import FIXED
from import_desk import MUGS, attribute, open_desk
from importbus.bus import LaneCommand
from importbus.handlers import akeneo
from importbus.handlers.akeneo import COMMANDS
from made_tables import PAGES, made, names
from raw_measurements import FAMILY
from source_tree import ROOT

pytestmark = pytest.mark.docs

UUIDS = ("6f1f7f4a-2f0e-4b6f-9d6e-6a3f0f6c1a01", "6f1f7f4a-2f0e-4b6f-9d6e-6a3f0f6c1a02")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_as_the_code_makes_it(page: str) -> None:
    """Run `python tests/support/made_tables.py` to write it anew."""
    assert (ROOT / page).read_text(encoding="utf-8") == made(page)


def test_every_command_has_its_place_on_the_page() -> None:
    """In the order of the table of resources."""
    assert names("docs/commands.md") == [command.__name__ for command in COMMANDS]


LIBRARIES = [
    *(akeneo.CreateOrUpdateReferenceEntity(code=code) for code in "ab"),
    *(akeneo.CreateOrUpdateAssetFamily(code=code) for code in "ab"),
]


def changes() -> list[tuple[LaneCommand, LaneCommand]]:
    """Return, for each field that is fixed, a creation and a command that changes it."""
    attributes = [
        (attribute("a1"), attribute("a1", "textarea")),
        (attribute("a2"), attribute("a2", localizable=True)),
        (attribute("a3"), attribute("a3", scopable=True)),
        (attribute("a4"), attribute("a4", unique=True)),
        (_metric("a5", "Weight", "GRAM"), _metric("a5", "Length", "METER")),
        (_reference("a6", "color"), _reference("a6", "fabric")),
    ]
    kinds = [
        (akeneo.CreateOrUpdateAssociationType(code=name), changed)
        for name, changed in [
            ("t1", akeneo.CreateOrUpdateAssociationType(code="t1", is_quantified=True)),
            ("t2", akeneo.CreateOrUpdateAssociationType(code="t2", is_two_way=True)),
        ]
    ]
    torque = akeneo.CreateOrUpdateMeasurementFamily(**FAMILY)
    pound = akeneo.CreateOrUpdateMeasurementFamily(code="Torque", standard_unit_code="POUND_FOOT")
    family = akeneo.CreateOrUpdateFamily(code="cups", attributes=["sku", "color"])
    moved = akeneo.CreateOrUpdateFamilyVariant(code="by_color", family="cups")
    model = akeneo.CreateOrUpdateProductModel
    product = akeneo.CreateOrUpdateProduct
    return [
        *attributes,
        *kinds,
        (torque, pound),
        (family, moved),
        (
            model(code="m", family_variant="by_color"),
            model(code="m", family_variant="by_color_and_handle"),
        ),
        (product(identifier="p", uuid=UUIDS[0]), product(identifier="p", uuid=UUIDS[1])),
    ]


def library_changes() -> list[tuple[LaneCommand, LaneCommand]]:
    """Return the same for attributes of reference entities and asset families."""
    entity, family = "reference_entity", "asset_family"
    text = {"type": "text"}
    link = {"type": "reference_entity_single_link"}
    pairs: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        *[
            (inside, text, changed)
            for inside in (entity, family)
            for changed in ({"type": "number"}, {"value_per_locale": True})
        ],
        *[(inside, text, {"value_per_channel": True}) for inside in (entity, family)],
        (entity, {**link, "reference_entity_code": "a"}, {"reference_entity_code": "b"}),
        (
            entity,
            {"type": "asset_collection", "asset_family_identifier": "a"},
            {"asset_family_identifier": "b"},
        ),
        (family, {"type": "record", "reference_entity": "a"}, {"reference_entity": "b"}),
    ]
    kinds: dict[str, Any] = {
        entity: akeneo.CreateOrUpdateReferenceEntityAttribute,
        family: akeneo.CreateOrUpdateAssetFamilyAttribute,
    }
    made: list[tuple[LaneCommand, LaneCommand]] = []
    for n, (inside, first, changed) in enumerate(pairs):
        key = {inside: "a", "code": f"x{n}"}
        made.append((kinds[inside](**key, **first), kinds[inside](**key, **changed)))
    return made


def _metric(code: str, family: str, unit: str) -> LaneCommand:
    more = {"metric_family": family, "default_metric_unit": unit}
    return attribute(code, "metric", **more, decimals_allowed=True, negative_allowed=False)


def _reference(code: str, name: str) -> LaneCommand:
    kind = "pim_reference_data_simpleselect"
    return akeneo.CreateOrUpdateAttribute(
        code=code, type=kind, group="other", reference_data_name=name
    )


def test_what_is_fixed_cannot_be_changed(tmp_path: Path) -> None:
    """Each is taken when the item is created, and refused afterwards."""
    pairs = [*changes(), *library_changes()]
    with open_desk(tmp_path) as desk:
        created = desk.run(*MUGS, *LIBRARIES, *(first for first, _ in pairs))
        changed = desk.run(*(second for _, second in pairs))
        said = [failure.errors[0].message for failure in changed.failures()]

    assert len(pairs) == sum(len(names) for names in FIXED.values())
    assert dict(created.report.outcomes) == {"created": len(MUGS) + len(LIBRARIES) + len(pairs)}
    assert ["cannot be changed" in message for message in said] == [True] * len(pairs), said
