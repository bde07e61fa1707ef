"""A queue file between real processes."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from importbus.adapters.config import Config, JournalConfig, TransportConfig
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.transports.contract import LANES, batch, command_codec
from importbus.adapters.transports.sqlite import SqliteTransport
from importbus.adapters.transports.sqlite_events import FORGET_EVERY, KEPT
from importbus.adapters.wiring import open_consumer
from importbus.bus.errors import ConfigurationError, LaneLost, TransportUnavailable
from importbus.bus.messages import BatchSettled, PhaseSettled
from importbus.bus.ports import LaneConsumer
from lane_fakes import FakeClock

pytestmark = pytest.mark.integration

WORKER = """
import sys, time
from importbus.adapters.transports.contract import LANES, command_codec
from importbus.adapters.transports.sqlite import SqliteTransport

transport = SqliteTransport(sys.argv[1], command_codec(), LANES, lease_seconds=1.0)
delivery = transport.lease(0).receive(10)
print("GOT", delivery.batch.seq, flush=True)
time.sleep(60)
"""

PUBLISHER = """
import sys
from importbus.adapters.transports.contract import LANES, batch, command_codec
from importbus.adapters.transports.sqlite import SqliteTransport

transport = SqliteTransport(sys.argv[1], command_codec(), LANES)
for seq in range(int(sys.argv[2]), int(sys.argv[2]) + 200, 2):
    transport.publish(batch(seq))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the queue is."""
    return tmp_path / "queue.db"


@pytest.fixture
def transport(path: Path) -> Iterator[SqliteTransport]:
    """The queue as this process sees it."""
    transport = SqliteTransport(str(path), command_codec(), LANES, lease_seconds=1.0)
    yield transport
    transport.close()


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    """Run *program* in a process of its own."""
    command = [sys.executable, "-c", textwrap.dedent(program), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def taken(transport: SqliteTransport) -> LaneConsumer:
    """Return lane 0 when whoever holds it has lost it."""
    until = time.monotonic() + 20
    while True:
        try:
            return transport.lease(0)
        except TransportUnavailable:
            assert time.monotonic() < until, "The lane stays held."
            time.sleep(0.05)


def test_what_a_killed_process_held_goes_to_the_next(
    path: Path, transport: SqliteTransport
) -> None:
    """After kill -9 its lane becomes free by itself, with the batch that was in work first."""
    transport.publish(batch(1))
    transport.publish(batch(2))
    with start(WORKER, path) as worker:
        assert worker.stdout is not None
        got = worker.stdout.readline().split()
        held = set(transport.holders())
        worker.kill()
    delivery = taken(transport).receive(1)

    assert (got, held) == (["GOT", "1"], {"lane.0"})
    assert delivery is not None
    assert (delivery.batch.seq, delivery.redelivered) == (1, 1)


def test_a_living_holder_keeps_its_lane(path: Path, transport: SqliteTransport) -> None:
    """Its signs of life come from a thread of their own, also while a call takes long."""
    transport.publish(batch(1))
    with start(WORKER, path) as worker:
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(2.5)
        with pytest.raises(TransportUnavailable):
            transport.lease(0)
        worker.kill()


def test_producers_at_the_same_time_lose_nothing(path: Path) -> None:
    """Each keeps its own order, whatever the file is busy with."""
    seqs: list[int] = []
    transport = SqliteTransport(str(path), command_codec(), LANES)
    consumer = transport.lease(0)
    with start(PUBLISHER, path, 1) as odd, start(PUBLISHER, path, 2) as even:
        while len(seqs) < 200 and (delivery := consumer.receive(20)):
            seqs.append(delivery.batch.seq)
            delivery.ack()
    transport.close()

    assert (odd.returncode, even.returncode) == (0, 0)
    assert [seq for seq in seqs if seq % 2] == list(range(1, 200, 2))
    assert [seq for seq in seqs if not seq % 2] == list(range(2, 201, 2))


def test_everyone_needs_the_same_number_of_lanes(path: Path, transport: SqliteTransport) -> None:
    """A key would otherwise be in two lanes at once."""
    with pytest.raises(ConfigurationError, match=r"has 2 lanes, and transport\.lanes is 3"):
        SqliteTransport(str(path), command_codec(), LANES + 1)


def test_what_is_settled_is_on_the_disk_before_the_queue_forgets_it(tmp_path: Path) -> None:
    """I2, also after a loss of power: the journal of a fleet waits for the disk."""
    config = Config(
        transport=TransportConfig(f"sqlite:///{tmp_path / 'queue.db'}"),
        journal=JournalConfig(str(tmp_path / "journal.db")),
    )
    with open_consumer(config) as (consumer, _):
        journal = consumer.journal
        assert isinstance(journal, SqliteJournal)
        with journal._database.transaction() as connection:
            assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_what_is_no_message_is_a_dead_letter(path: Path, transport: SqliteTransport) -> None:
    """It is kept with the reason, and the next batch comes."""
    broken = batch(1)
    transport.publish(broken)
    transport.publish(batch(2))
    with transport._database.transaction() as connection:
        connection.execute("UPDATE batches SET body = '{\"v\": 9}' WHERE id = 1")
    delivery = transport.lease(0).receive(1)

    assert delivery is not None
    assert delivery.batch.seq == 2
    ((_, reason),) = transport.dead_letters()
    assert "its version is 9" in reason


def test_old_events_are_forgotten_as_new_ones_come(path: Path) -> None:
    """I7: the file does not grow with the length of an import."""
    clock = FakeClock()
    transport = SqliteTransport(str(path), command_codec(), LANES, clock=clock, keep_alive=False)
    for _ in range(20):
        transport.broadcast(PhaseSettled("old"))
    clock.time += 2 * KEPT
    for _ in range(FORGET_EVERY):
        transport.broadcast(PhaseSettled("new"))
    with transport._database.looking() as connection:
        (left,) = connection.execute("SELECT count(*) FROM events").fetchone()
    transport.close()

    assert left == FORGET_EVERY


def queue_at(path: Path, clock: FakeClock) -> SqliteTransport:
    """Return the queue in a time of its own, whose leases nobody renews."""
    return SqliteTransport(str(path), command_codec(), LANES, clock=clock, keep_alive=False)


def test_several_batches_are_published_in_one_transaction(
    path: Path, transport: SqliteTransport
) -> None:
    """They wait for the disk once, each at the end of its lane; repeats stay where they are."""
    statements: list[str] = []
    transport.publish(batch(1), batch(2))
    transport._database._connection.set_trace_callback(statements.append)
    transport.publish(batch(2), batch(3), batch(4, 1))
    consumer = transport.lease(0)

    assert statements.count("COMMIT") == 1
    assert [seq_of(consumer) for _ in range(3)] == [1, 2, 3]
    assert transport.depths()[1] == 1


def seq_of(consumer: LaneConsumer) -> int:
    """Receive a batch, acknowledge it, and return its number."""
    delivery = consumer.receive(0)
    assert delivery is not None
    delivery.ack()
    return delivery.batch.seq


def test_what_came_with_an_acknowledgement_was_not_delivered_if_nobody_asked_for_it(
    path: Path, transport: SqliteTransport
) -> None:
    """A worker that leaves gives it back uncounted."""
    transport.publish(batch(1), batch(2))
    first = transport.lease(0)
    assert seq_of(first) == 1
    first.close()
    delivery = transport.lease(0).receive(0)

    assert delivery is not None
    assert (delivery.batch.seq, delivery.redelivered) == (2, 0)


def test_what_came_with_an_acknowledgement_is_lost_with_the_lease(path: Path) -> None:
    """I3: whoever slept is not handed what another worker may have by now."""
    clock = FakeClock()
    transport = queue_at(path, clock)
    transport.publish(batch(1), batch(2))
    asleep = transport.lease(0)
    assert seq_of(asleep) == 1
    clock.time += 31
    with pytest.raises(LaneLost):
        asleep.receive(0)
    delivery = transport.lease(0).receive(0)
    transport.close()

    assert delivery is not None
    assert delivery.batch.seq == 2


def test_a_settled_batch_is_told_of_by_its_acknowledgement(
    path: Path, transport: SqliteTransport
) -> None:
    """And in its order among other events when none follows."""
    transport.publish(batch(1))
    listener, told = transport.events(), BatchSettled("spring", "spring/1/1", "Put", {}, 1.0)
    delivery = transport.lease(0).receive(0)
    assert delivery is not None
    transport.broadcast(told)
    before = len(transport._events.after(0))
    delivery.ack()
    after = len(transport._events.after(0))
    transport.broadcast(told)
    transport.broadcast(PhaseSettled("spring"))

    assert (before, after, listener.receive(0)) == (0, 1, told)
    assert [listener.receive(0) for _ in range(3)] == [told, PhaseSettled("spring"), None]
