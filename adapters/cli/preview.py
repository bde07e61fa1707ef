"""``importbus preview``: which commands come out of a source."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click
from attrs import frozen

from importbus.adapters.cli.exits import DONE, SOME_FAILED
from importbus.adapters.cli.preview_rendering import preview_document, preview_lines, seen
from importbus.adapters.cli.session import load
from importbus.adapters.cli.source_options import SourceCommand, source_options
from importbus.adapters.cli.streams import note, show, show_document
from importbus.adapters.reading import Item, open_reading
from importbus.adapters.sources import TableSource
from importbus.adapters.sources.ports import SourceOptions, Table
from importbus.adapters.sources.rows import Reading, TableReaders
from importbus.adapters.wiring import open_codec, open_means
from importbus.bus.messages import Position
from importbus.bus.ports import Rejection, Source

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

    A source is what importbus import takes. Nothing is sent or written; the PIM is asked which
    attributes there are when a table needs it. A row that gives several commands shows all of them.

    Exits with 1 when a header or one of these rows is rejected.
    """
    config, codec = load(ctx), open_codec()
    with open_means(config, reading, ask=not offline) as means:
        opened = open_reading(sources, codec, means)
        try:
            found = {source.name: list(first_rows(source, rows)) for source in opened.sources}
        finally:
            opened.close()
    if as_json:
        show_document(preview_document(codec, found))
    else:
        every = (seen(codec, *item) for items in found.values() for item in items)
        show(*preview_lines(every))
    for name in (name for name, items in found.items() if not items):
        note(f"{name}: holds nothing to show.")
    refused = any(isinstance(item, Rejection) for items in found.values() for _, item in items)
    sys.exit(SOME_FAILED if refused else DONE)


def first_rows(source: Source, rows: int) -> Iterator[Item]:
    """Yield what the first *rows* rows of *source* give, and what is wrong with headers above them.

    A row may give several commands, so the next one is read to know that it is over.
    """
    headers: set[Position] = set()
    if isinstance(source, TableSource):
        source = source.read_by(_Noting(source.readers, headers))
    row: int | None = None
    count = 0
    for position, item in source.read(lambda name: True):
        if position not in headers and position.line != row:
            row = position.line
            count += 1
            if count > rows:
                return
        yield position, item


@frozen
class _Noting:
    """Reads tables as *readers* do, and notes where their headers are, which count for no row."""

    readers: TableReaders
    headers: set[Position]

    @property
    def options(self) -> SourceOptions:
        """How texts are decoded and split."""
        return self.readers.options

    def reading(self, table: Table) -> Reading:
        """Return what reads *table*."""
        self.headers.add(Position(table.name, table.header_line))
        return self.readers.reading(table)
