"""Reads items back from the PIM, as cheaply as each of its resources allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import quote

import orjson
from attrs import frozen

from importbus.bus.errors import SinkRefused, SinkUnavailable
from importbus.bus.findings import Difference, Finding, ReadBack, Told
from importbus.bus.messages import Upsertable
from importbus.handlers.akeneo.checks.fetching import PAGE, pages_of
from importbus.handlers.akeneo.readback.comparing import differences
from importbus.handlers.akeneo.readback.expecting import Expected, expected
from importbus.handlers.akeneo.resources import (
    API,
    collection_path_of,
    item_path_of,
    key_of,
    resource_of,
)

T = TypeVar("T")

CALLS: Final = 4
"""Calls at a time. Source: akeneo/pim-api-docs, content/rest-api/good-practices."""

ATTEMPTS, WAIT = 4, 1.0
"""How often a read is tried that gets no usable answer; seconds before the second time."""

SEARCHED: Final[Mapping[str, str]] = {
    "products": "identifier",
    "products-uuid": "uuid",
    "product-models": "identifier",
    "attributes": "code",
    "families": "code",
    "categories": "code",
}
"""Collections that a search for keys narrows, and what it calls the key.

What a search does not find is read by its key: the index of the PIM is late, and some versions know
no such search. Source: akeneo/pim-api-docs, content/rest-api/filter.md.
"""

LISTED: Final = frozenset({"measurement-families"})
"""Collections whose items have no address of their own; they are read whole.

Source: akeneo/pim-api-docs, content/swagger (no GET of one measurement family).
"""

Item = dict[str, Any]


class Reader(Protocol):
    """What is needed of a client of the PIM."""

    def get_json(self, path: str, params: Mapping[str, str] | None = None) -> Item:
        """Return one object; raises ``LookupError`` when there is none, else as ``items``."""
        ...

    def items(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[Item]:
        """Yield the items of a list, page by page.

        Raises:
            LookupError: There is no such list.
            SinkRefused: This user may not read it, or the PIM knows no such search.
            SinkUnavailable: No usable answer.
        """
        ...


@frozen
class _Wanted:
    """One item that is to be read: the list it is in, its key, and its own address."""

    collection: str
    resource_path: str
    key: str
    path: str
    expected: Expected

    @property
    def name(self) -> str:
        """The key as it is compared."""
        return self.key.casefold()


class AkeneoVerifier:
    """Implements ``importbus.bus.findings.Verifier``; *sleep* waits between attempts."""

    def __init__(self, reader: Reader, sleep: Callable[[float], None]) -> None:
        self._reader = reader
        self._sleep = sleep
        self._unsearched: set[str] = set()
        self._types: dict[str, str | None] = {}

    def compare(self, items: Sequence[Sequence[Told]]) -> ReadBack:
        """Read *items* back, four calls at a time; see ``Verifier``."""
        wanted = [each for each in map(_wanted, items) if each]
        with ThreadPoolExecutor(CALLS, thread_name_prefix="importbus-verify") as pool:
            found = self._found(wanted, pool)
        different: list[Difference] = []
        for each in wanted:
            different += self._differences(each, found.get((each.collection, each.name)))
        compared = sum(len(each.expected.properties) for each in wanted)
        return ReadBack(len(wanted), compared, different)

    def _differences(self, wanted: _Wanted, item: Item | None) -> Iterable[Difference]:
        expectation = wanted.expected
        if expectation.deleted:
            if item is not None:
                yield _whole(expectation.deleted, "still-there", "is still in the PIM.")
        elif item is None:
            if expectation.last:
                yield _whole(expectation.last, "not-there", "is not in the PIM.")
        else:
            yield from differences(expectation, item, self._type_of)

    def _found(
        self, wanted: Sequence[_Wanted], pool: ThreadPoolExecutor
    ) -> dict[tuple[str, str], Item]:
        """Return the items that are there, by collection and key."""
        found: dict[tuple[str, str], Item] = {}
        for some in pool.map(self._many, list(_calls(wanted))):
            found |= some
        missing = [
            each
            for each in wanted
            if (each.collection, each.name) not in found and each.resource_path not in LISTED
        ]
        for each, item in zip(missing, pool.map(self._one, missing), strict=True):
            if item is not None:
                found[each.collection, each.name] = item
        return found

    def _many(self, wanted: Sequence[_Wanted]) -> dict[tuple[str, str], Item]:
        """Return what one list has of *wanted*, which are all of its collection."""
        collection, path = wanted[0].collection, wanted[0].resource_path
        if path in self._unsearched:
            return {}
        try:
            items = self._again(partial(self._listed, collection, path, wanted))
        except (LookupError, SinkRefused):
            self._unsearched.add(path)  # they are read one by one
            return {}
        key = SEARCHED.get(path, "code")
        return {(collection, _key(item, key)): item for item in items}

    def _listed(self, collection: str, path: str, wanted: Sequence[_Wanted]) -> list[Item]:
        if path in LISTED:
            return list(self._reader.items(collection))
        search = {SEARCHED[path]: [{"operator": "IN", "value": [each.key for each in wanted]}]}
        params = {"search": orjson.dumps(search).decode(), **PAGE}
        return list(self._reader.items(collection, params))

    def _one(self, wanted: _Wanted) -> Item | None:
        try:
            return self._again(partial(self._reader.get_json, wanted.path))
        except LookupError:
            return None

    def _again(self, read: Callable[[], T]) -> T:
        """Return what *read* returns; when there is no usable answer, wait and try again."""
        for attempt in range(ATTEMPTS - 1):
            try:
                return read()
            except SinkUnavailable as error:
                self._sleep(error.retry_after or WAIT * 2**attempt)
        return read()

    def _type_of(self, attribute: str) -> str | None:
        if attribute not in self._types:
            path = f"{API}/attributes/{quote(attribute, safe='')}"
            try:
                found = self._again(partial(self._reader.get_json, path)).get("type")
            except (LookupError, SinkRefused):
                found = None
            self._types[attribute] = found
        return self._types[attribute]


def _wanted(commands: Sequence[Told]) -> _Wanted | None:
    """Return what is to be read; None when nothing that can be compared was carried out."""
    comparable = [
        told
        for told in commands
        if isinstance(told.command, Upsertable) or resource_of(type(told.command)).form == "delete"
    ]
    found = expected(comparable)
    if found.last is None:
        return None
    command = found.last.command
    resource = resource_of(type(command))
    return _Wanted(
        collection_path_of(command), resource.path, key_of(command), item_path_of(command), found
    )


def _calls(wanted: Sequence[_Wanted]) -> Iterator[list[_Wanted]]:
    """Yield what one list can answer: a page of a search, or a collection that is read whole."""
    groups: dict[str, dict[str, _Wanted]] = {}
    for each in wanted:
        if each.resource_path in SEARCHED or each.resource_path in LISTED:
            groups.setdefault(each.collection, {})[each.key] = each
    for group in groups.values():
        if next(iter(group.values())).resource_path in LISTED:
            yield list(group.values())
        else:
            yield from ([group[key] for key in keys] for keys in pages_of(group))


def _key(item: Item, name: str) -> str:
    """Return the key of an item; of models the search calls it otherwise than the item."""
    return str(item.get(name, item.get("code"))).casefold()


def _whole(told: Told, rule: str, message: str) -> Difference:
    return Difference(told, Finding(rule, "", message, error=False))
