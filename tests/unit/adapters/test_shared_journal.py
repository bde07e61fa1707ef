"""What processes find in the journal that they share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from importbus.adapters.journal import SqliteJournal
from importbus.bus.batches import Batch, Envelope, Settled, Settlement
from importbus.bus.errors import ConfigurationError, ImportFailed
from importbus.bus.journal import ImportRecord
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.outcomes import Outcome, behind
from toy_commands import Put, toy_codec


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    """A journal with the shared import ``spring`` of two producers, the first of which joined."""
    journal = SqliteJournal(str(tmp_path / "journal.db"), toy_codec())
    journal.open_import(ImportRecord("spring", None, (), 2, 100.0, True, 2))
    journal.shared.join("spring", "1")
    yield journal
    journal.close()


def test_nobody_continues_an_import_that_has_ended(journal: SqliteJournal) -> None:
    """I6: who looked before the end was decided does not make it run again."""
    journal.finish("spring", at=101.0)
    with pytest.raises(ConfigurationError, match="'spring' has ended: there is nothing"):
        journal.shared.continue_for("spring", "1")

    assert journal.report("spring").state == "finished"


def test_who_continues_for_a_producer_is_not_one_more(journal: SqliteJournal) -> None:
    """I6: an import of two is not announced while only the first has sent something."""
    journal.shared.continue_for("spring", "1")
    journal.announce("spring", "1.1", "finish", last_seq=0, accepted=0)
    assert not journal.shared.all_announced("spring")

    journal.shared.join("spring", "2")
    journal.announce("spring", "2", "finish", last_seq=0, accepted=0)
    assert journal.shared.all_announced("spring")


def test_an_import_that_was_cancelled_stays_cancelled(journal: SqliteJournal) -> None:
    """The recorder looks first and decides later; what was cancelled in between does not end."""
    journal.shared.cancel("spring", at=101.0)
    journal.finish("spring", at=102.0)
    journal.set_state("spring", "running", at=103.0)

    assert journal.report("spring").state == "cancelled"
    assert journal.shared.untold() == []


def test_nothing_is_announced_for_an_import_that_was_cancelled(journal: SqliteJournal) -> None:
    """I1: what a producer has read and not sent is no part of it any more."""
    journal.shared.cancel("spring", at=101.0)
    with pytest.raises(ImportFailed, match="was cancelled"):
        journal.announce("spring", "1", "phase", last_seq=0, accepted=3)

    assert journal.report("spring").open == 0


def test_batches_without_a_call_do_not_say_how_long_calls_take(journal: SqliteJournal) -> None:
    """I3: who takes a lane over waits for the call of a worker that died, also after these."""
    envelope: Envelope[LaneCommand] = Envelope(Put("a"), Position("a", 1), 1, 9)
    batch: Batch[LaneCommand] = Batch("spring", "1", 1, 0, Put, (envelope,))
    journal.note(batch, accepted=1)
    parked = Settled(envelope, Outcome.parked(wants=[behind(9)]))
    journal.settle(Settlement(batch, (parked,), 0, 0.0, 101.0))

    assert journal.shared.quiet("spring") is None


def test_what_stands_before_a_settled_batch_is_not_withdrawn(journal: SqliteJournal) -> None:
    """I6: one that is settled says that those before it came, and no number is left out."""
    batches = [one_batch(seq) for seq in (1, 2, 3)]
    journal.note(*batches, accepted=3)
    results = (Settled(batches[1].envelopes[0], Outcome.created()),)
    journal.settle(Settlement(batches[1], results, 1, 5.0, 101.0))
    resumption = journal.shared.continue_for("spring", "1")
    stand = journal.shared.stand("spring", 0)
    outlooks = [journal.shared.outlook("spring", "1", one.seq) for one in batches]

    assert [outlook.wanted for outlook in outlooks] == [True, False, False]
    assert stand.announced["1", "finish"] == 2
    assert [Position("a", line) in resumption.settled for line in (1, 2, 3)] == [True, True, False]


def one_batch(seq: int) -> Batch[Put]:
    """Return a batch of one command, on the line of its number."""
    envelope = Envelope(Put(f"p{seq}"), Position("a", seq), seq, 9)
    return Batch("spring", "1", seq, 0, Put, (envelope,))


def test_a_lane_is_noted_as_active_once_a_second(journal: SqliteJournal) -> None:
    """Whoever asks for it waits for a minute or longer; one who did not wait would see all."""
    seen = []
    for seq, at in enumerate((101.0, 101.5, 102.0), 1):
        envelope = Envelope(Put(str(seq)), Position("a", seq), seq, 10)
        batch: Batch[LaneCommand] = Batch("spring", "1", seq, 0, Put, (envelope,))
        journal.note(batch, accepted=seq)
        result = Settled(envelope, Outcome.created())
        journal.settle(Settlement(batch, (result,), 1, 5.0, at))
        seen.append(journal.shared.settled_at([0]))

    assert seen == [101.0, 101.0, 102.0]
