"""One transaction for what several threads bring at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest
from attrs import define, field

from importbus.adapters.journal.joining import Joining


@define
class Ledger:
    """Carries out numbers by doubling them; negative ones fail, whoever is with them."""

    transactions: list[list[int]] = field(factory=list)

    def carry_out(self, numbers: Sequence[int]) -> list[int]:
        self.transactions.append(list(numbers))
        for number in numbers:
            if number < 0:
                raise ValueError(f"{number} is negative")
        return [2 * number for number in numbers]


def brought_together(ledger: Ledger, *numbers: int) -> list[Future[int]]:
    """Bring *numbers*, each by a thread of its own, while all of them have to wait."""
    joining = Joining(ledger.carry_out)
    with ThreadPoolExecutor(len(numbers)) as pool:
        with joining._turn:
            futures = []
            for number in numbers:
                futures.append(pool.submit(joining.do, number))
                while len(joining._waiting) < len(futures):
                    Event().wait(0.001)
        return futures


def test_a_task_alone_is_carried_out_at_once() -> None:
    """Nobody waits for company."""
    ledger = Ledger()
    joining = Joining(ledger.carry_out)

    assert [joining.do(3), joining.do(4)] == [6, 8]
    assert ledger.transactions == [[3], [4]]


def test_tasks_that_wait_at_the_same_time_share_a_transaction() -> None:
    """Each thread gets the result of its own."""
    ledger = Ledger()
    done = brought_together(ledger, 1, 2, 3)

    assert [future.result() for future in done] == [2, 4, 6]
    assert ledger.transactions == [[1, 2, 3]]


def test_a_task_that_fails_fails_itself_only() -> None:
    """I10: the others are carried out all the same, and no more than once."""
    ledger = Ledger()
    done = brought_together(ledger, 1, -2, 3)

    assert [done[0].result(), done[2].result()] == [2, 6]
    with pytest.raises(ValueError, match="-2 is negative"):
        done[1].result()
    assert ledger.transactions == [[1, -2, 3], [1], [-2], [3]]
