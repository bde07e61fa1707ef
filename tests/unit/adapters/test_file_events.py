"""Events in a queue file: what is told often waits for company, and all of it is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from importbus.adapters.sqlite_file import Database
from importbus.adapters.transports.sqlite_events import EventLog, FileEvents
from importbus.adapters.transports.sqlite_schema import QUEUE
from importbus.bus.messages import BatchSettled, PhaseSettled
from lane_fakes import FakeClock


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventLog]:
    """The events of a new file; the clock shows 100 s."""
    database = Database(str(tmp_path / "queue.db"), QUEUE)
    yield EventLog(database, FakeClock())
    database.close()


def settled(number: int) -> BatchSettled:
    """Return the word of a batch."""
    return BatchSettled("spring", f"spring/1/{number}", "Put", {"created": 1}, 5.0)


def tell(log: EventLog, number: int, at: float) -> int:
    """Tell that a batch was settled; return how many events are in the file then."""
    log.clock.time = at  # type: ignore[attr-defined]
    log.hold(settled(number))
    log.flush(due=True)
    return len(log.after(0))


def test_what_is_told_often_is_written_together(log: EventLog) -> None:
    """Nobody looks more often than twenty times a second."""
    found = [tell(log, 1, 100.0), tell(log, 2, 100.01), tell(log, 3, 100.04), tell(log, 4, 100.06)]

    assert found == [1, 1, 1, 4]


def test_what_waits_is_written_with_the_next_other_event(log: EventLog) -> None:
    """So the end of an import comes behind all its batches."""
    tell(log, 1, 100.0)
    log.hold(settled(2))
    log.append(PhaseSettled("spring"))

    assert len(log.after(0)) == 3


def test_who_listens_lets_what_waits_be_written(log: EventLog) -> None:
    """Also when no other batch is settled for a long time."""
    tell(log, 1, 100.0)
    listener = FileEvents(log, lambda: False, log.last())
    log.hold(settled(2))
    log.clock.time = 100.1  # type: ignore[attr-defined]

    assert listener.receive(0.0) == settled(2)


def test_old_events_are_forgotten(log: EventLog) -> None:
    """They are kept for ten minutes, and looked for now and then."""
    for number in range(60):
        log.append(settled(number))
    log.clock.time = 1000.0  # type: ignore[attr-defined]
    for number in range(60):
        log.append(settled(number))

    (oldest, _), *_ = log.after(0)
    assert (oldest > 50, log.last()) == (True, 120)
