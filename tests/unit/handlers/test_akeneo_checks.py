"""Each rule of a dry run: what breaks it, and what does not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from checked_rows import CATALOGUE_ROWS, FINE, ROWS
from checked_shop import SHOP, Record, ShopReader, attribute, command, value
from checked_structure import STRUCTURE_ROWS, Row, model, product, structure, valued
from importbus.bus.findings import Finding
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo import DeleteProduct
from importbus.handlers.akeneo.checks.inspector import AkeneoInspector
from importbus.handlers.akeneo.checks.rules import RULES
from inspected import inspected


class Thing(LaneCommand):
    """A command of an application's own."""


def checked(records: Sequence[Record], reader: ShopReader | None = None) -> list[list[Finding]]:
    """Return what is found wrong with each of *records*, checked as one source."""
    return checked_by(AkeneoInspector(reader), records)


def checked_by(inspector: AkeneoInspector, records: Sequence[Record]) -> list[list[Finding]]:
    """Let *inspector* check *records*."""
    return inspected(inspector, [command(record) for record in records])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.rule} {row.record[1]}"[:70])
def test_a_line_that_breaks_a_rule_is_told_with_its_field(row: Row) -> None:
    """That rule and no other one, at the property that is wrong."""
    *before, found = checked([*row.before, row.record], ShopReader())

    assert [(each.rule, each.field, each.error) for each in found] == [
        (row.rule, row.field, row.error)
    ]
    assert before == [[] for _ in row.before]


def test_every_rule_has_a_line_that_breaks_it() -> None:
    """What no row shows, nobody has tried."""
    assert {row.rule for row in ROWS} == RULES.keys()


def test_lines_that_are_fine_are_found_fine() -> None:
    """All of them in one source, where some refer to others."""
    found = checked(FINE, ShopReader())

    assert dict(zip(map(str, FINE), found, strict=True)) == {key: [] for key in map(str, FINE)}


def rules(found: Sequence[Sequence[Finding]]) -> list[list[str]]:
    """Return the rules that each command breaks."""
    return [[each.rule for each in one] for one in found]


def test_the_source_may_create_what_it_refers_to_in_any_order() -> None:
    """Last things first."""
    assert rules(checked(SHOP[::-1], ShopReader())) == [[]] * len(SHOP)


@pytest.mark.parametrize(
    "row", [*STRUCTURE_ROWS, *CATALOGUE_ROWS], ids=lambda row: str(row.record)[:60]
)
def test_without_a_pim_nothing_fine_is_called_wrong(row: Row) -> None:
    """What the PIM may have is no error; what is wrong in any PIM still is."""
    found = checked([*FINE, *SHOP, *row.before], None)

    assert rules(found) == [[]] * len(found)


def test_without_a_pim_what_the_source_creates_is_known() -> None:
    """Its families, attributes and options are checked; the rest is counted."""
    inspector = AkeneoInspector(None)
    records = [
        attribute("note", "text", max_characters=3),
        valued("a", "note", "long"),
        valued("b", "note", "x", "en_US"),
        product("c", family="unknown", values={"other": value("x")}),
        product("d", parent="missing"),
        product("e,"),
    ]
    found = checked_by(inspector, records)

    assert rules(found) == [
        *([], ["value-length"], ["value-localizable"], [], [], ["identifier-format"]),
    ]
    assert inspector.scope().unchecked == {
        "attribute": 1,
        "attribute group": 1,
        "family": 1,
        "product model": 1,
    }
    assert inspector.scope().pim is False


@pytest.mark.parametrize("calls", [0, 3, 8])
def test_a_pim_that_goes_away_leaves_the_source_alone(calls: int) -> None:
    """What was read before is no whole: nothing is called missing."""
    inspector = AkeneoInspector(ShopReader(calls=calls))
    found = checked_by(inspector, [product("a", family="nothing"), valued("b", "no", "x")])

    assert (rules(found), inspector.scope().pim) == ([[], []], False)


@pytest.mark.parametrize(
    ("reader", "reason"),
    [
        (ShopReader(without="association-types"), "This PIM has no list association-types."),
        (
            ShopReader(refused="association-types"),
            "The list association-types could not be read (HTTP 403).",
        ),
    ],
)
def test_a_list_that_cannot_be_read_is_said(reader: ShopReader, reason: str) -> None:
    """What may be in it is not called missing; all else is checked."""
    inspector = AkeneoInspector(reader)
    links = {"NEW": {"products": ["lid"]}}
    found = checked_by(inspector, [product("a", associations=links, family="nothing")])

    assert rules(found) == [["unknown-family"]]
    assert inspector.scope().reasons == (reason,)
    assert inspector.scope().unchecked == {"association type": 1}


