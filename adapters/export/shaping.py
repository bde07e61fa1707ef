"""What the API gives of an item, in the shape in which a command says it again. No I/O.

A command says what there is: properties without a value, and those that no command has, are left
out. Source of what the API gives and does not take: akeneo/pim-api-docs, content/swagger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import orjson
from attrs import fields, frozen

from importbus.adapters.sources.jsonl import LINE_BYTES
from importbus.bus.messages import LaneCommand

Item = Mapping[str, Any]
Data = dict[str, Any]

NOTHING: Final[tuple[object, ...]] = (None, "", [], {})
"""What says of a property that there is none."""

LEFT_OUT: Final[Mapping[str, tuple[str, ...]]] = {
    "CreateOrUpdateAttributeGroup": ("attributes",),
    "CreateOrUpdateProductModel": ("family",),
}
"""Properties that something else says: attributes name their group, a family variant its family."""

MEDIA: Final = ("pim_catalog_image", "pim_catalog_file")
"""Types of attributes whose values are files. Source: akeneo/pim-api-docs, media files."""

LINKED: Final = ("associations", "quantified_associations")

MOST_BYTES: Final = LINE_BYTES - 1_000
"""Bytes of the data of one command: the rest of its line has room in what is left."""


@frozen
class File:
    """A value that is a file.

    Attributes:
        scope: The channel of the value, whatever the API calls it.
        code: What the PIM calls the file.
    """

    attribute: str
    locale: str | None
    scope: str | None
    code: str


@frozen
class Shape:
    """What a command class takes: its name, and the properties of the API that it has."""

    command: str
    names: tuple[str, ...]

    def data(self, item: Item, **more: Any) -> Data:
        """Return what a command says of *item*, with *more* in place of what it has there."""
        said = {**item, **more}
        return {name: said[name] for name in self.names if said.get(name) not in NOTHING}


def shape_of(command_type: type[LaneCommand]) -> Shape:
    """Return what *command_type* takes."""
    name = command_type.__name__
    known = (each.name for each in fields(command_type))  # type: ignore[arg-type]
    return Shape(name, tuple(each for each in known if each not in LEFT_OUT.get(name, ())))


def values_of(
    item: Item, types: Mapping[str, str], scope: str, media: Sequence[str]
) -> tuple[Data, list[File]]:
    """Return the values of *item* as a command says them, and its files.

    Args:
        item: What the API gives of a product, a model, a record or an asset.
        types: The type of each attribute; what is not there is taken as it is.
        scope: How a value calls its channel.
        media: Types of attributes whose values are files.
    """
    values: Data = {}
    files: list[File] = []
    for code, entries in (item.get("values") or {}).items():
        kind = types.get(code, "")
        if kind in media:
            files += (File(code, each["locale"], each[scope], each["data"]) for each in entries)
        else:
            values[code] = [_entry(each, scope, RESHAPED.get(kind, _same)) for each in entries]
    return values, [each for each in files if each.code]


def _entry(entry: Item, scope: str, reshape: Callable[[Any], Any]) -> Data:
    """Return a value without what the API tells besides, such as its type and linked data."""
    place = {"locale": entry["locale"], scope: entry[scope]}
    return {**place, "data": reshape(entry["data"])}


def _same(data: Any) -> Any:
    return data


def _amount(data: Any) -> Any:
    """Newer versions show the symbol of the unit, too."""
    return {name: data[name] for name in ("amount", "unit")}


def _prices(data: Any) -> Any:
    """Older versions show currencies without an amount, and take none."""
    return [each for each in data if each["amount"] is not None]


RESHAPED: Final[Mapping[str, Callable[[Any], Any]]] = {
    "pim_catalog_metric": _amount,
    "pim_catalog_price_collection": _prices,
}
"""Types of attributes whose data is given otherwise than it is taken."""


def links_of(item: Item, product_key: str = "identifier") -> Data:
    """Return the associations of *item* that have a target, as a command says them.

    Args:
        item: What the API gives of a product or a model.
        product_key: How a quantified association calls a product.
    """
    plain = _full(item.get("associations"), lambda name, targets: targets)
    keys = {"products": product_key, "product_models": "identifier"}
    counted = _full(
        item.get("quantified_associations"),
        lambda name, targets: [
            {key: each[key] for key in (keys.get(name, "identifier"), "quantity")}
            for each in targets
        ],
    )
    found = {"associations": plain, "quantified_associations": counted}
    return {name: said for name, said in found.items() if said}


def _full(said: Any, shaped: Callable[[str, Any], Any]) -> Data:
    full = {
        kind: {name: shaped(name, targets) for name, targets in lists.items() if targets}
        for kind, lists in (said or {}).items()
    }
    return {kind: lists for kind, lists in full.items() if lists}


def pieces(data: Data, key: Sequence[str], most: int = MOST_BYTES) -> Iterator[Data]:
    """Yield *data* as what fits into a line each: a PIM gives longer items than it takes.

    The first piece has all but values, and of these the shortest: the axes of a variant, say.

    Args:
        data: Of one command.
        key: The properties that say which item it is about.
        most: Bytes of a piece; one value may have more.
    """
    if len(orjson.dumps(data)) <= most:
        yield data
        return
    rest = {name: said for name, said in data.items() if name != "values"}
    left = _room(rest, most)
    values: Data = {}
    for size, code, entry in _by_size(data.get("values", {})):
        if left < size and (values or rest.keys() - set(key)):
            yield {**rest, **({"values": values} if values else {})}
            rest = {name: data[name] for name in key}
            left, values = _room(rest, most), {}
        values.setdefault(code, []).append(entry)
        left -= size
    yield {**rest, "values": values}


def _room(rest: Data, most: int) -> int:
    """Return the bytes that values may have beside *rest*."""
    return most - len(orjson.dumps({**rest, "values": {}}))


def _by_size(values: Item) -> list[tuple[int, str, Any]]:
    """Return each value with its attribute and the bytes that it takes, the shortest first."""
    entries = ((code, entry) for code, said in values.items() for entry in said)
    sized = [(len(orjson.dumps({code: [entry]})) + 1, code, entry) for code, entry in entries]
    return sorted(sized, key=lambda each: each[0])


def without(said: Iterable[Any], others: Iterable[Any]) -> list[Any]:
    """Return what is *said* and not among *others*."""
    known = list(others)
    return [each for each in said if each not in known]
