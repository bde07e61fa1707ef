"""The recorder decides from the set of settled batches when an import is finished (I6)."""

from __future__ import annotations

from attrs import evolve

from importbus.bus.batches import Batch
from importbus.bus.messages import LaneCommand
from importbus.bus.recorder import (
    Action,
    Finish,
    OpenGate,
    PlanRound,
    Recorder,
    SettledSet,
)

BATCH = Batch("spring", "1", 1, 0, LaneCommand, ())


def settle(recorder: Recorder, seq: int, *, parked: int = 0, structure: int = 0) -> list[Action]:
    """Tell *recorder* that batch *seq* of its one producer is settled."""
    batch = evolve(BATCH, seq=seq)
    return recorder.settled(batch, parked=parked, parked_structure=structure, now=1.0)


def settle_round(recorder: Recorder, number: int, seq: int, *, parked: int = 0) -> list[Action]:
    """Tell *recorder* that batch *seq* of a parking round is settled."""
    batch = evolve(BATCH, producer=f"r{number}", seq=seq, round=number)
    return recorder.settled(batch, parked=parked, parked_structure=0, now=2.0)


def test_an_empty_import_is_finished_when_its_end_is_announced() -> None:
    """An empty source is a finished import of nothing."""
    recorder = Recorder("spring", 0.0)

    assert recorder.finish("1", 0) == [OpenGate(), Finish()]


def test_the_end_waits_for_every_batch_up_to_the_announced_one() -> None:
    """I6: a missing number in the middle keeps the import open."""
    recorder = Recorder("spring", 0.0)
    settle(recorder, 1)
    settle(recorder, 3)

    assert recorder.finish("1", 3) == []
    assert settle(recorder, 2) == [OpenGate(), Finish()]


def test_a_batch_told_twice_counts_once() -> None:
    """I6, I8: the set does not grow when a delivery is repeated."""
    recorder = Recorder("spring", 0.0)
    recorder.finish("1", 2)

    assert settle(recorder, 1) == []
    assert settle(recorder, 1) == []
    assert settle(recorder, 2) == [OpenGate(), Finish()]


def test_the_end_is_decided_once() -> None:
    """A late repeat of the last batch decides nothing more."""
    recorder = Recorder("spring", 0.0)
    recorder.finish("1", 1)
    settle(recorder, 1)

    assert settle(recorder, 1) == []


def test_who_continues_for_a_producer_is_not_one_more() -> None:
    """I6: an import of two, the first of which died and was continued, waits for the second."""
    recorder = Recorder("spring", 0.0, producers=2)
    recorder.finish("1", 0)

    assert recorder.finish("1.1", 0) == []
    assert recorder.finish("2", 0) == [OpenGate(), Finish()]


def test_all_producers_must_announce_their_end() -> None:
    """The number of producers is fixed when the import opens."""
    recorder = Recorder("spring", 0.0, producers=2)

    assert recorder.finish("1", 0) == []
    assert recorder.finish("2", 0) == [OpenGate(), Finish()]


def test_parked_commands_get_rounds_before_the_end() -> None:
    """A round is asked for, its batches are awaited, and only then is the import finished."""
    recorder = Recorder("spring", 0.0)
    recorder.finish("1", 1)

    assert settle(recorder, 1, parked=2) == [PlanRound(1, "all")]
    assert recorder.planned(2, now=1.0) == []
    assert settle_round(recorder, 1, 1, parked=1) == []
    assert settle_round(recorder, 1, 2) == [OpenGate(), Finish()]


def test_a_round_that_leaves_something_parked_is_followed_by_another() -> None:
    """Rounds go on until nothing is parked."""
    recorder = Recorder("spring", 0.0)
    recorder.finish("1", 1)
    settle(recorder, 1, parked=1)
    recorder.planned(1, now=1.0)

    assert settle_round(recorder, 1, 1, parked=1) == [PlanRound(2, "all")]


def test_a_round_of_nothing_ends_the_rounds() -> None:
    """The journal settled what nothing can cure: the import is finished."""
    recorder = Recorder("spring", 0.0)
    recorder.finish("1", 1)
    settle(recorder, 1, parked=1)

    assert recorder.planned(0, now=1.0) == [OpenGate(), Finish()]
    assert recorder.round == 0


def test_the_gate_opens_when_the_structure_is_settled() -> None:
    """Catalogue batches go when the last structure batch is settled, before the end."""
    recorder = Recorder("spring", 0.0)
    recorder.phase("1", 1)

    assert settle(recorder, 1) == [OpenGate()]
    assert recorder.finish("1", 2) == []
    assert settle(recorder, 2) == [Finish()]


def test_parked_structure_gets_rounds_before_the_gate_opens() -> None:
    """A structure round comes first, and the gate opens when its stage has nothing left to send."""
    recorder = Recorder("spring", 0.0)
    recorder.phase("1", 1)

    assert settle(recorder, 1, parked=1, structure=1) == [PlanRound(1, "structure")]
    assert recorder.planned(0, now=1.0) == [OpenGate()]


def test_a_stall_names_what_is_missing() -> None:
    """I12: a batch that was published and is not settled is named after the time is up."""
    recorder = Recorder("spring", 0.0)
    recorder.noted("1", 2, now=0.0)
    settle(recorder, 1)

    assert not recorder.stalled(600.0, 600.0)
    assert recorder.stalled(601.0, 600.0)
    assert list(recorder.missing()) == [("1", 2)]


def test_a_batch_after_a_pause_has_its_time_before_it() -> None:
    """I12: what was not published could not be settled, so the waiting begins with it."""
    recorder = Recorder("spring", 0.0)
    recorder.noted("1", 1, now=1000.0)
    recorder.noted("1", 2, now=1500.0)

    assert not recorder.stalled(1599.0, 600.0)
    assert recorder.stalled(1600.0, 600.0)


def test_waiting_for_input_is_no_stall() -> None:
    """A slow source with nothing in flight is not stalled."""
    recorder = Recorder("spring", 0.0)
    recorder.noted("1", 1, now=0.0)
    settle(recorder, 1)

    assert not recorder.stalled(10_000.0, 600.0)


def test_a_set_of_numbers_closes_its_gaps() -> None:
    """Numbers may come in any order."""
    numbers = SettledSet()
    for n in (3, 1, 5):
        numbers.add(n)

    assert list(numbers.missing(6)) == [2, 4, 6]
    assert numbers.covers(1)
    assert not numbers.covers(3)


def test_a_late_repeat_of_an_earlier_round_is_not_counted_into_this_one() -> None:
    """I8: only the batches of the present round end it."""
    recorder = Recorder("spring", 0.0)
    recorder.finish("1", 1)
    settle(recorder, 1, parked=1)
    recorder.planned(1, now=1.0)
    settle_round(recorder, 1, 1, parked=1)
    recorder.planned(1, now=1.0)

    assert settle_round(recorder, 1, 1, parked=1) == []
    assert list(recorder.missing()) == [("r2", 1)]


def test_a_set_of_numbers_keeps_no_number_below_its_first_gap() -> None:
    """I7: a million settled batches take the room of their gaps."""
    numbers = SettledSet()
    for n in (1, 2, 3, 2, 1):
        numbers.add(n)

    assert numbers == SettledSet(3, set())
