"""A batch on its way to outcomes: folding, unfolding, sending again, parking behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from attrs import evolve, frozen

from importbus.bus.attachments import Attachment
from importbus.bus.batches import Batch, Envelope
from importbus.bus.messages import LaneCommand, Position, Upsertable
from importbus.bus.outcomes import SUSPECT, Outcome, OutcomeKind
from importbus.bus.work import BatchWork, Item


@frozen
class Put(Upsertable):
    """Set one field of a thing; two of them fold unless a field is called ``alone``."""

    sku: str
    field: str = "name"

    @property
    def key(self) -> str:
        return self.sku

    def fold(self, newer: Self) -> Self | None:
        if "alone" in (self.field, newer.field):
            return None
        return type(self)(self.sku, f"{self.field}+{newer.field}")


@frozen
class Drop(LaneCommand):
    """Delete a thing; never folds."""

    sku: str

    @property
    def key(self) -> str:
        return self.sku


def batch(*commands: LaneCommand, round_number: int = 0, sends: int = 0) -> Batch[LaneCommand]:
    """Return *commands* as a batch, numbered from 1 on."""
    envelopes = tuple(
        Envelope(command, Position("test", n), n, 10, sends)
        for n, command in enumerate(commands, start=1)
    )
    return Batch("spring", "1", 1, 0, type(commands[0]), envelopes, round=round_number)


def sent(items: Sequence[Item]) -> list[LaneCommand]:
    """Return the commands of a piece."""
    return [item.envelope.command for item in items]


def kinds(work: BatchWork) -> list[str]:
    """Return the outcomes of all commands in the order of the batch."""
    return [settled.outcome.kind.value for settled in work.results()]


def test_a_command_whose_file_cannot_be_had_is_not_sent() -> None:
    """It fails with the reason; the others go."""
    whole = batch(Drop("a"), Drop("b"))
    broken = evolve(whole.envelopes[0], attachment=Attachment("a.png", problem="No such file."))
    work = BatchWork(evolve(whole, envelopes=(broken, whole.envelopes[1])))
    items = work.piece(10)
    work.learn(items, [Outcome.deleted()])
    first, _ = work.results()

    assert sent(items) == [Drop("b")]
    assert work.batch_of(items).items == (Drop("b"),)
    assert kinds(work) == ["failed", "deleted"]
    assert (first.outcome.errors[0].message, first.sends) == ("No such file.", 0)


def test_one_item_a_key_and_no_more_than_the_size() -> None:
    """A piece holds the first open item of each key."""
    work = BatchWork(batch(Put("a"), Put("b"), Put("c")))

    assert sent(work.piece(2)) == [Put("a"), Put("b")]


def test_a_batch_that_holds_a_key_twice_does_not_go_as_it_came() -> None:
    """I3, I5: a sink gets a key once in a call, whatever is looked at before."""
    work = BatchWork(batch(Put("a"), Put("b"), Put("A")))

    assert [command.key for command in work.batch_of(work.piece(10)).items] == ["a", "b"]


def test_commands_of_one_key_are_folded_and_the_newest_carries_the_result() -> None:
    """I5: one request says what the commands of a key say, in their order."""
    work = BatchWork(batch(Put("a", "x"), Put("b"), Put("a", "y")))
    items = work.piece(100)
    work.learn(items, [Outcome.created(), Outcome.updated()])

    assert sent(items) == [Put("a", "x+y"), Put("b")]
    assert kinds(work) == ["superseded", "updated", "created"]
    assert work.piece(100) == []


def test_a_folded_command_does_not_carry_the_data_of_one_of_its_parts() -> None:
    """I5: a sink that sends data as it was encoded would send the newest command alone."""
    encoded = batch(Put("a", "x"), Put("a", "y"), Put("b"))
    envelopes = tuple(evolve(each, data=b"{}") for each in encoded.envelopes)
    work = BatchWork(evolve(encoded, envelopes=envelopes))

    assert [item.envelope.data for item in work.piece(100)] == [None, b"{}"]


def test_what_cannot_be_folded_goes_one_after_the_other() -> None:
    """I3: the second command of a key is not in the piece of the first."""
    work = BatchWork(batch(Put("a", "alone"), Put("a", "y")))
    first = work.piece(100)
    work.learn(first, [Outcome.created()])

    assert sent(first) == [Put("a", "alone")]
    assert sent(work.piece(100)) == [Put("a", "y")]


def test_a_refused_folded_item_is_sent_again_one_command_at_a_time() -> None:
    """I10: the good half of a folded line is not lost with the bad one."""
    work = BatchWork(batch(Put("a", "bad"), Put("a", "good")))
    work.learn(work.piece(100), [Outcome.failed("no", status=422)])
    single = work.piece(100)
    work.learn(single, [Outcome.failed("no", status=422)])
    rest = work.piece(100)
    work.learn(rest, [Outcome.created()])

    assert [sent(single), sent(rest)] == [[Put("a", "bad")], [Put("a", "good")]]
    assert kinds(work) == ["failed", "created"]
    assert [settled.sends for settled in work.results()] == [2, 2]


def test_an_item_without_an_answer_is_sent_again_before_newer_commands_of_its_key() -> None:
    """I3: a repeat never overtakes what was dispatched later."""
    work = BatchWork(batch(Drop("a"), Drop("b")))
    work.learn(work.piece(100), [Outcome.unknown()])

    assert sent(work.piece(100)) == [Drop("a"), Drop("b")]
    assert work.piece(100)[0].envelope.sends == 1


def test_a_parked_command_holds_back_the_later_ones_of_its_key() -> None:
    """Followers wait behind: they are parked without having been sent."""
    work = BatchWork(batch(Drop("a"), Drop("a"), Drop("b")))
    work.learn(work.piece(100), [Outcome.parked(wants=["family:mugs"]), Outcome.deleted()])
    results = work.results()

    assert kinds(work) == ["parked", "parked", "deleted"]
    assert results[1].outcome.wants == ("behind:1",)
    assert [settled.sends for settled in results] == [1, 0, 1]


def test_commands_behind_a_parked_one_of_an_earlier_batch_are_not_sent() -> None:
    """The first of a line that must wait takes the rest of its line with it."""
    work = BatchWork(batch(Drop("a"), Drop("b"), Drop("a")), leaders={1: [7]})

    assert sent(work.piece(100)) == [Drop("b")]
    assert work.open == 1


def test_too_many_sends_without_an_answer_make_a_suspect() -> None:
    """Poison: after five sends the item is parked, to be tried alone later."""
    work = BatchWork(batch(Put("a"), Put("b")))
    for _ in range(5):
        items = work.piece(100)
        work.learn(items, [Outcome.unknown(status=500), Outcome.created()][: len(items)])
    suspect = work.results()[0]

    assert kinds(work) == ["parked", "created"]
    assert suspect.outcome.wants == (SUSPECT,)
    assert suspect.sends == 5


def test_a_suspect_that_had_its_turn_alone_is_dead() -> None:
    """Only the poisonous command ends dead."""
    work = BatchWork(batch(Put("a"), round_number=1, sends=5))
    for _ in range(5):
        work.learn(work.piece(100), [Outcome.unknown(status=500)])

    assert work.results()[0].outcome.kind is OutcomeKind.DEAD
    assert work.results()[0].sends == 10


def test_isolated_items_go_alone() -> None:
    """When a call fails for all its items, each shows for itself what it is."""
    work = BatchWork(batch(Put("a"), Put("b"), Put("c")))
    work.isolate(work.piece(2))
    alone = work.piece(100)
    work.learn(alone, [Outcome.failed("no")])

    assert sent(alone) == [Put("a")]
    assert sent(work.piece(100)) == [Put("b")]


def test_a_lost_call_counts_as_a_send() -> None:
    """A delete that is repeated knows that it may have been carried out (404 is then success)."""
    work = BatchWork(batch(Drop("a")))
    work.lost(work.piece(100))

    assert work.piece(100)[0].envelope.sends == 1


def test_what_was_not_sent_uses_up_no_attempt() -> None:
    """A call before it failed: the item goes again, however often, as if nothing had been tried."""
    work = BatchWork(batch(Put("a"), Put("b")), attempts=2)
    work.learn(work.piece(100), [Outcome.updated(), Outcome.unsent()])
    for _ in range(3):
        work.learn(work.piece(100), [Outcome.unsent()])
    work.learn(work.piece(100), [Outcome.created()])

    assert kinds(work) == ["updated", "created"]
    assert [settled.sends for settled in work.results()] == [1, 1]
