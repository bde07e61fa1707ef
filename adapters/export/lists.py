"""The lists of a PIM: read page by page; what this PIM or user does not have is passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Protocol

from attrs import define, field

from importbus.adapters.export.side_by_side import side_by_side
from importbus.bus.errors import SinkRefused, SinkUnavailable

Item = dict[str, Any]

API: Final = "/api/rest/v1"

PAGE: Final = {"limit": "100"}
"""The longest page of a list. Source: akeneo/pim-api-docs, content/rest-api/pagination.md."""

CURSOR: Final = {"pagination_type": "search_after", **PAGE}
"""How products and models are paged: pages by number end at 10,000 items. Source: the same page."""

PARAMS: Final[Mapping[str, Mapping[str, str]]] = {
    "attributes": {**PAGE, "with_table_select_options": "true"},
    "product-models": CURSOR,
    "products": CURSOR,
    "products-uuid": CURSOR,
}
"""What a list is asked for besides pages of 100.

Source: akeneo/pim-api-docs, content/swagger: without the parameter the columns of a table come
without their options.
"""

REMEMBERED: Final = ("attributes", "families", "reference-entities", "asset-families")
"""Last words of lists whose codes and types are remembered: others are read for each of them."""

KEYS: Final = {"product-models": "code", "products-uuid": "uuid"}
"""The key of what is remembered of other lists."""

NOT_HERE: Final = (403, 405)
"""Statuses, besides 404, that say that this user or this PIM does not have a list."""


class Reader(Protocol):
    """What is needed of who reads."""

    def items(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[Item]:
        """Yield the items of a list, page by page; see ``Reading``."""
        ...


@define
class Lists:
    """Lists by their path below the API; *told* gets a sentence for each that is passed over."""

    _reader: Reader
    _told: Callable[[str], object]
    _known: dict[str, dict[str, str]] = field(factory=dict, init=False)

    def items(self, path: str, search: str | None = None) -> Iterator[Item]:
        """Yield the items of the list at *path*, or those that a *search* finds.

        Raises:
            SinkUnavailable: No usable answer, or an item without a key.
            SinkRefused: The PIM refuses the call, or what follows a page that it gave.
        """
        params = {**PARAMS.get(path, PAGE), **({"search": search} if search else {})}
        found = _codes_of(path)
        begun = False
        try:
            for item in self._reader.items(f"{API}/{path}", params):
                begun = True
                found.learn(item)
                yield item
        except LookupError as error:
            if begun:
                raise SinkUnavailable(f"GET {error} answered 404 amid the list.") from error
            self._told(f"This PIM has no list {_shown(path)}.")
        except SinkRefused as error:
            if begun or error.status not in NOT_HERE:
                raise
            self._told(f"This user may not read the list {_shown(path)} (HTTP {error.status}).")
        if found.wanted:
            self._known[path] = found.codes

    def known(self, path: str) -> Mapping[str, str]:
        """Return the codes of a list, each with its type or ""; reads the list if need be."""
        if path not in self._known:
            for _ in self.items(path):
                pass
        return self._known[path]

    def inside(self, paths: Iterable[str]) -> Iterator[tuple[str, list[Item]]]:
        """Yield each of *paths* with the items of its list, four lists at a time."""
        return side_by_side(lambda path: list(self.items(path)), paths)


def _shown(path: str) -> str:
    """Return *path* without the codes in it: what is so for one is so for all."""
    return "/".join("*" if n % 2 else word for n, word in enumerate(path.split("/")))


@define
class _Codes:
    """Codes and types of what a list has, if they are to be remembered."""

    path: str
    key: str
    wanted: bool
    codes: dict[str, str] = field(factory=dict)

    def learn(self, item: Any) -> None:
        """Take in the next item; raises for one that nobody could ask for."""
        if not isinstance(item, dict) or (self.key and not isinstance(item.get(self.key), str)):
            what = f"an item without a {self.key or 'code'}"
            raise SinkUnavailable(f"GET {API}/{self.path} has {what}.", status=200)
        if self.wanted:
            self.codes[item[self.key]] = str(item.get("type", ""))


def _codes_of(path: str) -> _Codes:
    wanted = path.rpartition("/")[2] in REMEMBERED
    return _Codes(path, "code" if wanted else KEYS.get(path, ""), wanted)
