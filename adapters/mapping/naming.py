"""What a header says in words: a name, and hints of locale, channel, currency and unit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

from attrs import frozen

from importbus.adapters.flat.structure import Attribute, FlatStructure
from importbus.adapters.mapping.treatments import CODED

EXACT, NEAR = 0.95, 0.78
"""How alike names are that are taken for the same, and those that a person has to decide on."""

LONGEST = 100
"""Characters of a header that are compared."""

LANGUAGES = {
    "german": "de",
    "deutsch": "de",
    "allemand": "de",
    "english": "en",
    "englisch": "en",
    "anglais": "en",
    "french": "fr",
    "franzosisch": "fr",
    "francais": "fr",
    "spanish": "es",
    "spanisch": "es",
    "espanol": "es",
    "italian": "it",
    "italienisch": "it",
    "italiano": "it",
    "dutch": "nl",
    "niederlandisch": "nl",
    "nederlands": "nl",
}
"""Languages in the words of headers."""

SIGNS = {"€": " eur ", "$": " usd ", "£": " gbp ", "¥": " jpy "}
"""Signs of currencies."""

UNITS = {
    "mg": "MILLIGRAM",
    "g": "GRAM",
    "kg": "KILOGRAM",
    "t": "TON",
    "oz": "OUNCE",
    "lb": "POUND",
    "lbs": "POUND",
    "mm": "MILLIMETER",
    "cm": "CENTIMETER",
    "dm": "DECIMETER",
    "m": "METER",
    "km": "KILOMETER",
    "in": "INCH",
    "inch": "INCH",
    "ft": "FEET",
    "ml": "MILLILITER",
    "cl": "CENTILITER",
    "l": "LITER",
    "w": "WATT",
    "kw": "KILOWATT",
    "v": "VOLT",
    "ma": "MILLIAMPERE",
    "a": "AMPERE",
    "mb": "MEGABYTE",
    "gb": "GIGABYTE",
    "tb": "TERABYTE",
    "hz": "HERTZ",
    "khz": "KILOHERTZ",
    "mhz": "MEGAHERTZ",
    "ghz": "GIGAHERTZ",
    "s": "SECOND",
    "min": "MINUTE",
    "h": "HOUR",
}
"""Codes of units. Source: akeneo/pim-community-dev, ``MeasureBundle``, the standard families."""


def words(text: str) -> tuple[str, ...]:
    """Return the words of *text*, in small letters without marks: ``UnitPrice (€)`` has three."""
    for sign, said in SIGNS.items():
        text = text.replace(sign, said)
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text[:LONGEST])
    plain = unicodedata.normalize("NFKD", apart.casefold().translate(CODED))
    marked = "".join(each for each in plain if not unicodedata.combining(each))
    return tuple(re.findall(r"[^\W_]+", marked))


def likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Return how alike two names are, from 0 to 1; more words on one side cost."""
    if not one or not other:
        return 0.0
    if "".join(one) == "".join(other):
        return 1.0
    if set(one) == set(other):
        return EXACT
    ratio = SequenceMatcher(None, " ".join(one), " ".join(other)).ratio()
    inside = set(one) <= set(other) or set(other) <= set(one)
    return min(max(ratio, NEAR if inside else 0.0), EXACT - 0.01)


@frozen
class Hints:
    """What words of a header may say beside its name."""

    locale: str | None = None
    scope: str | None = None
    currency: str | None = None
    unit: str | None = None
    rest: tuple[str, ...] = ()


def hints_of(header: str, attribute: Attribute, structure: FlatStructure) -> Hints:
    """Return what *header* says of a value of *attribute*, as far as it has such a thing.

    Of the words of the attribute itself none is a hint: ``weight_in`` is not in inches.
    """
    found: dict[str, str] = {}
    rest = []
    own = {word for name in names_of(attribute) for word in name}
    for word in words(_locales_together(header, structure)):
        said = None if word in own else _hint(word, attribute, structure)
        if said is None or said[0] in found:
            rest.append(word)
        else:
            found[said[0]] = said[1]
    return Hints(**found, rest=tuple(rest))


def _locales_together(header: str, structure: FlatStructure) -> str:
    """Return *header* with locales as one word each: of ``de_DE`` ``dede``."""
    for locale in sorted(structure.locales or ()):
        pattern = re.escape(locale).replace("_", "[-_ ]")
        header = re.sub(
            rf"(?i)(?<![a-z0-9]){pattern}(?![a-z0-9])",
            f" {locale.replace('_', '').lower()} ",
            header,
        )
    return header


def _hint(word: str, attribute: Attribute, structure: FlatStructure) -> tuple[str, str] | None:
    if attribute.localizable and (locale := _locale(word, structure.locales or ())):
        return "locale", locale
    if attribute.scopable and (channel := structure.channel(word)):
        return "scope", channel.code
    if attribute.type == "pim_catalog_price_collection":
        known = {each.lower(): each for each in structure.currencies or ()}
        return ("currency", known[word]) if word in known else None
    if attribute.type == "pim_catalog_metric" and word in UNITS:
        return "unit", UNITS[word]
    return None


def _locale(word: str, locales: Iterable[str]) -> str | None:
    """Return the locale that *word* means; of several with its language, the first one."""
    language = LANGUAGES.get(word, word)
    for locale in sorted(locales):
        whole = locale.replace("_", "").lower()
        if language in (whole, locale.partition("_")[0].lower()):
            return locale
    return None


def names_of(attribute: Attribute) -> list[tuple[str, ...]]:
    """Return the words of each name of *attribute*: its code and its labels."""
    labels = (str(label) for _, label in attribute.labels if label)
    return [words(attribute.code), *map(words, labels)]
