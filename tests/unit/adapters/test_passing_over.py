"""What an open import settles without sending it: numbers, order, account."""

from __future__ import annotations

from pathlib import Path

from importbus.adapters.open_import import OpenImport, Way
from importbus.bus.batching import Limits
from importbus.bus.context import ImportContext
from importbus.bus.journal import ImportRecord
from importbus.bus.messages import Position
from lane_fakes import Notes, NotingJournal, NotingRecorder, NotingTransport
from toy_commands import Put


def test_what_is_unchanged_is_settled_behind_what_was_published(tmp_path: Path) -> None:
    """By itself: before a settled batch no number may be missing, whenever the process dies."""
    notes = Notes()
    journal, transport = NotingJournal(tmp_path, notes), NotingTransport(notes, durable=True)
    transport.at_once = 10
    journal.open_import(ImportRecord("spring", None, (), 1, 100.0))
    way = Way(transport, journal, journal._codec, NotingRecorder(notes, journal))
    opened = OpenImport(ImportContext("spring"), way, Limits(lines=2), {}, 0.0)
    opened._together = 10
    for number, key in enumerate("abcd", 1):
        opened.take(Put(key), Position("a.jsonl", number), 1, 0.0)
    opened.pass_over(Put, Position("a.jsonl", 5))
    opened.flush()
    report = journal.report("spring")
    journal.close()

    assert notes.log == [
        "note 1 2", "publish 1 2", "confirm 1 2", "note 3", "settle 3", "confirm 3",
    ]  # fmt: skip
    assert (report.read, report.outcomes) == (5, {"unchanged": 1})
