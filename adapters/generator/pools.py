"""Values made once and used again and again; every pool's length is a power of two.

A random number's bits choose from them, so that a product costs no more than a few look-ups.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from attrs import frozen

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

Value = list[dict[str, Any]]
"""What stands under an attribute's code: its data per locale and channel."""

SCOPES: Final = (("en_US", "ecommerce"), ("de_DE", "print"))
"""Where descriptions are written."""

PRICES: Final = 1024
WEIGHTS: Final = 256
DATES: Final = 1024
MEASURES: Final = 64
COMPANIONS: Final = 4
"""In how many ways a material is combined with others."""


@frozen
class Pools:
    """Values that every kind of goods shares."""

    descriptions: Sequence[Value]
    prices: Sequence[Value]
    weights: Sequence[Value]
    dates: Sequence[Value]
    warranties: Sequence[Value]
    flags: Sequence[Value]
    colors: Sequence[Value]
    sizes: Sequence[Value]
    materials: Sequence[Value]


@frozen
class KindPools:
    """Values of one kind of goods; ``names`` has a row of series for each material."""

    names: Sequence[Value]
    measures: Sequence[Value]
    categories: Sequence[list[str]]


def plain(data: Any) -> Value:
    """Return the value of an attribute without locale and channel."""
    return [{"locale": None, "scope": None, "data": data}]


def pools(random: Random) -> Pools:
    """Return the shared pools; *random* decides amounts and combinations."""
    return Pools(
        descriptions=[_description(a, b) for a in FIRST_SENTENCES for b in SECOND_SENTENCES],
        prices=[plain(_price(random.randrange(290, 49_990))) for _ in range(PRICES)],
        weights=[
            plain({"amount": f"{random.randrange(5, 4000) / 100:.2f}", "unit": "KILOGRAM"})
            for _ in range(WEIGHTS)
        ],
        dates=[plain(str(date(2020, 1, 1) + timedelta(days=2 * n))) for n in range(DATES)],
        warranties=[plain(months) for months in (6, 12, 18, 24, 36, 48, 60, 120)],
        flags=[plain(False), plain(True)],
        colors=[plain(code) for code, _ in COLORS],
        sizes=[plain(code) for code, _ in SIZES],
        materials=[
            plain(_materials(n, random)) for n in range(len(MATERIALS)) for _ in range(COMPANIONS)
        ],
    )


def kind_pools(kind: Kind) -> KindPools:
    """Return the pools of *kind*."""
    return KindPools(
        names=[_name(kind, material, series) for _, material in MATERIALS for series in SERIES],
        measures=[
            plain({"amount": str(kind.step * (n + 20)), "unit": kind.unit}) for n in range(MEASURES)
        ],
        categories=[[f"{kind.code}_{style}"] for style, _ in STYLES],
    )


def _name(kind: Kind, material: Words, series: str) -> Value:
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


def _description(first: Words, second: Words) -> Value:
    return [
        {"locale": locale, "scope": scope, "data": f"{first[n]} {second[n]}"}
        for locale, scope in SCOPES
        for n in (LOCALES.index(locale),)
    ]


def _price(cents: int) -> list[dict[str, str]]:
    return [
        {"amount": f"{cents / 100:.2f}", "currency": "EUR"},
        {"amount": f"{cents * 1.1 / 100:.2f}", "currency": "USD"},
    ]


def _materials(number: int, random: Random) -> list[str]:
    others = random.sample(range(len(MATERIALS)), random.randrange(3))
    return sorted({MATERIALS[n][0] for n in (number, *others)})
