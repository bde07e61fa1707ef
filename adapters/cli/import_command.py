"""``importbus import``: files into the PIM."""

from __future__ import annotations

import sys

import click

from importbus.adapters.cli.exits import exit_code_for
from importbus.adapters.cli.progress import watch
from importbus.adapters.cli.rendering import reasons, summary
from importbus.adapters.cli.session import console, load, stopped_by_signals
from importbus.adapters.import_run import ImportOptions, run_import
from importbus.adapters.wiring import open_runtime
from importbus.bus.errors import ConfigurationError
from importbus.bus.report import Report


@click.command("import")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--import-id", help="Name of the import; default: the time and five letters.")
@click.option("--label", help="What people call the import.")
@click.option(
    "--strict", is_flag=True, help="Stop reading at the first bad line or failed command."
)
@click.option("--resume", metavar="ID", help="Continue an import that was stopped or crashed.")
@click.option("--restart", is_flag=True, help="Forget an earlier import of that name.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Read at most N lines.")
@click.option(
    "--only", multiple=True, metavar="CLASS", help="Read only commands of CLASS; repeatable."
)
@click.pass_context
def command(
    ctx: click.Context,
    sources: tuple[str, ...],
    import_id: str | None,
    label: str | None,
    strict: bool,
    resume: str | None,
    restart: bool,
    limit: int | None,
    only: tuple[str, ...],
) -> None:
    """Import SOURCE... into the PIM.

    A source is a .jsonl file with a command a line, or - for standard input.
    Every command ends with one outcome in the journal; see importbus report.
    """
    if resume and (import_id or restart or label):
        raise ConfigurationError("--resume goes without --import-id, --label and --restart.")
    if restart and not import_id:
        raise ConfigurationError("--restart needs --import-id.")
    options = ImportOptions(import_id, label, strict, resume, restart, limit, only)
    config = load(ctx)
    with stopped_by_signals() as stop, open_runtime(config) as runtime:
        report = run_import(runtime, sources, options, watch=watch, stop=stop.event)
    _tell(report)
    sys.exit(stop.code if report.state == "stopped" and stop.code else exit_code_for(report))


def _tell(report: Report) -> None:
    click.echo(summary(report))
    name = report.import_id
    if report.failure_groups:
        console.print(reasons(report.failure_groups))
        click.echo(f"Details: importbus report {name}", err=True)
    if report.state in ("stopped", "stalled"):
        click.echo(f"Continue with: importbus import SOURCE... --resume {name}", err=True)
