"""Several calls at once, with their results in the order in which they were asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")
R = TypeVar("R")

CALLS: Final = 4
"""Calls at a time. Source: akeneo/pim-api-docs, content/rest-api/good-practices."""

AHEAD: Final = 2 * CALLS
"""Results that may wait for an earlier one."""


def side_by_side(work: Callable[[T], R], items: Iterable[T]) -> Iterator[tuple[T, R]]:
    """Yield each of *items* with what *work* makes of it in a thread, in their order.

    Few are worked on ahead of the one that is yielded, however many there are. What *work* raises
    is raised when it is the turn of its item; what has not begun then never does.
    """
    waiting: deque[tuple[T, Future[R]]] = deque()
    pool = ThreadPoolExecutor(CALLS, thread_name_prefix="importbus-export")
    try:
        for item in items:
            waiting.append((item, pool.submit(work, item)))
            if len(waiting) > AHEAD:
                yield _next(waiting)
        while waiting:
            yield _next(waiting)
    finally:
        pool.shutdown(cancel_futures=True)


def _next(waiting: deque[tuple[T, Future[R]]]) -> tuple[T, R]:
    item, future = waiting.popleft()
    return item, future.result()
