"""The outbox: in order, in one thread of its own, and never an error that stops the rest."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event, Thread, current_thread

import pytest

from importbus.adapters.outbox import Outbox
from importbus.bus.errors import BusClosed


def note_thread(ran: list[tuple[int, str]], n: int) -> None:
    """Note which task ran in which thread."""
    ran.append((n, current_thread().name))


def in_turn(*tasks: Callable[[], object]) -> Callable[[], None]:
    """Return one task that does all of them."""

    def run() -> None:
        for task in tasks:
            task()

    return run


def test_tasks_run_in_order_in_a_thread_of_their_own() -> None:
    """Whoever puts one in goes on at once."""
    outbox, ran = Outbox(), list[tuple[int, str]]()
    for n in range(100):
        outbox.put(partial(note_thread, ran, n))
    outbox.close()

    assert ran == [(n, "importbus-outbox") for n in range(100)]


def test_a_task_that_fails_does_not_stop_those_behind_it() -> None:
    """Its error is logged, since nobody waits for it."""
    outbox, ran = Outbox(), list[str]()
    outbox.put(lambda: 1 / 0)
    outbox.put(lambda: ran.append("behind"))
    outbox.close()

    assert ran == ["behind"]


def test_draining_waits_for_what_was_put_in_before() -> None:
    """And for nothing else: tasks that come later are not waited for."""
    outbox, go, ran = Outbox(), Event(), list[str]()
    outbox.put(in_turn(partial(go.wait, 10), partial(ran.append, "first")))
    draining = Thread(target=in_turn(outbox.drain, partial(ran.append, "drained")))
    draining.start()
    go.set()
    draining.join(10)

    assert ran == ["first", "drained"]
    outbox.close()


def test_draining_from_inside_does_not_wait_for_itself() -> None:
    """A task that finishes an import drains what it stands in."""
    outbox, ran = Outbox(), list[str]()
    outbox.put(in_turn(outbox.drain, partial(ran.append, "done")))
    outbox.close()

    assert ran == ["done"]


def test_an_outbox_that_nobody_used_has_nothing_to_wait_for() -> None:
    """No thread is started, so draining and closing return at once, also twice."""
    outbox = Outbox()
    outbox.drain()
    outbox.close()
    outbox.close()

    outbox.drain()


def test_a_closed_outbox_takes_nothing() -> None:
    """What would never run must not look as if it had been taken."""
    outbox = Outbox()
    outbox.close()

    with pytest.raises(BusClosed):
        outbox.put(lambda: None)


def test_many_threads_share_one_thread() -> None:
    """However many begin at once, tasks of each run in order, and no two at a time."""
    outbox, ran, names = Outbox(), list[tuple[int, int]](), set[int]()
    task = note_for(ran, names)
    threads = [Thread(target=put_ten, args=(outbox, task, who)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outbox.close()

    assert len(names) == 1
    assert [[n for who, n in ran if who == one] for one in range(8)] == [list(range(10))] * 8


def note_for(ran: list[tuple[int, int]], names: set[int]) -> Callable[[int, int], None]:
    """Return a task that notes who put it in, and the thread that runs it."""

    def note(who: int, n: int) -> None:
        ran.append((who, n))
        names.add(current_thread().ident or 0)

    return note


def put_ten(outbox: Outbox, note: Callable[[int, int], None], who: int) -> None:
    """Put ten tasks in."""
    for n in range(10):
        outbox.put(partial(note, who, n))
