"""The recorder as a publisher sees it: in the journal, where another process may write."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Any

from attrs import define, field

from importbus.adapters.progress import ProgressBoard
from importbus.adapters.threads import carries_imports
from importbus.bus.batches import Batch
from importbus.bus.errors import BusError, ImportFailed, WiringError
from importbus.bus.journal import Journal, Resumption
from importbus.bus.ports import Clock
from importbus.bus.report import Report
from importbus.bus.sharing import ENDED

LOOK = 0.2
"""Seconds between two looks at the journal for whoever waits."""

OVER = (*ENDED, "stalled", "stopped")
"""States in which nobody waits any longer."""


@define(eq=False)
class FleetCompletion:
    """Says when an import that others may carry out is over; implements ``Completion``.

    What producers send is in the journal already; nothing has to be told.
    """

    journal: Journal
    clock: Clock
    on_started: Callable[[], object] = lambda: None
    await_end: Callable[[str], object] = lambda import_id: None
    on_finished: Callable[[str, str, int], object] = lambda import_id, producer, last_seq: None
    error: BusError | None = field(default=None, init=False)
    _boards: dict[str, ProgressBoard] = field(factory=dict, init=False)

    def started(
        self, import_id: str, board: ProgressBoard, *, resumption: Resumption | None = None
    ) -> None:
        """Show the progress of an import on *board* from now on, and call ``on_started``."""
        self._boards[import_id] = board
        self.on_started()
        if resumption:
            self._show(import_id)

    def noted(self, batch: Batch[Any]) -> None:
        """Nothing: the batch is in the journal."""

    def phase(self, import_id: str, producer: str, last_seq: int) -> None:
        """Nothing: it is in the journal."""

    def finished_reading(self, import_id: str, producer: str, last_seq: int) -> None:
        """Show that everything was read, and call ``on_finished``."""
        self._boards[import_id].reading = False
        self.on_finished(import_id, producer, last_seq)

    def abandoned(self, import_id: str) -> None:
        """Nothing: others may go on."""

    def wait(self, import_id: str, *, stop: Event | None = None) -> Report:
        """Return when the import is over, stalled or stopped, or when *stop* is set.

        Raises:
            ImportFailed: It cannot go on in this process; the message says why.
            WiringError: The thread is one of those that carry imports on.
        """
        if carries_imports():
            raise WiringError(
                f"Whoever waits for import {import_id!r} here waits for itself, since sinks and "
                "listeners run in the threads of the lanes: use importing(wait=False)."
            )
        while self._show(import_id).state not in OVER:
            if self.error:
                raise ImportFailed(str(self.error)) from self.error
            if stop and stop.is_set():
                break
            self.clock.sleep(LOOK)
        self._boards.pop(import_id, None)
        report = self.journal.report(import_id)
        if report.state.startswith("finished"):
            self.await_end(import_id)  # so that listeners in this process know it, too
        return report

    def fail(self, error: BusError) -> None:
        """Nothing can go on: whoever waits gets *error*."""
        self.error = self.error or error

    def _show(self, import_id: str) -> Report:
        report = self.journal.report(import_id, groups=0)
        if board := self._boards.get(import_id):
            board.load(report)
        return report
