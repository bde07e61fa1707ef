"""The Upsertable adapter: which import a command belongs to, and how imports begin and end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from attrs import define, field, frozen

from importbus.adapters.threads import LANE_THREAD, RECORDER_THREAD
from importbus.adapters.upsertable import STANDING_QUIET, UpsertableAdapter
from importbus.bus.batching import LINE_BYTES, Limits
from importbus.bus.context import ImportContext, current_import
from importbus.bus.errors import (
    BusClosed,
    HandlerNotFound,
    ImportExists,
    ImportFailed,
    InvalidCommand,
    JournalError,
    SinkRefused,
    TransportUnavailable,
    WiringError,
)
from importbus.bus.messages import FinishImport, LaneCommand, Position, Receipt
from importbus.bus.sinks import FunctionSink
from lane_fakes import FakeClock, Notes, NotingJournal, NotingRecorder, NotingTransport
from toy_commands import Drop, Put, PutKind, toy_codec

SINK = FunctionSink(lambda batch: [])


@frozen
class PutSpecial(Put):
    """A subclass that nobody registered a sink for."""


@define
class Scene:
    """An adapter that nobody ticks, on a real journal, with two lines a batch of ``Put``."""

    folder: Path
    notes: Notes = field(factory=Notes)
    clock: FakeClock = field(factory=FakeClock)
    journal: NotingJournal = field(init=False)
    transport: NotingTransport = field(init=False)
    recorder: NotingRecorder = field(init=False)
    adapter: UpsertableAdapter = field(init=False)

    def __attrs_post_init__(self) -> None:
        codec = toy_codec()
        self.journal = NotingJournal(self.folder, self.notes, codec)
        self.transport = NotingTransport(self.notes)
        self.recorder = NotingRecorder(self.notes, self.journal)
        chance = iter(range(256))
        self.adapter = UpsertableAdapter(
            self.transport,
            self.journal,
            codec,
            self.recorder,
            self.clock,
            limits=Limits(linger=2.0),
            random=lambda size: bytes([next(chance)] * size),
        )
        for command in (Put, Drop, PutKind):
            self.adapter.register(command, SINK, size=2, linger=2.0)

    def begin(self, import_id: str) -> ImportContext:
        """Open an import."""
        context = ImportContext(import_id)
        self.adapter.begin(context)
        return context

    def dispatch(self, command: LaneCommand, context: ImportContext | None = None) -> Receipt:
        """Dispatch *command* in *context*, or outside of any."""
        inside = current_import.set(context)
        try:
            return self.adapter.accept(command)
        finally:
            current_import.reset(inside)

    @property
    def left(self) -> list[tuple[str, list[str]]]:
        return [(batch.id, [c.key for c in batch.items]) for batch in self.transport.published]

    def told(self, word: str) -> list[str]:
        """Return what the recorder was told that begins with *word*."""
        return [line.partition(" ")[2] for line in self.notes.log if line.startswith(word + " ")]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """An adapter with nothing in it."""
    scene = Scene(tmp_path)
    yield scene
    scene.adapter.halt()
    scene.journal.close()


def in_thread(name: str, task: Callable[[], object]) -> None:
    """Run *task* in a thread called *name*; fail when it does not come back."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            task()
        except BaseException as error:
            errors.append(error)

    thread = Thread(target=run, name=name, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive(), "it waits for ever"
    if errors:
        raise errors[0]


def test_a_command_outside_of_an_import_opens_the_standing_one(scene: Scene) -> None:
    """The next one joins it."""
    receipts = [scene.dispatch(Put("a")), scene.dispatch(Put("b"))]

    assert len({receipt.import_id for receipt in receipts}) == 1
    assert scene.journal.report(receipts[0].import_id).label == "standing"
    assert [keys for _, keys in scene.left] == [["a", "b"]]


def test_the_standing_import_is_finished_when_it_is_quiet(scene: Scene) -> None:
    """What waits is sent, the end announced, and the next command opens another one."""
    first = scene.dispatch(Put("a")).import_id
    scene.adapter.tick(scene.clock.time + STANDING_QUIET - 0.1)
    early = scene.told("finish")
    scene.adapter.tick(scene.clock.time + STANDING_QUIET)
    second = scene.dispatch(Put("b")).import_id

    assert (early, scene.told("finish")) == ([], [f"{first} 1"])
    assert second != first


def test_other_imports_are_not_finished_for_being_quiet(scene: Scene) -> None:
    """Their owner says when they end."""
    scene.dispatch(Put("a"), scene.begin("spring"))
    scene.adapter.tick(scene.clock.time + 1000.0)

    assert scene.told("finish") == []


def test_closing_finishes_the_standing_import_and_waits_for_it(scene: Scene) -> None:
    """Afterwards nothing is taken any more."""
    import_id = scene.dispatch(Put("a")).import_id
    scene.adapter.close()

    assert scene.notes.log[-2:] == [f"finish {import_id} 1", f"wait {import_id}"]
    with pytest.raises(BusClosed):
        scene.dispatch(Put("b"))


def test_closing_gives_up_a_standing_import_whose_lanes_were_stopped(scene: Scene) -> None:
    """I11: after a signal nobody works on them, so nobody waits for them."""
    import_id = scene.dispatch(Put("a")).import_id
    scene.transport.close()
    scene.adapter.close()

    assert scene.journal.report(import_id).state == "stopped"
    assert scene.told("wait") == []


def test_closing_says_why_the_standing_import_could_not_go_on(scene: Scene) -> None:
    """Nothing is given up in silence."""
    scene.dispatch(Put("a"))
    scene.recorder.error = SinkRefused("wrong credentials")
    scene.transport.close()

    with pytest.raises(ImportFailed, match="wrong credentials"):
        scene.adapter.close()


def test_an_end_without_a_name_is_that_of_the_standing_import(scene: Scene) -> None:
    """``bus.broadcast(FinishImport())`` outside of an import; without one nothing happens."""
    scene.adapter.finish(FinishImport())
    import_id = scene.dispatch(Put("a")).import_id
    scene.adapter.finish(FinishImport())

    assert scene.told("finish") == [f"{import_id} 1"]


def test_a_standing_import_that_was_finished_by_name_is_followed_by_another(scene: Scene) -> None:
    """The id stands in every receipt; dispatching goes on."""
    first = scene.dispatch(Put("a")).import_id
    scene.adapter.finish(FinishImport(first))
    second: list[Receipt] = []
    in_thread("application", lambda: second.append(scene.dispatch(Put("b"))))

    assert second[0].import_id != first


def test_a_standing_import_that_could_not_be_finished_is_kept(scene: Scene) -> None:
    """The next quiet moment, or closing, tries again."""
    import_id = scene.dispatch(Put("a")).import_id
    scene.notes.failing["announce"] = [JournalError("locked")]
    with pytest.raises(JournalError):
        scene.adapter.tick(scene.clock.time + STANDING_QUIET)
    same = scene.dispatch(Put("b")).import_id
    scene.adapter.close()

    assert same == import_id
    assert scene.told("finish") == [f"{import_id} 2"]


def test_an_import_that_ended_takes_no_more_commands(scene: Scene) -> None:
    """A late thread must not slip something in behind the announced end."""
    context = scene.begin("spring")
    scene.adapter.finish(FinishImport("spring"))

    with pytest.raises(WiringError, match="'spring' takes no more commands"):
        scene.dispatch(Put("a"), context)


def test_an_import_is_finished_once(scene: Scene) -> None:
    """A second announcement changes nothing, also long after the end."""
    scene.begin("spring")
    scene.adapter.finish(FinishImport("spring"))
    scene.adapter.finish(FinishImport("spring"))

    assert scene.told("finish") == ["spring 0"]


def test_finishing_what_never_was_is_a_mistake(scene: Scene) -> None:
    """A slip in the id must not look like an end."""
    with pytest.raises(WiringError, match="no import 'sprung'"):
        scene.adapter.finish(FinishImport("sprung"))


def test_an_import_that_ended_leaves_nothing_behind(scene: Scene) -> None:
    """I7: finished, abandoned and standing imports are forgotten; all is in the journal."""
    scene.begin("spring")
    scene.adapter.finish(FinishImport("spring"))
    scene.begin("summer")
    scene.adapter.abandon("summer")
    scene.dispatch(Put("a"))
    scene.adapter.finish(FinishImport())

    assert scene.adapter._imports == {}


def test_an_abandoned_import_sends_no_more(scene: Scene) -> None:
    """I11: open batches wait for the resumption, whatever is flushed or lingers."""
    scene.dispatch(Put("a"), scene.begin("spring"))
    report = scene.adapter.abandon("spring")
    scene.adapter.flush()
    scene.adapter.tick(scene.clock.time + 100.0)

    assert (report.state, scene.left, scene.told("abandoned")) == ("stopped", [], ["spring"])


def test_an_import_can_be_abandoned_while_its_end_is_awaited(scene: Scene) -> None:
    """A signal comes after the last line was read."""
    scene.dispatch(Put("a"), scene.begin("spring"))
    scene.adapter.finish(FinishImport("spring"))

    assert scene.adapter.abandon("spring").state == "stopped"


def test_imports_do_not_share_batches(scene: Scene) -> None:
    """Two at once, each with its own numbers."""
    one, other = scene.begin("one"), scene.begin("other")
    for sku in "ab":
        scene.dispatch(Put(sku), one)
        scene.dispatch(Put(sku), other)

    assert scene.left == [("one/1/1", ["a", "b"]), ("other/1/1", ["a", "b"])]


def test_an_id_is_used_once(scene: Scene) -> None:
    """The one that is open goes on."""
    context = scene.begin("spring")
    with pytest.raises(ImportExists):
        scene.begin("spring")

    assert scene.dispatch(Put("a"), context).import_id == "spring"


def test_flushing_sends_what_is_open_of_every_import(scene: Scene) -> None:
    """A receipt is durable afterwards; no end is announced."""
    scene.dispatch(Put("a"), scene.begin("spring"))
    scene.dispatch(Put("b"))
    scene.adapter.flush()

    assert [keys for _, keys in scene.left] == [["a"], ["b"]]
    assert scene.told("finish") == []


def test_a_command_without_a_sink_is_refused_at_once(scene: Scene) -> None:
    """And not when its batch leaves."""

    @frozen
    class Strange(LaneCommand):
        key: str

    with pytest.raises(HandlerNotFound, match="batch_handler"):
        scene.dispatch(Strange("a"))


def test_a_sink_serves_the_subclasses_of_its_commands(scene: Scene) -> None:
    """Within the limits that were given for the base class."""
    for sku in "ab":
        scene.dispatch(PutSpecial(sku))

    assert [keys for _, keys in scene.left] == [["a", "b"]]
    assert scene.adapter.sink_for(PutSpecial) is SINK


def test_a_command_that_no_request_can_hold_is_refused(scene: Scene) -> None:
    """It is not counted as read: its dispatch failed."""
    context = scene.begin("spring")
    with pytest.raises(InvalidCommand, match="at most 1,000,000"):
        scene.dispatch(Put("x" * LINE_BYTES), context)
    scene.adapter.finish(FinishImport("spring"))

    assert scene.journal.report("spring").read == 0


def test_rejected_lines_are_counted_once(scene: Scene) -> None:
    """I1: they were read, too."""
    scene.begin("spring")
    for line in (1, 2, 2):
        position = Position("a.jsonl", line)
        scene.adapter.reject("spring", position, command=None, reason="no JSON", raw=b"{")
    scene.adapter.finish(FinishImport("spring"))
    report = scene.journal.report("spring")

    assert (report.read, report.rejected, report.balanced) == (2, 2, True)


def test_an_import_that_cannot_send_does_not_hold_up_the_others(scene: Scene) -> None:
    """The tick looks at all of them, then says what went wrong."""
    scene.dispatch(Put("a"), scene.begin("one"))
    scene.dispatch(Put("b"), scene.begin("other"))
    scene.notes.failing["publish"] = [TransportUnavailable("no broker")]
    with pytest.raises(TransportUnavailable):
        scene.adapter.tick(scene.clock.time + 2.0)

    assert [keys for _, keys in scene.left] == [["b"]]


def test_a_busy_import_is_looked_at_the_next_time(scene: Scene) -> None:
    """The ticker waits for nobody."""
    scene.dispatch(Put("a"), scene.begin("spring"))
    with scene.adapter._imports["spring"].lock:
        in_thread("importbus-ticker", lambda: scene.adapter.tick(scene.clock.time + 2.0))
    busy = list(scene.left)
    scene.adapter.tick(scene.clock.time + 2.0)

    assert (busy, len(scene.left)) == ([], 1)


@pytest.mark.parametrize("name", [f"{LANE_THREAD}-0", RECORDER_THREAD])
def test_the_threads_that_carry_imports_wait_for_none(scene: Scene, name: str) -> None:
    """Dispatch, flush, finish and abandon come back at once, and are done in order later."""
    context, other = scene.begin("spring"), scene.begin("other")
    with scene.adapter._imports["spring"].lock, scene.adapter._imports["other"].lock:
        in_thread(name, lambda: scene.dispatch(Put("a"), context))
        in_thread(name, scene.adapter.flush)
        in_thread(name, lambda: scene.dispatch(Put("b"), context))
        in_thread(name, lambda: scene.adapter.finish(FinishImport("spring")))
        in_thread(name, lambda: scene.adapter.abandon(other.import_id))
    scene.adapter.halt()

    assert scene.left == [("spring/1/1", ["a"]), ("spring/1/2", ["b"])]
    assert (scene.told("finish"), scene.told("abandoned")) == (["spring 2"], ["other"])


def test_the_end_waits_for_what_lane_workers_dispatched(scene: Scene) -> None:
    """I1: a command that was taken is not left behind by an end that overtakes it."""
    context, go = scene.begin("spring"), Event()
    scene.adapter._outbox.put(lambda: go.wait(10))
    in_thread(f"{LANE_THREAD}-0", lambda: scene.dispatch(Put("a"), context))
    finishing = Thread(target=scene.adapter.finish, args=(FinishImport("spring"),))
    finishing.start()
    go.set()
    finishing.join(10)

    assert scene.told("finish") == ["spring 1"]
