"""The messages of a queue file: what is delivered next removes what was done."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from importbus.adapters.sqlite_file import Database
from importbus.adapters.transports.leases import Lease, Leases
from importbus.adapters.transports.sqlite_queue import Message, QueueFile
from importbus.adapters.transports.sqlite_schema import QUEUE
from importbus.bus.errors import LaneLost

LANES = ("lane.0", "lane.1", "lane.0", "lane.1", "lane.0")


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Where a queue can be."""
    return str(tmp_path / "queue.db")


@pytest.fixture
def queue(path: str) -> Iterator[QueueFile]:
    """A queue with five messages in two lanes."""
    database = Database(path, QUEUE)
    queue = QueueFile(database)
    queue.put(*(Message(lane, f"spring/1/{n}", b"{}") for n, lane in enumerate(LANES, 1)))
    yield queue
    database.close()


def lease_of(queue: QueueFile, name: str = "lane.0") -> Lease:
    """Take a lane for 30 seconds from 100 s on."""
    return Leases(queue.database, 30.0).take(name, "ann", 100.0)


def test_a_lane_is_passed_on_from_message_to_message(queue: QueueFile) -> None:
    """In its order; what was done is gone, and other lanes are left alone."""
    lease, seen = lease_of(queue), []
    stored = queue.head(lease, 101.0)
    while stored:
        seen.append((stored.batch_id, stored.redelivered, dict(queue.depths())))
        stored = queue.pass_on(lease, stored.place, 102.0)

    assert seen == [
        ("spring/1/1", 0, {"lane.0": 3, "lane.1": 2}),
        ("spring/1/3", 0, {"lane.0": 2, "lane.1": 2}),
        ("spring/1/5", 0, {"lane.0": 1, "lane.1": 2}),
    ]
    assert dict(queue.depths()) == {"lane.1": 2}


@pytest.mark.parametrize("done", [1, 3])
def test_who_lost_a_lane_removes_nothing(queue: QueueFile, done: int) -> None:
    """I3: neither with a message behind it nor with the last one."""
    lease = lease_of(queue)
    stored = queue.head(lease, 101.0)
    for _ in range(done - 1):
        assert stored
        stored = queue.pass_on(lease, stored.place, 102.0)
    assert stored
    with pytest.raises(LaneLost):
        queue.pass_on(lease, stored.place, 130.0)

    assert queue.depths()["lane.0"] == 4 - done
    assert queue.head(lease_of_next(queue), 132.0) is not None


def lease_of_next(queue: QueueFile) -> Lease:
    """Take the lane that was lost."""
    return Leases(queue.database, 30.0).take("lane.0", "bob", 131.0)


def test_a_message_that_comes_again_removes_none(queue: QueueFile) -> None:
    """What a worker left in work is first in its lane, and counted."""
    first = lease_of(queue)
    queue.head(first, 101.0)
    again = queue.head(lease_of_next(queue), 132.0)

    assert again is not None
    assert (again.batch_id, again.redelivered, queue.depths()["lane.0"]) == ("spring/1/1", 1, 3)


def test_a_file_of_an_older_version_is_brought_up_to_date(queue: QueueFile, path: str) -> None:
    """Its lanes are passed on like those of a new one."""
    queue.database.close()
    with sqlite3.connect(path) as older:
        older.executescript("DROP TRIGGER delivered; PRAGMA user_version = 3;")
    older.close()
    opened = QueueFile(Database(path, QUEUE))
    lease = lease_of(opened)
    stored = opened.head(lease, 101.0)
    assert stored
    opened.pass_on(lease, stored.place, 102.0)

    assert opened.depths()["lane.0"] == 2
    opened.database.close()
