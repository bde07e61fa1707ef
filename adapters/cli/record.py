"""``importbus record``: the recorder alone."""

from __future__ import annotations

import sys

import click

from importbus.adapters.cli.consume import consume
from importbus.adapters.cli.rendering import many
from importbus.adapters.cli.session import load, stopped_by_signals
from importbus.adapters.consume_run import ConsumeRun, Limits
from importbus.adapters.recorder_duty import RECORDER
from importbus.adapters.wiring import open_consumer

EXAMPLES = """\b
Examples:
  importbus record
  importbus record --until-finished night
"""


@click.command(epilog=EXAMPLES)
@click.option("--until-finished", metavar="ID", help="Stop when the import ID is over.")
@click.pass_context
def command(ctx: click.Context, until_finished: str | None) -> None:
    """Open gates, publish parking rounds and decide when an import has ended; work on no lane.

    With a queue file importbus consume does so, too, unless it is told --no-record; with a broker
    when it is told --record. One process is the recorder at a time; the others stand by.
    """
    config = load(ctx)
    with stopped_by_signals() as stop, open_consumer(config, lanes=()) as (consumer, _):
        run = consume(consumer, Limits(finished=until_finished), stop, line=_recorded)
    sys.exit(0 if run.state else stop.code)


def _recorded(run: ConsumeRun) -> str:
    holder = run.consumer.transport.holders().get(RECORDER)
    here = holder == run.consumer.transport.holder
    state = "recorder" if here else f"standing by for {holder}" if holder else "not the recorder"
    journal = run.consumer.journal
    running = len(journal.shared.running()) if journal else 0
    return f"Recording: {state}, {many(running, 'import')} not over"
