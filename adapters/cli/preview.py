"""``importbus preview``: which commands come out of a source."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click
import orjson
from attrs import frozen
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from importbus.adapters.cli.exits import DONE, SOME_FAILED
from importbus.adapters.cli.session import load
from importbus.adapters.cli.source_options import SourceCommand, source_options
from importbus.adapters.cli.streams import note, show, show_document
from importbus.adapters.codec import JsonCodec
from importbus.adapters.reading import Item, open_reading
from importbus.adapters.sources.ports import SourceOptions
from importbus.adapters.visible_text import visible
from importbus.adapters.wiring import open_codec, open_means
from importbus.bus.messages import Position
from importbus.bus.ports import Rejection, Source

LONGEST = 200
"""Characters of a value that are shown."""

EXAMPLES = """\b
Examples:
  importbus preview products.csv
  importbus preview erp.csv --mapping erp.toml --rows 20
  importbus preview catalog.jsonl --json
"""


@click.command(cls=SourceCommand, epilog=EXAMPLES)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--rows",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    metavar="N",
    help="Rows or lines of each source that are read.",
)
@click.option("--offline", is_flag=True, help="Do not ask the PIM which attributes there are.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@source_options
@click.pass_context
def command(
    ctx: click.Context,
    sources: tuple[str, ...],
    rows: int,
    reading: SourceOptions,
    *,
    offline: bool,
    as_json: bool,
) -> None:
    """Show which commands come out of the first rows of SOURCE...

    Nothing is sent or written. The PIM is asked which attributes there are when a table needs it.
    Exits with 1 when one of these rows is no command.
    """
    config, codec = load(ctx), open_codec()
    with open_means(config, reading, ask=not offline) as means:
        opened = open_reading(sources, codec, means)
        try:
            found = [(source.name, list(_first(source, rows))) for source in opened.sources]
        finally:
            opened.close()
    shown = [(name, [_seen(codec, *item) for item in items]) for name, items in found]
    show_document(_document(shown)) if as_json else show(*_tables(shown))
    for name, items in shown:
        if not items:
            note(f"{name}: has no row.")
    refused = any(item.reason for _, items in shown for item in items)
    sys.exit(SOME_FAILED if refused else DONE)


def _first(source: Source, rows: int) -> Iterator[Item]:
    """Yield what the first *rows* rows of a source give; one may give several commands."""
    line, count = None, 0
    for position, item in source.read(lambda name: True):
        if position.line != line:
            line, count = position.line, count + 1
            if count > rows:
                return
        yield position, item


@frozen
class _Seen:
    """A command as it is shown; with a ``reason`` it is none."""

    position: Position
    command: str | None
    key: str = ""
    data: Mapping[str, Any] | None = None
    reason: str | None = None


def _seen(codec: JsonCodec, position: Position, item: Any) -> _Seen:
    if isinstance(item, Rejection):
        return _Seen(position, item.command, reason=item.reason)
    data = orjson.loads(codec.encode(item))
    return _Seen(position, codec.name_of(type(item)), item.key, data)


def _document(shown: Sequence[tuple[str, Sequence[_Seen]]]) -> dict[str, Any]:
    return {
        "sources": [
            {"source": name, "items": [_item(item) for item in items]} for name, items in shown
        ]
    }


def _item(item: _Seen) -> dict[str, Any]:
    at = {"source": item.position.source, "line": item.position.line}
    if item.reason:
        return {"position": at, "command": item.command, "reason": item.reason}
    return {"position": at, "command": item.command, "key": item.key, "data": item.data}


def _tables(shown: Sequence[tuple[str, Sequence[_Seen]]]) -> Iterator[RenderableType]:
    """Yield a table for each source: a line for each command, below it what it says."""
    for _, items in shown:
        if items:
            yield _table(items)


def _table(items: Sequence[_Seen]) -> Table:
    table = Table(header_style="bold")
    table.add_column("position", overflow="fold")
    table.add_column("command, field", overflow="fold")
    table.add_column("key, value", overflow="fold")
    for item in items:
        where, what = visible(str(item.position)), Text(item.command or "?", style="bold")
        if item.reason:
            table.add_row(where, what, Text(f"rejected: {visible(item.reason)}", style="red"))
        else:
            table.add_row(where, what, Text(_shortened(item.key), style="bold"))
            for name, value in _fields(item.data or {}):
                table.add_row("", Text(f"  {visible(name)}"), Text(_shortened(value)))
        table.add_section()
    return table


def _fields(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what a command says, each value by itself, with its locale and channel."""
    for name, said in data.items():
        if name == "values" and isinstance(said, Mapping):
            yield from _values(said)
        elif isinstance(said, Mapping) and said:
            for inner, value in said.items():
                yield f"{name}.{inner}", _text(value)
        else:
            yield name, _text(said)


def _values(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for attribute, entries in values.items():
        for entry in entries if isinstance(entries, list) else [entries]:
            if not isinstance(entry, Mapping):
                yield attribute, _text(entry)
                continue
            places = [entry.get("locale"), entry.get("scope"), entry.get("channel")]
            yield " ".join([attribute, *filter(None, places)]), _text(entry.get("data"))


def _text(value: Any) -> str:
    """Return a value as people read it: texts as they are, amounts and lists in words."""
    if isinstance(value, str):
        return value or '""'
    if isinstance(value, list) and value and all(map(_is_plain, value)):
        return ", ".join(map(_text, value))
    if _is_plain(value):
        return f"{value['amount']} {value.get('unit') or value.get('currency')}"
    return orjson.dumps(value).decode()


def _is_plain(value: Any) -> bool:
    """Whether it is a text, or an amount with its unit or currency."""
    amount = isinstance(value, Mapping) and len(value) == 2 and "amount" in value
    return isinstance(value, str) or (amount and bool({"unit", "currency"} & set(value)))


def _shortened(text: str) -> str:
    seen = visible(text)
    if len(seen) <= LONGEST:
        return seen
    return f"{seen[:LONGEST]}... ({len(text):,} characters)"
