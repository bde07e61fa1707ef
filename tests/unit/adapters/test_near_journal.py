"""What lane workers ask and write that have the recorder's journal themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from attrs import evolve

from fleet_stream import SharedStream
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.one_look import OneLook
from importbus.adapters.outcomes.intake import Intake
from importbus.adapters.outcomes.near_journal import NearJournal
from importbus.adapters.outcomes.remote_journal import RemoteJournal
from importbus.adapters.wiring import open_codec
from importbus.bus.batches import Settled, Settlement
from importbus.bus.following import leaders_of
from importbus.bus.outcomes import Outcome
from journal_desk import RECORD, batch_of, open_journal, product, refused

CODEC = open_codec()

FIRST, SECOND = batch_of(1, product(1)), batch_of(2, evolve(product(1), number=2))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    """A journal in which the import ``spring`` has two batches."""
    journal = open_journal(tmp_path)
    journal.open_import(evolve(RECORD, shared=True))
    journal.note(FIRST, SECOND, accepted=2)
    yield journal
    journal.close()


@pytest.fixture
def stream(journal: SqliteJournal) -> SharedStream:
    """A way to the recorder, who reads when somebody asks."""
    return SharedStream(Intake(journal, journal.shared, CODEC), lambda: False, 4)


def remote_of(stream: SharedStream) -> RemoteJournal:
    """Return the journal as a worker sees it that has none."""
    return RemoteJournal(stream, CODEC, Event())


def near_of(journal: SqliteJournal, stream: SharedStream) -> NearJournal:
    """Return the journal as a worker sees it that has it, and has just taken a lane."""
    look = OneLook(journal, journal.shared)
    near = NearJournal(look, look, remote_of(stream))
    near.took_lane()
    return near


def settlement(outcome: Outcome) -> Settlement:
    """Return the outcome of the first batch."""
    return Settlement(FIRST, (Settled(FIRST.envelopes[0], outcome),), 1, 20.0, 101.0)


def test_who_takes_a_lane_learns_what_its_last_holder_has_told(
    journal: SqliteJournal, stream: SharedStream
) -> None:
    """I3: also what the recorder had not written down, as a command that was parked."""
    remote_of(stream).settle(settlement(refused("family:mugs")))
    near = near_of(journal, stream)
    before = leaders_of(SECOND, near)
    wanted = near.wants(SECOND)

    assert (before, wanted, leaders_of(SECOND, near)) == ({}, True, {2: [1]})


def test_a_batch_that_was_told_of_is_not_carried_out_again(
    journal: SqliteJournal, stream: SharedStream
) -> None:
    """I8: its last holder died before it could acknowledge it."""
    remote_of(stream).settle(settlement(Outcome.created(201)))

    assert not near_of(journal, stream).wants(FIRST)


def test_the_recorder_is_asked_once_for_each_lane_that_is_taken(
    journal: SqliteJournal, stream: SharedStream
) -> None:
    """From then on the journal says everything."""
    near = near_of(journal, stream)
    for _ in range(3):
        near.wants(SECOND)
    near.took_lane()
    near.wants(SECOND)

    assert stream.asked == 2


def test_outcomes_stand_in_the_journal_at_once(
    journal: SqliteJournal, stream: SharedStream
) -> None:
    """I2: before the batch is acknowledged; nothing is told to anybody."""
    near_of(journal, stream).settle(settlement(Outcome.created(201)))

    assert journal.report("spring").outcomes == {"created": 1}
    assert stream.is_empty
