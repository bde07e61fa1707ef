"""The recorder of a fleet, one look after the other."""

from __future__ import annotations

from pathlib import Path

from fleet_lanes import SharedLanes
from importbus.adapters.fleet_recorder import FleetRecorder
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.recording import Timeouts
from importbus.bus.batches import Batch, Envelope, Settled, Settlement
from importbus.bus.journal import ImportRecord
from importbus.bus.messages import ImportProgress, ImportStalled, Position
from importbus.bus.outcomes import Outcome
from lane_fakes import FakeClock
from toy_commands import Put, toy_codec

PATIENCE = Timeouts(stall_after=60)


def batch(seq: int) -> Batch[Put]:
    """Return a batch of one command."""
    envelope = Envelope(Put(f"p{seq}"), Position("a", seq), seq, 9)
    return Batch("spring", "1", seq, 0, Put, (envelope,))


def settle(journal: SqliteJournal, one: Batch[Put], at: float) -> None:
    """Settle a batch as a worker does."""
    results = (Settled(one.envelopes[0], Outcome.created(), 1),)
    journal.settle(Settlement(one, results, 1, 5.0, at))


def test_a_stalled_import_runs_again_as_soon_as_something_is_settled(tmp_path: Path) -> None:
    """I12: it is told once that it stalled, with what is missing, and then it goes on."""
    clock, lanes = FakeClock(), SharedLanes(1)
    journal = SqliteJournal(str(tmp_path / "journal.db"), toy_codec())
    recorder = FleetRecorder(journal, journal.shared, lanes, clock, PATIENCE)
    journal.open_import(ImportRecord("spring", None, (), 1, clock.now(), shared=True))
    journal.shared.join("spring", "1")
    for seq in (1, 2):
        journal.note(batch(seq), accepted=seq)
    states = []
    for step in range(4):
        recorder.step()
        states.append(journal.report("spring", groups=0).state)
        clock.time += 40
        if step == 2:
            settle(journal, batch(1), clock.now())
    journal.close()

    assert states == ["running", "running", "stalled", "running"]
    stalled = ImportStalled("spring", ("spring/1/1 (a:1)", "spring/1/2 (a:2)"))
    assert [one for one in lanes.told if isinstance(one, ImportStalled)] == [stalled]


def test_progress_is_told_at_most_once_a_second_and_when_something_was_settled(
    tmp_path: Path,
) -> None:
    """To every process, as each of them may show it."""
    clock, lanes = FakeClock(), SharedLanes(1)
    journal = SqliteJournal(str(tmp_path / "journal.db"), toy_codec())
    recorder = FleetRecorder(journal, journal.shared, lanes, clock, PATIENCE)
    journal.open_import(ImportRecord("spring", None, (), 1, clock.now(), shared=True))
    journal.shared.join("spring", "1")
    for seq, seconds in enumerate((0.0, 0.9, 0.2, 5.0), start=1):
        clock.time += seconds
        journal.note(batch(seq), accepted=seq)
        settle(journal, batch(seq), clock.now())
        recorder.step()
        recorder.step()
    journal.close()

    told = [one for one in lanes.told if isinstance(one, ImportProgress)]
    assert [one.outcomes for one in told] == [{"created": n} for n in (1, 3, 4)]
