"""``importbus import``: files into the PIM."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click
from attrs import frozen

from importbus.adapters import wiring
from importbus.adapters.cli.exits import exit_code_for, forget_output
from importbus.adapters.cli.progress import watch
from importbus.adapters.cli.read_back import (
    SAMPLE,
    read_back,
    read_count,
    sampling,
    told,
    verification_document,
)
from importbus.adapters.cli.rendering import UNFINISHED, mending, reasons, summary
from importbus.adapters.cli.session import load, stopped_by_signals
from importbus.adapters.cli.source_options import SourceCommand, arguments, source_options
from importbus.adapters.cli.streams import note, show, show_document
from importbus.adapters.cli.to_files import Target, anew, flushed, target_of, tell_files, to_options
from importbus.adapters.config import Config, files_of, in_process, skipping_as_asked
from importbus.adapters.import_run import ImportOptions, run_import
from importbus.adapters.reading import Means
from importbus.adapters.report_json import report_document
from importbus.adapters.sources.ports import SourceOptions
from importbus.adapters.stopping import Interrupted
from importbus.adapters.unchanged import skipping_of
from importbus.adapters.verification import Verification
from importbus.adapters.wiring import open_runtime
from importbus.bus import ConfigurationError, Failure, Report, checked_import_id

if TYPE_CHECKING:
    from importbus.adapters.file_sink import Format

ENDED = ("finished", "finished_with_failures")
"""States in which every command has its outcome."""

EXAMPLES = """\b
Examples:
  importbus import catalog.jsonl --dry-run
  importbus import catalog.jsonl --verify all
  importbus import catalog.jsonl --import-id spring
  importbus import catalog.jsonl --resume spring
  importbus import catalog.jsonl --skip-unchanged
  importbus import families.jsonl products.jsonl --only CreateOrUpdateFamily
  importbus import catalog.jsonl --to out/ --to-format csv
  importbus import exports/*.csv --date-format dd/mm/yyyy --decimal ,
  importbus import prices.xlsx --mapping prices.toml
  gunzip -c catalog.jsonl.gz | importbus import -
"""


@click.command("import", cls=SourceCommand, epilog=EXAMPLES)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--import-id", metavar="ID", help="Name of the import; default: the time and five characters."
)
@click.option("--label", metavar="TEXT", help="What people call the import.")
@click.option("--dry-run", is_flag=True, help="Read and check everything; send and write nothing.")
@click.option("--offline", is_flag=True, help="With --dry-run: do not ask the PIM either.")
@click.option(
    "--verify",
    callback=read_count,
    is_flag=False,
    flag_value=str(SAMPLE),
    metavar="[N|all]",
    help="Read N items back afterwards and compare; default: 1000.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--strict", is_flag=True, help="Stop reading at the first bad line or failed command."
)
@click.option("--resume", metavar="ID", help="Continue an import that was stopped or crashed.")
@click.option("--restart", is_flag=True, help="Forget an earlier import of the name --import-id.")
@click.option(
    "--skip-unchanged/--no-skip-unchanged",
    default=None,
    help="Do not send what the last import has written as it is.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="Read at most N commands, structure before products.",
)
@click.option(
    "--only", multiple=True, metavar="CLASS", help="Read only commands of CLASS; repeatable."
)
@to_options
@source_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    sources: tuple[str, ...],
    reading: SourceOptions,
    verify: int | None,
    skip_unchanged: bool | None,
    dry_run: bool,
    offline: bool,
    as_json: bool,
    to: str | None,
    to_format: Format | None,
    force: bool,
    **chosen: Any,
) -> None:
    """Import SOURCE... into the PIM, or with --to into files.

    A source is a .jsonl file with a command a line, a .csv or .xlsx file in Akeneo's own format or
    with a --mapping, each also as .gz or in a .zip, a provider's name, or - for standard input.
    Every command ends with one outcome in the journal; see importbus report.

    Prints the account in one line, or with --json the whole of it. Exits with 0 when all is done,
    with 1 when some items failed or lines were rejected; what --verify finds is no failure. A dry
    run exits with 1 when it finds an error, and with 0 when it finds warnings only.
    """
    options = ImportOptions(**chosen, read_with=arguments(reading))
    check_options(options, dry_run=dry_run, offline=offline, verify=verify is not None)
    unfit = {"--dry-run": dry_run, "--verify": verify, "--skip-unchanged": skip_unchanged}
    target = target_of(to, to_format, force=force, unfit=unfit)
    named = target.named(options) if target else options
    again = f"importbus import {shlex.join([*sources, *named.into, *named.read_with])}"
    order = Order(sources, named, reading, again)
    config = load(ctx)
    if target:
        sys.exit(_write(in_process(config), order, target, as_json=as_json))
    if dry_run:
        sys.exit(rehearse(config, order, offline=offline, as_json=as_json))
    config = skipping_as_asked(in_process(config), skip_unchanged)
    sys.exit(carry_out(config, order, verify, as_json=as_json))


@frozen
class Order:
    """What is to be imported, and how; ``again`` says so in a shell once more."""

    sources: Sequence[str]
    options: ImportOptions
    reading: SourceOptions
    again: str


def rehearse(config: Config, order: Order, *, offline: bool, as_json: bool) -> int:
    """Print what an import would do, and return the exit code."""
    from importbus.adapters.cli.dry_run import against, run_dry

    checked = against(None if offline else config.pim, offline=offline)
    with wiring.open_means(config, order.reading, ask=not offline) as means:
        return run_dry(
            order.sources, order.options, checked, files_of(config), means, as_json=as_json
        )


def carry_out(config: Config, order: Order, verify: int | None, *, as_json: bool) -> int:
    """Import, read back if that is wanted, tell, and return the exit code."""
    with ExitStack() as stack:
        stop = stack.enter_context(stopped_by_signals())
        runtime = stack.enter_context(open_runtime(config))
        sample = stack.enter_context(sampling(verify, runtime.codec))
        try:
            report = run_import(
                runtime,
                order.sources,
                order.options,
                watch=watch,
                stop=stop.request,
                means=Means(order.reading, config.providers),
                heard=None if sample is None else sample.add,
                skipping=skipping_of(config),
            )
        except Interrupted:
            return stop.code
        found = None
        if sample is not None and runtime.pim and report.state in ENDED:
            verified = read_back(
                sample, report.import_id, runtime.journal, runtime.pim, stop.request
            )
            found = stack.enter_context(verified)
        failures = runtime.journal.failures(report.import_id)
        shown = _document(report, failures, found) if as_json else _lines(report, found)
        _tell(report, order, shown, skipped=sample is not None and found is None)
    if stop.code and (report.state == "stopped" or (found and found.trouble)):
        return stop.code
    return exit_code_for(report)


def _write(config: Config, order: Order, target: Target, *, as_json: bool) -> int:
    """Write files instead of importing, tell, and return the exit code."""
    with ExitStack() as stack:
        stop = stack.enter_context(stopped_by_signals())
        means = stack.enter_context(wiring.open_means(config, order.reading))
        runtime, sink = stack.enter_context(target.opened(config, order.options))
        try:
            report = run_import(
                runtime, order.sources, order.options, watch=watch, stop=stop.request, means=means
            )
        except Interrupted:
            return stop.code
        counts = flushed(sink, report.import_id) if report.state in ENDED else {}
        failures = runtime.journal.failures(report.import_id)
        shown = _document(report, failures, None) if as_json else _lines(report, None)
        _tell(report, order, shown, skipped=False)
        tell_files(target.folder, counts)
    return stop.code if stop.code and report.state == "stopped" else exit_code_for(report)


def _document(
    report: Report, failures: Iterable[Failure], found: Verification | None
) -> dict[str, Any]:
    document = report_document(report, failures)
    return {**document, "verification": verification_document(found)} if found else document


def _lines(report: Report, found: Verification | None) -> list[str]:
    return [summary(report), *(told(found) if found else ())]


def check_options(options: ImportOptions, *, dry_run: bool, offline: bool, verify: bool) -> None:
    """Refuse options that contradict each other."""
    if dry_run and verify:
        raise click.UsageError("--verify goes without --dry-run, which writes nothing.")
    if offline and not dry_run:
        raise click.UsageError("--offline needs --dry-run.")
    if dry_run and (options.resume or options.restart):
        raise click.UsageError("--dry-run goes without --resume and --restart: it writes nothing.")
    if options.resume and (options.import_id or options.restart or options.label):
        raise click.UsageError("--resume goes without --import-id, --label and --restart.")
    if options.restart and not options.import_id:
        raise click.UsageError("--restart needs --import-id.")
    for import_id in filter(None, (options.import_id, options.resume)):
        checked_import_id(import_id)


def _tell(
    report: Report, order: Order, shown: list[str] | dict[str, Any], *, skipped: bool
) -> None:
    try:
        show_document(shown) if isinstance(shown, dict) else show(*shown)
    except BrokenPipeError:
        forget_output()  # the exit code still says how the import ended
    except ConfigurationError as error:
        note(f"importbus: {error}")
    if report.failure_groups:
        note(reasons(report.failure_groups))
        into_files = (anew(order.again, report.import_id),)
        note(*(into_files if order.options.into else mending(report.import_id, report.failures)))
    if report.state in UNFINISHED:
        note(f"Continue with: {order.again} --resume {report.import_id}")
    if skipped:
        note("Nothing was read back: the import has not ended.")
