"""``importbus export``: what a PIM holds, as files that ``import`` reads."""

from __future__ import annotations

import shlex
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import click
from attrs import asdict, define, field, frozen
from rich.table import Table

from importbus.adapters.cli.exits import DONE, SOME_FAILED
from importbus.adapters.cli.progress import watch
from importbus.adapters.cli.rendering import many
from importbus.adapters.cli.session import load, stopped_by_signals
from importbus.adapters.cli.streams import note, show, show_document
from importbus.adapters.config import PimConfig
from importbus.adapters.export import Account, Export, Exported, write_export
from importbus.adapters.import_run import NO_PIM
from importbus.adapters.progress import ProgressBoard
from importbus.adapters.stopping import Interrupted, StopRequest
from importbus.adapters.wiring import open_codec, open_pim
from importbus.bus.errors import ConfigurationError

EXAMPLES = """\b
Examples:
  importbus export copy/
  importbus export products/ --only CreateOrUpdateProduct --no-media
  importbus export nightly/ --force --json
  importbus import copy/*.jsonl
"""

SHOWN = 20
"""Problems that are printed; a JSON document has the first thousand."""


@click.command(epilog=EXAMPLES)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--only", multiple=True, metavar="CLASS", help="Write only commands of CLASS; repeatable."
)
@click.option("--no-media", is_flag=True, help="Leave files out, and the values that name them.")
@click.option(
    "--no-uuids",
    is_flag=True,
    help="Leave out the uuids of products with an identifier: another PIM has others for them.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl"]),
    default="jsonl",
    show_default=True,
    help="How commands are written.",
)
@click.option("--force", is_flag=True, help="Replace what DIR has of an earlier export.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    folder: Path,
    only: tuple[str, ...],
    no_media: bool,
    no_uuids: bool,
    form: str,
    force: bool,
    as_json: bool,
) -> None:
    """Write what the PIM holds to DIR, a file per class of commands.

    importbus import reads these files: importing them into an empty PIM makes a copy. Lists that
    this PIM or user does not have are told and passed over.

    Prints the files with the number of their commands. Exits with 0 when all is written, with 1
    when some items or files could not be had, with 3 when the PIM is out of reach.
    """
    config = load(ctx)
    if config.pim is None:
        raise ConfigurationError(NO_PIM)
    media = None if no_media else folder
    wanted = _Wanted(folder, only, media, uuids=not no_uuids, force=force)
    sys.exit(_export(config.pim, wanted, as_json=as_json))


@frozen
class _Wanted:
    """What is asked for."""

    folder: Path
    only: tuple[str, ...]
    media: Path | None
    uuids: bool = field(kw_only=True)
    force: bool = field(kw_only=True)


def _export(config: PimConfig, wanted: _Wanted, *, as_json: bool) -> int:
    """Export, tell, and return the exit code."""
    board, began = ProgressBoard(), time.monotonic()
    with stopped_by_signals() as stop, open_pim(config) as pim:
        export = Export(
            pim,
            open_codec(),
            wanted.only,
            wanted.media,
            wanted.uuids,
            told=_Notes(),
            sleep=partial(_wait, stop.request),
        )
        work = partial(
            write_export,
            export,
            wanted.folder,
            force=wanted.force,
            counted=partial(_count, board, export),
        )
        try:
            with watch("export", board):
                found = stop.request.interruptible(work)
                board.reading = False
        except Interrupted:
            note(f"Stopped; what stands in {wanted.folder} is whole. Begin anew with --force.")
            return stop.code
    _tell(wanted, export.account, found, time.monotonic() - began, as_json=as_json)
    return SOME_FAILED if export.account.count else DONE


@define
class _Notes:
    """Prints what an export tells, up to a number of sentences."""

    left: int = SHOWN

    def __call__(self, said: str) -> None:
        self.left -= 1
        if self.left >= 0:
            note(said)


def _wait(stop: StopRequest, seconds: float) -> None:
    """Wait, unless it is time to stop: this also ends what threads are waiting for."""
    if stop.wait(seconds):
        raise Interrupted


def _count(board: ProgressBoard, export: Export, command: str) -> None:
    board.accepted(command)
    board.settled(command, {"written": 1}, requests=0)
    board.requests = export.reading.calls


def _tell(
    wanted: _Wanted, account: Account, found: Exported, seconds: float, *, as_json: bool
) -> None:
    if as_json:
        show_document(_document(wanted, account, found, seconds))
        return
    show(_table(found), f"{many(found.calls, 'request')}, {seconds:.1f} s.")
    if account.count > SHOWN:
        note(f"{many(account.count, 'problem')} in all; --json lists the first thousand.")
    if account.files_left_out:
        left = many(account.files_left_out, "value")
        note(f"Without {left} that name files (--no-media).")
    if found.files:
        note(f"Import it with: importbus import {shlex.quote(str(wanted.folder))}/*.jsonl")


def _table(found: Exported) -> Table:
    table = Table()
    table.add_column("command", overflow="fold")
    table.add_column("commands", justify="right")
    table.add_column("bytes", justify="right")
    table.add_column("file", overflow="fold")
    for each in found.files:
        table.add_row(each.command, f"{each.commands:,}", f"{each.bytes:,}", each.file)
    table.add_section()
    commands = sum(each.commands for each in found.files)
    size = sum(each.bytes for each in found.files)
    table.add_row("all", f"{commands:,}", f"{size:,}", "")
    return table


def _document(wanted: _Wanted, account: Account, found: Exported, seconds: float) -> dict[str, Any]:
    return {
        "folder": str(wanted.folder),
        "files": [asdict(each) for each in found.files],
        "passed_over": account.passed_over,
        "problem_count": account.count,
        "problems": account.problems,
        "files_left_out": account.files_left_out,
        "requests": found.calls,
        "seconds": round(seconds, 3),
    }
