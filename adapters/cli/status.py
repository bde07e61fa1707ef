"""``importbus status``: the imports of a journal, and who works on the lanes of its queue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from attrs import asdict, frozen
from rich.console import RenderableType
from rich.text import Text

from importbus.adapters.carrier import carrier
from importbus.adapters.cli.fleet_rendering import fleet
from importbus.adapters.cli.rendering import ImportList, account, timeline
from importbus.adapters.cli.session import load, reading_journal
from importbus.adapters.cli.streams import show, show_document
from importbus.adapters.cli.watching import watch_on
from importbus.adapters.clock import SystemClock
from importbus.adapters.config import Config
from importbus.adapters.fleet_view import view
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.live_view import Observer
from importbus.adapters.ownership import Owners
from importbus.adapters.report_json import report_document
from importbus.adapters.wiring import open_codec, open_queue
from importbus.bus.errors import UnknownImport
from importbus.bus.report import Report

EXAMPLES = """\b
Examples:
  importbus status
  importbus status spring --watch
  importbus status --watch --json | jq -c '.imports[] | [.import_id, .seconds_left]'
  importbus status --json | jq '.imports[].state'
  importbus status --json | jq '.lanes[] | select(.holder == null)'
"""


@click.command(epilog=EXAMPLES)
@click.argument("import_id", metavar="[ID]", required=False)
@click.option("--watch", is_flag=True, help="Look again every second, until q or Ctrl-C.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document; with --watch one a look."
)
@click.pass_context
def command(ctx: click.Context, import_id: str | None, watch: bool, as_json: bool) -> None:
    """List the imports of the journal, the newest first, or show one with its timeline.

    With a queue it also shows each lane with its holder, the recorder and the consumers. What is
    running in the journal and carried on by no process is shown as interrupted.

    With --watch it shows them on a screen of their own, with what was settled a second lately, how
    long what was read will take, what each lane does, the most frequent reasons of failure and the
    last brakes, retries and rounds; without a terminal it prints a line for each import that runs.
    """
    config = load(ctx)
    with reading_journal(config) as journal, _looking_at_queue(config) as queue:
        if import_id and journal is None:
            raise UnknownImport(import_id, config.journal.path)
        look = _Look(config, journal, queue, import_id)
        if watch:
            owners = Owners(config.journal.path)
            observer = Observer(journal, queue, owners, SystemClock(), import_id)
            watch_on(observer, config.journal.path, as_json=as_json)
        elif as_json:
            show_document(look.document())
        else:
            show(*look.parts())


@contextmanager
def _looking_at_queue(config: Config) -> Iterator[Any]:
    """Open the queue to look at it; None when there is none, which is not made for a look."""
    file = config.transport.file
    if not config.transport.is_shared or (file is not None and not Path(file).exists()):
        yield None
        return
    queue = open_queue(config, open_codec())
    try:
        yield queue
    finally:
        queue.close()


@frozen
class _Look:
    """What is looked at; *import_id* is None for all imports."""

    config: Config
    journal: SqliteJournal | None
    queue: Any
    import_id: str | None

    @property
    def _owners(self) -> Owners:
        return Owners(self.config.journal.path)

    def document(self) -> dict[str, Any]:
        """Return what is there now as JSON has it."""
        lanes = view(self.queue).document() if self.queue else {}
        if self.import_id and self.journal:
            moments = [asdict(moment) for moment in self.journal.timeline(self.import_id)]
            return self._one(self.journal.report(self.import_id)) | {"timeline": moments} | lanes
        return {"imports": [self._one(report) for report in self._reports()]} | lanes

    def parts(self) -> list[RenderableType]:
        """Return what is there now as people read it."""
        shown = list(self._import() if self.import_id else self._imports())
        return [*shown, *(fleet(view(self.queue)) if self.queue else ())]

    def _import(self) -> Iterator[RenderableType]:
        if self.journal and self.import_id:
            record = self.journal.record(self.import_id)
            report = self.journal.report(self.import_id)
            owner = self.carrier(report)
            yield account(
                report,
                owner=owner,
                sources=record.sources,
                shared=record.shared,
                left=self.journal.failed.left(self.import_id),
            )
            if moments := self.journal.timeline(self.import_id):
                yield timeline(moments)

    def _imports(self) -> Iterator[RenderableType]:
        if reports := self._reports():
            yield ImportList(reports, self.carrier)
        else:
            yield Text(f"The journal {self.config.journal.path} holds no imports.")

    def _reports(self) -> list[Report]:
        return list(self.journal.imports()) if self.journal else []

    def carrier(self, report: Report) -> str | None:
        """Return who carries an import on: the process that sends it, or whoever consumes."""
        return carrier(self.journal, self._owners, report.import_id) if self.journal else None

    def _one(self, report: Report) -> dict[str, Any]:
        document = report_document(report, ())
        del document["failures"]
        return document | {"label": report.label, "owner": self.carrier(report)}
