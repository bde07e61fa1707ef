"""The structure of the fake catalogue: what products refer to.

It is whole in itself, so that it also fits a PIM that has nothing but the attribute group
``other`` and the identifier attribute ``sku``. No code has two commands, and what a PIM would
number by arrival (options) has its number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from importbus.adapters.generator.extras import NONE, Extras
from importbus.adapters.generator.words import (
    COLORS,
    KINDS,
    LOCALES,
    MATERIALS,
    SIZES,
    STYLES,
    Kind,
    Words,
)

Data = dict[str, Any]

SHARED = ("name", "description", "materials", "warranty", "recyclable")
"""Attributes that a model has for all its variants; beside them stands the kind's measure."""

IN_COLOR = ("released",)
"""Attributes that differ by colour."""

IN_SIZE = ("sku", "supplier_reference", "price", "weight")
"""Attributes that every variant has for itself."""

OPTIONS: Mapping[str, tuple[tuple[str, Words], ...]] = {
    "color": COLORS,
    "size": SIZES,
    "materials": MATERIALS,
}

GROUPS: tuple[tuple[str, Words], ...] = (
    ("marketing", ("Marketing", "Marketing", "Marketing")),
    ("technical", ("Technical", "Technik", "Technique")),
    ("logistics", ("Logistics", "Logistik", "Logistique")),
)


def labels(words: Words) -> dict[str, str]:
    """Return *words* by their locale."""
    return dict(zip(LOCALES, words, strict=True))


def categories() -> Iterator[Data]:
    """Yield the tree ``master``: a category a kind, and one a style below each."""
    yield {"code": "master", "labels": labels(("Master catalog", "Hauptkatalog", "Catalogue"))}
    for kind in KINDS:
        yield {"code": kind.code, "parent": "master", "labels": labels(kind.label)}
    for kind in KINDS:
        for code, words in STYLES:
            yield {"code": f"{kind.code}_{code}", "parent": kind.code, "labels": labels(words)}


def attribute_groups() -> Iterator[Data]:
    """Yield the groups; attributes name theirs, and no group names its attributes."""
    for n, (code, words) in enumerate(GROUPS, 1):
        yield {"code": code, "sort_order": n, "labels": labels(words)}


def channels() -> Iterator[Data]:
    """Yield a channel with all locales and one with fewer."""
    yield _channel("ecommerce", ("Shop", "Shop", "Boutique"), ["de_DE", "en_US", "fr_FR"])
    yield _channel("print", ("Print", "Druck", "Imprimé"), ["de_DE", "en_US"])


def _channel(code: str, words: Words, locales: list[str]) -> Data:
    return {
        "code": code,
        "category_tree": "master",
        "locales": locales,
        "currencies": ["EUR", "USD"],
        "labels": labels(words),
    }


def attributes(extras: Extras = NONE) -> Iterator[Data]:
    """Yield the attributes that all kinds share, one measure a kind, and those of the extras."""
    special = (*_enterprise_attributes(extras), *_media_attributes(extras))
    for n, data in enumerate((*_shared_attributes(), *map(_measure, KINDS), *special), 1):
        yield {**data, "sort_order": n}


def _enterprise_attributes(extras: Extras) -> Iterator[Data]:
    if extras.enterprise:
        words = ("Brand", "Marke", "Marque")
        brand = _attribute("brand", "", "marketing", words, reference_data_name="brand")
        yield {**brand, "type": "akeneo_reference_entity"}
        words = ("Packshots", "Freisteller", "Packshots")
        rules = {"reference_data_name": "packshots"}
        yield _attribute("packshots", "asset_collection", "marketing", words, **rules)


def _media_attributes(extras: Extras) -> Iterator[Data]:
    if extras.media:
        rules = {"allowed_extensions": ["jpg", "png"], "max_file_size": "5"}
        words = ("Packshot", "Produktfoto", "Photo")
        yield _attribute("packshot", "image", "marketing", words, **rules)
        words = ("In use", "In Gebrauch", "En situation")
        yield _attribute("lifestyle", "image", "marketing", words, **rules)
        rules = {"allowed_extensions": ["pdf"], "max_file_size": "10"}
        words = ("Manual", "Anleitung", "Notice")
        yield _attribute("manual", "file", "technical", words, **rules)


