"""Leases: one holder at a time, known by its epoch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from importbus.adapters.sqlite_file import Database
from importbus.adapters.transports.leases import Leases
from importbus.adapters.transports.sqlite_schema import QUEUE
from importbus.bus.errors import LaneLost, TransportUnavailable


@pytest.fixture
def leases(tmp_path: Path) -> Iterator[Leases]:
    """Leases of 30 seconds in a new file."""
    database = Database(str(tmp_path / "queue.db"), QUEUE)
    yield Leases(database, 30.0)
    database.close()


def test_a_lease_has_one_holder(leases: Leases) -> None:
    """Who comes second is told who was first."""
    leases.take("lane.0", "ann", 100.0)

    with pytest.raises(TransportUnavailable, match=r"lane\.0 is held by ann"):
        leases.take("lane.0", "bob", 129.9)


def test_a_lease_ends_without_a_sign_of_life(leases: Leases) -> None:
    """After its seconds anybody may take it, and the former holder can be told from the new one."""
    first = leases.take("lane.0", "ann", 100.0)
    second = leases.take("lane.0", "bob", 130.0)

    assert (first.epoch, second.epoch) == (1, 2)
    with pytest.raises(LaneLost, match=r"lane\.0"):
        leases.renew(first, 130.0)


def test_a_sign_of_life_makes_it_last(leases: Leases) -> None:
    """It counts from the last one on."""
    lease = leases.take("lane.0", "ann", 100.0)
    leases.renew(lease, 125.0)

    with pytest.raises(TransportUnavailable):
        leases.take("lane.0", "bob", 150.0)
    leases.renew(lease, 150.0)


def test_a_lease_that_has_ended_is_not_renewed(leases: Leases) -> None:
    """Not even when nobody has taken it: whoever sleeps for so long has to take it again."""
    lease = leases.take("lane.0", "ann", 100.0)

    with pytest.raises(LaneLost):
        leases.renew(lease, 131.0)


def test_what_is_given_back_can_be_taken_at_once(leases: Leases) -> None:
    """Nobody waits for the end of a lease whose holder has left; giving back twice is harmless."""
    lease = leases.take("lane.0", "ann", 100.0)
    leases.give_back(lease, 101.0)
    again = leases.take("lane.0", "bob", 101.0)
    leases.give_back(lease, 102.0)

    with pytest.raises(TransportUnavailable, match="bob"):
        leases.take("lane.0", "cid", 103.0)
    assert again.epoch == 2


def test_a_lease_is_held_until_the_time_that_was_written(leases: Leases) -> None:
    """Nobody takes it before; behind that time the file is asked, and says no."""
    lease = leases.take("lane.0", "ann", 100.0)
    leases.verify(lease, 129.9)
    with pytest.raises(LaneLost):
        leases.verify(lease, 130.0)


def test_a_renewed_lease_is_held_for_longer(leases: Leases) -> None:
    """Whoever gives signs of life may go on without asking the file."""
    lease = leases.take("lane.0", "ann", 100.0)
    leases.renew(lease, 125.0)
    leases.verify(lease, 154.9)
    leases.give_back(lease, 154.9)

    with pytest.raises(LaneLost):
        leases.verify(lease, 154.9)


def test_a_lease_that_another_object_renewed_is_asked_for(leases: Leases) -> None:
    """What this one knows is not all there is."""
    lease = leases.take("lane.0", "ann", 100.0)
    Leases(leases.database, 30.0).renew(lease, 125.0)

    leases.verify(lease, 140.0)
