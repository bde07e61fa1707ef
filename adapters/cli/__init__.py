"""The command line, ``importbus``. A command's module is imported when the command is called."""

from __future__ import annotations

import gc
import io
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from importbus.adapters.cli.exits import (
    FAULT,
    INTERRUPTED,
    OUT_OF_REACH,
    UNREAD,
    USAGE,
    exit_code_of,
    forget_output,
)
from importbus.adapters.log_config import FORMATS, LEVELS
from importbus.adapters.tuning import tune
from importbus.bus.errors import BusError

SUMMARIES = {
    "cancel": "Give an import up.",
    "consume": "Carry out what was published to a queue.",
    "demo": "Import a generated catalogue into a simulated PIM and check the result.",
    "doctor": "Check configuration, PIM, credentials, queue and journal.",
    "export": "Write what the PIM holds to files.",
    "failed": "See what failed; send it again, export or drop it.",
    "finish": "Announce the end of an import whose producer is gone.",
    "generate": "Write a coherent fake catalogue.",
    "import": "Import files into the PIM.",
    "journal": "Forget imports that ended long ago.",
    "map": "Say which column is what, for files in other formats.",
    "pim": "Run a simulated PIM.",
    "preview": "Show which commands come out of a source.",
    "publish": "Publish files to a queue, for consumers to carry out.",
    "record": "Decide when imports have ended, without working on lanes.",
    "report": "Show what became of an import, and prove that nothing was lost.",
    "run": "Import what the configuration defines under a name.",
    "schema": "Describe commands and messages for people and other languages.",
    "status": "List imports, lanes and consumers, or show one import.",
}
"""The commands in the order of the help; each stands in a module of its own."""

MODULES = {"import": "import_command"}
"""Modules that are not called like their command."""

EXAMPLES = """\b
Examples:
  importbus demo
  importbus import catalog.jsonl --import-id spring
  importbus report spring
  importbus failed retry spring
"""


SETTINGS = {
    "journal": "journal.path",
    "log_level": "log.level",
    "log_format": "log.format",
    "log_file": "log.file",
}
"""The options of every command, and the keys of the configuration that they override."""


class _Unread(Exception):
    """Nobody reads standard output any more; click would end with 1, which means failed items."""


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

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the arguments, which prints help."""
        with _noticing_unread():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _noticing_unread():
            return super().invoke(ctx)


@contextmanager
def _noticing_unread() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise _Unread from error


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXAMPLES
)
@click.version_option(package_name="importbus", prog_name="importbus")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Configuration file; default importbus.toml, if it is there.",
)
@click.option("--journal", metavar="FILE", help="The journal; default importbus-journal.db.")
@click.option(
    "--log-level",
    type=click.Choice(LEVELS),
    help="Least level of what is logged; default: warning, and info in --log-file.",
)
@click.option(
    "--log-format",
    type=click.Choice(FORMATS),
    help="How standard error is logged to; default: auto, human on a terminal and json elsewhere.",
)
@click.option(
    "--log-file", metavar="FILE", help="Log to FILE, too, as JSON unless --log-format says human."
)
@click.pass_context
def group(ctx: click.Context, /, config: Path | None, **settings: str | None) -> None:
    """Bring product data into an Akeneo PIM.

    Results go to standard output, progress and logs to standard error.

    Exit codes: 0 all done; 1 some items failed or lines were rejected; 2 usage or configuration;
    3 PIM or journal out of reach; 4 stalled; 130 or 143 stopped by a signal.
    """
    overrides = {SETTINGS[name]: value for name, value in settings.items() if value is not None}
    ctx.obj = {"config": config, "overrides": overrides}


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line; exits with the code of the table in ``exits``."""
    tune()
    code = _code(arguments)
    gc.freeze()  # or Python would look through all there is once more, on its way out
    raise SystemExit(code)


def _code(arguments: list[str] | None) -> Any:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # no text of others may end the program
            stream.reconfigure(errors="backslashreplace")
    try:
        return group.main(arguments, prog_name="importbus", standalone_mode=False)
    except click.exceptions.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        with suppress(OSError):
            error.show()
        return USAGE
    except BusError as error:
        _complain(f"importbus: {error}")
        return exit_code_of(error)
    except _Unread:
        forget_output()
        return UNREAD
    except OSError as error:  # a full disk, say: no fault of the program
        _complain(f"importbus: {error.strerror or error}.")
        return OUT_OF_REACH
    except Exception:  # noqa: BLE001 - Python's own exit code would mean that some items failed
        _complain(f"{traceback.format_exc()}\nimportbus: this is a fault of importbus; report it.")
        return FAULT


def _complain(text: str) -> None:
    with suppress(OSError):  # nobody reads standard error
        click.echo(text, err=True)
