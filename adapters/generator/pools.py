"""Values made once and used again and again; every pool's length is a power of two.

A random number's bits choose from them, so that a product costs no more than a few look-ups.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final

import orjson
from attrs import frozen

from importbus.adapters.generator import wide
from importbus.adapters.generator.entities import ASSETS, BRANDS, asset_code, brand_code
from importbus.adapters.generator.extras import NONE, Extras
from importbus.adapters.generator.words import (
    COLORS,
    FIRST_SENTENCES,
    LOCALES,
    MATERIALS,
    SECOND_SENTENCES,
    SERIES,
    SIZES,
    STYLES,
    Kind,
    Words,
)

Value = Any
"""What stands under an attribute's code: its data per locale and channel; or that as JSON."""

Wrap = Callable[[Any], Value]
"""What becomes of a value when it is made: it stays as it is, or it is written down as JSON."""

SCOPES: Final = (("en_US", "ecommerce"), ("de_DE", "print"))
"""Where descriptions are written."""

PRICES: Final = 1024
WEIGHTS: Final = 256
DATES: Final = 1024
SHARED: Final = 256
"""Different goods of a kind, apart from what each product has for itself."""

CLASSIFIED: Final = 1024
"""Pairs of categories, one of each tree, when there are two."""


@frozen
class Pools:
    """What every kind of goods can have."""

    prices: Sequence[Value]
    weights: Sequence[Value]
    dates: Sequence[Value]
    colors: Sequence[Value]
    sizes: Sequence[Value]


@frozen
class KindPools:
    """Goods of one kind: the values that a model shares with its variants, and categories."""

    shared: Sequence[dict[str, Value]]
    categories: Sequence[Any]


def as_json(value: Any) -> orjson.Fragment:
    """Return *value* as JSON that orjson copies, which costs nearly nothing."""
    return orjson.Fragment(orjson.dumps(value))


def as_it_is(value: Any) -> Any:
    """Return *value*."""
    return value


def plain(data: Any) -> list[dict[str, Any]]:
    """Return the value of an attribute without locale and channel."""
    return [{"locale": None, "scope": None, "data": data}]


def reference(number: int) -> list[dict[str, Any]]:
    """Return the supplier's reference of the product *number*, the one value that no other has."""
    return plain(f"LS-{number:09d}")


def reference_as_json(number: int) -> orjson.Fragment:
    """Return the same as JSON; put together like this it takes a third of the time."""
    return orjson.Fragment(b'[{"locale":null,"scope":null,"data":"LS-%09d"}]' % number)


def pools(random: Random, wrap: Wrap) -> Pools:
    """Return the common pools; *random* decides amounts."""
    cents = [random.randrange(290, 49_990) for _ in range(PRICES)]
    grams = [random.randrange(5, 4000) * 10 for _ in range(WEIGHTS)]
    days = [date(2020, 1, 1) + timedelta(days=2 * n) for n in range(DATES)]
    return Pools(
        prices=[wrap(plain(_price(each))) for each in cents],
        weights=[
            wrap(plain({"amount": f"{each / 1000:.2f}", "unit": "KILOGRAM"})) for each in grams
        ],
        dates=[wrap(plain(each.isoformat())) for each in days],
        colors=[wrap(plain(code)) for code, _ in COLORS],
        sizes=[wrap(plain(code)) for code, _ in SIZES],
    )


def kind_pools(
    kind: Kind, random: Random, wrap: Wrap, extras: Extras = NONE, seed: int = 0
) -> KindPools:
    """Return the pools of *kind*; *random* decides what comes together, *seed* further values."""
    further = wide.shared_values(kind, extras, seed, SHARED, wrap)
    return KindPools(
        shared=[
            {**_shared(kind, random, wrap), **_of_extras(kind, number, wrap, extras), **more}
            for number, more in enumerate(further)
        ],
        categories=[wrap(codes) for codes in _categories(kind, extras)],
    )


def _categories(kind: Kind, extras: Extras) -> list[list[str]]:
    """Return one category a style, or with a profile a second one beside each in turn."""
    styles = [f"{kind.code}_{style}" for style, _ in STYLES]
    if extras.profile is None:
        return [[style] for style in styles]
    seconds = wide.leaves(kind, extras.profile, CLASSIFIED)
    return [[styles[n % len(styles)], second] for n, second in enumerate(seconds)]


def _shared(kind: Kind, random: Random, wrap: Wrap) -> dict[str, Value]:
    material = random.randrange(len(MATERIALS))
    amount = str(kind.step * random.randrange(20, 84))
    values = {
        "name": _name(kind, MATERIALS[material][1], random.choice(SERIES)),
        "description": _description(
            random.choice(FIRST_SENTENCES), random.choice(SECOND_SENTENCES)
        ),
        "materials": plain(_materials(material, random)),
        "warranty": plain(random.choice((6, 12, 18, 24, 36, 60))),
        "recyclable": plain(random.random() < 0.7),
        kind.measure: plain({"amount": amount, "unit": kind.unit}),
    }
    return {code: wrap(value) for code, value in values.items()}


def _of_extras(kind: Kind, number: int, wrap: Wrap, extras: Extras) -> dict[str, Value]:
    """Return a brand and two pictures, chosen without chance: other values stay what they are."""
    if not extras.enterprise:
        return {}
    first = number * 7 + len(kind.code)
    pictures = [asset_code(one % ASSETS) for one in (first, first + 1)]
    brand = brand_code(first % BRANDS)
    return {"brand": wrap(plain(brand)), "packshots": wrap(plain(pictures))}


def _name(kind: Kind, material: Words, series: str) -> list[dict[str, Any]]:
    english, german, french = kind.noun
    texts = (
        f"{series} {material[0]} {english}",
        f"{german} {series} aus {material[1]}",
        f"{french} {series} en {material[2]}",
    )
    return [
        {"locale": locale, "scope": None, "data": text}
        for locale, text in zip(LOCALES, texts, strict=True)
    ]


def _description(first: Words, second: Words) -> list[dict[str, Any]]:
    found = []
    for locale, scope in SCOPES:
        n = LOCALES.index(locale)
        found.append({"locale": locale, "scope": scope, "data": f"{first[n]} {second[n]}"})
    return found


def _price(cents: int) -> list[dict[str, str]]:
    return [
        {"amount": f"{cents / 100:.2f}", "currency": "EUR"},
        {"amount": f"{cents * 1.1 / 100:.2f}", "currency": "USD"},
    ]


def _materials(number: int, random: Random) -> list[str]:
    others = random.sample(range(len(MATERIALS)), random.randrange(3))
    return sorted({MATERIALS[n][0] for n in (number, *others)})
