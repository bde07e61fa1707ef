"""Laws of the flat format: what it can say comes back, and no file breaks its reading."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from flat_shop import ATTRIBUTES, every, reader, shop
from importbus.adapters.codec import JsonCodec
from importbus.adapters.flat import KINDS, read_flat
from importbus.adapters.sources.ports import SourceOptions
from importbus.bus.errors import InvalidCommand
from importbus.handlers.akeneo import COMMANDS

Strategy = st.SearchStrategy[Any]
Cells = dict[str, str]

CODES = st.from_regex(r"[A-Za-z0-9_]{1,8}", fullmatch=True)
LISTS = st.lists(CODES, min_size=1, max_size=3)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
WHOLE = st.integers(-(10**12), 10**12)
DECIMALS = st.decimals(-(10**6), 10**6, places=2).map(lambda n: f"{n + 0:f}")
AMOUNTS = st.fixed_dictionaries({"amount": DECIMALS, "unit": CODES})


def plain(data: Any) -> Cells:
    """Return the cell of a text."""
    return {"": str(data)}


def listed(data: list[str]) -> Cells:
    """Return the cell of a list of codes."""
    return {"": ",".join(data)}


def together(data: Mapping[str, str]) -> Cells:
    """Return the cell of an amount with its unit."""
    return {"": f"{data['amount']} {data['unit']}"}


def apart(data: Mapping[str, str]) -> Cells:
    """Return the cells of an amount and its unit."""
    return {"": data["amount"], "-unit": data["unit"]}


def prices(*currencies: str) -> Strategy:
    """Draw prices, one a currency."""
    amounts = st.fixed_dictionaries({}, optional=dict.fromkeys(currencies, DECIMALS))
    return amounts.filter(bool).map(
        lambda found: [
            {"amount": found[each], "currency": each} for each in currencies if each in found
        ]
    )


def in_one(data: list[dict[str, str]]) -> Cells:
    """Return the cell of all prices."""
    return {"": ", ".join(f"{each['amount']} {each['currency']}" for each in data)}


def by_currency(data: list[dict[str, str]]) -> Cells:
    """Return a cell for each price."""
    return {f"-{each['currency']}": each["amount"] for each in data}


@frozen
class Written:
    """Data of an attribute, and one way to write it."""

    data: Strategy
    write: Callable[[Any], Cells]


WAYS = {
    "note": [Written(TEXTS, plain)],
    "name": [Written(TEXTS, plain)],
    "claim": [Written(TEXTS, plain)],
    "description": [Written(TEXTS, plain)],
    "stock": [Written(WHOLE, plain)],
    "ratio": [Written(DECIMALS, plain)],
    "fresh": [Written(st.booleans(), lambda data: {"": "1" if data else "0"})],
    "released": [Written(st.dates().map(str), plain)],
    "color": [Written(CODES, plain)],
    "tags": [Written(LISTS, listed)],
    "weight": [Written(AMOUNTS, together), Written(AMOUNTS, apart)],
    "price": [Written(prices("EUR", "USD"), in_one), Written(prices("EUR", "USD"), by_currency)],
    "brand": [Written(CODES, plain)],
    "designers": [Written(LISTS, listed)],
    "shots": [Written(LISTS, listed)],
    "nutrition": [
        Written(
            st.lists(st.dictionaries(CODES, CODES | WHOLE | st.booleans()), min_size=1, max_size=2),
            lambda data: {"": json.dumps(data)},
        )
    ],
}
"""How a reference writer writes the attributes of the shop."""


def places_of(code: str) -> Strategy:
    """Draw places that values of an attribute have, different ones."""
    said = ATTRIBUTES[code]
    locales: list[str | None] = ["en_US", "fr_FR"] if said.get("localizable") else [None]
    scopes: list[str | None] = ["ecommerce"] if said.get("scopable") else [None]
    every_place = [(locale, scope) for locale in locales for scope in scopes]
    return st.lists(st.sampled_from(every_place), min_size=1, unique=True)


@st.composite
def values(draw: st.DrawFn) -> tuple[dict[str, Any], Cells]:
    """Draw values of a product, with the cells that say them."""
    found: dict[str, Any] = {}
    cells: Cells = {}
    for code in draw(st.lists(st.sampled_from(sorted(WAYS)), unique=True)):
        way = draw(st.sampled_from(WAYS[code]))
        for locale, scope in draw(places_of(code)):
            data = draw(way.data)
            entry = {"locale": locale, "scope": scope, "data": data}
            found.setdefault(code, []).append(entry)
            header = "-".join([code, *filter(None, (locale, scope))])
            cells |= {header + end: cell for end, cell in way.write(data).items()}
    return found, cells


@st.composite
def links(draw: st.DrawFn) -> tuple[dict[str, Any], Cells]:
    """Draw associations, with the cells that say them."""
    targets = st.sampled_from(["products", "product_models"])
    found: dict[str, Any] = {}
    cells: Cells = {}
    for target in draw(st.lists(targets, unique=True)):
        if draw(st.booleans()):
            codes = draw(LISTS)
            found.setdefault("associations", {}).setdefault("X_SELL", {})[target] = codes
            cells[f"X_SELL-{target}"] = ",".join(codes)
        else:
            amounts = draw(st.lists(st.tuples(CODES, st.integers(1, 99)), min_size=1, max_size=3))
            said = [{"identifier": code, "quantity": n} for code, n in amounts]
            found.setdefault("quantified_associations", {}).setdefault("PACK", {})[target] = said
            cells[f"PACK-{target}"] = ",".join(code for code, _ in amounts)
            cells[f"PACK-{target}-quantity"] = "|".join(str(n) for _, n in amounts)
    return found, cells


PROPERTIES = st.fixed_dictionaries(
    {"identifier": TEXTS},
    optional={
        "enabled": st.booleans(),
        "family": CODES,
        "parent": CODES,
        "categories": LISTS,
        "groups": LISTS,
    },
)


def cells_of(properties: Mapping[str, Any]) -> Cells:
    """Write properties."""
    cells = {}
    for name, said in properties.items():
        said = int(said) if isinstance(said, bool) else said
        header = "sku" if name == "identifier" else name
        cells[header] = ",".join(said) if isinstance(said, list) else str(said)
    return cells


@given(PROPERTIES, values(), links(), st.randoms(use_true_random=False))
def test_what_the_format_can_say_comes_back(
    properties: dict[str, Any],
    drawn: tuple[dict[str, Any], Cells],
    linked: tuple[dict[str, Any], Cells],
    chance: Any,
) -> None:
    """Written by a reference writer, in any order of the columns."""
    cells = list({**cells_of(properties), **drawn[1], **linked[1]}.items())
    chance.shuffle(cells)
    table = reader([header for header, _ in cells])

    ((_, _, data),) = table.read([cell for _, cell in cells], every)

    assert list(table.problems) == []
    assert not isinstance(data, InvalidCommand), data
    assert ordered(data) == ordered(
        {**properties, **({"values": drawn[0]} if drawn[0] else {}), **linked[0]}
    )


def ordered(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return *data* with the entries of values and prices in one order: columns have theirs."""
    return json.loads(json.dumps(data), object_hook=_sorted)  # type: ignore[no-any-return]


