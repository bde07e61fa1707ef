"""The Akeneo commands: keys, lanes, ranks, and the three states of a field."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from importbus.bus.errors import InvalidCommand
from importbus.bus.messages import LaneCommand, Upsertable
from importbus.bus.unset import UNSET
from importbus.handlers.akeneo import (
    COMMANDS,
    CreateAssetMediaFile,
    CreateOrUpdateAsset,
    CreateOrUpdateAssetFamily,
    CreateOrUpdateAssetFamilyAttribute,
    CreateOrUpdateAssetFamilyAttributeOption,
    CreateOrUpdateAssociationType,
    CreateOrUpdateAttribute,
    CreateOrUpdateAttributeGroup,
    CreateOrUpdateAttributeOption,
    CreateOrUpdateCategory,
    CreateOrUpdateChannel,
    CreateOrUpdateFamily,
    CreateOrUpdateFamilyVariant,
    CreateOrUpdateMeasurementFamily,
    CreateOrUpdateProduct,
    CreateOrUpdateProductByUuid,
    CreateOrUpdateProductModel,
    CreateOrUpdateReferenceEntity,
    CreateOrUpdateReferenceEntityAttribute,
    CreateOrUpdateReferenceEntityAttributeOption,
    CreateOrUpdateReferenceEntityRecord,
    CreateProductMediaFile,
    CreateProductModelMediaFile,
    CreateReferenceEntityMediaFile,
    DeleteAsset,
    DeleteProduct,
    DeleteProductByUuid,
    DeleteProductModel,
)

UUID = "5E4F1F5C-6D3B-4D0E-8A57-0D6BD63F2A11"

ONE_OF_EACH: list[LaneCommand] = [
    CreateOrUpdateCategory(code="X"),
    CreateOrUpdateAttributeGroup(code="X"),
    CreateOrUpdateMeasurementFamily(code="X"),
    CreateOrUpdateChannel(code="X"),
    CreateOrUpdateAssetFamily(code="X"),
    CreateOrUpdateReferenceEntity(code="X"),
    CreateOrUpdateAssetFamilyAttribute(asset_family="F", code="X"),
    CreateOrUpdateReferenceEntityAttribute(reference_entity="E", code="X"),
    CreateOrUpdateAssetFamilyAttributeOption(asset_family="F", attribute="A", code="X"),
    CreateOrUpdateReferenceEntityAttributeOption(reference_entity="E", attribute="A", code="X"),
    CreateOrUpdateAttribute(code="X"),
    CreateOrUpdateAttributeOption(attribute="A", code="X"),
    CreateOrUpdateFamily(code="X"),
    CreateOrUpdateFamilyVariant(family="F", code="X"),
    CreateOrUpdateAssociationType(code="X"),
    CreateOrUpdateReferenceEntityRecord(reference_entity="E", code="X"),
    CreateOrUpdateAsset(asset_family="F", code="X"),
    CreateOrUpdateProductModel(code="X"),
    CreateOrUpdateProduct(identifier="X"),
    CreateOrUpdateProductByUuid(uuid=UUID),
    DeleteProduct(identifier="X"),
    DeleteProductByUuid(uuid=UUID),
    DeleteProductModel(code="X"),
    DeleteAsset(asset_family="F", code="X"),
    CreateProductMediaFile(identifier="X", attribute="A", file="f"),
    CreateProductModelMediaFile(code="X", attribute="A", file="f"),
    CreateReferenceEntityMediaFile(reference_entity="E", code="X", attribute="A", file="f"),
    CreateAssetMediaFile(asset_family="F", code="X", attribute="A", file="f"),
]
IDENTITIES = [
    "category:x",
    "attribute_group:x",
    "measurement_family:x",
    "channel:x",
    "asset_family:x",
    "reference_entity:x",
    "asset_family_attribute:f.x",
    "reference_entity_attribute:e.x",
    "asset_family_attribute_option:f.a.x",
    "reference_entity_attribute_option:e.a.x",
    "attribute:x",
    "attribute_option:a.x",
    "family:x",
    "family_variant:x",
    "association_type:x",
    "reference_entity_record:e.x",
    "asset:f.x",
    "product_model:x",
    "product:x",
    f"product_uuid:{UUID.lower()}",
    "product:x",
    f"product_uuid:{UUID.lower()}",
    "product_model:x",
    "asset:f.x",
    "product:x",
    "product_model:x",
    "reference_entity_record:e.x",
    "asset:f.x",
]
STRUCTURE = ONE_OF_EACH[:15]


def test_there_is_one_of_each() -> None:
    """The tests of this module are about every command."""
    assert {type(command) for command in ONE_OF_EACH} == set(COMMANDS)


@pytest.mark.parametrize(("command", "identity"), list(zip(ONE_OF_EACH, IDENTITIES, strict=True)))
def test_an_identity_is_the_resource_and_the_key_in_lower_case(
    command: LaneCommand, identity: str
) -> None:
    """Whatever is said of one thing has one identity; an option has its attribute in it."""
    assert command.identity == identity


@pytest.mark.parametrize(("one", "other"), [("Mug", "mUG"), ("Größe", "GRÖSSE")])
def test_a_product_in_another_spelling_is_the_same_product(one: str, other: str) -> None:
    """Codes are case-insensitive in Akeneo."""
    first, second = CreateOrUpdateProduct(identifier=one), DeleteProduct(identifier=other)

    assert first.identity == second.identity
    assert first.key == one


def test_structure_leaves_in_the_order_of_its_dependencies() -> None:
    """Each class has a rank above those that it refers to; models and products come last."""
    upserts = [command for command in ONE_OF_EACH if isinstance(command, Upsertable)]
    ranks = [type(command).rank for command in upserts]

    assert ranks == sorted(set(ranks))
    assert [type(command) for command in upserts[-3:]] == [
        CreateOrUpdateProductModel,
        CreateOrUpdateProduct,
        CreateOrUpdateProductByUuid,
    ]


@pytest.mark.parametrize("command", ONE_OF_EACH, ids=lambda command: type(command).__name__)
def test_structure_has_a_lane_of_its_own(command: LaneCommand) -> None:
    """Everything up to association types; entries, models and products spread over the lanes."""
    kind = "structure" if command in STRUCTURE else "catalogue"

    assert command.lane_kind == kind


@pytest.mark.parametrize(
    ("command", "follows"),
    [
        (CreateOrUpdateProductModel(code="x", parent="Tee"), "product_model:tee"),
        (CreateOrUpdateProduct(identifier="x", parent="Tee"), "product_model:tee"),
        (CreateOrUpdateProductByUuid(uuid=UUID, parent="Tee"), "product_model:tee"),
        (CreateOrUpdateProduct(identifier="x", parent=None), None),
        (CreateOrUpdateReferenceEntityRecord(reference_entity="e", code="x"), None),
        (CreateOrUpdateProduct(identifier="x"), None),
        (CreateOrUpdateCategory(code="x", parent="master"), None),
        (DeleteProduct(identifier="x"), None),
    ],
)
def test_a_tree_stays_in_the_lane_of_its_root(command: LaneCommand, follows: str | None) -> None:
    """Sub-models and variants follow the model that they name as their parent."""
    assert command.follows == follows


def test_models_head_trees() -> None:
    """Upserts and deletes of models alike; a variant heads none."""
    heads = {type(command) for command in ONE_OF_EACH if type(command).tree_head}

    assert heads == {CreateOrUpdateProductModel, DeleteProductModel}


@pytest.mark.parametrize("command", ONE_OF_EACH, ids=lambda command: type(command).__name__)
def test_a_command_cannot_be_changed(command: LaneCommand) -> None:
    """It waits in batches, journals and rounds, and must say the same at the end."""
    first = attrs.fields(type(command))[0].name  # type: ignore[arg-type]

    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(command, first, "other")


@pytest.mark.parametrize("command", ONE_OF_EACH, ids=lambda command: type(command).__name__)
def test_what_is_not_said_is_unset(command: LaneCommand) -> None:
    """Of a command only the key is needed; a file needs its place, too, which may be null."""
    data = attrs.asdict(command)  # type: ignore[arg-type]
    absent = None if command.attaches else UNSET
    said = {name for name, value in data.items() if value is not absent}
    needed = {"code", "identifier", "attribute", "family"}

    assert said <= needed | {"uuid", "file", "reference_entity", "asset_family"}


def test_null_is_no_absence() -> None:
    """Null clears a field, absence leaves it alone."""
    cleared = CreateOrUpdateProduct(identifier="mug", parent=None)

    assert cleared.parent is None
    assert cleared != CreateOrUpdateProduct(identifier="mug")


@pytest.mark.parametrize("command_type", [CreateOrUpdateProduct, CreateOrUpdateProductModel])
def test_the_shape_of_values_is_checked_when_a_command_is_made(command_type: Any) -> None:
    """Whoever made the mistake hears of it, with the place."""
    key = {command_type.key_field: "mug"}

    with pytest.raises(InvalidCommand, match="scope missing"):
        command_type(**key, values={"name": [{"locale": None, "data": "Mug"}]})


def test_values_of_a_category_are_a_list() -> None:
    """SaaS versions take them so; they name channel and attribute beside the data."""
    values = [{"attribute_code": "text", "channel": "shop", "locale": None, "data": "Mugs"}]

    assert CreateOrUpdateCategory(code="mugs", values=values).values == values


@pytest.mark.parametrize("command_type", [CreateOrUpdateProductByUuid, DeleteProductByUuid])
@pytest.mark.parametrize(
    ("uuid", "reason"),
    [
        ("886313e1-3b8a-5372-9b90-0c9aee199e70", "not of version 4.*uuid4"),
        ("5e4f1f5c-6d3b-4d0e-ca57-0d6bd63f2a11", "not of version 4"),
        ("5e4f1f5c6d3b4d0e8a570d6bd63f2a11", "expected a uuid, not '5e4f"),
        ("mug", "expected a uuid, not 'mug'"),
        (f"{UUID}\n", "expected a uuid"),
        (5, "expected a uuid, not 5"),
    ],
)
def test_a_uuid_that_the_pim_refuses_is_refused_before(
    command_type: Any, uuid: Any, reason: str
) -> None:
    """A PIM takes random uuids only, and says so for each line of a batch."""
    with pytest.raises(InvalidCommand, match=reason) as caught:
        command_type(uuid=uuid)

    assert caught.value.field == "uuid"


def test_a_product_by_uuid_has_no_identifier_beside_it() -> None:
    """Whoever has one is told where it goes."""
    with pytest.raises(InvalidCommand, match=r"values\.<identifier attribute>") as caught:
        CreateOrUpdateProductByUuid(uuid=UUID, identifier="mug")

    assert caught.value.field == "identifier"


@pytest.mark.parametrize("command_type", [CreateOrUpdateReferenceEntityRecord, CreateOrUpdateAsset])
def test_values_of_entries_have_a_channel(command_type: Any) -> None:
    """The API calls it so; a scope, as products have it, is a mistake."""
    key = {"reference_entity": "e"} if "Record" in command_type.__name__ else {"asset_family": "f"}

    with pytest.raises(InvalidCommand, match="channel missing"):
        command_type(**key, code="x", values={"a": [{"locale": None, "scope": None, "data": 1}]})


def test_asset_families_that_differ_by_case_wait_for_each_other() -> None:
    """They share an identity, which costs time only: each has its own path and its own outcome."""
    one = CreateOrUpdateAsset(asset_family="Pics", code="x")
    other = CreateOrUpdateAsset(asset_family="pics", code="x")

    assert one.identity == other.identity
    assert one.fold(other) is None


def test_a_file_without_a_record_is_for_the_reference_entity_itself() -> None:
    """It shares the lane of structure with it."""
    image = CreateReferenceEntityMediaFile(reference_entity="Brand", file="f")

    assert (image.identity, image.lane_kind) == ("reference_entity:brand", "structure")


@pytest.mark.parametrize(
    ("place", "field", "reason"),
    [
        ({"code": "acme"}, "attribute", "is missing"),
        ({"attribute": "logo"}, "attribute", "belongs to a record"),
        ({"channel": "shop"}, "channel", "belongs to a record"),
        ({"locale": "en_US"}, "locale", "belongs to a record"),
    ],
    ids=str,
)
def test_a_file_of_a_record_needs_an_attribute(
    place: dict[str, str], field: str, reason: str
) -> None:
    """And the image of a reference entity has none: it is no value."""
    with pytest.raises(InvalidCommand, match=reason) as caught:
        CreateReferenceEntityMediaFile(reference_entity="brand", file="f", **place)
    assert caught.value.field == field
