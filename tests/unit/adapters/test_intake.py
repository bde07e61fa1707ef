"""What the recorder does with what consumers tell and ask."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from attrs import evolve

from importbus.adapters.journal import SqliteJournal
from importbus.adapters.outcomes.intake import Intake
from importbus.adapters.outcomes.messages import (
    MOMENT,
    STATE,
    Answer,
    Question,
    decode,
    encode,
    encode_settlement,
    message_of,
    noted,
)
from importbus.adapters.wiring import open_codec
from importbus.bus.batches import Batch, Settled, Settlement
from importbus.bus.errors import JournalMismatch
from importbus.bus.journal import Moment, ParkedToken
from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import Outcome
from journal_desk import RECORD, batch_of, open_journal, product, refused
from told import Letter

CODEC = open_codec()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    """A journal in which the import ``spring`` is open."""
    journal = open_journal(tmp_path)
    journal.open_import(evolve(RECORD, shared=True))
    yield journal
    journal.close()


@pytest.fixture
def intake(journal: SqliteJournal) -> Intake:
    """The recorder's side of *journal*."""
    return Intake(journal, journal.shared, CODEC, lambda: "/srv/night.db on mill")


def outcomes(batch: Batch[LaneCommand], *kinds: Outcome) -> Letter:
    """Return what a consumer tells of *batch*."""
    results = (Settled(e, kind) for e, kind in zip(batch.envelopes, kinds, strict=True))
    body, content = encode_settlement(
        Settlement(batch, tuple(results), 1, 20.0, 101.0), CODEC, lanes=4
    )
    return Letter(body, content, batch.id)


def asked(intake: Intake, question: Question) -> Answer:
    """Return the answer to *question*."""
    letter = Letter(encode(STATE, question))
    intake.take(letter)
    assert letter.fate == ["acknowledged"]
    assert letter.reply
    return decode(message_of(letter.reply)[1], Answer)


def test_outcomes_are_durable_before_they_are_acknowledged(
    journal: SqliteJournal, intake: Intake
) -> None:
    """I2: and a repeat changes nothing (I8)."""
    batch = batch_of(1, product(1), product(2))
    journal.note(batch, accepted=2)
    letters = [outcomes(batch, Outcome.created(201), Outcome.failed("no")) for _ in range(2)]
    for letter in letters:
        intake.take(letter)
    report = journal.report("spring")

    assert [letter.fate for letter in letters] == [["acknowledged"]] * 2
    assert report.outcomes == {"created": 1, "failed": 1}


def test_messages_in_a_row_are_taken_in_their_order(journal: SqliteJournal, intake: Intake) -> None:
    """A question knows the outcomes before it, and not those behind it."""
    first, second = batch_of(1, product(1)), batch_of(2, product(2))
    journal.note(first, second, accepted=2)
    question = Question("spring", second.id)
    letters = [
        outcomes(first, Outcome.created(201)),
        Letter(encode(STATE, Question("spring", first.id))),
        Letter(encode(STATE, question)),
        Letter(b"{"),
        outcomes(second, Outcome.created(201)),
        Letter(encode(STATE, question)),
    ]
    intake.take(*letters)
    answers = [decode(message_of(one.reply)[1], Answer) for one in letters if one.reply]

    assert [answer.wanted for answer in answers] == [False, True, False]
    assert journal.report("spring").outcomes == {"created": 2}
    assert all(len(letter.fate) == 1 for letter in letters)


def test_what_the_journal_does_not_take_is_not_acknowledged(
    journal: SqliteJournal, intake: Intake, tmp_path: Path
) -> None:
    """I2: it comes again to whoever is the recorder next."""
    batch = batch_of(1, product(1))
    journal.note(batch, accepted=1)
    letter = outcomes(batch, Outcome.created(201))
    with sqlite3.connect(tmp_path / "journal.db") as connection:
        connection.execute("DROP TABLE lane_activity")
    with pytest.raises(Exception, match="lane_activity"):
        intake.take(letter)

    assert letter.fate == []


