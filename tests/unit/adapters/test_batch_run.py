"""A batch on its way through a sink that pauses, fails, breaks and recovers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import Event
from typing import Any, cast

import pytest
from attrs import define, field, frozen

from importbus.adapters.batch_run import BatchRun, Patience, Stopped, Tools
from importbus.bus.batches import Batch, Envelope, Settlement
from importbus.bus.context import current_attempt
from importbus.bus.errors import Recoverable, SinkPaused, SinkRefused, SinkUnavailable
from importbus.bus.journal import Journal, Moment, ParkedToken
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.outcomes import Outcome
from importbus.bus.pacing import Pace


@frozen
class Put(LaneCommand):
    """Write one thing."""

    sku: str

    @property
    def key(self) -> str:
        return self.sku


Answer = Callable[[Batch[Any]], Iterable[Outcome]]


def fine(batch: Batch[Any]) -> list[Outcome]:
    """Answer that every item was written."""
    return [Outcome.updated() for _ in batch.items]


def failing(error: Exception) -> Answer:
    """Answer with *error*."""

    def answer(batch: Batch[Any]) -> list[Outcome]:
        raise error

    return answer


@define
class ScriptedSink:
    """Gives the *answers* in turn, then is fine; probes fail as often as *down* says."""

    answers: list[Answer] = field(factory=list)
    down: int = 0
    calls: list[list[str]] = field(factory=list)

    def write(self, batch: Batch[Any], /) -> Iterable[Outcome]:
        self.calls.append([command.sku for command in batch.items])
        return (self.answers.pop(0) if self.answers else fine)(batch)

    def probe(self) -> None:
        if self.down:
            self.down -= 1
            raise SinkUnavailable("still down")

    def recent_seconds(self) -> float | None:
        return 1.5


class Waits(Event):
    """An event that notes how long it was waited for, and stops at the n-th wait."""

    def __init__(self, stop_at: int | None = None) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self._stop_at = stop_at

    def wait(self, timeout: float | None = None) -> bool:
        self.seconds.append(timeout or 0.0)
        return len(self.seconds) == self._stop_at


@define
class Notes:
    """The journal and the board, as far as a run asks them."""

    held: list[ParkedToken] = field(factory=list)
    moments: list[str] = field(factory=list)
    reasons: list[str | None] = field(factory=list)

    def parked(self, import_id: str) -> int:
        return len(self.held)

    def parked_tokens(self, import_id: str, tokens: Iterable[str]) -> Sequence[ParkedToken]:
        wanted = set(tokens)
        return [token for token in self.held if token.token in wanted]

    def moment(self, import_id: str, moment: Moment) -> None:
        self.moments.append(moment.kind)

    def working(self, import_id: str, lane: int | None, *, busy: bool) -> None:
        pass

    def waiting(self, import_id: str, lane: int | None, reason: str | None) -> None:
        self.reasons.append(reason)


class StoppedClock:
    """Time that does not pass."""

    def now(self) -> float:
        return 100.0

    def monotonic(self) -> float:
        return 5.0

    def sleep(self, seconds: float) -> None:
        raise AssertionError("a lane worker waits for its stop event, it does not sleep")


@define
class Scene:
    """A batch of *skus*, a sink, and what was noted while it was carried out."""

    sink: ScriptedSink
    skus: str = "abc"
    waits: Waits = field(factory=Waits)
    notes: Notes = field(factory=Notes)

    def carry(self, *, too_often: bool = False) -> Settlement:
        envelopes = tuple(
            Envelope(Put(sku), Position("test", n), n, 10)
            for n, sku in enumerate(self.skus, start=10)
        )
        tools = Tools(
            cast(Journal, self.notes),
            self.notes,
            lambda _: self.sink,
            StoppedClock(),
            chance=lambda: 1.0,
            patience=Patience(brake_after=3, alone_attempts=2),
            stop=self.waits,
        )
        batch = Batch("spring", "1", 1, 0, Put, envelopes)
        return BatchRun(tools, batch, Pace()).carry(too_often=too_often)

    def kinds(self, **how: bool) -> list[str]:
        return [settled.outcome.kind.value for settled in self.carry(**how).results]


def test_a_batch_that_is_answered_is_one_request() -> None:
    """The settlement has an outcome a command and counts the calls."""
    scene = Scene(ScriptedSink())
    settlement = scene.carry()

    assert [s.outcome for s in settlement.results] == [Outcome.updated()] * 3
    assert settlement.requests == 1


def test_a_pause_is_waited_for_and_uses_up_no_attempt() -> None:
    """429: the call did nothing, and is made again after the wait that was asked for."""
    sink = ScriptedSink([failing(SinkPaused("wait", retry_after=7.0))] * 9)
    scene = Scene(sink)

    assert scene.kinds() == ["updated"] * 3
    assert scene.waits.seconds == [7.0] * 9


def test_a_call_without_an_answer_is_repeated_after_backoff() -> None:
    """5xx and resets: exponential waits with jitter, here at their longest."""
    sink = ScriptedSink([failing(SinkUnavailable("502"))] * 2)
    scene = Scene(sink)

    assert scene.kinds() == ["updated"] * 3
    assert scene.waits.seconds == [1.0, 2.0]


def test_whoever_repeats_a_lost_call_waits_until_it_has_ended() -> None:
    """I3: a request whose answer was lost may still run, so twice a call's time passes first."""
    sink = ScriptedSink([failing(SinkUnavailable("reset", maybe_running=True))])
    scene = Scene(sink)
    settlement = scene.carry()

    assert scene.waits.seconds == [3.0]
    assert [s.sends for s in settlement.results] == [2, 2, 2]


