"""The sending side of one import: what leaves, why, in which order, and what a failure leaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import define, field

from importbus.adapters import open_import
from importbus.adapters.open_import import RECENT, JournalEntries, OpenImport, Way
from importbus.adapters.opening import first_number
from importbus.bus.batching import Limits
from importbus.bus.context import ImportContext
from importbus.bus.errors import (
    ImportFailed,
    JournalError,
    SinkRefused,
    TransportClosed,
    TransportUnavailable,
)
from importbus.bus.journal import ImportRecord, LaneEntry
from importbus.bus.messages import LaneCommand, Position
from lane_fakes import Notes, NotingJournal, NotingRecorder, NotingTransport
from toy_commands import Drop, Picture, Put, PutKind

SMALL = Limits(lines=2, commands=10, bytes=100, open_bytes=60, linger=10.0)


@define
class Scene:
    """An open import with two lines a batch, whose surroundings note what is asked of them."""

    folder: Path
    durable: bool = False
    notes: Notes = field(factory=Notes)
    journal: NotingJournal = field(init=False)
    transport: NotingTransport = field(init=False)
    recorder: NotingRecorder = field(init=False)
    opened: OpenImport = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.journal = NotingJournal(self.folder, self.notes)
        self.journal.open_import(ImportRecord("spring", None, (), 1, 100.0))
        self.transport = NotingTransport(self.notes, durable=self.durable)
        self.recorder = NotingRecorder(self.notes, self.journal)
        codec = self.journal._codec
        way = Way(self.transport, self.journal, codec, self.recorder)
        self.opened = OpenImport(ImportContext("spring"), way, SMALL, {}, 0.0)

    def take(self, *commands: LaneCommand, size: int = 1, at: Path | None = None) -> None:
        for line, command in enumerate(commands, 1):
            position = Position(str(at / "a.jsonl"), line) if at else None
            self.opened.take(command, position, size, 0.0)

    @property
    def log(self) -> list[str]:
        return self.notes.log

    @property
    def left(self) -> list[tuple[int, str, list[str]]]:
        return [(b.seq, b.reason, [c.key for c in b.items]) for b in self.transport.published]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """An import that was just opened."""
    scene = Scene(tmp_path)
    yield scene
    scene.journal.close()


def test_a_full_batch_is_written_down_before_it_is_published(scene: Scene) -> None:
    """What a crash leaves behind is known: first the note, then the queue."""
    scene.take(Put("a"), Put("b"), Put("c"))

    assert scene.log == ["note 1", "publish 1"]
    assert scene.left == [(1, "full", ["a", "b"])]


def test_what_a_durable_transport_has_stored_is_confirmed(tmp_path: Path) -> None:
    """Resuming need not repeat it."""
    scene = Scene(tmp_path, durable=True)
    scene.take(Put("a"), Put("b"))

    assert scene.log == ["note 1", "publish 1", "confirm 1"]
    scene.journal.close()


def test_each_file_travels_in_a_message_of_its_own(tmp_path: Path) -> None:
    """In a durable queue; what fills a batch is the same, and so is the order."""
    (tmp_path / "a.png").write_bytes(b"png")
    scene = Scene(tmp_path, durable=True)
    scene.take(Put("a"), *(Picture(sku, str(tmp_path / "a.png")) for sku in "ab"), at=tmp_path)
    files = [e.attachment for batch in scene.transport.published for e in batch.envelopes]

    assert scene.left == [(1, "key", ["a"]), (2, "full", ["a"]), (3, "full", ["b"])]
    assert [file.content for file in files if file] == [b"png", b"png"]
    scene.journal.close()


def test_a_file_that_cannot_be_had_fails_before_it_is_published(tmp_path: Path) -> None:
    """Its outcome is durable at once, with the reason; the batch counts as published."""
    scene = Scene(tmp_path, durable=True)
    scene.take(Picture("a", "none.png"), Picture("b", "../b.png"), at=tmp_path)
    report = scene.journal.report("spring")

    assert scene.log == ["note 1", "settle 1", "confirm 1", "note 2", "settle 2", "confirm 2"]
    assert (report.outcomes, report.open) == ({"failed": 2}, 0)
    assert [failure.errors[0].message for failure in scene.journal.failures("spring")] == [
        f"none.png is no file in {tmp_path}.",
        f"../b.png leads outside of {tmp_path}.",
    ]
    scene.journal.close()


def test_in_memory_files_stay_where_they_are(scene: Scene, tmp_path: Path) -> None:
    """Nothing is read into memory; what cannot be had is known, too."""
    (tmp_path / "a.png").write_bytes(b"png")
    scene.take(Picture("a", "a.png"), Picture("b", "none.png"), at=tmp_path)
    (batch,) = scene.transport.published
    found, missing = (envelope.attachment for envelope in batch.envelopes)

    assert found
    assert missing
    assert (found.path, found.content) == (str(tmp_path / "a.png"), None)
    assert missing.problem


def test_an_unconfirmed_batch_is_not_marked(tmp_path: Path) -> None:
    """A publish that fails must not look as if it had been stored."""
    scene = Scene(tmp_path, durable=True)
    scene.notes.failing["publish"] = [TransportUnavailable("no broker")]
    scene.take(Put("a"), Put("b"))

    assert scene.log == ["note 1", "publish 1"]
    scene.journal.close()


def test_a_batch_that_could_not_be_sent_goes_first_under_its_own_id(scene: Scene) -> None:
    """I3: the lane's order and the batch's name survive a failure."""
    scene.notes.failing["publish"] = [TransportUnavailable("no broker")]
    scene.take(Put("a"), Put("b"))
    scene.take(Put("c"), Put("d"))

    assert scene.left == [(1, "full", ["a", "b"]), (2, "full", ["c", "d"])]


def test_the_command_that_filled_a_batch_is_not_to_blame_for_its_sending(scene: Scene) -> None:
    """It was taken, so its dispatch succeeds; the next one is kept out while nothing moves."""
    scene.notes.failing["publish"] = [TransportUnavailable("no broker")] * 2
    scene.take(Put("a"), Put("b"))
    with pytest.raises(TransportUnavailable, match="no broker"):
        scene.take(Put("c"))
    scene.take(Put("c"))
    scene.opened.finish()

    assert scene.left == [(1, "full", ["a", "b"]), (2, "finish", ["c"])]
    assert scene.opened.accepted == 3


def test_nothing_piles_up_while_nothing_can_be_sent(scene: Scene) -> None:
    """I7: a source that goes on in spite of errors fills no memory."""
    scene.notes.failing["note"] = [JournalError("the disk is full")] * 50
    for n in range(50):
        try:
            scene.take(Put(f"p{n}"))
        except JournalError:
            continue

    assert scene.opened.accepted == 2


def test_a_failure_while_structure_is_sent_loses_nothing(scene: Scene) -> None:
    """I1: what leaves with the gate keeps its place in line behind the announcement."""
    scene.notes.failing["publish"] = [TransportUnavailable("no broker")]
    scene.take(PutKind("k"), Put("a"), Put("b"))
    scene.opened.finish()

    assert scene.log[2:] == [
        "note 1", "publish 1", "announce phase 1", "phase 1", "note 2", "publish 2",
        "announce finish 2", "finish spring 2",
    ]  # fmt: skip
    assert [(b.seq, b.gated) for b in scene.transport.published] == [(1, False), (2, True)]


def test_a_failing_announcement_of_the_structure_is_repeated(scene: Scene) -> None:
    """Without it the gate would stay shut until its time is up."""
    scene.notes.failing["announce"] = [JournalError("locked")]
    scene.take(PutKind("k"), Put("a"), Put("b"))
    scene.opened.flush()

    assert scene.log[2:6] == ["announce phase 1", "announce phase 1", "phase 1", "note 2"]


def test_structure_is_announced_before_the_catalogue_which_is_gated(scene: Scene) -> None:
    """All open structure leaves first, for its rank, and only then the first catalogue batch."""
    scene.take(PutKind("k"), Put("a"), Put("b"), Put("c"), Put("d"))

    assert scene.log.index("phase 1") < scene.log.index("note 2")
    assert scene.left[0] == (1, "rank", ["k"])
    assert [batch.gated for batch in scene.transport.published] == [False, True, True]


def test_without_structure_there_is_no_gate(scene: Scene) -> None:
    """Nobody waits for what never comes."""
    scene.take(Put("a"), Put("b"))
    scene.opened.finish()

    assert [batch.gated for batch in scene.transport.published] == [False]
    assert "phase 1" not in scene.log


def test_structure_is_sent_first_whatever_came_first(scene: Scene) -> None:
    """Also when a small import leaves as a whole: the delete has the lower rank."""
    scene.take(Drop("a"), PutKind("k"))
    scene.opened.finish()

    assert scene.left == [(1, "finish", ["k"]), (2, "finish", ["a"])]
    assert [batch.gated for batch in scene.transport.published] == [False, True]


def test_a_batch_lingers_while_its_lane_is_busy(scene: Scene) -> None:
    """By age alone small batches would cost more calls than they save time."""
    scene.take(Put("a"), Put("b"), Put("c"))
    scene.opened.tick(99.0)
    busy = len(scene.left)
    delivery = scene.transport.lease(0).receive(0)
    assert delivery is not None
    delivery.ack()
    scene.opened.tick(9.9)
    young = len(scene.left)
    scene.opened.tick(10.0)

    assert (busy, young) == (1, 1)
    assert scene.left[1:] == [(2, "linger", ["c"])]


def test_a_tick_sends_what_could_not_be_sent_before(scene: Scene) -> None:
    """No further command is needed for it."""
    scene.notes.failing["publish"] = [TransportUnavailable("no broker")]
    scene.take(Put("a"), Put("b"))
    scene.opened.tick(0.0)

    assert [seq for seq, _, _ in scene.left] == [1]


@pytest.mark.parametrize(("size", "left"), [(25, []), (26, [(1, "bound", ["a"])])])
def test_open_batches_are_bounded_together(
    scene: Scene, size: int, left: list[tuple[int, str, list[str]]]
) -> None:
    """I7: the largest one leaves when all classes together hold too much."""
    scene.take(Put("a"), size=35)
    scene.take(Drop("b"), size=size)

    assert scene.left == left


def test_the_end_is_announced_behind_the_last_batch(scene: Scene) -> None:
    """With the seq of the last batch and everything that was read."""
    scene.take(Put("a"), Put("b"), Put("c"))
    scene.opened.finish()

    assert scene.log[-4:] == ["note 2", "publish 2", "announce finish 2", "finish spring 2"]
    assert scene.journal.report("spring").read == 3


def test_the_end_is_announced_once(scene: Scene) -> None:
    """A second one changes nothing."""
    scene.opened.finish()
    scene.opened.finish()

    assert scene.log == ["announce finish 0", "finish spring 0"]


def test_an_end_that_could_not_be_written_down_is_announced_the_next_time(scene: Scene) -> None:
    """An import must not be closed and unfinished."""
    scene.notes.failing["announce"] = [JournalError("locked")]
    with pytest.raises(JournalError):
        scene.opened.finish()
    closed = scene.opened.closed
    scene.opened.finish()

    assert not closed
    assert scene.log[-1] == "finish spring 0"


def test_a_closed_queue_is_explained(scene: Scene) -> None:
    """Who dispatches hears why nothing goes on, not that a queue is closed."""
    scene.take(Put("a"))
    scene.recorder.error = SinkRefused("wrong credentials")
    scene.transport.close()

    with pytest.raises(ImportFailed, match="wrong credentials"):
        scene.opened.flush()


def test_a_queue_that_was_merely_closed_stays_an_error_of_the_transport(scene: Scene) -> None:
    """Nothing else is known."""
    scene.take(Put("a"))
    scene.transport.close()

    with pytest.raises(TransportClosed):
        scene.opened.flush()


def test_a_command_without_a_position_is_named_by_its_number(scene: Scene) -> None:
    """One that was read somewhere keeps its line."""
    first = scene.opened.take(Put("a"), None, 1, 0.0)
    second = scene.opened.take(Put("b"), Position("prices.csv", 7), 1, 0.0)

    assert first.position == Position("dispatch", 1)
    assert second.position == Position("prices.csv", 7)


def test_a_command_that_cannot_be_routed_is_not_counted(scene: Scene) -> None:
    """I1: the dispatch fails, so nothing was read."""
    scene.take(Put("a"))
    scene.opened._router.route = lambda *_: 1 / 0  # type: ignore[method-assign,assignment]
    with pytest.raises(ZeroDivisionError):
        scene.take(Put("b"))

    assert (scene.opened.accepted, scene.opened.number) == (1, 1)


def test_who_continues_for_a_producer_that_noted_nothing_keeps_its_numbers(tmp_path: Path) -> None:
    """I1: the commands of two producers never have one number, under which they are parked."""
    scene = Scene(tmp_path)
    scene.journal.shared.join("spring", "2")
    scene.opened.number = first_number("2")

    scene.opened.resume(scene.journal.shared.continue_for("spring", "2"))

    assert scene.opened.number == first_number("2")


def many(tmp_path: Path, at_once: int = 4) -> Scene:
    """Return an import over a transport that is better off with *at_once* batches together."""
    scene = Scene(tmp_path, durable=True)
    scene.transport.at_once = at_once
    return scene


def fill(scene: Scene, batches: int) -> None:
    """Fill so many batches."""
    first = scene.opened.number
    scene.take(*(Put(f"p{first + n}") for n in range(2 * batches)))


def test_batches_wait_for_each_other_twice_as_many_each_time(tmp_path: Path) -> None:
    """The first one goes by itself: a worker may be waiting for it."""
    scene = many(tmp_path)
    fill(scene, batches=11)

    published = [line for line in scene.log if line.startswith("publish")]
    assert published == ["publish 1", "publish 2 3", "publish 4 5 6 7", "publish 8 9 10 11"]
    assert scene.log[3:6] == ["note 2 3", "publish 2 3", "confirm 2 3"]
    scene.journal.close()


def test_batches_wait_for_each_other_until_the_next_tick(tmp_path: Path) -> None:
    """A slow producer keeps nobody waiting."""
    scene = many(tmp_path)
    fill(scene, batches=2)
    waiting = len(scene.left)
    scene.opened.tick(0.0)

    assert (waiting, len(scene.left)) == (1, 2)
    scene.journal.close()


def test_batches_that_wait_go_when_they_hold_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I7: what is in line is bounded in bytes, too."""
    monkeypatch.setattr(open_import, "TOGETHER_BYTES", 10)
    scene = many(tmp_path)
    scene.opened._together = 4
    scene.take(*(Put(f"p{n}") for n in range(8)), size=2)
    held = scene.opened._unsent_bytes
    scene.take(*(Put(f"q{n}") for n in range(4)), size=2)

    assert "publish 1 2 3" in scene.log
    assert held < 10
    scene.journal.close()