@pytest.mark.parametrize("what", ["outcomes", "question", "moment"])
def test_another_journals_import_is_left_alone(intake: Intake, what: str) -> None:
    """The error names the right journal; the message comes again to who has it."""
    batch = evolve(batch_of(1, product(1)), import_id="night")
    letter = {
        "outcomes": outcomes(batch, Outcome.created(201)),
        "question": Letter(encode(STATE, Question("night", "night/1/1"))),
        "moment": Letter(encode(MOMENT, noted("night", Moment(1.0, "brake", "slow")))),
    }[what]
    with pytest.raises(JournalMismatch) as caught:
        intake.take(letter)

    assert "'night' belongs to the journal /srv/night.db on mill" in str(caught.value)
    assert letter.fate == []


def test_who_asks_about_a_name_that_does_not_exist_is_told_so(intake: Intake) -> None:
    """Somebody's slip ends no recorder."""
    answer = asked(intake, Question("nihgt"))

    assert (answer.state, answer.wanted) == ("unknown", False)


def test_outcomes_that_cannot_be_kept_are_put_aside_and_the_others_are_not(
    journal: SqliteJournal, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No message ends one recorder after the other."""
    batches = [batch_of(n, product(n)) for n in (1, 2, 3)]
    journal.note(*batches, accepted=3)
    letters = [outcomes(batch, Outcome.created(201)) for batch in batches]
    keep = journal.settle_together

    def settle(settlements: Sequence[Settlement]) -> object:
        if any(one.batch.seq == 2 for one in settlements):
            raise OverflowError("too large")
        return keep(settlements)

    monkeypatch.setattr(journal, "settle_together", settle)
    intake.take(*letters)

    assert letters[0].fate == letters[2].fate == ["acknowledged"]
    assert letters[1].fate == ["put aside: its outcomes cannot be kept: OverflowError"]
    assert journal.report("spring").outcomes == {"created": 2}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "it is no JSON"),
        (b'{"v":1,"kind":"hello"}', "its kind is 'hello'"),
        (b'{"v":2,"kind":"outcomes"}', "its version is 2"),
        (b'{"v":1,"kind":"outcomes"}', "it is no _Outcomes"),
        (b'{"v":1,"kind":"state","import_id":"spring","batch_id":"x"}', "'x' is no batch id"),
    ],
)
def test_what_cannot_be_understood_is_put_aside(intake: Intake, body: bytes, reason: str) -> None:
    """The recorder goes on."""
    letter = Letter(body)
    intake.take(letter)

    (fate,) = letter.fate
    assert fate.startswith("put aside: ")
    assert reason in fate


def test_a_question_is_answered_from_the_journal(journal: SqliteJournal, intake: Intake) -> None:
    """Whether a batch is wanted changes with its outcomes, the gate with the recorder's word."""
    batch = batch_of(1, product(1), lane=None)
    journal.note(batch, accepted=1)
    before = asked(intake, Question("spring", batch.id))
    intake.take(outcomes(batch, Outcome.created(201)))
    journal.shared.open_gate("spring")
    after = asked(intake, Question("spring", batch.id))

    assert (before.wanted, before.gate_open, before.structure_settled_at) == (True, False, 0.0)
    assert (after.wanted, after.gate_open, after.structure_settled_at) == (False, True, 101.0)
    assert (after.state, after.parked, after.held) == ("running", 0, ())


def test_who_asks_for_tokens_learns_which_parked_commands_hold(
    journal: SqliteJournal, intake: Intake
) -> None:
    """A later command of that key must not overtake the parked one."""
    batch = batch_of(1, product(1))
    journal.note(batch, accepted=1)
    intake.take(outcomes(batch, refused("family:mugs")))
    answer = asked(intake, Question("spring", tokens=("product:p1", "product:p2")))

    assert answer.parked == 1
    assert answer.held == (ParkedToken("product:p1", 1, own=True, upsert=True),)


def test_a_moment_stands_in_the_timeline(journal: SqliteJournal, intake: Intake) -> None:
    """With the lane that it concerns."""
    moment = Moment(5.0, "brake", "the PIM is slow", 2)
    letter = Letter(encode(MOMENT, noted("spring", moment)))
    intake.take(letter)

    assert letter.fate == ["acknowledged"]
    assert list(journal.timeline("spring")) == [moment]
