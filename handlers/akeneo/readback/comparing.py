"""What differs between an item as it is expected and as the PIM shows it, property by property."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from importbus.bus.findings import Difference, Finding
from importbus.handlers.akeneo.readback.expecting import LESS, MORE, Expected, Path, Wanted
from importbus.handlers.akeneo.readback.forms import contains, same

Item = Mapping[str, Any]

TEXTS = ("pim_catalog_text", "pim_catalog_textarea", "pim_catalog_identifier")
"""Attributes whose values are no codes: upper and lower case make a difference."""

SHOWN = 80
"""Characters of a value that a message quotes."""

TypeOf = Callable[[str], str | None]
"""Returns the type of an attribute; None when it is not known."""


def differences(wanted: Expected, item: Item, type_of: TypeOf) -> Iterator[Difference]:
    """Yield what differs; *type_of* is asked only where upper and lower case decide."""
    for path, each in wanted.properties.items():
        stored = _stored(item, path)
        if not _fits(path, each.value, stored, item, type_of):
            yield Difference(each.told, _finding(path, each, stored))


def _finding(path: Path, wanted: Wanted, stored: Any) -> Finding:
    if path[0] in (MORE, LESS):
        fate = "is not there" if path[0] == MORE else "is still there"
        return Finding("differs", str(path[0]), f"{wanted.value} {fate}.", error=False)
    message = f"sent {_shown(wanted.value)}, stored {_shown(stored)}."
    return Finding("differs", _name(path), message, error=False)


def _name(path: Path) -> str:
    """Return ``labels.en_US``, or ``values.name (en_US, shop)``."""
    if path[0] != "values" or len(path) == 1:
        return ".".join(filter(None, path))
    place = ", ".join(filter(None, path[2:]))
    return f"values.{path[1]} ({place})" if place else f"values.{path[1]}"


def _shown(value: Any) -> str:
    if value in (None, "", [], {}) and not isinstance(value, bool | int):
        return "nothing"
    text = orjson.dumps(value).decode()
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def _stored(item: Item, path: Path) -> Any:
    """Return what stands at *path*; codes on the way may be spelled in any case."""
    if path[0] in (MORE, LESS):
        return item.get("categories")
    if path[0] == "values" and len(path) > 1:
        return _value(item, path)
    if path[0] == "variant_attribute_sets" and len(path) > 1:
        levels = {str(each.get("level")): each for each in item.get(path[0]) or ()}
        return levels.get(path[1] or "")
    found: Any = item
    for name in path:
        found = _member(found, name or "")
    return found


def _member(found: Any, name: str) -> Any:
    if not isinstance(found, Mapping):
        return None
    if name in found:
        return found[name]
    folded = name.casefold()
    return next((each for code, each in found.items() if code.casefold() == folded), None)


def _value(item: Item, path: Path) -> Any:
    for entry in _member(item.get("values"), path[1] or "") or ():
        if (entry.get("locale"), entry.get("scope", entry.get("channel"))) == path[2:]:
            return entry.get("data")
    return None


def _fits(path: Path, value: Any, stored: Any, item: Item, type_of: TypeOf) -> bool:
    if path[0] == "values" and len(path) > 1:
        return _fits_value(path, value, stored, item, type_of)
    if value is None and stored is False:
        return True  # a flag that was cleared
    fits = FITS.get(str(path[0]))
    return fits(value, stored, item) if fits else same(value, stored, any_case=True)


def _fits_value(path: Path, value: Any, stored: Any, item: Item, type_of: TypeOf) -> bool:
    if same(value, stored):
        return True
    if stored is None and value == item.get("identifier"):
        return True  # the identifier, which products by identifier do not show among their values
    return same(value, stored, any_case=True) and type_of(path[1] or "") not in TEXTS


def _same_text(value: Any, stored: Any, item: Item) -> bool:
    return same(value, stored)


def _categories(value: Any, stored: Any, item: Item) -> bool:
    """What stands under a model shows the categories of the models above it, too."""
    if item.get("parent"):
        return contains(stored, value or (), any_case=True)
    return same(value, stored, any_case=True)


def _all_there(value: Any, stored: Any, item: Item) -> bool:
    """There may be more: what others point here, what is inherited, what names its group itself."""
    return contains(stored, value or (), any_case=True)


def _family_attributes(value: Any, stored: Any, item: Item) -> bool:
    """The identifier attribute is there whether it was said or not."""
    more = len(stored or ()) - len({str(each).casefold() for each in value or ()})
    return more <= 1 and contains(stored, value or (), any_case=True)


def _attributes(value: Any, stored: Any, item: Item) -> bool:
    of_family = "attribute_as_label" in item
    return (_family_attributes if of_family else _all_there)(value, stored, item)


def _level(value: Any, stored: Any, item: Item) -> bool:
    """Axes are among the attributes of their level, and unique attributes on the last one."""
    if not isinstance(stored, Mapping):
        return False
    levels = item.get("variant_attribute_sets") or ()
    last = levels[-1].get("attributes", ()) if levels else ()
    fits = "axes" not in value or same(value["axes"], stored.get("axes"), any_case=True)
    there = [*stored.get("attributes", ()), *last]
    return fits and contains(there, value.get("attributes", ()), any_case=True)


def _is_there(value: Any, stored: Any, item: Item) -> bool:
    return contains(stored, [value], any_case=True)


def _is_gone(value: Any, stored: Any, item: Item) -> bool:
    return bool(item.get("parent")) or not _is_there(value, stored, item)


FITS: Mapping[str, Callable[[Any, Any, Item], bool]] = {
    "labels": _same_text,
    "validation_regexp": _same_text,
    "type": _same_text,
    "categories": _categories,
    MORE: _is_there,
    LESS: _is_gone,
    "associations": _all_there,
    "quantified_associations": _all_there,
    "attributes": _attributes,
    "attribute_requirements": _family_attributes,
    "variant_attribute_sets": _level,
}
"""How properties are compared that are more than a code, a list of codes, a number or a flag."""
