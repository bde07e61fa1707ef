"""Brands as records of a reference entity, and packshots as assets of a family.

Brands belong to brands, some of them in a circle; products name both. Source of the shapes:
akeneo/pim-api-docs, content/rest-api (reference entities, assets).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import Any, Final

from importbus.adapters.generator.structure import Data, labels
from importbus.adapters.generator.words import COLORS, LOCALES, SERIES, Words

BRAND: Final = "brand"

PACKSHOTS: Final = "packshots"

BRANDS: Final = 64
"""Records of the reference entity; a power of two, as random bits choose from them."""

ASSETS: Final = 256
"""Assets of the family; a power of two, likewise."""

COUNTRIES: Final[tuple[tuple[str, Words], ...]] = (
    ("denmark", ("Denmark", "Dänemark", "Danemark")),
    ("france", ("France", "Frankreich", "France")),
    ("germany", ("Germany", "Deutschland", "Allemagne")),
    ("poland", ("Poland", "Polen", "Pologne")),
)

VIEWS: Final[tuple[tuple[str, Words], ...]] = (
    ("front", ("Front", "Vorne", "Face")),
    ("back", ("Back", "Hinten", "Dos")),
    ("detail", ("Detail", "Detail", "Détail")),
    ("in_use", ("In use", "In Gebrauch", "En situation")),
)

TRADES: Final[tuple[Words, ...]] = (
    ("Workshops", "Werkstätten", "Ateliers"),
    ("Brothers", "Gebrüder", "Frères"),
)


def brand_code(number: int) -> str:
    """Return the code of the brand *number*, from 0 to ``BRANDS`` less one."""
    return f"brand_{number:02d}"


def asset_code(number: int) -> str:
    """Return the code of the asset *number*, from 0 to ``ASSETS`` less one."""
    return f"packshot_{number:03d}"


def families() -> Iterator[Data]:
    """Yield the asset family."""
    yield {"code": PACKSHOTS, "labels": labels(("Packshots", "Freisteller", "Packshots"))}


def entities() -> Iterator[Data]:
    """Yield the reference entity."""
    yield {"code": BRAND, "labels": labels(("Brand", "Marke", "Marque"))}


def family_attributes() -> Iterator[Data]:
    """Yield a link to each picture, what it shows, and a text for it."""
    yield _of_family("link", "media_link", ("Link", "Verweis", "Lien"), media_type="image")
    yield _of_family("view", "single_option", ("View", "Ansicht", "Vue"))
    words = ("Caption", "Bildtext", "Légende")
    yield _of_family("caption", "text", words, value_per_locale=True)


def entity_attributes() -> Iterator[Data]:
    """Yield where a brand is from, what it is about, since when, and to whom it belongs."""
    yield _of_entity("country", "single_option", ("Country", "Land", "Pays"))
    words = ("About", "Über die Marke", "À propos")
    yield _of_entity("about", "text", words, value_per_locale=True, is_textarea=True)
    yield _of_entity("founded", "number", ("Founded", "Gegründet", "Fondée"))
    yield _of_entity(
        "belongs_to",
        "reference_entity_single_link",
        ("Belongs to", "Gehört zu", "Appartient à"),
        reference_entity_code=BRAND,
    )


def family_options() -> Iterator[Data]:
    """Yield what a picture can show."""
    for code, words in VIEWS:
        yield {
            "asset_family": PACKSHOTS, "attribute": "view", "code": code, "labels": labels(words)
        }  # fmt: skip


def entity_options() -> Iterator[Data]:
    """Yield where a brand can be from."""
    for code, words in COUNTRIES:
        yield {
            "reference_entity": BRAND, "attribute": "country", "code": code,
            "labels": labels(words),
        }  # fmt: skip


def records(random: Random) -> Iterator[Data]:
    """Yield the brands, then whom some belong to, as further commands: three in a circle."""
    yield from (_brand(number, random) for number in range(BRANDS))
    for number in range(BRANDS):
        if owner := _owner(number):
            values = {"belongs_to": _plain(brand_code(owner))}
            yield {"reference_entity": BRAND, "code": brand_code(number), "values": values}


def _brand(number: int, random: Random) -> Data:
    series, trade = SERIES[number % len(SERIES)], TRADES[number // len(SERIES) % len(TRADES)]
    country, words = random.choice(COUNTRIES)
    return {
        "reference_entity": BRAND,
        "code": brand_code(number),
        "values": {
            "label": _localized(f"{series} {one}" for one in trade),
            "country": _plain(country),
            "about": _localized(f"{series}, {one}" for one in words),
            "founded": _plain(str(random.randrange(1850, 2020))),
        },
    }


def assets(random: Random) -> Iterator[Data]:
    """Yield the pictures, each with a link, a view and a text in every language."""
    for number in range(ASSETS):
        view, words = VIEWS[number % len(VIEWS)]
        _, color = random.choice(COLORS)
        yield {
            "asset_family": PACKSHOTS,
            "code": asset_code(number),
            "values": {
                "link": _plain(f"https://media.example.com/packshots/{number:03d}.jpg"),
                "view": _plain(view),
                "caption": _localized(
                    f"{one}, {other}" for one, other in zip(words, color, strict=True)
                ),
            },
        }


def _of_family(code: str, kind: str, words: Words, **rules: Any) -> Data:
    return {"asset_family": PACKSHOTS, **_attribute(code, kind, words, rules)}


def _of_entity(code: str, kind: str, words: Words, **rules: Any) -> Data:
    return {"reference_entity": BRAND, **_attribute(code, kind, words, rules)}


def _attribute(code: str, kind: str, words: Words, rules: Mapping[str, Any]) -> Data:
    apart = {"value_per_locale": False, "value_per_channel": False}
    return {"code": code, "type": kind, "labels": labels(words), **apart, **rules}


def _owner(number: int) -> int | None:
    """Return to whom a brand belongs: 1, 2 and 3 to each other, of the rest each fourth to one."""
    if number in (1, 2, 3):
        return number % 3 + 1
    return (number + 1) % BRANDS if number % 4 == 0 else None


def _plain(data: Any) -> list[Data]:
    return [{"locale": None, "channel": None, "data": data}]


def _localized(texts: Iterable[str]) -> list[Data]:
    return [
        {"locale": locale, "channel": None, "data": text}
        for locale, text in zip(LOCALES, texts, strict=True)
    ]
