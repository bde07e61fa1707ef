"""Reading the structure of a PIM: each list once, page by page, and only what is in use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

import orjson

from importbus.bus.errors import SinkRefused
from importbus.handlers.akeneo.checks.learning import learn_stored
from importbus.handlers.akeneo.checks.libraries import Kind
from importbus.handlers.akeneo.checks.structure import Structure
from importbus.handlers.akeneo.checks.tables import Table
from importbus.handlers.akeneo.resources import API

T = TypeVar("T")

PAGE = {"limit": "100"}
"""The longest page of a list. Source: akeneo/pim-api-docs, content/rest-api/pagination.md."""

SEARCHED, SEARCH_BYTES = 100, 4_000
"""Codes, and their bytes, that one search asks for: an answer is one page, and the address stays
below what web servers take (8,000 bytes, percent-encoded)."""

LISTS = (
    ("locales", "locale", "locales"),
    ("currencies", "currency", "currencies"),
    ("channels", "channel", "channels"),
    ("measurement-families", "measurement_family", "measurement_families"),
    ("attribute-groups", "attribute_group", "attribute_groups"),
    ("attributes", "attribute", "attributes"),
    ("families", "family", "families"),
    ("association-types", "association_type", "association_types"),
    ("categories", "category", "categories"),
)
"""Path, resource and table of what is read whole."""


class Reader(Protocol):
    """What is needed of a client of the PIM."""

    def probe(self) -> None:
        """Make one cheap call.

        Raises:
            SinkRefused: Wrong credentials or address.
            SinkUnavailable: No usable answer.
        """
        ...

    def items(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
        """Yield the items of a list, page by page.

        Raises:
            LookupError: There is no such list.
            SinkRefused: This user may not read it.
            SinkUnavailable: No usable answer.
        """
        ...


class Fetching:
    """Reads from a PIM into a structure; ``reasons`` says what could not be read, and why."""

    def __init__(self, reader: Reader, structure: Structure) -> None:
        self._reader = reader
        self._structure = structure
        self.reasons: list[str] = []

    def lists(self) -> None:
        """Read everything that is read whole; raises as ``Reader.probe`` does."""
        self._reader.probe()  # from here on a refusal is about one list
        for path, resource, name in LISTS:
            table: Table[Any] = getattr(self._structure, name)
            table.whole = self._read(path, resource)

    def options(self, attribute: str) -> None:
        """Read the options of *attribute*, which the PIM has."""
        path = f"attributes/{quote(attribute, safe='')}/options"
        table = self._structure.options_of(attribute)
        table.whole = self._read(path, "attribute_option", attribute=attribute)

    def variants(self, family: str) -> bool:
        """Read the variants of *family*; return whether it was possible."""
        path = f"families/{quote(family, safe='')}/variants"
        return self._read(path, "family_variant", family=family)

    def families(self, kind: Kind) -> None:
        """Read all reference entities, or all asset families."""
        self._structure.libraries[kind].families.whole = self._read(kind.path, kind.field)

    def attributes_of(self, kind: Kind, family: str) -> None:
        """Read the attributes of a reference entity or an asset family, which the PIM has."""
        path = f"{kind.path}/{quote(family, safe='')}/attributes"
        table = self._structure.libraries[kind].attributes_of(family)
        table.whole = self._read(path, f"{kind.field}_attribute", **{kind.field: family})

    def options_of(self, kind: Kind, family: str, attribute: str) -> None:
        """Read the options of such an attribute, which the PIM has."""
        inside = f"{quote(family, safe='')}/attributes/{quote(attribute, safe='')}/options"
        table = self._structure.libraries[kind].options_of(family, attribute)
        more = {kind.field: family, "attribute": attribute}
        resource = f"{kind.field}_attribute_option"
        table.whole = self._read(f"{kind.path}/{inside}", resource, **more)

    def entries(self, kind: Kind, family: str, codes: list[str]) -> set[str] | None:
        """Return which of some records or assets the PIM has, folded; None if it does not tell."""
        path = f"{kind.path}/{quote(family, safe='')}/{kind.entries}"

        def read() -> set[str] | None:
            return {each["code"].casefold() for each in self.by_code(path, "code", codes)}

        return self.guarded(path, read, default=None)

    def by_code(self, path: str, key: str, codes: Iterable[str]) -> Iterator[dict[str, Any]]:
        """Yield the items of the list *path* that have one of *codes*, in pages."""
        for some in pages_of(codes):
            search = {key: [{"operator": "IN", "value": some}]}
            params = {"search": orjson.dumps(search).decode(), **PAGE}
            yield from self._reader.items(f"{API}/{path}", params)

    def _read(self, path: str, resource: str, **more: str) -> bool:
        """Learn a whole list; a list that this PIM or user does not have is no reason to stop."""

        def read() -> bool:
            for item in self._reader.items(f"{API}/{path}", PAGE):
                learn_stored(self._structure, resource, {**item, **more})
            return True

        return self.guarded(path, read, default=False)

    def guarded(self, path: str, read: Callable[[], T], *, default: T) -> T:
        """Return what *read* returns; *default*, with a reason, when the PIM refuses the list."""
        try:
            return read()
        except LookupError:
            if "/" not in path:  # else it is what the list is part of that is not there yet
                self.reasons.append(f"This PIM has no list {path}.")
        except SinkRefused as error:
            if error.status is None or error.status == 401:
                raise
            self.reasons.append(f"The list {path} could not be read (HTTP {error.status}).")
        return default


def pages_of(codes: Iterable[str]) -> Iterator[list[str]]:
    """Yield *codes* in portions that one search can ask for."""
    some: list[str] = []
    size = 0
    for code in codes:
        length = len(quote(code, safe="")) + len(quote('"",', safe=""))
        if some and (len(some) == SEARCHED or size + length > SEARCH_BYTES):
            yield some
            some, size = [], 0
        some.append(code)
        size += length
    if some:
        yield some
