"""Several members of a fleet in one process: gate, stalls, dead letters, events, cancelling."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from importbus.adapters.config import Config, JournalConfig, TransportConfig
from importbus.adapters.recording import Timeouts
from importbus.adapters.runtime import Runtime
from importbus.adapters.wiring import open_runtime
from importbus.bus import (
    Batch,
    BusError,
    CommandFailed,
    ConfigurationError,
    ImportFailed,
    ImportFinished,
    ImportProgress,
    ImportStalled,
    ImportStarted,
    LaneCommand,
    Outcome,
    SinkRefused,
)
from importbus.bus import Event as BusEvent
from toy_commands import Drop, Put, PutKind
from warehouse import Warehouse

pytestmark = pytest.mark.integration


@contextmanager
def member(
    folder: Path,
    sink: Any,
    *,
    timeouts: Timeouts = Timeouts(),
    consume: bool = True,
    journal: str = "journal.db",
) -> Iterator[Runtime]:
    """Open one more member of the fleet in *folder*; batches have two items."""
    config = Config(
        transport=TransportConfig(f"sqlite:///{folder}/queue.db", lanes=2),
        journal=JournalConfig(str(folder / journal)),
    )
    with open_runtime(config, timeouts=timeouts, consume=consume) as runtime:
        for command in (Put, Drop, PutKind):
            runtime.bus.register_sink(command, sink, size=2, linger=0.05)
        yield runtime


def until(fact: Callable[[], object], seconds: float = 30) -> None:
    """Return when *fact* is true."""
    end = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.01)


def events_of(runtime: Runtime, *kinds: type[BusEvent]) -> list[BusEvent]:
    """Return a list to which the events of *kinds* are added as they are told."""
    told: list[BusEvent] = []
    for kind in kinds:
        runtime.bus.subscribe(kind, told.append)
    return told


def publish(folder: Path, *commands: LaneCommand) -> None:
    """Publish *commands* as import ``spring``; nobody carries them out."""
    with (
        member(folder, Warehouse(), consume=False) as runtime,
        runtime.bus.importing(id="spring", wait=False) as run,
    ):
        for command in commands:
            run.dispatch(command)


def carry_out(folder: Path, sink: Any, *commands: LaneCommand, import_id: str = "other") -> None:
    """Import *commands* in a member that also carries out what is there already."""
    with member(folder, sink) as runtime, runtime.bus.importing(id=import_id) as run:
        for command in commands:
            run.dispatch(command)


def cancel_amid(runtime: Runtime) -> None:
    """Cancel import ``spring`` while its producer still dispatches."""
    with runtime.bus.importing(id="spring", wait=False) as run:
        for n in range(4):
            run.dispatch(Put(f"p{n}"))
        runtime.bus.flush()
        runtime.journal.shared.cancel("spring", at=1.0)
        for n in range(20):
            run.dispatch(Put(f"q{n}"))


class Refusing(Warehouse):
    """A warehouse that takes nothing."""

    def write(self, batch: Batch[Any], /) -> Any:
        return [Outcome.failed("no", status=422)] * len(batch)


class Blocked(Warehouse):
    """A warehouse that writes no kinds before it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.go = Event()

        self.sent: Counter[str] = Counter()

    def write(self, batch: Batch[Any], /) -> Any:
        if batch.command_type is PutKind:
            assert self.go.wait(60)
        self.sent.update(command.identity for command in batch.items)
        return super().write(batch)


def test_everything_arrives_over_a_queue(tmp_path: Path) -> None:
    """I1: references that come later, and two imports at once."""
    warehouse = Warehouse()
    with member(tmp_path, warehouse) as runtime, runtime.bus.importing(id="a") as one:
        with runtime.bus.importing(id="b") as other:
            for n in range(20):
                one.dispatch(Put(f"a{n}", needs=("kind:k",)))
                other.dispatch(Put(f"b{n}", needs=(f"thing:b{n + 1}",) if n < 19 else ()))
        one.dispatch(PutKind("k"))

    assert (one.report.outcomes, other.report.outcomes) == ({"created": 21}, {"created": 20})


