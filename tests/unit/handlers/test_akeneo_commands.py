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
    CreateOrUpdateAssociationType,
    CreateOrUpdateAttribute,
    CreateOrUpdateAttributeGroup,
    CreateOrUpdateAttributeOption,
    CreateOrUpdateCategory,
    CreateOrUpdateChannel,
    CreateOrUpdateFamily,
    CreateOrUpdateFamilyVariant,
    CreateOrUpdateProduct,
    CreateOrUpdateProductModel,
    CreateProductMediaFile,
    CreateProductModelMediaFile,
    CreateReferenceEntityMediaFile,
    DeleteProduct,
    DeleteProductModel,
)

ONE_OF_EACH: list[LaneCommand] = [
    CreateOrUpdateCategory(code="X"),
    CreateOrUpdateAttributeGroup(code="X"),
    CreateOrUpdateChannel(code="X"),
    CreateOrUpdateAttribute(code="X"),
    CreateOrUpdateAttributeOption(attribute="A", code="X"),
    CreateOrUpdateFamily(code="X"),
    CreateOrUpdateFamilyVariant(family="F", code="X"),
    CreateOrUpdateAssociationType(code="X"),
    CreateOrUpdateProductModel(code="X"),
    CreateOrUpdateProduct(identifier="X"),
    DeleteProduct(identifier="X"),
    DeleteProductModel(code="X"),
    CreateProductMediaFile(identifier="X", attribute="A", file="f"),
    CreateProductModelMediaFile(code="X", attribute="A", file="f"),
    CreateReferenceEntityMediaFile(reference_entity="E", code="X", attribute="A", file="f"),
    CreateAssetMediaFile(asset_family="F", code="X", attribute="A", file="f"),
]
IDENTITIES = [
    "category:x",
    "attribute_group:x",
    "channel:x",
    "attribute:x",
    "attribute_option:a.x",
    "family:x",
    "family_variant:x",
    "association_type:x",
    "product_model:x",
    "product:x",
    "product:x",
    "product_model:x",
    "product:x",
    "product_model:x",
    "reference_entity_record:e.x",
    "asset:f.x",
]
STRUCTURE = ONE_OF_EACH[:8]


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
    assert [type(command) for command in upserts[-2:]] == [
        CreateOrUpdateProductModel,
        CreateOrUpdateProduct,
    ]


@pytest.mark.parametrize("command", ONE_OF_EACH, ids=lambda command: type(command).__name__)
def test_structure_has_a_lane_of_its_own(command: LaneCommand) -> None:
    """Everything up to association types; models and products spread over the lanes."""
    kind = "structure" if command in STRUCTURE else "catalogue"

    assert command.lane_kind == kind


@pytest.mark.parametrize(
    ("command", "follows"),
    [
        (CreateOrUpdateProductModel(code="x", parent="Tee"), "product_model:tee"),
        (CreateOrUpdateProduct(identifier="x", parent="Tee"), "product_model:tee"),
        (CreateOrUpdateProduct(identifier="x", parent=None), None),
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

    assert said <= needed | {"file", "reference_entity", "asset_family"}


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