def _shared_attributes() -> Iterator[Data]:
    yield _attribute("name", "text", "marketing", ("Name", "Name", "Nom"), localizable=True)
    yield _attribute(
        "description",
        "textarea",
        "marketing",
        ("Description", "Beschreibung", "Description"),
        localizable=True,
        scopable=True,
    )
    yield _attribute(
        "price", "price_collection", "marketing", ("Price", "Preis", "Prix"), decimals_allowed=True
    )
    yield _attribute("color", "simpleselect", "marketing", ("Colour", "Farbe", "Couleur"))
    yield _attribute("size", "simpleselect", "marketing", ("Size", "Größe", "Taille"))
    yield _attribute("materials", "multiselect", "technical", ("Materials", "Material", "Matières"))
    yield _attribute(
        "warranty",
        "number",
        "technical",
        ("Warranty in months", "Garantie in Monaten", "Garantie en mois"),
        decimals_allowed=False,
        negative_allowed=False,
    )
    yield _attribute(
        "recyclable", "boolean", "technical", ("Recyclable", "Wiederverwertbar", "Recyclable")
    )
    yield _attribute("released", "date", "logistics", ("On sale since", "Seit", "En vente depuis"))
    yield _attribute(
        "weight", "metric", "logistics", ("Weight", "Gewicht", "Poids"), **_metric("Weight")
    )
    yield _attribute(
        "supplier_reference",
        "text",
        "logistics",
        ("Supplier's reference", "Lieferantennummer", "Référence du fournisseur"),
        max_characters=20,
    )


def _measure(kind: Kind) -> Data:
    rules = _metric(kind.metric_family, kind.unit)
    return _attribute(kind.measure, "metric", "technical", kind.measure_label, **rules)


def _metric(family: str, unit: str = "KILOGRAM") -> Data:
    return {
        "metric_family": family,
        "default_metric_unit": unit,
        "decimals_allowed": True,
        "negative_allowed": False,
    }


def _attribute(code: str, kind: str, group: str, words: Words, **rules: Any) -> Data:
    data: Data = {"code": code, "type": f"pim_catalog_{kind}", "group": group}
    return {**data, "localizable": False, "scopable": False, "labels": labels(words), **rules}


def attribute_options() -> Iterator[Data]:
    """Yield the options, attribute by attribute, each with its place."""
    for attribute, options in OPTIONS.items():
        for n, (code, words) in enumerate(options, 1):
            yield {
                "code": code,
                "attribute": attribute,
                "sort_order": n,
                "labels": labels((words[0].capitalize(), words[1], words[2].capitalize())),
            }


def families(extras: Extras = NONE) -> Iterator[Data]:
    """Yield a family a kind."""
    special = [data["code"] for data in attributes(extras)][len(list(attributes())) :]
    for kind in KINDS:
        yield {
            "code": kind.code,
            "attributes": [*IN_SIZE, "color", "size", *IN_COLOR, *SHARED, kind.measure, *special],
            "attribute_as_label": "name",
            "attribute_requirements": {
                "ecommerce": ["sku", "name", "price"],
                "print": ["sku", "name"],
            },
            "labels": labels(kind.label),
        }


def family_variants(extras: Extras = NONE) -> Iterator[Data]:
    """Yield two variants a family: colour and size on one level, or on two.

    Each variant has a picture of its own; what else the extras bring belongs to the root model.
    """
    own = (*IN_SIZE, "packshot") if extras.media else IN_SIZE
    for kind in KINDS:
        yield _family_variant(kind, 1, [_level(1, "color", "size", more=(*IN_COLOR, *own))])
        levels = [_level(1, "color", more=IN_COLOR), _level(2, "size", more=own)]
        yield _family_variant(kind, 2, levels)


def family_variant_code(kind: Kind, levels: int) -> str:
    """Return the code of the variant of *kind* with that many levels."""
    return f"{kind.code}_{'by_color_and_size' if levels == 1 else 'by_color_then_size'}"


def _family_variant(kind: Kind, count: int, levels: list[Data]) -> Data:
    by = ("by colour and size", "nach Farbe und Größe", "par couleur et taille")
    words = tuple(f"{label} {what}" for label, what in zip(kind.label, by, strict=True))
    return {
        "code": family_variant_code(kind, count),
        "family": kind.code,
        "variant_attribute_sets": levels,
        "labels": dict(zip(LOCALES, words, strict=True)),
    }


def _level(number: int, *axes: str, more: tuple[str, ...]) -> Data:
    return {"level": number, "axes": list(axes), "attributes": [*axes, *more]}


def association_types() -> Iterator[Data]:
    """Yield the type that links products that go together."""
    words = ("Goes well with", "Passt gut zu", "Va bien avec")
    yield {"code": "X_SELL", "labels": labels(words), "is_quantified": False, "is_two_way": False}
