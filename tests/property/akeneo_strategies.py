"""Akeneo commands that a PIM with a small catalogue mostly takes, several of them of one key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from akeneo_world import CAP, MUG, TANK_M
from importbus.handlers.akeneo import (
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
)
from importbus.handlers.akeneo.commands import AkeneoUpsert

Strategy = st.SearchStrategy[Any]

NEW_UUID = "5e4f1f5c-6d3b-4d0e-8a57-0d6bd63f2a11"
STANDARD = [{"operator": "mul", "value": "1"}]


def one_of(*choices: Any) -> Strategy:
    """Draw one of *choices*."""
    return st.sampled_from(choices)


def some(*codes: str) -> Strategy:
    """Draw a list of some of *codes*."""
    return st.lists(one_of(*codes), unique=True, max_size=3)


def any_of(**fields: Strategy) -> Strategy:
    """Draw an object that has some of *fields*."""
    return st.fixed_dictionaries({}, optional=fields)


LABELS = any_of(en_US=one_of("One", "", None), de_DE=one_of("Eins", None), fr_FR=one_of("Un", ""))
CATEGORIES = some("new", "sale", "master")
Place = tuple[str | None, str | None]
PLAIN: list[Place] = [(None, None)]
PLACES: Mapping[str, tuple[list[Place], Strategy]] = {
    "name": ([("en_US", None), ("de_DE", None)], one_of("Tee", "Hemd", None, "")),
    "description": (
        [("en_US", "ecommerce"), ("de_DE", "print"), ("de_DE", "Print")],
        one_of("Long", " ", None),
    ),
    "claim": ([(None, "ecommerce"), (None, "print")], one_of("Best", "Better", None)),
    "note": (PLAIN, one_of("Soft", "Hard", None)),
    "NOTE": (PLAIN, one_of("Loud", None)),
    "color": (PLAIN, one_of("red", "blue", None)),
    "size": (PLAIN, one_of("s", "m", "l")),
    "tags": (PLAIN, st.lists(one_of("new", "hot", "sale"), max_size=2) | st.none()),
    "fresh": (PLAIN, one_of(True, False, None)),
    "active": (PLAIN, one_of(True, False, None)),
    "weight": (PLAIN, one_of({"amount": "2", "unit": "GRAM"}, None)),
    "price": (PLAIN, one_of([{"amount": "5.00", "currency": "EUR"}], [])),
    "ean": (PLAIN, one_of("1", "2", None)),
}
"""Attributes, where their values may stand, and what they hold."""


def entries(places: list[tuple[str | None, str | None]], data: Strategy) -> Strategy:
    return st.dictionaries(one_of(*places), data, max_size=2).map(
        lambda drawn: [
            {"locale": locale, "scope": scope, "data": each}
            for (locale, scope), each in drawn.items()
        ]
    )


VALUES = any_of(**{code: entries(*place) for code, place in PLACES.items()})
VALUES_WITH_IDENTIFIER = any_of(
    sku=entries(PLAIN, one_of("x", "mug", "other", None)),
    **{code: entries(*place) for code, place in PLACES.items()},
)
TARGETS = any_of(products=some("cap", "mug", "x"), product_models=some("tank", "tee"))
LINKS = any_of(X_SELL=TARGETS, PACK=TARGETS, TWIN=TARGETS)
AMOUNTS = st.lists(
    st.builds(
        lambda code, n: {"identifier": code, "quantity": n}, one_of("cap", "mug"), one_of(1, 2)
    ),
    max_size=2,
)
QUANTIFIED = any_of(
    KIT=any_of(
        products=AMOUNTS,
        product_models=AMOUNTS.map(
            lambda many: [{**one, "identifier": "tank"} for one in many[:1]]
        ),
    )
)
TARGETS_BY_UUID = any_of(products=some(CAP, MUG, NEW_UUID), product_models=some("tank", "tee"))
LINKS_BY_UUID = any_of(X_SELL=TARGETS_BY_UUID, PACK=TARGETS_BY_UUID, TWIN=TARGETS_BY_UUID)
AMOUNTS_BY_UUID = st.lists(
    st.builds(lambda uuid, n: {"uuid": uuid, "quantity": n}, one_of(CAP, MUG), one_of(1, 2)),
    max_size=2,
)
QUANTIFIED_BY_UUID = any_of(KIT=any_of(products=AMOUNTS_BY_UUID))
STEPS = one_of(
    STANDARD,
    [{"operator": "mul", "value": "2"}],
    [{"operator": "mul", "value": "2"}, {"operator": "add", "value": "3"}],
)


SAID = any_of(en_US=one_of("A", "B", None), de_DE=one_of("C", "")).filter(bool)
SYMBOLS = one_of("u", "w")
UNITS = st.fixed_dictionaries(
    {"POUND_FOOT": st.fixed_dictionaries({"labels": SAID}, optional={"symbol": SYMBOLS})}
) | st.fixed_dictionaries(
    {"POUND_FOOT": st.fixed_dictionaries({"convert_from_standard": STEPS})},
    optional={
        code: st.just({"code": code, "convert_from_standard": STANDARD})
        for code in ("NEWTON_METER", "pound_foot", "OUNCE")
    },
)
"""What may be said of the units of ``Torque``: words mostly, or conversions."""

WHOLE_UNITS = one_of(
    {"NEWTON_METER": {"code": "NEWTON_METER", "convert_from_standard": STANDARD}},
    {
        "NEWTON_METER": {"code": "NEWTON_METER", "convert_from_standard": STANDARD},
        "POUND_FOOT": {
            "code": "POUND_FOOT",
            "convert_from_standard": [*STANDARD, {"operator": "add", "value": "3"}],
            "labels": {"en_US": "Pound"},
        },
    },
)
SETS = one_of(
    [{"level": 1, "axes": ["size"], "attributes": ["price"]}],
    [{"level": 1, "axes": ["size"], "attributes": ["weight", "note"]}],
    [{"level": 1, "attributes": ["note"]}],
    [{"level": 1, "axes": ["color"]}, {"level": 2, "axes": ["size"], "attributes": []}],
)
TYPES = one_of("pim_catalog_text", "pim_catalog_boolean", "pim_catalog_simpleselect")


@frozen
class Kind:
    """A command class, the keys of its commands, what they must and what they may say."""

    command_type: type[AkeneoUpsert]
    codes: tuple[str, ...]
    must: Mapping[str, Strategy]
    may: Mapping[str, Strategy]

    def commands(self, code: str) -> Strategy:
        """Draw commands of one key; a few spell it in other upper and lower case."""
        spelled = one_of(code, code, code, code.swapcase())
        known = {self.command_type.key_field: spelled, **self.must}
        fields = st.fixed_dictionaries(known, optional=dict(self.may))
        return fields.map(lambda drawn: self.command_type(**drawn))


KINDS = (
    Kind(
        CreateOrUpdateCategory,
        ("x", "sale"),
        {},
        {"parent": one_of(None, "master", "new"), "labels": LABELS},
    ),
    Kind(
        CreateOrUpdateAttributeGroup,
        ("x", "looks"),
        {},
        {
            "labels": LABELS,
            "sort_order": st.integers(0, 3),
            "attributes": some("color", "tags", "note", "size"),
        },
    ),
    Kind(
        CreateOrUpdateChannel,
        ("x", "print"),
        {},
        {
            "category_tree": one_of("master"),
            "locales": some("de_DE", "fr_FR", "en_US"),
            "currencies": some("EUR", "USD"),
            "conversion_units": any_of(weight=one_of("GRAM", "KILOGRAM", None)),
            "labels": LABELS,
        },
    ),
    Kind(
        CreateOrUpdateAttribute,
        ("x", "note"),
        {},
        {
            "type": TYPES,
            "group": one_of("other", "looks"),
            "labels": LABELS,
            "sort_order": st.integers(0, 3),
            "localizable": st.booleans(),
            "scopable": st.booleans(),
            "unique": one_of(False, None),
            "available_locales": some("en_US", "de_DE"),
            "useable_as_grid_filter": st.booleans(),
            "max_characters": one_of(None, 9, 99),
            "default_value": one_of(None, True),
        },
    ),
    Kind(
        CreateOrUpdateAttributeOption,
        ("x", "red"),
        {"attribute": one_of("color", "color", "Color")},
        {"labels": LABELS, "sort_order": one_of(None, 4, 7)},
    ),
    Kind(
        CreateOrUpdateFamily,
        ("x", "shirts"),
        {},
        {
            "attributes": some("name", "note", "size", "color"),
            "attribute_as_label": one_of("name", "sku"),
            "attribute_as_image": st.none(),
            "attribute_requirements": any_of(ecommerce=some("sku", "note"), print=some("name")),
            "labels": LABELS,
        },
    ),
    Kind(
        CreateOrUpdateFamilyVariant,
        ("x", "by_size"),
        {"family": one_of("shirts", "shirts", "socks")},
        {"variant_attribute_sets": SETS, "labels": LABELS},
    ),
    Kind(
        CreateOrUpdateAssociationType,
        ("x", "TWIN"),
        {},
        {"labels": LABELS, "is_quantified": st.booleans(), "is_two_way": st.booleans()},
    ),
    Kind(
        CreateOrUpdateProductModel,
        ("x", "tank", "tee_red"),
        {},
        {
            "family": one_of("shirts"),
            "family_variant": one_of("by_size", "by_color_size"),
            "parent": one_of("tee", "tee", "tank"),
            "categories": CATEGORIES,
            "values": VALUES,
            "associations": LINKS,
            "quantified_associations": QUANTIFIED,
        },
    ),
    Kind(
        CreateOrUpdateProduct,
        ("x", "mug", "tank_m"),
        {},
        {
            "uuid": one_of(NEW_UUID),
            "enabled": st.booleans(),
            "family": one_of("shirts", "socks", None),
            "parent": one_of("tank", "tee_red", None),
            "categories": CATEGORIES,
            "values": VALUES,
            "associations": LINKS,
            "quantified_associations": QUANTIFIED,
        },
    ),
    Kind(
        CreateOrUpdateProductByUuid,
        (NEW_UUID, MUG, TANK_M),
        {},
        {
            "enabled": st.booleans(),
            "family": one_of("shirts", "socks", None),
            "parent": one_of("tank", "tee_red", None),
            "categories": CATEGORIES,
            "values": VALUES_WITH_IDENTIFIER,
            "associations": LINKS_BY_UUID,
            "quantified_associations": QUANTIFIED_BY_UUID,
        },
    ),
    Kind(
        CreateOrUpdateMeasurementFamily,
        ("Torque", "Torque", "x"),
        {"units": UNITS | WHOLE_UNITS},
        {
            "standard_unit_code": one_of("NEWTON_METER", "NEWTON_METER", "POUND_FOOT"),
            "labels": LABELS,
        },
    ),
)
"""Upserts of structure and products. The keys of each are a new one and some that the PIM has."""


def runs(kind: Kind, length: int, earlier: int = 2) -> Strategy:
    """Draw *length* commands of one key, and up to *earlier* ones that went before them."""
    return one_of(*kind.codes).flatmap(
        lambda code: st.tuples(
            st.lists(kind.commands(code), max_size=earlier),
            st.lists(kind.commands(code), min_size=length, max_size=length),
        )
    )
