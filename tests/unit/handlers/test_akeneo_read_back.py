"""Reading back: what is expected of an item, and what is the same to the PIM."""

from __future__ import annotations

from typing import Any

import pytest

from checked_shop import Record, value
from told_commands import Item, Shelf, differing, product, told, values, verifier


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