def test_each_listener_hears_of_an_end_once(tmp_path: Path) -> None:
    """In whatever process it is; of what it opened itself it hears at once."""
    with member(tmp_path, Warehouse()) as one, member(tmp_path, Warehouse()) as other:
        here = events_of(one, ImportStarted, ImportFinished)
        there = events_of(other, ImportStarted, ImportFinished)
        with one.bus.importing(id="spring"):
            one.bus.dispatch(Put("a"))
        until(lambda: len(there) == 2)
        with other.bus.importing(id="summer"):
            other.bus.dispatch(Put("b"))
        until(lambda: len(here) == 4)

    names = [[(type(e).__name__, e.import_id) for e in told] for told in (here, there)]  # type: ignore[attr-defined]
    both = ["spring", "spring", "summer", "summer"]
    assert [name for _, name in names[0]] == [name for _, name in names[1]] == both


def test_each_process_hears_of_failures_and_progress(tmp_path: Path) -> None:
    """Also one that carries nothing out: failures come from the journal, progress by the queue."""
    sink = Refusing()
    with member(tmp_path, sink) as one, member(tmp_path, sink, consume=False) as other:
        failed = [events_of(each, CommandFailed) for each in (one, other)]
        progress = [events_of(each, ImportProgress) for each in (one, other)]
        with one.bus.importing(id="spring") as run:
            one.bus.dispatch(Put("a"))
            one.bus.dispatch(Put("b"))
        until(lambda: all(progress) and all(len(told) == 2 for told in failed))
        told = [CommandFailed("spring", failure) for failure in run.failures()]

    assert [sorted(each, key=str) for each in failed] == [sorted(told, key=str)] * 2


def test_catalogue_waits_at_the_gate_until_structure_is_settled(tmp_path: Path) -> None:
    """Then everything goes, and nothing was parked."""
    sink = Blocked()
    with member(tmp_path, sink) as runtime:
        with runtime.bus.importing(id="spring", wait=False) as run:
            run.dispatch(PutKind("k"))
            for n in range(6):
                run.dispatch(Put(f"p{n}", needs=("kind:k",)))
        time.sleep(0.3)
        before = dict(sink.state)
        sink.go.set()
        report = run.wait()

    assert before == {}
    assert (report.state, report.outcomes) == ("finished", {"created": 7})
    assert set(sink.sent.values()) == {1}


def test_a_gate_that_is_overdue_is_ignored(tmp_path: Path) -> None:
    """The batch goes on, the timeline says so once, and parking keeps it right."""
    sink = Blocked()
    with member(tmp_path, sink, timeouts=Timeouts(gate=0.2)) as runtime:
        with runtime.bus.importing(id="spring", wait=False) as run:
            run.dispatch(PutKind("k"))
            for n in range(6):
                run.dispatch(Put(f"p{n}", needs=("kind:k",)))
        until(lambda: run.report.parked == 6)
        sink.go.set()
        report = run.wait()
        said = [m.detail for m in runtime.journal.timeline("spring") if m.kind == "gate"]

    assert report.outcomes == {"created": 7}
    assert len(said) == 1


def test_a_stalled_import_names_what_is_missing_and_can_go_on(tmp_path: Path) -> None:
    """I12: the state tells, an event names batch and positions; then it runs to its end."""
    sink = Blocked()
    with member(tmp_path, sink, timeouts=Timeouts(stall_after=0.5)) as runtime:
        told = events_of(runtime, ImportStalled)
        with runtime.bus.importing(id="spring", wait=False) as run:
            run.dispatch(PutKind("k"))
        stalled = run.wait()
        until(lambda: told)
        sink.go.set()
        until(lambda: runtime.journal.report("spring").state == "finished")

    assert stalled.state == "stalled"
    assert told == [ImportStalled("spring", ("spring/1/1 (dispatch:1)",))]


