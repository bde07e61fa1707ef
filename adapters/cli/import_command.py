"""``importbus import``: files into the PIM."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from importbus.adapters.cli.dry_run import against, run_dry
from importbus.adapters.cli.exits import exit_code_for, forget_output
from importbus.adapters.cli.progress import watch
from importbus.adapters.cli.rendering import UNFINISHED, reasons, resume, summary
from importbus.adapters.cli.session import load, log_to_console, stopped_by_signals
from importbus.adapters.cli.streams import note, show
from importbus.adapters.config import in_process
from importbus.adapters.import_run import ImportOptions, run_import
from importbus.adapters.stopping import Interrupted
from importbus.adapters.wiring import open_runtime
from importbus.bus import ConfigurationError, Report, checked_import_id

EXAMPLES = """\b
Examples:
  importbus import catalog.jsonl --dry-run
  importbus import catalog.jsonl --import-id spring
  importbus import catalog.jsonl --resume spring
  importbus import families.jsonl products.jsonl --only CreateOrUpdateFamily
  gunzip -c catalog.jsonl.gz | importbus import -
"""


@click.command("import", epilog=EXAMPLES)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--import-id", metavar="ID", help="Name of the import; default: the time and five characters."
)
@click.option("--label", metavar="TEXT", help="What people call the import.")
@click.option("--dry-run", is_flag=True, help="Read and check everything; send and write nothing.")
@click.option("--offline", is_flag=True, help="With --dry-run: do not ask the PIM either.")
@click.option("--json", "as_json", is_flag=True, help="With --dry-run: print one JSON document.")
@click.option(
    "--strict", is_flag=True, help="Stop reading at the first bad line or failed command."
)
@click.option("--resume", metavar="ID", help="Continue an import that was stopped or crashed.")
@click.option("--restart", is_flag=True, help="Forget an earlier import of the name --import-id.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="Read at most N commands, structure before products.",
)
@click.option(
    "--only", multiple=True, metavar="CLASS", help="Read only commands of CLASS; repeatable."
)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    sources: tuple[str, ...],
    dry_run: bool,
    offline: bool,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Import SOURCE... into the PIM.

    A source is a .jsonl file with a command a line, or - for standard input.
    Every command ends with one outcome in the journal; see importbus report.

    Prints the account in one line. Exits with 0 when all is done, with 1 when some items failed or
    lines were rejected.
    """
    options = ImportOptions(**chosen)
    _check(options, dry_run=dry_run, only_dry=offline or as_json)
    if dry_run:
        log_to_console(ctx.obj["log_level"])
        checked = against(None if offline else load(ctx).pim, offline=offline)
        sys.exit(run_dry(sources, options, checked, as_json=as_json))
    config = in_process(load(ctx))
    with stopped_by_signals() as stop, open_runtime(config) as runtime:
        try:
            report = run_import(runtime, sources, options, watch=watch, stop=stop.request)
        except Interrupted:
            sys.exit(stop.code)
    _tell(report, sources)
    sys.exit(stop.code if report.state == "stopped" and stop.code else exit_code_for(report))


def _check(options: ImportOptions, *, dry_run: bool, only_dry: bool) -> None:
    """Refuse options that contradict each other."""
    if only_dry and not dry_run:
        raise click.UsageError("--offline needs --dry-run.")
    if dry_run and (options.resume or options.restart):
        raise click.UsageError("--dry-run goes without --resume and --restart: it writes nothing.")
    if options.resume and (options.import_id or options.restart or options.label):
        raise click.UsageError("--resume goes without --import-id, --label and --restart.")
    if options.restart and not options.import_id:
        raise click.UsageError("--restart needs --import-id.")
    for import_id in filter(None, (options.import_id, options.resume)):
        checked_import_id(import_id)


def _tell(report: Report, sources: Sequence[str]) -> None:
    try:
        show(summary(report))
    except BrokenPipeError:
        forget_output()  # the exit code still says how the import ended
    except ConfigurationError as error:
        note(f"importbus: {error}")
    if report.failure_groups:
        note(reasons(report.failure_groups))
        note(f"Details: importbus report {report.import_id}")
    if report.state in UNFINISHED:
        note(f"Continue with: {resume(report.import_id, sources)}")
