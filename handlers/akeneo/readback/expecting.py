"""What is expected of an item after several commands: the last word on each of its properties.

A path is the name of a property and what leads on to one value in it: a locale for labels;
attribute, locale and scope for values; type and kind of target for associations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import define, field, frozen

from importbus.bus.findings import Told
from importbus.handlers.akeneo.requests import path_fields
from importbus.handlers.akeneo.resources import body_of, resource_of

Path = tuple[str | None, ...]

MORE, LESS = "add_categories", "remove_categories"
"""Properties that change a list instead of replacing it."""


@frozen
class Wanted:
    """What a property is expected to be, and which command said so last."""

    value: Any
    told: Told


@define
class Expected:
    """What is expected of one item.

    Attributes:
        properties: By path.
        deleted: The command that deleted it, if nothing was written after that.
        last: The last command that was carried out; None when none was.
    """

    properties: dict[Path, Wanted] = field(factory=dict)
    deleted: Told | None = None
    last: Told | None = None

    def take(self, told: Told) -> None:
        """Take in the next command; of one that failed, nobody knows what was written of it."""
        if resource_of(type(told.command)).form == "delete":
            self._take_delete(told)
            return
        if told.carried_out:
            self.last, self.deleted = told, None
        for path, value in _leaves(told):
            if path[0] in (MORE, LESS):
                self._change_categories(path[0], value, told)
            elif told.carried_out:
                self._set(path, value, told)
            else:
                self.properties.pop(path, None)

    def _take_delete(self, told: Told) -> None:
        self.properties.clear()
        if told.carried_out:
            self.last = self.deleted = told

    def _set(self, path: Path, value: Any, told: Told) -> None:
        if path == ("categories",):
            for changed in [each for each in self.properties if each[0] in (MORE, LESS)]:
                del self.properties[changed]
        self.properties[path] = Wanted(value, told)

    def _change_categories(self, name: str, codes: Sequence[str], told: Told) -> None:
        """Add to or take from the list that was said before, or expect single categories."""
        whole = self.properties.get(("categories",))
        if whole is not None:
            rest = [code for code in whole.value or () if code not in codes]
            value = [*rest, *codes] if name == MORE else rest
            self.properties[("categories",)] = Wanted(value, told)
            if not told.carried_out:
                del self.properties[("categories",)]
            return
        other = LESS if name == MORE else MORE
        for code in codes:
            self.properties.pop((other, code), None)
            self.properties.pop((name, code), None)
            if told.carried_out:
                self.properties[(name, code)] = Wanted(code, told)


def expected(commands: Sequence[Told]) -> Expected:
    """Return what *commands* of one identity, in their order, lead to."""
    found = Expected()
    for told in commands:
        found.take(told)
    return found


def _leaves(told: Told) -> Iterator[tuple[Path, Any]]:
    """Yield every property that a command sets, but for its address, with its path."""
    command_type = type(told.command)
    address = (resource_of(command_type).key, *path_fields(command_type))
    for name, value in body_of(told.command).items():
        if name in address or (name == "sort_order" and value is None):
            continue  # where the item was read, and a number that the PIM chooses
        if name == "values" and isinstance(value, Mapping):
            yield from _values(value)
        elif name == "variant_attribute_sets" and value:
            yield from (((name, str(each.get("level"))), each) for each in value)
        elif isinstance(value, Mapping):
            yield from _members((name,), value)
        else:
            yield (name,), value


def _values(values: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Yield the data of each value; records have a ``channel`` where products have a ``scope``."""
    for code, entries in values.items():
        for entry in entries:
            place = (entry.get("locale"), entry.get("scope", entry.get("channel")))
            yield ("values", code.casefold(), *place), entry.get("data")


def _members(path: Path, value: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    for name, each in value.items():
        if isinstance(each, Mapping):
            yield from _members((*path, name), each)
        else:
            yield (*path, name), each
