"""``importbus publish``: files into a queue, for consumers to carry out."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import click
from attrs import evolve, frozen

from importbus.adapters.cli.exits import exit_code_for, forget_output
from importbus.adapters.cli.progress import Shown, watch
from importbus.adapters.cli.rendering import many, mending, reasons, summary
from importbus.adapters.cli.session import load, stopped_by_signals
from importbus.adapters.cli.source_options import SourceCommand, arguments, source_options
from importbus.adapters.cli.streams import note, show
from importbus.adapters.config import skipping_as_asked
from importbus.adapters.progress import ProgressBoard, Snapshot
from importbus.adapters.publish_run import MOST_PRODUCERS, PublishOptions, run_publish
from importbus.adapters.sources.ports import SourceOptions
from importbus.adapters.tuning import PUBLISHED_OBJECTS, tune
from importbus.adapters.unchanged import skipping_of
from importbus.adapters.wiring import must_be_shared, open_means, open_runtime
from importbus.bus import ConfigurationError, Report, checked_import_id

EXAMPLES = """\b
Examples:
  importbus publish catalog.jsonl --import-id night
  importbus publish catalog.jsonl --wait
  importbus publish catalog.jsonl --resume night
  importbus publish stock-north.jsonl --import-id stock --producer 1/2
"""


def _read_share(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, int]:
    """Return which producer of how many: ``2/3``."""
    which, _, of = (value or "1/1").partition("/")
    if which.isdecimal() and of.isdecimal() and 1 <= int(which) <= int(of) <= MOST_PRODUCERS:
        return int(which), int(of)
    said = f"{value!r} is no share: 2/3 means the second of three producers."
    raise click.BadParameter(said, ctx, param)


@click.command(cls=SourceCommand, epilog=EXAMPLES)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--import-id", metavar="ID", help="Name of the import; default: the time and five characters."
)
@click.option("--label", metavar="TEXT", help="What people call the import.")
@click.option("--strict", is_flag=True, help="Stop reading at the first bad line.")
@click.option(
    "--skip-unchanged/--no-skip-unchanged",
    default=None,
    help="Do not publish what the last import has written as it is.",
)
@click.option("--wait", is_flag=True, help="Return when consumers have carried everything out.")
@click.option("--resume", metavar="ID", help="Continue to publish what was stopped or crashed.")
@click.option(
    "--producer",
    "share",
    metavar="K/N",
    callback=_read_share,
    help="This is producer K of N that send the import together, each its own sources.",
)
@source_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    sources: tuple[str, ...],
    reading: SourceOptions,
    share: tuple[int, int],
    skip_unchanged: bool | None,
    **chosen: Any,
) -> None:
    """Publish SOURCE... to the queue of IMPORTBUS_TRANSPORT.

    Consumers carry it out: importbus consume, here or in other shells, now or later. A source is
    what importbus import takes for one: JSONL, CSV, XLSX, a provider, or - for standard input.

    Without --wait it exits with 0 when everything is in the queue, with 1 when lines were rejected;
    with --wait as importbus import does, and with 1 when the import was cancelled meanwhile.
    """
    which, of = share
    options = PublishOptions(**chosen, producer=which, producers=of, read_with=arguments(reading))
    _check(options)
    tune(PUBLISHED_OBJECTS)
    config = skipping_as_asked(load(ctx), skip_unchanged)
    skipping = skipping_of(config)
    must_be_shared(config)  # without one, this process would have to carry everything out
    with ExitStack() as stack:
        stop = stack.enter_context(stopped_by_signals())
        means = stack.enter_context(open_means(config, reading))
        runtime = stack.enter_context(open_runtime(config, consume=False))
        report = run_publish(
            runtime,
            sources,
            options,
            watch=watch if options.wait else _watch_publishing,
            stop=stop.request,
            means=means,
            skipping=skipping,
        )
    _tell(report, shlex.join([*sources, *options.read_with]), options)
    sys.exit(stop.code or exit_code_for(report))


def _check(options: PublishOptions) -> None:
    """Refuse options that contradict each other."""
    if options.resume and (options.import_id or options.label):
        raise click.UsageError("--resume goes without --import-id and --label.")
    if options.producers > 1 and not (options.import_id or options.resume):
        raise click.UsageError("--producer needs --import-id: all producers name the same import.")
    for import_id in filter(None, (options.import_id, options.resume)):
        checked_import_id(import_id)


@frozen
class _Published:
    """A board on which what was published counts as done."""

    board: ProgressBoard

    def snapshot(self) -> Snapshot:
        """Return a copy; what waits in open batches is published within seconds."""
        now = self.board.snapshot()
        return evolve(now, done=now.read, parked=0)


@contextmanager
def _watch_publishing(import_id: str, board: ProgressBoard) -> Iterator[None]:
    shown: Shown = _Published(board)
    with watch(f"{import_id}: publishing", shown):
        yield


def _tell(report: Report, sources: str, options: PublishOptions) -> None:
    import_id, stopped = report.import_id, report.state == "stopped"
    try:
        show(summary(report) if options.wait else _published(report))
    except BrokenPipeError:
        forget_output()  # the exit code still says how it ended
    except ConfigurationError as error:
        note(f"importbus: {error}")
    if report.failure_groups:
        note(reasons(report.failure_groups), *mending(import_id, report.failures))
    if stopped:
        again = f"importbus publish {sources} --resume {import_id}"
        note(f"Continue with: {again}{_share(options)}")
    elif not options.wait:
        note(f"Carry it out with importbus consume; see importbus status {import_id}")


def _share(options: PublishOptions) -> str:
    if options.producers == 1:
        return ""
    return f" --producer {options.producer}/{options.producers}"


def _published(report: Report) -> str:
    rejected = f", {report.rejected:,} rejected" if report.rejected else ""
    words = "stopped: " if report.state == "stopped" else ""
    failed = f", {report.failures:,} failed" if report.failures else ""
    commands = many(report.read - report.rejected, "command")
    return f"{report.import_id}: {words}{commands} published{rejected}{failed}."