def test_batches_that_could_not_be_sent_together_keep_the_next_command_out(tmp_path: Path) -> None:
    """I3, I7: they stay in line, and go first under their own ids."""
    scene = many(tmp_path)
    fill(scene, batches=1)
    scene.notes.failing["publish"] = [TransportUnavailable("the disk is full")] * 2
    fill(scene, batches=2)
    with pytest.raises(TransportUnavailable):
        scene.take(Put("kept out"))
    scene.opened.finish()

    assert [seq for seq, _, _ in scene.left] == [1, 2, 3]
    assert (scene.opened.accepted, scene.log.count("note 2 3")) == (6, 3)
    scene.journal.close()


def test_the_structure_is_announced_between_batches_that_wait(tmp_path: Path) -> None:
    """What is in line keeps its order, whatever goes together."""
    scene = many(tmp_path)
    scene.opened._together = 4
    scene.take(PutKind("k1"), PutKind("k2"), PutKind("k3"), Put("a"), Put("b"))
    scene.opened.flush()

    assert [line for line in scene.log if not line.startswith(("note", "confirm"))] == [
        "publish 1 2",
        "announce phase 2",
        "phase 2",
        "publish 3",
    ]
    scene.journal.close()


def test_lane_entries_that_were_asked_for_are_at_hand(scene: Scene) -> None:
    """I7: not the others, which are mostly of variants, and only so many."""
    entries = JournalEntries(scene.journal, "spring")
    for n in range(RECENT + 1):
        entries.put(f"product:{n}", LaneEntry(0, None))
    entries.get("product:7")
    scene.journal.remember_lane("spring", "product:7", LaneEntry(3, "other"))
    scene.journal.remember_lane("spring", "product:8", LaneEntry(3, "other"))

    assert entries.get("product:7") == LaneEntry(0, None)
    assert entries.get("product:8") == LaneEntry(3, "other")
    assert len(entries._recent) == 2
    assert all(entries.get(f"product:{n}") for n in range(RECENT + 1))
    assert len(entries._recent) == RECENT


def test_a_lane_entry_at_hand_can_change(scene: Scene) -> None:
    """What is put last counts, as in the journal."""
    entries = JournalEntries(scene.journal, "spring")
    for lane in (0, 1):
        entries.put("product:7", LaneEntry(lane, None))
        assert entries.get("product:7") == LaneEntry(lane, None)


def test_a_file_is_published_by_itself(tmp_path: Path) -> None:
    """I7: of the files that wait in line the bytes of one are in memory, and no more."""
    (tmp_path / "a.png").write_bytes(b"png")
    scene = many(tmp_path, at_once=16)
    fill(scene, batches=7)
    files = [Picture("c", "a.png"), Picture("d", "a.png")]
    scene.take(Put("a"), Put("b"), *files, Put("e"), Put("f"), at=tmp_path)
    scene.opened.finish()
    published = [line for line in scene.log if line.startswith("publish")]

    assert published[3:] == ["publish 8", "publish 9", "publish 10", "publish 11"]
    scene.journal.close()