def test_an_outage_brakes_the_lane_until_a_probe_is_answered() -> None:
    """After some failures in a row only probes are sent, ever more rarely; nothing is given up."""
    sink = ScriptedSink([failing(SinkUnavailable("down"))] * 3, down=3)
    scene = Scene(sink, skus="a")

    assert scene.kinds() == ["updated"]
    assert scene.waits.seconds[3:] == [1.0, 2.0, 4.0]
    assert scene.notes.moments == ["retry", "retry", "retry", "brake"]


def test_one_item_that_never_gets_an_answer_is_a_suspect() -> None:
    """I10: poison that kills every call is found, and the others are written."""

    def poisoned(batch: Batch[Any]) -> Iterable[Outcome]:
        if "b" in [command.sku for command in batch.items]:
            raise SinkUnavailable("500")
        return fine(batch)

    scene = Scene(ScriptedSink([poisoned] * 99))

    assert scene.kinds() == ["updated", "parked", "updated"]


def test_an_item_with_an_unclear_answer_is_sent_again_alone() -> None:
    """A 5xx for one line repeats that line only."""
    sink = ScriptedSink([lambda _: [Outcome.updated(), Outcome.unknown(status=500)]])
    scene = Scene(sink, skus="ab")

    assert scene.kinds() == ["updated", "updated"]
    assert sink.calls == [["a", "b"], ["b"]]


def test_items_that_were_not_sent_are_not_waited_for() -> None:
    """Nothing of them can still be running; whatever stopped the sink is met again at once."""
    sink = ScriptedSink([lambda _: [Outcome.updated(), Outcome.unsent()]])
    scene = Scene(sink, skus="ab")

    assert scene.kinds() == ["updated", "updated"]
    assert scene.waits.seconds == []


def test_an_error_of_the_sink_fails_only_the_item_that_causes_it() -> None:
    """I10: an exception concerns the whole call; its items are then tried one by one."""

    def breaks(batch: Batch[Any]) -> Iterable[Outcome]:
        if "b" in [command.sku for command in batch.items]:
            raise ValueError("b is bad")
        return fine(batch)

    scene = Scene(ScriptedSink([breaks] * 9))
    settlement = scene.carry()

    assert [s.outcome.kind.value for s in settlement.results] == ["updated", "failed", "updated"]
    assert settlement.results[1].outcome.errors[0].message == "ValueError: b is bad"


def test_an_application_may_ask_for_a_repeat() -> None:
    """A batch handler that raises Recoverable is called again."""
    scene = Scene(ScriptedSink([failing(Recoverable("database is busy"))]))

    assert scene.kinds() == ["updated"] * 3


def test_a_refused_caller_stops_the_import() -> None:
    """Wrong credentials are nobody's item's fault."""
    scene = Scene(ScriptedSink([failing(SinkRefused("wrong secret"))]))

    with pytest.raises(SinkRefused, match="wrong secret"):
        scene.carry()


def test_a_stop_ends_every_wait_and_settles_nothing() -> None:
    """I11: a worker that waits for the sink leaves its batch to the next run."""
    scene = Scene(ScriptedSink([failing(SinkUnavailable("down"))] * 9), waits=Waits(stop_at=2))

    with pytest.raises(Stopped):
        scene.carry()


def test_a_command_of_a_parked_key_is_parked_behind_it() -> None:
    """Followers wait behind what was parked by an earlier batch, and only they."""
    held = [ParkedToken("Put:b", 3, own=True, upsert=False)]
    sink = ScriptedSink()
    scene = Scene(sink, notes=Notes(held))

    assert scene.kinds() == ["updated", "parked", "updated"]
    assert sink.calls == [["a", "c"]]


def test_a_batch_that_broke_the_worker_too_often_is_not_tried() -> None:
    """Poison: its commands become suspects, which go one a batch in the next round."""
    sink = ScriptedSink()

    assert Scene(sink).kinds(too_often=True) == ["parked"] * 3
    assert sink.calls == []


def test_a_sink_can_tell_how_often_it_was_asked() -> None:
    """The count begins anew with what is asked next; outside of a call it is one."""
    asked: list[int] = []

    def noting(answer: Answer) -> Answer:
        def noted(batch: Batch[Any]) -> Iterable[Outcome]:
            asked.append(current_attempt.get())
            return answer(batch)

        return noted

    down = noting(failing(SinkUnavailable("down")))
    Scene(ScriptedSink([down, down, noting(fine)])).carry()

    assert (asked, current_attempt.get()) == ([1, 2, 3], 1)
