"""Reading back: what is expected of an item, and what is the same to the PIM."""

from __future__ import annotations

from typing import Any

import pytest

from checked_shop import Record, value
from importbus.bus.findings import Told
from importbus.handlers.akeneo.readback.verifier import AkeneoVerifier
from told_commands import DELETE, Item, Shelf, product, told


def verifier(shelf: Shelf) -> AkeneoVerifier:
    """Return a verifier that waits for nothing."""
    return AkeneoVerifier(shelf, lambda seconds: None)


def differing(commands: list[Told], item: Item | None, **others: Item) -> list[tuple[int, str]]:
    """Return line and message of what differs when the PIM has *item* as the product ``mug``."""
    there = {} if item is None else {"products/mug": {"identifier": "mug", **item}}
    found = verifier(Shelf({**there, **others})).compare([commands])
    return [
        (each.told.position.line, f"{each.finding.field}: {each.finding.message}")
        for each in found.differences
    ]


def values(**data: object) -> Item:
    """Return values without locale and scope."""
    return {code: value(each) for code, each in data.items()}


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"enabled": True}, {"enabled": True, "family": "mugs"}),
        ({"family": "MUGS"}, {"family": "mugs"}),
        ({"categories": ["b", "a", "a"]}, {"categories": ["a", "b"]}),
        ({"categories": ["a"]}, {"categories": ["a", "inherited"], "parent": "cup"}),
        ({"add_categories": ["a"]}, {"categories": ["a", "b"]}),
        ({"remove_categories": ["a"]}, {"categories": ["b"]}),
        ({"parent": None}, {"parent": None}),
        ({"values": values(day="2026-01-02")}, {"values": values(day="2026-01-02T00:00:00+00:00")}),
        (
            {"values": values(day="2026-01-02T10:00:00+02:00")},
            {"values": values(day="2026-01-02T00:00:00+00:00")},
        ),
        (
            {"values": values(weight={"amount": 1.5, "unit": "GRAM"})},
            {"values": values(weight={"amount": "1.5000", "unit": "GRAM", "symbol": "g"})},
        ),
        (
            {
                "values": values(
                    price=[{"amount": "5", "currency": "USD"}, {"amount": 4, "currency": "EUR"}]
                )
            },
            {
                "values": values(
                    price=[
                        {"amount": "4.00", "currency": "EUR"},
                        {"amount": "5.00", "currency": "USD"},
                    ]
                )
            },
        ),
        ({"values": values(tags=["b", "a", "b"])}, {"values": values(tags=["a", "b"])}),
        ({"values": values(Note="x")}, {"values": values(note="x")}),
        ({"values": values(note=None, tags=[], name=" ")}, {"values": {}}),
        ({"values": values(sku="mug")}, {"values": {}}),
        (
            {"associations": {"pack": {"products": ["LID"], "groups": []}}},
            {"associations": {"PACK": {"products": ["lid", "pointing_here"]}}},
        ),
        (
            {
                "quantified_associations": {
                    "SET": {"products": [{"identifier": "lid", "quantity": 2}]}
                }
            },
            {
                "quantified_associations": {
                    "SET": {"products": [{"identifier": "lid", "quantity": 2}]}
                }
            },
        ),
    ],
)
def test_the_pims_own_ways_of_writing_are_no_differences(sent: Item, stored: Item) -> None:
    """Order, decimals, midnights, what is inherited or cleared, and the case of codes."""
    assert differing(told(product(**sent)), stored) == []


