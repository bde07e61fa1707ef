"""The command line, ``importbus``. A command's module is imported when the command is called."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from importbus.adapters.cli.exits import exit_code_of
from importbus.bus.errors import BusError

SUMMARIES = {
    "demo": "Import a generated catalogue into a simulated PIM and check the result.",
    "doctor": "Check configuration, PIM, credentials and journal.",
    "generate": "Write a coherent fake catalogue.",
    "import": "Import files into the PIM.",
    "pim": "Run a simulated PIM.",
    "report": "Show what became of an import, and prove that nothing was lost.",
    "status": "List the imports of the journal, or show one.",
}
"""The commands in the order of the help; each stands in a module of its own."""

MODULES = {"import": "import_command"}
"""Modules that are not called like their command."""


class LazyGroup(click.Group):
    """A group that imports a command when it is called, so that ``--help`` stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(SUMMARIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command *cmd_name*; None when there is none."""
        if cmd_name not in SUMMARIES:
            return None
        module = import_module(f"importbus.adapters.cli.{MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(SUMMARIES.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="importbus", prog_name="importbus")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Configuration file; default importbus.toml, if it is there.",
)
@click.option("--journal", help="File of the journal; default importbus-journal.db.")
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="warning",
    show_default=True,
    help="Least level of what is logged to standard error.",
)
@click.pass_context
def group(ctx: click.Context, config: Path | None, journal: str | None, log_level: str) -> None:
    """Bring product data into an Akeneo PIM.

    Results go to standard output, progress and logs to standard error.
    Exit codes: 0 all done; 1 some items failed; 2 usage or configuration; 3 PIM or journal out of
    reach; 4 stalled; 130 or 143 stopped by a signal.
    """
    overrides = {"journal.path": journal} if journal else {}
    ctx.obj = {"config": config, "overrides": overrides, "log_level": log_level.upper()}


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line; exits with the code of the table in ``exits``."""
    try:
        code = group.main(arguments, prog_name="importbus", standalone_mode=False)
    except click.exceptions.Abort:
        code = 130
    except click.ClickException as error:
        error.show()
        code = 2
    except BusError as error:
        click.echo(f"importbus: {error}", err=True)
        code = exit_code_of(error)
    except BrokenPipeError:
        sys.stderr.close()
        code = 1
    sys.exit(code)
