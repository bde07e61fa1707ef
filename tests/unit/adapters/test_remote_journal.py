"""What lane workers tell and ask whose journal is on another machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from attrs import evolve

from importbus.adapters.batch_run import Stopped
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.outcomes import remote_journal
from importbus.adapters.outcomes.intake import Intake
from importbus.adapters.outcomes.remote_journal import RemoteJournal
from importbus.adapters.transports.rabbitmq.failures import BrokerRefused
from importbus.adapters.wiring import open_codec
from importbus.bus.batches import Settled, Settlement
from importbus.bus.errors import LaneLost, UnknownImport
from importbus.bus.following import leaders_of
from importbus.bus.outcomes import Outcome
from journal_desk import RECORD, batch_of, open_journal, product, refused
from told import Line

CODEC = open_codec()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    """A journal in which the import ``spring`` is open."""
    journal = open_journal(tmp_path)
    journal.open_import(evolve(RECORD, shared=True))
    yield journal
    journal.close()


@pytest.fixture
def line(journal: SqliteJournal) -> Line:
    """A way to the recorder, who has *journal*."""
    return Line(Intake(journal, journal.shared, CODEC))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits between two tries."""
    monkeypatch.setattr(remote_journal, "AGAIN", 0.0)


def remote_of(line: Line) -> RemoteJournal:
    """Return the journal as a worker sees it."""
    return RemoteJournal(line, CODEC, Event())


def settlement(outcome: Outcome) -> Settlement:
    """Return the outcome of the first batch, which has one command."""
    batch = batch_of(1, product(1))
    return Settlement(batch, (Settled(batch.envelopes[0], outcome),), 1, 20.0, 101.0)


def test_what_is_settled_far_away_stands_in_the_journal(journal: SqliteJournal, line: Line) -> None:
    """And the batch is not wanted any more."""
    remote, done = remote_of(line), settlement(Outcome.created(201))
    journal.note(done.batch, accepted=1)
    wanted = remote.wants(done.batch)
    remote.settle(done)

    assert wanted
    assert not remote.wants(done.batch)
    assert journal.report("spring").outcomes == {"created": 1}


def test_a_batch_costs_one_question_while_nothing_is_parked(
    journal: SqliteJournal, line: Line
) -> None:
    """The answer serves the worker until its call."""
    remote, batch = remote_of(line), batch_of(1, product(1), product(2))
    journal.note(batch, accepted=2)
    remote.wants(batch)
    leaders = leaders_of(batch, remote)
    remote.quiet("spring")

    assert (leaders, line.asked) == ({}, 1)


def test_a_later_command_waits_behind_a_parked_one(journal: SqliteJournal, line: Line) -> None:
    """Also where the worker that parked it was on another machine."""
    first, second = batch_of(1, product(1)), batch_of(2, evolve(product(1), number=2))
    journal.note(first, second, accepted=2)
    remote_of(line).settle(settlement(refused("family:mugs")))
    remote = remote_of(line)
    remote.wants(second)

    assert leaders_of(second, remote) == {2: [1]}


def test_outcomes_are_told_again_until_they_are_stored(journal: SqliteJournal, line: Line) -> None:
    """A broker that is started again loses none."""
    done = settlement(Outcome.created(201))
    journal.note(done.batch, accepted=1)
    line.lost = remote_journal.TRIES - 1
    remote_of(line).settle(done)

    assert journal.report("spring").outcomes == {"created": 1}


def test_a_batch_whose_outcomes_cannot_be_told_comes_again(line: Line) -> None:
    """I2: it is not acknowledged."""
    line.lost = remote_journal.TRIES
    with pytest.raises(LaneLost, match="spring/1/1"):
        remote_of(line).settle(settlement(Outcome.created(201)))


def test_who_hears_no_answer_asks_again_until_told_to_stop() -> None:
    """Nothing is carried out without the recorder's word."""
    line, stop = Line(None), Event()
    line.silent = lambda: stop.set() if line.asked == 3 else None
    with pytest.raises(Stopped):
        RemoteJournal(line, CODEC, stop).wants(batch_of(1, product(1)))

    assert line.asked == 3


def test_a_broker_that_refuses_is_not_asked_again(line: Line) -> None:
    """Somebody has to mend the cause first."""
    line.lost, line.error = 1, BrokerRefused("403")
    with pytest.raises(BrokerRefused):
        remote_of(line).gate_is_open("spring")


def test_a_name_that_the_recorder_does_not_know_is_an_error(line: Line) -> None:
    """Whoever waits for its end would wait for ever."""
    with pytest.raises(UnknownImport, match="nihgt"):
        remote_of(line).state("nihgt")


def test_what_is_known_of_lost_calls_outlives_a_question_about_the_gate(
    journal: SqliteJournal, line: Line
) -> None:
    """I3: a batch that comes again waits as long as calls take, also behind a gate."""
    done = settlement(Outcome.created(201))
    again = batch_of(2, product(2))
    journal.note(done.batch, again, accepted=2)
    remote = remote_of(line)
    remote.settle(done)
    remote.wants(again)
    before = remote.quiet("spring")
    remote.gate_is_open("spring")

    assert before is not None
    assert remote.quiet("spring") == before


def test_an_open_gate_is_not_asked_about_again(journal: SqliteJournal, line: Line) -> None:
    """A shut one is."""
    remote = remote_of(line)
    shut = [remote.gate_is_open("spring") for _ in range(2)]
    journal.shared.open_gate("spring")
    opened = [remote.gate_is_open("spring") for _ in range(2)]

    assert (shut, opened) == ([False, False], [True, True])
    assert line.asked == 4