@pytest.mark.parametrize(
    ("sent", "stored", "says"),
    [
        ({"enabled": True}, {"enabled": False}, "enabled: sent true, stored false."),
        ({"enabled": True}, {}, "enabled: sent true, stored nothing."),
        (
            {"categories": ["a"]},
            {"categories": ["a", "b"]},
            'categories: sent ["a"], stored ["a","b"].',
        ),
        (
            {"categories": ["a", "b"]},
            {"categories": ["a"]},
            'categories: sent ["a","b"], stored ["a"].',
        ),
        ({"add_categories": ["a"]}, {"categories": ["b"]}, "add_categories: a is not there."),
        (
            {"remove_categories": ["a"]},
            {"categories": ["a"]},
            "remove_categories: a is still there.",
        ),
        ({"parent": None}, {"parent": "cup"}, 'parent: sent nothing, stored "cup".'),
        (
            {"values": values(day="2026-01-02")},
            {"values": values(day="2026-01-03T00:00:00+00:00")},
            'values.day: sent "2026-01-02", stored "2026-01-03T00:00:00+00:00".',
        ),
        ({"values": values(note="x")}, {"values": {}}, 'values.note: sent "x", stored nothing.'),
        (
            {"values": values(note=None)},
            {"values": values(note="x")},
            'values.note: sent nothing, stored "x".',
        ),
        (
            {"values": values(yes=None)},
            {"values": values(yes=False)},
            "values.yes: sent nothing, stored false.",
        ),
        (
            {"values": {"name": value("x", "en_US", "shop")}},
            {"values": {"name": value("x", "en_US")}},
            'values.name (en_US, shop): sent "x", stored nothing.',
        ),
        (
            {"associations": {"PACK": {"products": ["lid"]}}},
            {"associations": {}},
            'associations.PACK.products: sent ["lid"], stored nothing.',
        ),
        (
            {
                "quantified_associations": {
                    "SET": {"products": [{"identifier": "lid", "quantity": 2}]}
                }
            },
            {
                "quantified_associations": {
                    "SET": {"products": [{"identifier": "lid", "quantity": 3}]}
                }
            },
            'quantified_associations.SET.products: sent [{"identifier":"lid","quantity":2}], '
            'stored [{"identifier":"lid","quantity":3}].',
        ),
    ],
)
def test_other_values_are_differences(sent: Item, stored: Item, says: str) -> None:
    """Each is told with its place, what was sent, and what is stored."""
    assert differing(told(product(**sent)), stored) == [(1, says)]


@pytest.mark.parametrize(("kind", "differs"), [("text", True), ("simpleselect", False)])
def test_upper_and_lower_case_matter_in_texts_and_not_in_codes(kind: str, differs: bool) -> None:
    """The PIM is asked for the type of the attribute."""
    color: dict[str, Any] = {"attributes/color": {"type": f"pim_catalog_{kind}"}}
    found = differing(
        told(product(values=values(color="RED"))), {"values": values(color="red")}, **color
    )

    assert bool(found) is differs


@pytest.mark.parametrize(
    ("name", "data", "stored", "fine"),
    [
        ("Family", {"attributes": ["name"]}, {"attributes": ["name", "sku"]}, True),
        ("Family", {"attributes": ["name"]}, {"attributes": ["ean", "name", "sku"]}, False),
        ("Family", {"attributes": ["name"]}, {"attributes": ["sku"]}, False),
        (
            "Family",
            {"attribute_requirements": {"shop": ["name"]}},
            {"attribute_requirements": {"shop": ["name", "sku"], "print": ["sku"]}},
            True,
        ),
        ("Family", {"labels": {"en_US": "x", "de_DE": None}}, {"labels": {"en_US": "x"}}, True),
        ("Family", {"labels": {"en_US": "X"}}, {"labels": {"en_US": "x"}}, False),
        ("AttributeGroup", {"attributes": ["a"]}, {"attributes": ["a", "b", "c"]}, True),
        ("AttributeGroup", {"attributes": ["a"]}, {"attributes": ["b"]}, False),
        ("AttributeGroup", {"sort_order": 5}, {"sort_order": 0}, False),
        (
            "Attribute",
            {"number_min": "1", "max_file_size": "10"},
            {"number_min": "1.0000", "max_file_size": "10.00"},
            True,
        ),
        ("Attribute", {"unique": None, "date_min": None}, {"unique": False}, True),
        ("Channel", {"conversion_units": {"weight": None}}, {"conversion_units": {}}, True),
        (
            "Channel",
            {"conversion_units": {"weight": "GRAM"}},
            {"conversion_units": {"weight": "TON"}},
            False,
        ),
    ],
)
def test_structure_is_compared_by_the_rules_of_each_property(
    name: str, data: Item, stored: Item, fine: bool
) -> None:
    """What the PIM adds by itself is no difference; what is missing or other is one."""
    paths = {"Family": "families", "AttributeGroup": "attribute-groups", "Attribute": "attributes"}
    item = {"code": "x", **({"attribute_as_label": "sku"} if name == "Family" else {}), **stored}
    shelf = Shelf({f"{paths.get(name, 'channels')}/x": item})
    found = verifier(shelf).compare([told((name, {"code": "x", **data}))])

    assert (found.items, not found.differences) == (1, fine)


