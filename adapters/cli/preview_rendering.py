"""What a preview shows: each command with its position, its key, and its values below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from attrs import frozen
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from importbus.adapters.codec import JsonCodec
from importbus.adapters.reading import Item
from importbus.adapters.visible_text import visible_line
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.ports import Rejection

LONGEST = 200
"""Characters of a value that are shown."""

COLUMNS = ("property", "locale", "scope", "data")

PLACES = ("locale", "scope", "channel")
"""Keys that say where a value stands; None there is everywhere."""

MEASURED = (("amount", "unit"), ("amount", "currency"))
"""The keys of what people write as two words: ``3 KILOGRAM``, ``12.50 EUR``."""


@frozen
class Seen:
    """A command as it is shown; with a ``reason`` it is none, and without key and data.

    Attributes:
        data: What the command says, as a line of JSONL has it.
    """

    position: Position
    command: str | None
    key: str = ""
    data: Mapping[str, Any] | None = None
    reason: str | None = None


def seen(codec: JsonCodec, position: Position, item: LaneCommand | Rejection) -> Seen:
    """Return what is shown of *item*."""
    if isinstance(item, Rejection):
        return Seen(position, item.command, reason=item.reason)
    data = orjson.loads(codec.encode(item))
    return Seen(position, codec.name_of(type(item)), item.key, data)


def preview_document(codec: JsonCodec, found: Mapping[str, Sequence[Item]]) -> dict[str, Any]:
    """Return what was *found* in each source for JSON, with all that the commands say."""
    sources = [
        {"source": name, "items": [_item(seen(codec, *each)) for each in items]}
        for name, items in found.items()
    ]
    return {"sources": sources}


def _item(one: Seen) -> dict[str, Any]:
    at = {"source": one.position.source, "line": one.position.line}
    if one.reason is not None:
        return {"position": at, "command": one.command, "reason": one.reason}
    return {"position": at, "command": one.command, "key": one.key, "data": one.data}


def preview_lines(items: Iterable[Seen]) -> Iterator[RenderableType]:
    """Yield a line for each of *items*, and a table of its values below it."""
    for one in items:
        yield _heading(one)
        refused = one.reason and Text(f"rejected: {visible_line(one.reason)}", "red")
        yield Padding(refused or _table(one), (0, 0, 0, 2), expand=False)
        yield ""


def _heading(one: Seen) -> Text:
    parts = [
        (visible_line(str(one.position)), ""),
        (visible_line(one.command or "no command"), "bold"),
        (_shortened(one.key), "bold"),
    ]
    return Text("  ").join(Text(text, style) for text, style in parts if text)


def _table(one: Seen) -> Table:
    """Return the values, without the columns that say nothing."""
    rows = list(_rows(one.data or {}))
    said = [number for number in range(len(COLUMNS)) if any(row[number] for row in rows)]
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for number in said:
        table.add_column(COLUMNS[number], overflow="fold")
    for row in rows:
        table.add_row(*(Text(_shortened(row[number])) for number in said))
    return table


def _rows(data: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Yield property, locale, scope and data of all that a command says, each value by itself."""
    for name, said in data.items():
        if name == "values" and isinstance(said, Mapping):
            yield from _values(said)
        elif name == "labels" and isinstance(said, Mapping):
            yield from ((name, locale, "", _text(label)) for locale, label in said.items())
        elif isinstance(said, Mapping) and said:
            yield from ((f"{name}.{inner}", "", "", _text(each)) for inner, each in said.items())
        elif not (name in PLACES and said is None):
            yield name, "", "", _text(said)


def _values(values: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for attribute, entries in values.items():
        for entry in entries if isinstance(entries, list) else [entries]:
            if isinstance(entry, Mapping):
                scope = entry.get("scope") or entry.get("channel") or ""
                yield attribute, entry.get("locale") or "", scope, _text(entry.get("data"))
            else:
                yield attribute, "", "", _text(entry)


def _text(value: Any) -> str:
    """Return a value as people write it; what has no such form as JSON."""
    if isinstance(value, str):
        return value or '""'
    if isinstance(value, list) and value:
        parts = [_part(each) for each in value]
        if None not in parts:
            return ", ".join(map(str, parts))
    return _part(value) or orjson.dumps(value).decode()


def _part(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        for keys in MEASURED:
            if value.keys() == set(keys):
                return " ".join(str(value[key]) for key in keys)
    return None


def _shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return visible_line(text)
    return f"{visible_line(text[:LONGEST])}... ({len(text):,} characters)"
