"""One transaction for what several threads bring at the same time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

from attrs import define, field, frozen

T = TypeVar("T")
R = TypeVar("R")


@define(eq=False)
class _Entry(Generic[T, R]):
    """What a thread brought, and what became of it."""

    task: T
    results: list[R] = field(factory=list)
    error: Exception | None = None

    @property
    def done(self) -> bool:
        return bool(self.results or self.error)


@frozen(eq=False)
class Joining(Generic[T, R]):
    """Carries out tasks of many threads, those that wait at the same time in one go.

    A task that fails together with others is tried again alone, so that it fails only itself.

    Args:
        carry_out: Does several tasks in one transaction, all or none, and returns their results.
    """

    carry_out: Callable[[Sequence[T]], Sequence[R]]
    _waiting: deque[_Entry[T, R]] = field(factory=deque, init=False)
    _turn: Lock = field(factory=Lock, init=False)

    def do(self, task: T) -> R:
        """Return the result of *task* when its transaction is over; raises what it raised."""
        entry = _Entry[T, R](task)
        self._waiting.append(entry)
        with self._turn:  # whoever had it before may have taken this task along
            if not entry.done:
                self._do_all(self._taken())
        if entry.error:
            raise entry.error
        return entry.results[0]

    def _taken(self) -> list[_Entry[T, R]]:
        return [self._waiting.popleft() for _ in range(len(self._waiting))]

    def _do_all(self, entries: list[_Entry[T, R]]) -> None:
        try:
            results = self.carry_out([entry.task for entry in entries])
        except Exception as error:  # noqa: BLE001 - it is raised in the thread that it concerns
            if len(entries) == 1:
                entries[0].error = error
                return
            for entry in entries:
                self._do_all([entry])
        else:
            for entry, result in zip(entries, results, strict=True):
                entry.results.append(result)
