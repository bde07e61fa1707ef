"""Imports with real threads: nothing is lost, nobody waits for itself, whoever waits is woken."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count, islice
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from importbus.adapters.recording import Timeouts
from importbus.bus import (
    Batch,
    BatchSettled,
    BusClosed,
    BusError,
    FinishImport,
    ImportFailed,
    ImportFinished,
    ImportStalled,
    Outcome,
    Report,
    SinkRefused,
)
from running_bus import Running, running_bus, within
from toy_commands import Put, PutKind
from warehouse import Warehouse

pytestmark = pytest.mark.integration

LONG = 30.0
"""Seconds after which something waits for itself."""


def import_things(running: Running, count: int, import_id: str = "spring") -> Report:
    """Import *count* things and return the account."""
    with running.bus.importing(id=import_id) as run:
        for n in range(count):
            run.dispatch(Put(f"{import_id}-{n}"))
    return run.report


def test_everything_arrives_and_is_accounted_for(tmp_path: Path) -> None:
    """I1: structure first, then what needs it, over lanes that are full all the time."""
    warehouse = Warehouse()
    with running_bus(tmp_path, warehouse, capacity=1) as running:
        with running.bus.importing(id="spring") as run:
            for n in range(100):
                run.dispatch(Put(f"p{n}", needs=("kind:k",)))
            run.dispatch(PutKind("k"))

        assert (run.report.balanced, run.report.outcomes) == (True, {"created": 101})
        assert len(warehouse.state) == 101


def test_many_threads_dispatch_into_one_import(tmp_path: Path) -> None:
    """I1, I3: none of their commands is lost, and those of a key keep the order of its thread."""
    warehouse = Warehouse()
    with running_bus(tmp_path, warehouse, capacity=1) as running:
        with running.bus.importing(id="spring") as run:
            threads = [Thread(target=put_often, args=(run.dispatch, who)) for who in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        assert (run.report.read, run.report.open, run.report.balanced) == (600, 0, True)
        assert warehouse.state == {
            f"thing:{who}-{n}": {"x": 24} for who in range(6) for n in "abcd"
        }


def put_often(dispatch: Callable[[Put], object], who: int) -> None:
    """Write four things again and again, with a number that grows."""
    for value in range(25):
        for sku in "abcd":
            dispatch(Put(f"{who}-{sku}", {"x": value}))


def test_two_imports_at_once_end_both(tmp_path: Path) -> None:
    """They share the lanes, and neither waits for the other."""
    with running_bus(tmp_path, Warehouse(), capacity=1) as running:
        reports: list[Report] = []
        threads = [
            Thread(target=lambda name=name: reports.append(import_things(running, 50, name)))
            for name in ("one", "other")
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LONG)

        assert [report.outcomes for report in reports] == [{"created": 50}] * 2


def test_a_sink_may_dispatch(tmp_path: Path) -> None:
    """Its lane holds one batch and is full: what it dispatches goes through the outbox."""
    warehouse = Warehouse()
    with running_bus(tmp_path, warehouse, lanes=1, capacity=1) as running:
        followers = iter([Put(f"follower-{n}") for n in range(20)])
        warehouse.before = lambda batch: [running.bus.dispatch(c) for c in [*followers][:20]]
        within(LONG, lambda: import_things(running, 20))
        within(LONG, running.bus.close)

    assert len(warehouse.state) == 40


@pytest.mark.parametrize(("event_type", "events"), [(BatchSettled, 10), (ImportFinished, 1)])
def test_a_listener_may_dispatch_flush_and_finish(
    tmp_path: Path, event_type: type[Any], events: int
) -> None:
    """It hears in a thread that carries imports on, which must not wait for room in a lane."""
    warehouse, todo = Warehouse(), iter(range(events))
    with running_bus(tmp_path, warehouse, lanes=1, capacity=1) as running:

        def follow(event: object) -> None:
            for turn in islice(todo, 1):
                for n in range(4):
                    running.bus.dispatch(Put(f"follower-{turn}-{n}"))
                running.bus.flush()
                running.bus.broadcast(FinishImport())

        running.bus.subscribe(event_type, follow)
        within(LONG, lambda: import_things(running, 20))
        within(LONG, running.bus.close)

    assert len(warehouse.state) == 20 + 4 * events


def test_an_import_from_inside_of_a_lane_says_that_it_cannot_be_waited_for(tmp_path: Path) -> None:
    """The listener gets an error instead of a lane that stands still."""
    errors: list[BusError] = []
    with running_bus(tmp_path, Warehouse()) as running:

        def start_another(event: ImportFinished) -> None:
            try:
                import_things(running, 1, f"after-{event.import_id}")
            except BusError as error:
                errors.append(error)

        running.bus.subscribe(ImportFinished, start_another)
        within(LONG, lambda: import_things(running, 1))

    assert "waits for itself" in str(errors[0])


def test_a_sink_that_refuses_the_caller_wakes_whoever_waits_for_room(tmp_path: Path) -> None:
    """The one that dispatches hears the reason, and the import can be resumed."""

    def refuse(batch: Batch[Any]) -> None:
        raise SinkRefused("wrong credentials")

    with running_bus(tmp_path, Warehouse(refuse), lanes=1, capacity=1) as running:
        with pytest.raises(ImportFailed, match="wrong credentials"):
            within(LONG, lambda: import_things(running, 1000))

        assert running.journal.report("spring").state == "stopped"


def test_stopping_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    """I11: the dispatching thread is woken, and the journal knows what is still to be done."""
    warehouse, busy = Warehouse(), Event()
    warehouse.before = lambda batch: busy.set()
    with running_bus(tmp_path, warehouse, lanes=1, capacity=1) as running:

        def stop() -> None:
            busy.wait(LONG)
            running.importer.close()

        stopping = Thread(target=stop)
        stopping.start()
        with pytest.raises(ImportFailed, match="lanes were stopped"):
            within(LONG, lambda: import_things(running, 100_000))
        stopping.join(LONG)
        report = running.journal.report("spring")

    assert report.balanced
    assert sum(report.outcomes.values()) == len(warehouse.state) > 0


def test_one_poisonous_command_ends_dead_and_alone(tmp_path: Path) -> None:
    """I10: what breaks its worker each time is found, and all others are written."""
    warehouse = Warehouse()

    class Poisonous:
        def write(self, batch: Batch[Any], /) -> list[Outcome]:
            wants: Any = [object()]  # nothing that a journal could hold
            return [
                Outcome.parked("broken", wants=wants) if command.key == "spring-3" else outcome
                for command, outcome in zip(batch.items, warehouse.write(batch), strict=True)
            ]

    with running_bus(tmp_path, Poisonous()) as running:
        within(LONG, lambda: import_things(running, 10))
        failures = list(running.journal.failures("spring"))

    assert [(failure.key, failure.kind) for failure in failures] == [("spring-3", "dead")]


def test_an_import_that_stands_still_says_so(tmp_path: Path) -> None:
    """I12: whoever waits gets the account, and listeners hear which batches are missing."""
    go, heard = Event(), list[ImportStalled]()
    warehouse = Warehouse(lambda batch: go.wait(LONG))
    with running_bus(tmp_path, warehouse, timeouts=Timeouts(stall_after=0.3)) as running:
        running.bus.subscribe(ImportStalled, heard.append)
        within(LONG, lambda: import_things(running, 2))
        state = running.journal.report("spring").state
        go.set()

    assert state == "stalled"
    assert heard[0].missing[0].startswith("spring/1/1 (dispatch:")


def test_closing_while_others_dispatch_writes_all_that_was_taken(tmp_path: Path) -> None:
    """Whoever got a receipt is served, everyone else gets an error."""
    warehouse, taken, enough = Warehouse(), list[str](), Event()
    with running_bus(tmp_path, warehouse, capacity=1) as running:

        def dispatch(who: int) -> None:
            for n in count():
                try:
                    running.bus.dispatch(Put(f"{who}-{n}"))
                except BusClosed:
                    return
                taken.append(f"thing:{who}-{n}")
                if len(taken) > 50:
                    enough.set()

        threads = [Thread(target=dispatch, args=(who,)) for who in range(4)]
        for thread in threads:
            thread.start()
        enough.wait(LONG)
        within(LONG, running.bus.close)
        for thread in threads:
            thread.join(LONG)

    assert set(taken) == set(warehouse.state)