@pytest.mark.parametrize(
    ("stored", "fine"),
    [
        ([{"level": 1, "axes": ["color"], "attributes": ["color", "ean", "note", "sku"]}], True),
        ([{"level": 1, "axes": ["color"], "attributes": ["color", "sku"]}], False),
        ([{"level": 1, "axes": ["size"], "attributes": ["color", "note", "ean"]}], False),
        (
            [
                {"level": 1, "axes": ["color"], "attributes": ["color", "note"]},
                {"level": 2, "axes": ["size"], "attributes": ["ean", "size", "sku"]},
            ],
            True,
        ),
        ([], False),
    ],
)
def test_levels_of_variants_hold_what_was_said(stored: list[Item], fine: bool) -> None:
    """Axes are among the attributes, and unique attributes on the last level."""
    sets = [{"level": 1, "axes": ["color"], "attributes": ["note", "ean"]}]
    record: Record = (
        "FamilyVariant",
        {"code": "x", "family": "mugs", "variant_attribute_sets": sets},
    )
    shelf = Shelf({"families/mugs/variants/x": {"code": "x", "variant_attribute_sets": stored}})
    found = verifier(shelf).compare([told(record)])

    assert (not found.differences) is fine


def test_the_last_word_on_each_property_counts() -> None:
    """And its command is the one that is told."""
    commands = told(
        product(enabled=True, family="a", values=values(note="old", color="red")),
        product(enabled=False, values=values(note="new")),
    )

    assert differing(commands, {"enabled": True, "family": "b", "values": values(note="old")}) == [
        (2, "enabled: sent false, stored true."),
        (1, 'family: sent "a", stored "b".'),
        (2, 'values.note: sent "new", stored "old".'),
        (1, 'values.color: sent "red", stored nothing.'),
    ]


@pytest.mark.parametrize(
    ("steps", "stored"),
    [
        ([{"categories": ["a"]}, {"add_categories": ["b"]}], ["a", "b"]),
        ([{"categories": ["a", "b"]}, {"remove_categories": ["b"]}], ["a"]),
        ([{"add_categories": ["a"]}, {"categories": ["b"]}], ["b"]),
        ([{"add_categories": ["a"]}, {"remove_categories": ["a"]}], ["c"]),
        ([{"remove_categories": ["a"]}, {"add_categories": ["a"]}], ["a", "c"]),
    ],
)
def test_categories_are_said_in_three_ways(steps: list[Item], stored: list[str]) -> None:
    """A list, and what is added to it or taken from it later."""
    commands = told(*(product(**step) for step in steps))

    assert differing(commands, {"categories": stored}) == []
    assert differing(commands, {"categories": ["wrong"]}) != [] or "c" in stored


def test_what_a_failed_command_said_is_not_expected() -> None:
    """Nor what was said before it of the same property: a part of it may have been written."""
    commands = told(
        product(enabled=True, family="a"), product(enabled=False, categories=["x"]), failed=(2,)
    )

    assert differing(commands, {"enabled": False, "family": "b"}) == [
        (1, 'family: sent "a", stored "b".')
    ]


def test_a_key_whose_commands_all_failed_is_not_read() -> None:
    """There is nothing to compare."""
    shelf = Shelf({})
    found = verifier(shelf).compare([told(product(), failed=(1,))])

    assert (found.items, shelf.asked) == (0, [])


@pytest.mark.parametrize(
    ("commands", "item", "says"),
    [
        (told(product(), product()), None, [(2, ": is not in the PIM.")]),
        (told(product(enabled=True), DELETE), None, []),
        (told(product(enabled=True), DELETE), {"enabled": False}, [(2, ": is still in the PIM.")]),
        (told(DELETE, product(enabled=True)), {"enabled": True}, []),
        (told(product(enabled=True), DELETE, failed=(2,)), {"enabled": False}, []),
    ],
)
def test_what_is_missing_or_should_be_is_told(
    commands: list[Told], item: Item | None, says: list[tuple[int, str]]
) -> None:
    """Created, deleted, and created again."""
    assert differing(commands, item) == says
