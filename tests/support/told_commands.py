"""Commands of an import that is over, and a PIM that shows items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import orjson

from checked_shop import Record, command, value
from importbus.bus.errors import SinkRefused, SinkUnavailable
from importbus.bus.findings import Told
from importbus.bus.messages import LaneCommand, Position
from importbus.handlers.akeneo import DeleteProduct
from importbus.handlers.akeneo.readback.verifier import AkeneoVerifier
from importbus.handlers.akeneo.resources import API

Item = dict[str, Any]


def told(*records: Record | LaneCommand, failed: tuple[int, ...] = ()) -> list[Told]:
    """Return commands on the lines from 1 on; those on the lines *failed* were refused."""
    commands = [each if isinstance(each, LaneCommand) else command(each) for each in records]
    return [
        Told(Position("a", line), type(each).__name__, each, line not in failed)
        for line, each in enumerate(commands, 1)
    ]


def product(**data: Any) -> Record:
    """Return a command for the product ``mug``."""
    return "Product", {"identifier": "mug", **data}


DELETE = DeleteProduct(identifier="mug")


class Shelf:
    """A PIM with these items, by the path of each; it remembers the paths it was asked for.

    Args:
        items: By address, without what all addresses begin with.
        unfound: Keys that a search does not find yet.
        unsearchable: Whether it knows no search.
        failures: How many reads get no usable answer.
    """

    def __init__(
        self,
        items: Mapping[str, Item],
        *,
        unfound: tuple[str, ...] = (),
        unsearchable: bool = False,
        failures: int = 0,
    ) -> None:
        self._items = items
        self._unfound = unfound
        self._unsearchable = unsearchable
        self._failures = failures
        self.asked: list[str] = []
        self.searched: list[list[str]] = []

    def get_json(self, path: str, params: Mapping[str, str] | None = None) -> Item:
        """Return one item."""
        self._may_fail(path)
        folded = {name.casefold(): item for name, item in self._items.items()}
        found = folded.get(unquote(path.removeprefix(f"{API}/")).casefold())
        if found is None:
            raise LookupError(path)
        return found

    def items(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[Item]:
        """Yield what is searched for, or the whole list."""
        self._may_fail(path)
        if self._unsearchable:
            raise SinkRefused("No such search.", status=422)
        inside = f"{path.removeprefix(f'{API}/')}/"
        listed = {n.removeprefix(inside): i for n, i in self._items.items() if n.startswith(inside)}
        if params is None:
            return iter(listed.values())
        ((_, conditions),) = orjson.loads(params["search"]).items()
        wanted = {each.casefold() for each in conditions[0]["value"]} - {*self._unfound}
        self.searched.append(conditions[0]["value"])
        return iter([item for name, item in listed.items() if name.casefold() in wanted])

    def _may_fail(self, path: str) -> None:
        self.asked.append(path.removeprefix(f"{API}/"))
        if self._failures > 0:
            self._failures -= 1
            raise SinkUnavailable("No answer.")


def verifier(shelf: Shelf) -> AkeneoVerifier:
    """Return a verifier that waits for nothing."""
    return AkeneoVerifier(shelf, lambda seconds: None)


def differing(commands: list[Told], item: Item | None, **others: Item) -> list[tuple[int, str]]:
    """Return line and message of what differs when the PIM has *item* as the product ``mug``."""
    there = {} if item is None else {"products/mug": {"identifier": "mug", **item}}
    found = verifier(Shelf({**there, **others})).compare([commands])
    return [
        (each.told.position.line, f"{each.finding.field}: {each.finding.message}")
        for each in found.differences
    ]


def values(**data: object) -> Item:
    """Return values without locale and scope."""
    return {code: value(each) for code, each in data.items()}
