"""The options that say how files are read: as arguments, and back."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from importbus.adapters.cli.source_options import SourceCommand, arguments, source_options
from importbus.adapters.sources.ports import SourceOptions

EVERYTHING = SourceOptions(
    *("xlsx", "products", "cp1252", "\t", True, "dd.mm.yyyy", ",", "a b.jsonl", "m.toml")
)


@click.command(cls=SourceCommand)
@click.option("--other", help="Another one.")
@source_options
def reads(reading: SourceOptions, other: str | None) -> None:
    """Read."""
    click.echo(repr(reading))


@pytest.mark.parametrize(
    "options",
    [
        SourceOptions(),
        EVERYTHING,
        SourceOptions(delimiter="'"),
        SourceOptions(date_format="-d"),
        SourceOptions(decimal=","),
        SourceOptions.of(decimal=".", empty_clears=False),
    ],
)
def test_the_arguments_of_options_say_them_again(options: SourceOptions) -> None:
    """What a message tells to enter is what was entered."""
    again = CliRunner().invoke(reads, arguments(options))

    assert again.output == f"{options!r}\n"


def test_what_was_not_said_is_not_repeated() -> None:
    """The shortest command that does the same."""
    assert arguments(SourceOptions()) == ()
    assert arguments(SourceOptions(empty_clears=True)) == ("--empty=clears",)


def test_help_has_two_groups() -> None:
    """Who imports commands need not read what is for tables."""
    first, second = CliRunner().invoke(reads, ["--help"]).output.split("Reading files:")

    assert "--other" in first
    assert "--mapping" not in first
    assert "--mapping" in second
    assert "--other" not in second