def test_what_builds_on_a_refused_command_is_wrong_too() -> None:
    """An attribute that is none, its option, its family, the variant, the model, the product."""
    sets = [{"level": 1, "axes": ["bad-code"]}]
    records = [
        product("leaf", parent="root"),
        model("root", family_variant="by_bad"),
        structure("FamilyVariant", "by_bad", family="bad", variant_attribute_sets=sets),
        structure("Family", "bad", attributes=["bad-code"]),
        ("AttributeOption", {"attribute": "bad-code", "code": "x"}),
        attribute("bad-code", "simpleselect"),
    ]
    found = rules(checked(records, ShopReader()))

    assert found[5] == ["code-format"]
    assert found[4] == found[3] == found[2] == ["unknown-attribute"]
    assert found[1] == ["unknown-family-variant"]
    assert found[0] == ["unknown-parent"]


def test_a_refused_command_for_what_the_pim_has_takes_nothing_away() -> None:
    """The model and the attribute stay as they were."""
    records = [
        model("mug", values={"name": value("x")}),
        product("below", parent="mug", values={"color": value("blue")}),
        structure("Channel", "print", locales=["xx_XX"]),
        valued("german", "name", "x", "de_DE"),
        product("lid", values={"note": value(5)}),
        product("other", associations={"PACK": {"products": ["lid"]}}),
    ]

    assert rules(checked(records, ShopReader())) == [
        ["value-localizable"], [], ["unknown-locale"], [], ["value-type"], [],
    ]  # fmt: skip


def test_a_product_that_will_not_be_there_is_missed() -> None:
    """One that is refused for its associations only will be: it is written without them."""
    records = [
        product("a", associations={"PACK": {"products": ["b"]}}),
        product("b", associations={"PACK": {"products": ["c"]}}),
        product("c", family="nothing"),
        product("d", associations={"PACK": {"products": ["e"]}}),
        product("e", associations={"PACK": {"products": ["nothing"]}}),
    ]

    assert rules(checked(records, ShopReader())) == [
        *([], ["unknown-target"], ["unknown-family"], [], ["unknown-target"]),
    ]


def test_the_parent_may_stand_in_another_command() -> None:
    """Of the same product, before or after."""
    records = [
        product("red_mug_2", values={"name": value("x", "en_US")}),
        product("red_mug_2", parent="mug", values={"color": value("blue")}),
    ]

    assert rules(checked(records, ShopReader())) == [["value-dropped"], []]


def test_the_pim_is_asked_only_for_what_is_in_use() -> None:
    """Options of attributes with values, variants of families that are named, parents by code."""
    reader = ShopReader()
    checked([valued("a", "color", "red"), product("b", parent="cup_red")], reader)
    asked = [path for path, params in reader.asked if params is None or "search" not in params]
    searched = [path for path, params in reader.asked if params and "search" in params]

    assert [path for path in asked if "/" in path] == [
        "attributes/color/options", "families/mugs/variants",
    ]  # fmt: skip
    assert searched == ["product-models", "products"]


def test_classes_without_checks_are_named() -> None:
    """A class that is newer than the checks is not passed over in silence."""
    inspector = AkeneoInspector(None)
    inspector.survey(DeleteProduct(identifier="a"))
    before = inspector.scope().classes
    inspector.survey(Thing())

    assert (before, inspector.scope().classes) == ((), ("Thing",))


def test_a_refused_variant_takes_no_axis_values() -> None:
    """And a product may say its own again."""
    records = [
        product("bad", parent="cup_red", family="lids", values={"size": value("large")}),
        product("good", parent="cup_red", values={"size": value("large")}),
        product("good", parent="cup_red", values={"size": value("LARGE")}),
        product("late", parent="cup_red", values={"size": value("Large")}),
    ]

    assert rules(checked(records, ShopReader())) == [["parent-family"], [], [], ["axis-repeated"]]


def test_unique_attributes_stand_on_the_last_level() -> None:
    """Whatever the family variant says of them."""
    records = [
        model("cup_blue", parent="cup", values={"color": value("blue"), "ean": value("1")}),
        product("small", parent="cup_blue", values={"size": value("small"), "ean": value("2")}),
    ]

    assert rules(checked(records, ShopReader())) == [["value-dropped"], []]


def test_without_a_pim_a_level_may_have_its_axes_there() -> None:
    """A family variant that the source does not create is changed without saying them again."""
    sets = [{"level": 1, "attributes": ["note"]}]
    changed = structure("FamilyVariant", "by_color", family="mugs", variant_attribute_sets=sets)

    assert rules(checked([changed], None)) == [[]]
    assert rules(checked([changed], ShopReader())) == [[]]


def test_values_of_categories_are_passed_over() -> None:
    """They are a list, unlike those of products."""
    shelf = structure("Category", "shelf", values=[{"data": "x"}])

    assert rules(checked([shelf, valued("a", "brand", "acme")], ShopReader())) == [[], []]
