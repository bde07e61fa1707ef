"""A dry run of products by uuid, and that no class goes unchecked."""

from __future__ import annotations

from collections.abc import Sequence

from checked_media import picture
from checked_rows import FINE, ROWS
from checked_shop import SHOP, Record, ShopReader, command, value
from checked_structure import product
from checked_uuids import DELETES, by_uuid, uuid
from importbus.handlers.akeneo import COMMANDS
from importbus.handlers.akeneo.checks.inspector import AkeneoInspector
from inspected import inspected


def rules(inspector: AkeneoInspector, records: Sequence[Record]) -> list[list[str]]:
    """Return the rules that each of *records* breaks, checked as one source."""
    found = inspected(inspector, [command(record) for record in records])
    return [[each.rule for each in one] for one in found]


def test_no_class_is_left_unchecked() -> None:
    """There is a line of every class, each is looked at, and deletes are found fine."""
    commands = [command(each) for each in (*SHOP, *FINE, *(row.record for row in ROWS), *DELETES)]
    inspector = AkeneoInspector(None)
    read = {name for stage in inspector.stages() for name in stage.wanted}
    for each in commands:
        inspector.survey(each)
    classes = set(map(type, commands))

    assert classes == set(COMMANDS)
    assert inspector.scope().classes == ()
    assert {each.__name__ for each in classes} - read == {name for name, _ in DELETES}


def test_a_product_by_uuid_that_will_not_be_there_is_missed() -> None:
    """By those that name its uuid."""
    links = {"PACK": {"products": [uuid(2)]}}
    records = [by_uuid(1, associations=links), by_uuid(2, family="nothing")]

    assert rules(AkeneoInspector(ShopReader()), records) == [["unknown-target"], ["unknown-family"]]


def test_a_pim_without_products_by_uuid_leaves_their_targets_unchecked() -> None:
    """What cannot be looked up is not called missing: it is counted, and the reason is said."""
    inspector = AkeneoInspector(ShopReader(without="products-uuid"))
    links = {"PACK": {"products": [uuid(2)]}}

    assert rules(inspector, [by_uuid(1, associations=links)]) == [[]]
    assert inspector.scope().unchecked == {"product": 1}
    assert inspector.scope().reasons == ("This PIM has no list products-uuid.",)


def test_an_identifier_may_come_with_a_uuid() -> None:
    """As the value of the identifier attribute; no other value makes it known."""
    records = [
        by_uuid(1, values={"sku": value("one"), "name": value("two", "en_US")}),
        product("a", associations={"PACK": {"products": ["ONE"]}}),
        product("b", associations={"PACK": {"products": ["two"]}}),
        picture("one"),
    ]

    assert rules(AkeneoInspector(ShopReader()), records) == [[], [], ["unknown-target"], []]


def test_one_variant_may_be_named_both_ways() -> None:
    """Nobody can tell whether it is the same; two uuids are two products."""
    blue = {"color": value("blue")}
    records = [
        by_uuid(1, parent="mug", values=blue),
        product("blue_mug", parent="mug", values=blue),
        by_uuid(2, parent="cup_red", values={"size": value("small")}),
        by_uuid(3, parent="cup_red", values={"size": value("small")}),
    ]

    assert rules(AkeneoInspector(ShopReader()), records) == [[], [], [], ["axis-repeated"]]


def test_whether_the_pim_has_a_uuid_is_asked_where_an_axis_has_no_value() -> None:
    """Once; only a new variant needs it."""
    reader = ShopReader()
    rules(AkeneoInspector(reader), [by_uuid(1, parent="mug")])

    assert [path for path, params in reader.asked if path == "products-uuid"] == ["products-uuid"]
