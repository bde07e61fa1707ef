"""``importbus failed retry``: what failed is sent again."""

from __future__ import annotations

import sys
from typing import Any

import click

from importbus.adapters.cli.exits import DONE, SOME_FAILED, exit_code_for, forget_output
from importbus.adapters.cli.failed.choosing import choosing
from importbus.adapters.cli.progress import watch
from importbus.adapters.cli.rendering import UNFINISHED, many, reasons, summary
from importbus.adapters.cli.session import Stop, load, stopped_by_signals
from importbus.adapters.cli.streams import note, show, show_document
from importbus.adapters.config import Config, in_process
from importbus.adapters.journal.selecting import Selection
from importbus.adapters.report_json import report_document
from importbus.adapters.retry_run import Retried, RetryOptions, run_retry
from importbus.adapters.runtime import Runtime
from importbus.adapters.stopping import Interrupted
from importbus.adapters.wiring import open_runtime

EXAMPLES = """\b
Examples:
  importbus failed retry spring
  importbus failed retry spring --error "family does not exist"
  importbus failed retry spring --import-id spring-again
  importbus failed retry --resume spring-again
"""


@click.command("retry", epilog=EXAMPLES)
@choosing
@click.option(
    "--import-id", "retry_id", metavar="ID", help="Name of the retry; default: as of any import."
)
@click.option("--label", metavar="TEXT", help="What people call the retry.")
@click.option("--resume", metavar="ID", help="Continue a retry that was stopped or crashed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(
    ctx: click.Context,
    selection: Selection,
    retry_id: str | None,
    label: str | None,
    resume: str | None,
    as_json: bool,
) -> None:
    """Send the open failures of IMPORT again, or those of all imports.

    The retry is an import of its own, and knows whose failures it repeats. What it brings into the
    PIM is cured and open no more. Several commands of one key are sent in the order in which they
    failed. Rejected lines are no commands and stay open: importbus failed export writes them to a
    file, to be mended and imported.

    Exits with 0 when every failure that was sent again is cured.
    """
    if resume and not (selection.everything and retry_id is None and label is None):
        raise click.UsageError("--resume goes alone: what is sent was chosen before.")
    options = RetryOptions(retry_id, label, resume)
    sys.exit(_retry(in_process(load(ctx)), selection, options, as_json=as_json))


def _retry(config: Config, selection: Selection, options: RetryOptions, *, as_json: bool) -> int:
    with stopped_by_signals() as stop, open_runtime(config) as runtime:
        if selection.import_id:
            runtime.journal.record(selection.import_id)
        try:
            retried = run_retry(runtime, selection, options, watch=watch, stop=stop.request)
        except Interrupted:
            return stop.code
        if retried is None:
            return _nothing(as_json=as_json)
        _tell(runtime, retried, as_json=as_json)
    return _code(retried, stop)


def _nothing(*, as_json: bool) -> int:
    if as_json:
        show_document({"cured": 0, "left": 0})
    else:
        show("No open failures that can be sent again.")
    return DONE


def _tell(runtime: Runtime, retried: Retried, *, as_json: bool) -> None:
    report, ended = retried.report, retried.cured or retried.left
    try:
        if as_json:
            show_document(_document(runtime, retried))
        else:
            cured = f"{retried.cured:,} of {many(retried.cured + retried.left, 'failure')} cured."
            show(summary(report), *([cured] if ended else ()))
    except BrokenPipeError:
        forget_output()  # the exit code still says how it ended
    if report.failure_groups:
        note(reasons(report.failure_groups))
    if report.state in UNFINISHED:
        note(f"Continue with: importbus failed retry --resume {report.import_id}")


def _document(runtime: Runtime, retried: Retried) -> dict[str, Any]:
    report = retried.report
    document = report_document(report, runtime.journal.failures(report.import_id))
    parents = list(runtime.journal.failed.parents(report.import_id))
    return {**document, "parents": parents, "cured": retried.cured, "left": retried.left}


def _code(retried: Retried, stop: Stop) -> int:
    if stop.code and retried.report.state == "stopped":
        return stop.code
    return exit_code_for(retried.report) or (SOME_FAILED if retried.left else DONE)
