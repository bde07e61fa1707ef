"""What I4 does not cover, each as it behaves today; `docs/ordering.md` explains them.

Keys are chosen by their lanes: `first` and `other` travel in two, and the model `mug` in the lane
of `other`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from import_desk import (
    MUGS,
    ImportDesk,
    attribute,
    only_failure,
    open_desk,
    outcomes,
    value,
    variant_set,
)
from importbus.bus import LaneCommand
from importbus.bus.lanes import lane_of
from importbus.handlers.akeneo import (
    CreateOrUpdateAssociationType,
    CreateOrUpdateAttributeGroup,
    CreateOrUpdateChannel,
    CreateOrUpdateProduct,
    CreateOrUpdateProductByUuid,
    CreateOrUpdateProductModel,
    DeleteProduct,
    DeleteProductModel,
)

pytestmark = pytest.mark.integration

Product = CreateOrUpdateProduct
Model = CreateOrUpdateProductModel
Group = CreateOrUpdateAttributeGroup
Channel = CreateOrUpdateChannel

GERMAN = ["de_DE", "en_US"]


UUID = "5e4f1f5c-6d3b-4d0e-8a57-0d6bd63f2a11"

NOTED = variant_set("by_color", "color", attributes=["note"])
"""Lets mugs that vary by color have notes of their own."""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImportDesk]:
    """One PIM and one bus for all tests."""
    with open_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture
def desk(opened: ImportDesk) -> ImportDesk:
    """The PIM has a family of mugs and a model, and answers without faults."""
    opened.pim.reset()
    opened.pim.set_faults(None)
    assert outcomes(opened.run(*MUGS)) == {"created": len(MUGS)}
    return opened


def variant(code: str, color: str, **values: str) -> Product:
    """Return a mug of a color."""
    said = {name: value(data) for name, data in {"color": color, **values}.items()}
    return Product(identifier=code, parent="mug", values=said)


def tree(code: str, color: str) -> list[LaneCommand]:
    """Return the model of all cups, a model of a color, and a product below it."""
    middle = f"cup_of_{code}"
    return [
        Model(code="cup", family_variant="by_color_and_handle"),
        Model(code=middle, parent="cup", values={"color": value(color)}),
        Product(identifier=code, parent=middle, values={"handle": value(True)}),
    ]


def linked(code: str, kind: str, *targets: str) -> Product:
    """Return a product with associations of *kind*, and nothing else."""
    return Product(identifier=code, associations={kind: {"products": list(targets)}})


def test_the_keys_of_these_tests_are_in_the_lanes_that_they_need() -> None:
    """What is shown here happens between lanes; within one the order of dispatch holds."""
    lanes = {key: lane_of(key, 4) for key in ("first", "other", "mug", "blue_mug", UUID)}

    assert lanes["first"] != lanes["other"]
    assert lanes["blue_mug"] != lanes["mug"]
    assert lanes["first"] != lanes[UUID]


def test_a_product_by_identifier_and_by_uuid_has_two_keys(desk: ImportDesk) -> None:
    """What was dispatched first arrives last: nothing but the PIM knows that both are one."""
    desk.run(Product(identifier="first", uuid=UUID))
    desk.delay_write("first")
    run = desk.run(
        Product(identifier="first", values={"note": value("first")}),
        CreateOrUpdateProductByUuid(uuid=UUID, values={"note": value("last")}),
    )

    assert outcomes(run) == {"updated": 2}
    assert desk.stored("products", "first")["values"]["note"][0]["data"] == "first"


def test_a_delete_keeps_its_place_within_its_tree(desk: ImportDesk) -> None:
    """Write a tree, delete it by its root, write another one: what came last is what is there."""
    first, second = tree("red_cup", "red"), tree("blue_cup", "blue")
    run = desk.run(*first, DeleteProductModel(code="cup"), *second)

    assert outcomes(run) == {"created": 6, "deleted": 1}
    assert desk.stored("products", "red_cup") is None
    assert desk.stored("products", "blue_cup")["parent"] == "cup_of_blue_cup"


def test_a_delete_in_another_tree_may_come_before_what_still_names_its_target(
    desk: ImportDesk,
) -> None:
    """The association was dispatched first; its target is gone, and nothing brings it back."""
    desk.run(Product(identifier="first"), Product(identifier="other"))
    desk.delay_write("first")
    run = desk.run(linked("first", "X_SELL", "other"), DeleteProduct(identifier="other"))

    assert outcomes(run) == {"deleted": 1, "failed": 1}
    assert only_failure(run).key == "first"


def test_a_delete_of_a_variant_whose_parent_was_not_shown_goes_by_its_own_key(
    desk: ImportDesk,
) -> None:
    """A delete names no parent, so only an import that showed it before knows the tree."""
    desk.run(variant("blue_mug", "blue"))
    desk.delay_delete("blue_mug")
    run = desk.run(DeleteProduct(identifier="blue_mug"), variant("azure_mug", "blue"))

    assert outcomes(run) == {"deleted": 1, "failed": 1}
    assert "already has this value" in only_failure(run).errors[0].message


def test_a_unique_value_may_arrive_before_it_is_free(desk: ImportDesk) -> None:
    """A refusal for a value that another product has is final, whatever is still to come."""
    desk.run(Product(identifier="first", values={"ean": value("1")}))
    desk.delay_write("first")
    run = desk.run(
        Product(identifier="first", values={"ean": value("2")}),
        Product(identifier="other", values={"ean": value("1")}),
    )

    assert outcomes(run) == {"updated": 1, "failed": 1}
    assert only_failure(run).key == "other"


def test_axes_that_move_within_a_tree_keep_the_order_of_dispatch(desk: ImportDesk) -> None:
    """A chain that begins with the free value works; an exchange of two values never does."""
    desk.run(variant("red_mug", "red"), variant("blue_mug", "blue"))
    exchange = desk.run(variant("red_mug", "blue"), variant("blue_mug", "red"))
    chain = desk.run(DeleteProduct(identifier="blue_mug"), variant("red_mug", "blue"))

    assert outcomes(exchange) == {"failed": 2}
    assert outcomes(chain)["deleted"] == 1


@pytest.mark.parametrize(("known", "group"), [(False, "late"), (True, "early")])
def test_a_groups_list_and_an_attributes_group_overrule_each_other_by_rank(
    desk: ImportDesk, known: bool, group: str
) -> None:
    """Groups go first; only one that waits for a new attribute comes after it, in a round."""
    desk.run(Group(code="early"), Group(code="late"))
    if known:
        desk.run(attribute("size", group="early"))
    desk.run(attribute("size", group="early"), Group(code="late", attributes=["size"]))

    assert desk.stored("attributes", "size")["group"] == group


@pytest.mark.parametrize(("late", "linked_at_the_end"), [("other", False), ("first", True)])
def test_the_later_half_of_a_two_way_association_wins(
    desk: ImportDesk, late: str, linked_at_the_end: bool
) -> None:
    """Both products write the one link that they share, and they travel in two lanes."""
    desk.run(
        CreateOrUpdateAssociationType(code="PAIR", is_two_way=True),
        Product(identifier="first"),
        Product(identifier="other"),
    )
    desk.delay_write(late)
    desk.run(linked("first", "PAIR", "other"), linked("other", "PAIR"))

    links = [desk.stored("products", key)["associations"] for key in ("first", "other")]
    assert [bool(link) for link in links] == [linked_at_the_end] * 2


def test_a_value_whose_attribute_comes_to_its_level_later_is_dropped(desk: ImportDesk) -> None:
    """The PIM says 201 and stores nothing of it, so no import can notice."""
    run = desk.run(variant("red_mug", "red", note="chipped"), None, NOTED)

    assert outcomes(run) == {"created": 1, "updated": 1}
    assert "note" not in desk.stored("products", "red_mug")["values"]


def test_structure_that_is_still_open_goes_before_the_variants_that_need_it(
    desk: ImportDesk,
) -> None:
    """The same two commands, with both in open batches: the structure leaves first."""
    desk.run(variant("red_mug", "red", note="chipped"), NOTED)

    (note,) = desk.stored("products", "red_mug")["values"]["note"]
    assert note["data"] == "chipped"


def test_structure_that_takes_something_away_may_come_before_what_still_uses_it(
    desk: ImportDesk,
) -> None:
    """The value was dispatched first; its locale is gone, and nothing brings it back."""
    desk.run(attribute("name", localizable=True), Channel(code="ecommerce", locales=GERMAN))
    name = [{"locale": "de_DE", "scope": None, "data": "Becher"}]
    late = Channel(code="ecommerce", locales=["en_US"])
    run = desk.run(Product(identifier="first", values={"name": name}), late)

    assert outcomes(run) == {"updated": 1, "failed": 1}
    assert only_failure(run).key == "first"


def test_a_command_that_nothing_cures_fails_so_that_those_behind_it_can_go(
    desk: ImportDesk,
) -> None:
    """The second command of the key creates the product after all, which cures the third."""
    run = desk.run(
        Product(identifier="first", parent="never"),
        Product(identifier="first", enabled=False),
        linked("other", "X_SELL", "first"),
    )

    assert outcomes(run) == {"created": 2, "failed": 1}
    assert only_failure(run).position.line == 1
    assert desk.stored("products", "other")["associations"]["X_SELL"]["products"] == ["first"]


def test_of_two_that_lead_others_the_one_that_could_still_be_cured_fails_too(
    desk: ImportDesk,
) -> None:
    """The model comes with what waited behind its first command: too late for its variant."""
    run = desk.run(
        Model(code="cup", family_variant="never"),
        Model(code="cup", family_variant="by_color"),
        Product(identifier="red_cup", parent="cup", values={"color": value("red")}),
        Product(identifier="red_cup", enabled=False),
    )

    assert outcomes(run) == {"created": 2, "failed": 2}
    assert [failure.key for failure in run.failures()] == ["cup", "red_cup"]
    assert desk.stored("products", "red_cup")["parent"] is None
