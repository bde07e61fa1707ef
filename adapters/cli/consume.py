"""``importbus consume`` and what it shows: lanes of a queue, worked on until told to stop."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import click
from rich.live import Live
from rich.text import Text

from importbus.adapters.cli.exits import exit_code_in, forget_output
from importbus.adapters.cli.progress import LINE_SECONDS, TERMINAL_SECONDS, every, waits
from importbus.adapters.cli.rendering import many
from importbus.adapters.cli.session import Stop, load, stopped_by_signals
from importbus.adapters.cli.streams import console, note, on_terminal, show
from importbus.adapters.clock import SystemClock
from importbus.adapters.config import Config
from importbus.adapters.consume_run import ConsumeRun, Limits, resident_memory
from importbus.adapters.consumer import Consumer
from importbus.adapters.consumer_board import ConsumerSnapshot
from importbus.adapters.import_run import NO_PIM, reach
from importbus.adapters.stopping import Interrupted
from importbus.adapters.wiring import open_consumer
from importbus.bus.errors import ConfigurationError, TransportError

EXAMPLES = """\b
Examples:
  importbus consume
  importbus consume --lanes structure,0-1
  importbus consume --until-finished night
  importbus consume --until-idle 30 --memory-limit 500
"""


def _read_lanes(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> tuple[int | None, ...] | None:
    """Return the lanes that ``structure,0-3`` names, each once; None for all."""
    if value is None:
        return None
    lanes: dict[int | None, None] = {}
    for part in value.split(","):
        if part == "structure":
            lanes[None] = None
        elif found := re.fullmatch(r"([0-9]{1,2})(?:-([0-9]{1,2}))?", part):
            first, last = int(found[1]), int(found[2] or found[1])
            lanes |= dict.fromkeys(range(first, last + 1))
        else:
            said = f"{part!r} is no lane: structure,0-3 names five of them."
            raise click.BadParameter(said, ctx, param)
    return tuple(lanes)


@click.command(epilog=EXAMPLES)
@click.option(
    "--lanes",
    metavar="LANES",
    callback=_read_lanes,
    help="Lanes to work on, as structure,0-3; default: all.",
)
@click.option(
    "--record/--no-record",
    default=None,
    help="Be the recorder, too, while no other process is; the default with a queue file. With a "
    "broker it needs the journal, and the others do not.",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Stop after N commands.")
@click.option(
    "--time-limit", type=click.FloatRange(min=0), metavar="S", help="Stop after S seconds."
)
@click.option(
    "--memory-limit",
    type=click.FloatRange(min=1),
    metavar="MB",
    help="Stop when more resident memory is in use.",
)
@click.option(
    "--failure-limit", type=click.IntRange(min=1), metavar="N", help="Stop after N failures."
)
@click.option(
    "--until-idle",
    type=click.FloatRange(min=0),
    metavar="S",
    help="Stop when nothing came for S seconds.",
)
@click.option("--until-finished", metavar="ID", help="Stop when the import ID is over.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    lanes: tuple[int | None, ...] | None,
    record: bool | None,
    limit: int | None,
    time_limit: float | None,
    memory_limit: float | None,
    failure_limit: int | None,
    until_idle: float | None,
    until_finished: str | None,
) -> None:
    """Carry out what was published to the queue of IMPORTBUS_TRANSPORT.

    Any number of consumers may run. Each lane has one holder at a time; the others stand by and
    take it over when the holder leaves or dies. A signal or a limit ends it in order: what is in
    flight is finished and settled.

    Exits with 0 when a limit ended it; with --until-finished as importbus import does.
    """
    config = load(ctx)
    _check(config, lanes)
    record = config.transport.broker is None if record is None else record
    limits = Limits(limit, time_limit, memory_limit, failure_limit, until_idle, until_finished)
    with stopped_by_signals() as stop, open_consumer(config, lanes=lanes, record=record) as opened:
        consumer, pim = opened
        try:
            if pim:
                reach(pim.probe, stop.request)
            run = consume(consumer, limits, stop, line=_consumed)
        except Interrupted:
            sys.exit(stop.code)
    sys.exit(stop.code or (exit_code_in(run.state) if run.state else 0))


def _check(config: Config, lanes: tuple[int | None, ...] | None) -> None:
    most = config.transport.lanes
    if unknown := [lane for lane in lanes or () if lane is not None and lane >= most]:
        raise ConfigurationError(f"--lanes: there is no lane {unknown[0]}, only 0 to {most - 1}.")
    if config.pim is None:
        raise ConfigurationError(NO_PIM)


def consume(
    consumer: Consumer,
    limits: Limits,
    stop: Stop,
    *,
    line: Callable[[ConsumeRun], str],
) -> ConsumeRun:
    """Let *consumer* work until a limit is reached or *stop* is asked for; return how it went.

    *line* says how far it is.

    Raises:
        UnknownImport: There is no import of the name that a limit has: it would never be over.
        Interrupted: *stop* was asked for before it was known whether there is.
    """
    if limits.finished:
        stop.request.interruptible(partial(consumer.standing.state, limits.finished))
    run = ConsumeRun(consumer, SystemClock(), limits, resident_memory)
    with _shown(lambda: _said(line, run)):
        reached = run.until_over(stop.request)
    _tell(_said(line, run), reached)
    return run


def _said(line: Callable[[ConsumeRun], str], run: ConsumeRun) -> str:
    """Return how far *run* is; a queue that is away keeps nobody from working on, or stopping."""
    try:
        return line(run)
    except TransportError as error:
        return f"The queue is out of reach: {str(error).rstrip('.')}"


def _tell(line: str, reached: str | None) -> None:
    try:
        show(f"{line}.")
    except BrokenPipeError:
        forget_output()
    if reached:
        note(f"Stopped: {reached}.")


def _consumed(run: ConsumeRun) -> str:
    return f"Consumed: {line_of(run.consumer.board.snapshot(), run.left())}"


def line_of(seen: ConsumerSnapshot, left: int) -> str:
    """Return what a consumer has done, in one line."""
    counts = {
        "received": seen.received,
        "in flight": seen.in_flight,
        "written": seen.written,
        "retried": seen.retried,
        "redelivered": seen.redelivered,
        "parked": seen.parked,
        "failed": seen.failed,
    }
    parts = [f"{count:,} {name}" for name, count in counts.items()]
    parts.append(f"{many(left, 'batch')} left on the queue")
    parts += [f"{many(len(seen.busy), 'lane')} in use"] if seen.busy else []
    parts += [f"{reason}: {lanes}" for reason, lanes in waits(seen.waits).items()]
    return ", ".join(parts)


@contextmanager
def _shown(line: Callable[[], str]) -> Iterator[None]:
    """Show *line* on standard error: alive on a terminal, else now and then."""
    if not on_terminal():
        with every(LINE_SECONDS, lambda: note(line())):
            yield
        return
    with Live(console=console, auto_refresh=False) as live:

        def refresh() -> None:
            live.update(Text(line(), overflow="fold"), refresh=True)

        refresh()
        with every(TERMINAL_SECONDS, refresh):
            yield
