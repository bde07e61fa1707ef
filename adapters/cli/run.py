"""``importbus run``: imports that the configuration defines."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import click
from attrs import evolve
from rich.table import Table

from importbus.adapters.cli.import_command import Order, carry_out, check_options, rehearse
from importbus.adapters.cli.session import load
from importbus.adapters.cli.source_options import arguments
from importbus.adapters.cli.streams import show
from importbus.adapters.config import Config, in_process, skipping_as_asked
from importbus.adapters.config_checks import nearest
from importbus.adapters.definitions import ImportDefinition
from importbus.adapters.import_run import ImportOptions
from importbus.adapters.visible_text import visible_line
from importbus.bus import ConfigurationError

NONE = "No import is defined: add [imports.NAME] with sources = [...] to the configuration."

EXAMPLES = """\b
Examples:
  importbus run
  importbus run nightly
  importbus run nightly --dry-run
  importbus run nightly --resume 20261123-143005-k3f9q
"""


@click.command(epilog=EXAMPLES)
@click.argument("name", required=False)
@click.option(
    "--import-id", metavar="ID", help="Name of the import; default: the time and five characters."
)
@click.option("--dry-run", is_flag=True, help="Read and check everything; send and write nothing.")
@click.option("--offline", is_flag=True, help="With --dry-run: do not ask the PIM either.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--resume", metavar="ID", help="Continue an import that was stopped or crashed.")
@click.option("--restart", is_flag=True, help="Forget an earlier import of the name --import-id.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    name: str | None,
    dry_run: bool,
    offline: bool,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Import what [imports.NAME] in the configuration says; without NAME, list what there is.

    Files are named from the folder of the configuration on; of a pattern all files are imported,
    in the order of their names. It prints and exits as importbus import does.
    """
    asked = ImportOptions(**chosen)
    check_options(asked, dry_run=dry_run, offline=offline, verify=False)
    config = load(ctx)
    if name is None:
        _list(config.definitions)
        return
    definition = _definition(config, name)
    order = _order(config, definition, asked)
    if dry_run:
        sys.exit(rehearse(config, order, offline=offline, as_json=as_json))
    skipping = skipping_as_asked(in_process(config), definition.skip_unchanged)
    sys.exit(carry_out(skipping, order, None, as_json=as_json))


def _definition(config: Config, name: str) -> ImportDefinition:
    if name not in config.definitions:
        known = f"defined: {', '.join(sorted(config.definitions))}." if config.definitions else NONE
        near = nearest(name, config.definitions)
        raise ConfigurationError(f"There is no import called {name!r}; {known}{near}")
    return config.definitions[name]


def _order(config: Config, definition: ImportDefinition, asked: ImportOptions) -> Order:
    """Return what to import now; what was asked for on the command line stands above."""
    options = evolve(
        asked,
        label=None if asked.resume else definition.label,
        strict=definition.strict,
        limit=definition.limit,
        only=definition.only,
        read_with=arguments(definition.options),
    )
    sources = definition.files(config.providers.names)
    return Order(sources, options, definition.options, f"importbus run {definition.name}")


def _list(definitions: Mapping[str, ImportDefinition]) -> None:
    """Print a table of the definitions."""
    if not definitions:
        show(NONE)
        return
    table = Table()
    for column in ("import", "sources", "read with"):
        table.add_column(column, overflow="fold")
    for name, each in sorted(definitions.items()):
        sources = visible_line(", ".join(each.sources))
        table.add_row(visible_line(name), sources, visible_line(_settings(each)))
    show(table)


def _settings(definition: ImportDefinition) -> str:
    said = {
        "mapping": definition.options.mapping,
        "as": definition.options.kind,
        "only": ", ".join(definition.only) or None,
        "skip unchanged": "yes" if definition.skip_unchanged else None,
        "strict": "yes" if definition.strict else None,
    }
    return ", ".join(f"{key}: {value}" for key, value in said.items() if value)
