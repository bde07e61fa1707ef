"""Checks of values: where one may stand, and what its data may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from importbus.bus.findings import Finding
from importbus.handlers.akeneo.checks.rules import error
from importbus.handlers.akeneo.checks.structure import Attribute, Structure
from importbus.handlers.akeneo.checks.value_types import DataCheck, Wrong, check_for
from importbus.handlers.akeneo.fold import clears

MOST_PLACES = 100_000
"""Places that are remembered; a source with more of them forgets and learns anew."""

Where = tuple[str, str | None, str | None]
"""Attribute, locale and scope as they were written."""


@frozen
class Place:
    """What was found out about an attribute at a locale and scope.

    Attributes:
        wrong: What is wrong with the place itself.
        check: The check of data there; None when nothing is known of the attribute.
    """

    field: str
    wrong: tuple[Wrong, ...]
    check: DataCheck | None


class ValueChecks:
    """Checks the values of products and models; what it learns of a place it keeps."""

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        self._places: dict[Where, Place] = {}

    def check(self, values: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Finding]:
        """Yield what is wrong with *values*, in the shape of the API."""
        for code, entries in values.items():
            for entry in entries:
                yield from self._check_entry(code, entry)
            if len(entries) > 1:
                yield from self._check_twice(code, entries)

    def _check_entry(self, code: str, entry: Mapping[str, Any]) -> Iterator[Finding]:
        where = (code, entry["locale"], entry["scope"])
        place = self._places.get(where) or self._learn(where)
        for rule, message in place.wrong:
            yield error(rule, place.field, message)
        if place.check and not place.wrong and not clears(entry["data"]) and entry["data"] != {}:
            for rule, message in place.check(entry["data"]):
                yield error(rule, place.field, message)

    def _check_twice(self, code: str, entries: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
        seen: set[tuple[Any, Any]] = set()
        for entry in entries:
            at = (entry["locale"], entry["scope"])
            if at in seen:
                field = field_of((code, *at))
                yield error("value-twice", field, "stands in the command twice.")
            seen.add(at)

    def _learn(self, where: Where) -> Place:
        code, _, scope = where
        attribute = self._structure.attributes.get(code)
        wrong = place_of(self._structure, where)
        check = check_for(self._structure, attribute, scope) if attribute else None
        if len(self._places) >= MOST_PLACES:
            self._places.clear()
        place = self._places[where] = Place(field_of(where), tuple(wrong), check)
        return place


def place_of(structure: Structure, where: Where) -> list[Wrong]:
    """Return what is wrong with the place of a value."""
    code, locale, scope = where
    attribute = structure.attributes.get(code)
    if structure.attributes.lacks(code):
        return [("unknown-attribute", structure.attributes.absent(code))]
    if attribute is None:
        return []
    wrong = _kind(attribute, locale, scope)
    if wrong:
        return wrong
    return where_wrong(structure, locale, scope) or _restricted(attribute, locale)


def where_wrong(structure: Structure, locale: str | None, scope: str | None) -> list[Wrong]:
    """Return what is wrong with a locale and a channel, whatever has values there."""
    channel = structure.channels.get(scope)
    if scope is not None and structure.channels.lacks(scope):
        return [("unknown-channel", structure.channels.absent(scope))]
    if locale is None:
        return []
    if structure.locales.lacks(locale):
        return [("unknown-locale", structure.locales.absent(locale))]
    if not structure.is_active(locale):
        return [("value-locale", f"no channel uses {locale}, so it cannot have values.")]
    if channel and channel.locales is not None and locale not in channel.locales:
        return [("value-locale", f"{locale} does not belong to the channel {channel.code}.")]
    return []


def _restricted(attribute: Attribute, locale: str | None) -> list[Wrong]:
    if locale and attribute.available_locales and locale not in attribute.available_locales:
        allowed = ", ".join(attribute.available_locales)
        return [("value-locale", f"{attribute.code} has values in {allowed} only.")]
    return []


def _kind(attribute: Attribute, locale: str | None, scope: str | None) -> list[Wrong]:
    wrong: list[Wrong] = []
    localizable, scopable = attribute.flag("localizable"), attribute.flag("scopable")
    if localizable is not None and localizable != (locale is not None):
        need = "needs a locale" if localizable else "has no locales: expected null"
        wrong.append(("value-localizable", f"{attribute.code} {need}."))
    if scopable is not None and scopable != (scope is not None):
        need = "needs a scope, a channel" if scopable else "has no scopes: expected null"
        wrong.append(("value-scopable", f"{attribute.code} {need}."))
    return wrong


def field_of(where: Where) -> str:
    """Return the path of a value: ``values.name (en_US, shop)``."""
    code, *at = where
    named = ", ".join(each for each in at if each)
    return f"values.{code} ({named})" if named else f"values.{code}"
