"""The options that say how files are to be read, in one place for all commands that read some."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import click
from attrs import fields

from importbus.adapters.definitions import DECIMALS, EMPTY, SOURCE_FORMATS
from importbus.adapters.flat.kinds import KINDS
from importbus.adapters.sources.ports import SourceOptions

OPTIONS = (
    click.option(
        "--format",
        type=click.Choice(SOURCE_FORMATS),
        help="What the files are, whatever their extension; for - it is jsonl by default.",
    ),
    click.option(
        "--as",
        "kind",
        type=click.Choice(tuple(KINDS)),
        metavar="KIND",
        help=f"What the rows are: {', '.join(KINDS)}; by default the header tells.",
    ),
    click.option("--mapping", metavar="FILE", help="Which column is what, in other formats: TOML."),
    click.option(
        "--structure",
        metavar="FILE",
        help="A file or folder of commands that tells which attributes there are, not the PIM.",
    ),
    click.option("--encoding", metavar="NAME", help="The encoding of CSV files: cp1252."),
    click.option(
        "--delimiter", metavar="CHAR", help="What separates the cells of a row: ; or tab."
    ),
    click.option(
        "--empty",
        type=click.Choice(EMPTY),
        help="Whether an empty cell clears its value; default: keeps.",
    ),
    click.option(
        "--date-format", metavar="FORMAT", help="How dates are written; default: yyyy-mm-dd."
    ),
    click.option(
        "--decimal", type=click.Choice(DECIMALS), help="What stands before a fraction; default: ."
    ),
)

NAMES = frozenset(
    {"format", "kind", "mapping", "structure", "encoding", "delimiter", "empty"}
    | {"date_format", "decimal"}
)


def source_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command have the options of sources; it gets ``reading``, a ``SourceOptions``."""

    @wraps(function)
    def command(*arguments: Any, **chosen: Any) -> Any:
        given = {name: chosen.pop(name) for name in NAMES}
        return function(*arguments, reading=chosen_options(**given), **chosen)

    found: Callable[..., Any] = command
    for option in reversed(OPTIONS):
        found = option(found)
    return found


def chosen_options(*, empty: str | None = None, **given: str | None) -> SourceOptions:
    """Return what was said, by the names of the options; what is None was not."""
    said: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if empty is not None:
        said["empty_clears"] = empty == "clears"
    return SourceOptions.of(**said)


def arguments(options: SourceOptions) -> tuple[str, ...]:
    """Return *options* as they are written on a command line; none for what was not said."""
    return tuple(_arguments(options))


def _arguments(options: SourceOptions) -> Iterator[str]:
    plain = SourceOptions()
    for name in (each.name for each in fields(SourceOptions) if each.name != "usual"):
        value = getattr(options, name)
        if name in options.usual or value != getattr(plain, name):
            option = OPTION_OF.get(name, name).replace("_", "-")
            yield f"--{option}={SHOWN.get(value, value)}"


OPTION_OF = {"kind": "as", "empty_clears": "empty"}
"""Options that are not called like what they set."""

SHOWN = {True: "clears", False: "keeps"}
"""What is said of the option that is a flag."""


class SourceCommand(click.Command):
    """A command whose help has the options of sources under a heading of their own."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options in two groups."""
        for title, of_sources in (("Options", False), ("Reading files", True)):
            records = [
                record
                for each in self.get_params(ctx)
                if (each.name in NAMES) is of_sources and (record := each.get_help_record(ctx))
            ]
            with formatter.section(title):
                formatter.write_dl(records)
