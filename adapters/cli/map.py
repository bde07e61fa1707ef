"""``importbus map``: mapping files for tables that are not in Akeneo's flat format."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from itertools import islice

import click
import orjson
from attrs import frozen

from importbus.adapters.cli.session import load
from importbus.adapters.cli.source_options import SourceCommand, source_options
from importbus.adapters.cli.streams import note, result_bytes
from importbus.adapters.config import Config
from importbus.adapters.flat import FlatStructure
from importbus.adapters.mapping import suggest
from importbus.adapters.reading import open_reading
from importbus.adapters.sources.inputs import open_inputs
from importbus.adapters.sources.ports import BadRow, Cell, SourceOptions, Table
from importbus.adapters.sources.tables import BadTable, open_tables
from importbus.adapters.wiring import open_codec, open_pim
from importbus.bus.errors import ConfigurationError
from importbus.bus.ports import Rejection

ROWS = 200
"""Rows of a table that are looked at."""

EXAMPLES = """\b
Examples:
  importbus map suggest erp.csv > erp.toml
  importbus map suggest prices.xlsx --as products --structure attributes.jsonl
  importbus preview erp.csv --mapping erp.toml
"""


@click.group(epilog=EXAMPLES)
def command() -> None:
    """Say which column is what, for files that are not in Akeneo's flat format."""


@command.command("suggest", cls=SourceCommand, epilog=EXAMPLES)
@click.argument("file", metavar="FILE")
@click.option("--offline", is_flag=True, help="Do not ask the PIM which attributes there are.")
@source_options
@click.pass_context
def propose(ctx: click.Context, file: str, reading: SourceOptions, *, offline: bool) -> None:
    """Propose a mapping for FILE.

    It is printed as TOML. Columns are placed by the names and labels of the PIM's attributes, and
    by the first rows. What is not sure is a comment; of a spreadsheet the first sheet is read.
    """
    if reading.mapping:
        raise click.UsageError("--mapping names a file that is there; this proposes one.")
    config = load(ctx)
    sample = _sample(file, reading)
    with ExitStack() as stack:
        structure = _structure(config, reading, stack, offline=offline)
        text = suggest(sample.header, sample.rows, structure, reading, name=sample.name)
    if structure.empty:
        note("No attributes were known: configure a PIM, or name a file with --structure.")
    with result_bytes() as out:
        out.write(text.encode())


@frozen
class _Sample:
    """The first rows of a table."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def _sample(file: str, options: SourceOptions) -> _Sample:
    """Return the first rows of the first table in *file*.

    Raises:
        ConfigurationError: It cannot be read, or holds no table.
    """
    for each in open_inputs(file):
        kind_of_file = options.format or each.format
        if kind_of_file not in ("csv", "xlsx"):
            raise ConfigurationError(f"{each.name}: is no table; or say --format csv.")
        for table in open_tables(each, options, kind_of_file):
            if isinstance(table, BadTable):
                raise ConfigurationError(f"{table.name}:{table.line}: {table.reason}")
            return _Sample(table.name, table.header, _first(table))
    raise ConfigurationError(f"{file}: holds no table.")


def _first(table: Table) -> list[Sequence[Cell]]:
    good = (row for _, row in table.rows() if not isinstance(row, BadRow))
    return list(islice(good, ROWS))


def _structure(
    config: Config, options: SourceOptions, stack: ExitStack, *, offline: bool
) -> FlatStructure:
    """Return what is known of attributes: of a file, or else of the PIM."""
    if options.structure is not None:
        return _learned(options.structure)
    if offline or config.pim is None:
        return FlatStructure()
    pim = open_pim(config.pim)
    stack.callback(pim.close)
    return FlatStructure(pim)


def _learned(path: str) -> FlatStructure:
    structure, codec = FlatStructure(), open_codec()
    for source in open_reading([path], codec).sources:
        for _, item in source.read(codec.is_structure):
            if not isinstance(item, Rejection):
                structure.learn(codec.name_of(type(item)), orjson.loads(codec.encode(item)))
    return structure
