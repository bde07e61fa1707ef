"""Which attribute, locale, scope, currency or unit the header of a column means.

Source: akeneo/pim-community-dev, ``AttributeColumnInfoExtractor`` and ``AttributeColumnsResolver``:
the code, then the locale if it is localizable, then the scope if it is scopable, then a currency or
the word ``unit``, with hyphens between them.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from attrs import frozen

from importbus.adapters.flat.structure import Attribute, FlatStructure
from importbus.adapters.flat.values import METRIC, PRICE

UNIT = "unit"

LONGEST_COMPARED, MOST_COMPARED = 100, 5_000
"""Characters of a name, and names, among which something like it is looked for."""

MOST_NAMED = 10
"""Codes that a sentence lists."""


@frozen
class Slot:
    """Where the values of a column go.

    Attributes:
        part: What the column holds of it: a currency, ``unit``, or None for all.
    """

    attribute: Attribute
    locale: str | None = None
    scope: str | None = None
    part: str | None = None


def slot_of(header: str, structure: FlatStructure) -> Slot | str:
    """Return the slot that *header* means; a text says why it means none.

    Raises:
        SinkRefused: The structure has to be read, and the PIM refuses.
        SinkUnavailable: It gives no usable answer.
    """
    code, *words = header.split("-")
    attribute = structure.attribute(code)
    if attribute is None:
        return _unknown(header, code, structure)
    if not attribute.type:
        return f"nobody says which type the attribute {attribute.code} has"
    locale = words.pop(0) if attribute.localizable and words else None
    scope = words.pop(0) if attribute.scopable and words else None
    part = words.pop(0) if attribute.type in (METRIC, PRICE) and words else None
    if words or _lacks(attribute, locale, scope):
        return _not_well_formed(attribute)
    fault = _wrong_locale(attribute, locale, structure) if locale else None
    fault = fault or (_wrong_scope(scope, locale, structure) if scope else None)
    return fault or _wrong_part(attribute, part, structure) or Slot(attribute, locale, scope, part)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the one of *known* that is spelled most like *word*; "" if none is."""
    names = {one.casefold(): one for one in known}
    if len(word) > LONGEST_COMPARED or len(names) > MOST_COMPARED:
        return names.get(word.casefold(), "")
    close = get_close_matches(word.casefold(), names, 1)
    return names[close[0]] if close else ""


def _unknown(header: str, code: str, structure: FlatStructure) -> str:
    near = nearest(code, (each.code for each in structure.attributes()))
    meant = f" Did you mean {near}{header[len(code) :]}?" if near else ""
    return f"there is no attribute {code!r} and no property of that name.{meant}"


def _lacks(attribute: Attribute, locale: str | None, scope: str | None) -> bool:
    return (attribute.localizable and not locale) or (attribute.scopable and not scope)


def _not_well_formed(attribute: Attribute) -> str:
    """Say how the columns of *attribute* are called."""
    words = ["<locale>"] * attribute.localizable + ["<channel>"] * attribute.scopable
    name = "-".join([attribute.code, *words])
    more = {PRICE: f" or {name}-<currency>", METRIC: f" or {name}-{UNIT}"}
    said = "a locale" if attribute.localizable else "no locale"
    scope = "a channel" if attribute.scopable else "no channel"
    return (
        f"the attribute {attribute.code} has {said} and {scope}: "
        f"write {name}{more.get(attribute.type, '')}"
    )


def _wrong_locale(attribute: Attribute, locale: str, structure: FlatStructure) -> str | None:
    if attribute.available_locales and locale not in attribute.available_locales:
        allowed = _listed(attribute.available_locales)
        return f"the attribute {attribute.code} has no values in {locale}, only in {allowed}"
    if structure.locales is None or locale in structure.locales:
        return None
    return f"no channel has the locale {locale}; active: {_listed(structure.locales)}"


def _wrong_scope(scope: str, locale: str | None, structure: FlatStructure) -> str | None:
    channels = structure.channels()
    channel = structure.channel(scope)
    if channel is None and channels:
        return f"there is no channel {scope}, only {_listed(each.code for each in channels)}"
    if locale and channel and channel.locales is not None and locale not in channel.locales:
        has = _listed(channel.locales) or "none"
        return f"the channel {channel.code} has not the locale {locale}; it has: {has}"
    return None


def _wrong_part(attribute: Attribute, part: str | None, structure: FlatStructure) -> str | None:
    if part is None or (attribute.type == METRIC and part == UNIT):
        return None
    if attribute.type == METRIC:
        return _not_well_formed(attribute)
    if structure.currencies is None or part in structure.currencies:
        return None
    return f"no channel has the currency {part}; active: {_listed(structure.currencies)}"


def _listed(codes: Iterable[str]) -> str:
    known = sorted(codes)
    more = f" and {len(known) - MOST_NAMED} more" if len(known) > MOST_NAMED else ""
    return ", ".join(known[:MOST_NAMED]) + more
