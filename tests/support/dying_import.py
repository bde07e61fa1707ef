"""An import that dies at a planted point, as with kill -9; started as a program.

``python dying_import.py POINT SOURCE ID [resume]`` imports SOURCE into the PIM that the environment
names, and ends with code 137 at POINT, one of ``POINTS``. It prints a JSON document a line: the
event id of each ``ImportFinished`` that a listener hears, and the account at the end.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import nullcontext
from itertools import count
from typing import Any, Literal

from attrs import frozen
from loguru import logger

from importbus.adapters import import_run
from importbus.adapters.config import load_config
from importbus.adapters.import_run import ImportOptions, run_import
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.report_json import report_document
from importbus.adapters.runtime import Runtime
from importbus.adapters.stopping import StopRequest
from importbus.adapters.transports.memory import MemoryTransport
from importbus.adapters.wiring import open_runtime
from importbus.bus import ImportFailed, ImportFinished

KILLED = 137
"""The exit code of a program that was killed."""

SOON = 0.5
"""Seconds to wait for lost calls when nobody knows better; those of these tests are short."""

PAGES_LEFT = 3
"""How much a journal may grow whose disk is about to be full."""


@frozen
class Point:
    """Die *when* the *nth* call of a method comes or goes; ``only`` picks the calls that count."""

    owner: type
    method: str
    when: Literal["before", "after"]
    nth: int = 1
    only: Callable[..., bool] = lambda *_, **__: True

    def plant(self) -> None:
        """Let the method of the class end this process when it is due."""
        whole, numbers = getattr(self.owner, self.method), count(1)

        def dying(itself: Any, *arguments: Any, **named: Any) -> Any:
            due = self.only(*arguments, **named) and next(numbers) == self.nth
            if due and self.when == "before":
                os._exit(KILLED)
            result = whole(itself, *arguments, **named)
            if due:
                os._exit(KILLED)
            return result

        setattr(self.owner, self.method, dying)


def _says(kind: str) -> Callable[..., bool]:
    return lambda import_id, producer, said, **_: said == kind


def _of_structure(settlement: Any) -> bool:
    return settlement.batch.lane is None


def _of_catalogue(settlement: Any) -> bool:
    return settlement.batch.lane is not None


def _of_a_round(settlement: Any) -> bool:
    return _of_catalogue(settlement) and settlement.batch.round > 0


def _at_the_end(import_id: str, number: int, stage: str, **_: float) -> bool:
    return stage == "all"


POINTS: dict[str, Point] = {
    "noted, not published": Point(SqliteJournal, "note", "after", 5),
    "published": Point(MemoryTransport, "publish", "after", 5),
    "before phase": Point(SqliteJournal, "announce", "before", only=_says("phase")),
    "after phase": Point(SqliteJournal, "announce", "after", only=_says("phase")),
    "before finish": Point(SqliteJournal, "announce", "before", only=_says("finish")),
    "after finish": Point(SqliteJournal, "announce", "after", only=_says("finish")),
    "at the gate": Point(SqliteJournal, "settle", "before", 4, only=_of_structure),
    "answered, not settled": Point(SqliteJournal, "settle", "before", 6, only=_of_catalogue),
    "settled, not acknowledged": Point(SqliteJournal, "settle", "after", 6, only=_of_catalogue),
    "round planned": Point(SqliteJournal, "plan_round", "after", only=_at_the_end),
    "round to be published": Point(SqliteJournal, "round_batches", "after", 2),
    "round answered": Point(SqliteJournal, "settle", "before", 2, only=_of_a_round),
    "round settled": Point(SqliteJournal, "settle", "after", 2, only=_of_a_round),
    "before the end": Point(SqliteJournal, "finish", "before"),
    "decided, not told": Point(SqliteJournal, "finish", "after"),
}
"""Where an import can die, by what has just been done."""

DISK_FULL = "disk full"
"""A point where it does not die, but cannot write its journal any more."""


def _fill_disk(runtime: Runtime) -> None:
    with runtime.journal._database.transaction() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + PAGES_LEFT}")


def _say(document: dict[str, Any]) -> None:
    print(json.dumps(document), flush=True)


def main(point: str, source: str, import_id: str, resume: str = "") -> None:
    """Import, and die where it was asked."""
    logger.remove()
    import_run.QUIET = SOON
    if point in POINTS:
        POINTS[point].plant()
    options = ImportOptions(resume=import_id) if resume else ImportOptions(import_id=import_id)
    with open_runtime(load_config(None, os.environ)) as runtime:
        runtime.bus.subscribe(ImportFinished, lambda event: _say({"event_id": event.event_id}))
        if point == DISK_FULL:
            _fill_disk(runtime)
        run_import(runtime, [source], options, watch=lambda *_: nullcontext(), stop=StopRequest())
        report = runtime.journal.report(import_id)
        _say(report_document(report, runtime.journal.failures(import_id)))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except ImportFailed as error:
        print(error, file=sys.stderr)
        sys.exit(3)