def test_a_batch_that_nobody_understands_ends_as_dead(tmp_path: Path) -> None:
    """I1, I10: its commands are failures with their positions, and the import ends."""
    publish(tmp_path, *(Put(f"p{n}") for n in range(4)))
    with closing(sqlite3.connect(tmp_path / "queue.db")) as queue, queue:
        queue.execute("UPDATE batches SET body = replace(body, '\"Put\"', '\"Gone\"') WHERE id = 1")
    with member(tmp_path, Warehouse()) as runtime:
        with runtime.bus.importing(id="other"):
            runtime.bus.dispatch(Put("x"))
        until(lambda: runtime.journal.report("spring").state != "running")
        report = runtime.journal.report("spring")
        failures = list(runtime.journal.failures("spring"))

    assert (report.state, report.open, report.balanced) == ("finished_with_failures", 0, True)
    assert report.outcomes == {"created": 2, "dead": 2}
    assert ["Gone" in failure.errors[0].message for failure in failures] == [True, True]
    assert all(failure.data and failure.data["sku"] for failure in failures)


def test_a_cancelled_import_takes_nothing_more(tmp_path: Path) -> None:
    """I1: what was open is cancelled, and its producer is told why nothing goes on."""
    with member(tmp_path, Warehouse(), consume=False) as runtime:
        with pytest.raises(ImportFailed, match="was cancelled"):
            cancel_amid(runtime)
        report = runtime.journal.report("spring")

    assert (report.state, report.open, report.balanced) == ("cancelled", 0, True)
    assert report.outcomes["cancelled"] == report.read


def test_a_sink_that_refuses_ends_the_wait_and_loses_nothing(tmp_path: Path) -> None:
    """Whoever waits is told why; the next member that can carries it to its end."""

    class Refusing(Warehouse):
        def write(self, batch: Batch[Any], /) -> Any:
            raise SinkRefused("wrong credentials")

    with pytest.raises(ImportFailed, match="wrong credentials"):
        carry_out(tmp_path, Refusing(), Put("a"), import_id="spring")
    with member(tmp_path, Warehouse()) as runtime:
        with runtime.bus.importing(id="other"):
            runtime.bus.dispatch(Put("b"))
        until(lambda: runtime.journal.report("spring").state == "finished")
        outcomes = runtime.journal.report("spring").outcomes

    assert outcomes == {"created": 1}


def test_a_queue_belongs_to_one_journal_while_it_holds_batches(tmp_path: Path) -> None:
    """Another journal would not know them, and each would be taken for withdrawn."""
    publish(tmp_path, Put("a"))
    other = member(tmp_path, Warehouse(), journal="other.db")
    with pytest.raises(ConfigurationError, match=r"belong to the journal .*journal\.db"), other:
        raise AssertionError


def test_a_batch_of_an_import_that_the_journal_lost_stays_in_its_lane(tmp_path: Path) -> None:
    """It is not acknowledged, and whoever came upon it says so."""
    publish(tmp_path, Put("a"))
    with member(tmp_path, Warehouse(), consume=False) as runtime:
        runtime.journal.delete_import("spring")
    with pytest.raises(BusError, match="holds no import 'spring'"):
        carry_out(tmp_path, Warehouse(), *(Put(f"a{n}") for n in range(4)))
    with closing(sqlite3.connect(tmp_path / "queue.db")) as queue:
        left = [name for (name,) in queue.execute("SELECT batch_id FROM batches")]

    assert "spring/1/1" in left


def test_refused_items_are_failures_as_in_one_process(tmp_path: Path) -> None:
    """A reference that never comes fails with the sink's own words after at most two sends."""
    with member(tmp_path, Warehouse()) as runtime:
        with runtime.bus.importing(id="spring") as run:
            run.dispatch(Put("a", needs=("kind:never",)))
            run.dispatch(Put("b"))
        (failure,) = run.failures()

    assert run.report.outcomes == {"created": 1, "failed": 1}
    assert (failure.errors[0].message, failure.attempts) == ("kind:never is missing", 2)