def _sorted(found: dict[str, Any]) -> dict[str, Any]:
    return {
        key: sorted(said, key=json.dumps)
        if isinstance(said, list) and all(isinstance(each, dict) for each in said)
        else said
        for key, said in found.items()
    }


WORDS = st.sampled_from(
    [
        *ATTRIBUTES,
        *("uuid", "family", "categories", "code", "attribute", "type", "X_SELL", "PACK", "label"),
        *("en_US", "fr_FR", "ecommerce", "print", "unit", "EUR", "products", "product_uuids"),
        *("groups", "quantity", "variant", "axes_1", "attributes_1", "requirements", "", "%s", "é"),
    ]
)
HEADERS = st.lists(WORDS, min_size=1, max_size=4).map("-".join) | st.text(max_size=10)
ANY_TEXT = st.text(max_size=12) | st.sampled_from(
    ["1", "0", "10 EUR", "10 KILOGRAM,", "a,b", "1|2", "[{}]", "{", "2026-01-31", "1e999", "\udc80"]
)
TYPED = (
    st.integers()
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.none()
)
SOME_CELLS: Strategy = ANY_TEXT | TYPED
OPTIONS = st.builds(
    SourceOptions,
    empty_clears=st.booleans(),
    date_format=st.sampled_from(["yyyy-mm-dd", "d/m/yy"]),
    decimal=st.sampled_from([".", ","]),
)

CODEC = JsonCodec()
for command in COMMANDS:
    CODEC.register(command)


@given(st.data(), st.sampled_from(sorted(KINDS)), OPTIONS)
def test_no_table_breaks_a_reading(data: st.DataObject, kind: str, options: SourceOptions) -> None:
    """Any header and any row give commands or say why not; what they give is sound."""
    keys = [*KINDS[kind].keys, "sku"]
    header = [*data.draw(st.lists(HEADERS, max_size=6)), *data.draw(st.just(keys) | st.just([]))]
    table = read_flat(header, kind, options, shop())

    for row in data.draw(st.lists(st.tuples(*[SOME_CELLS] * len(header)), max_size=3)):
        for _, name, said in table.read(row, every):
            assert is_told(name, said)


def is_told(name: str, said: Any) -> bool:
    """Whether *said* is a command, or tells why it is none with the column or field."""
    if isinstance(said, InvalidCommand):
        return bool(said.field)
    try:
        return CODEC.build(name, said) == CODEC.decode(name, said)
    except InvalidCommand as error:
        return error.field == "uuid"  # only the form of a uuid is left to the command


@pytest.mark.parametrize("cell", [date(2026, 1, 31), datetime(2026, 1, 31), time(1)])  # noqa: DTZ001
@given(st.sampled_from(sorted(ATTRIBUTES)))
def test_typed_cells_are_read_or_refused(cell: Any, code: str) -> None:
    """Whatever stands in a column of a spreadsheet."""
    header = [code, *filter(None, ("en_US" * bool(ATTRIBUTES[code].get("localizable")),))]
    table = reader(["sku", "-".join(header)])

    for _, _, said in table.read(["mug", cell], every):
        assert isinstance(said, Mapping | InvalidCommand)
