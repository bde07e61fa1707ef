"""Live progress: bars on a terminal, a line every ten seconds elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from importbus.adapters.cli.session import console
from importbus.adapters.progress import ProgressBoard, Snapshot

TERMINAL_SECONDS = 0.2
LINE_SECONDS = 10.0


@contextmanager
def watch(import_id: str, board: ProgressBoard) -> Iterator[None]:
    """Show the progress of an import on standard error until the context is left."""
    if console.is_terminal:
        with _bars() as bars:
            shown = Bars(bars)
            with _every(TERMINAL_SECONDS, lambda: shown.show(board.snapshot())):
                yield
    else:
        with _every(LINE_SECONDS, lambda: _print_line(line_of(import_id, board.snapshot()))):
            yield


def _bars() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
        console=console,
    )


class Bars:
    """A bar per command class, and a line for the whole."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}
        self._whole = progress.add_task("all", total=None, rate="", note="")

    def show(self, snapshot: Snapshot) -> None:
        """Bring the bars up to date."""
        for name, read in snapshot.read.items():
            self._update(self._task(name), snapshot.done.get(name, 0), read)
        done, read = sum(snapshot.done.values()), sum(snapshot.read.values())
        self._update(self._whole, done, read)
        self._progress.update(self._whole, note=notes(snapshot))

    def _task(self, name: str) -> TaskID:
        if name not in self._tasks:
            label = name.removeprefix("CreateOrUpdate")
            self._tasks[name] = self._progress.add_task(label, total=None, rate="", note="")
        return self._tasks[name]

    def _update(self, task: TaskID, done: int, read: int) -> None:
        self._progress.update(task, completed=done, total=read)
        speed = self._progress.tasks[self._progress.task_ids.index(task)].speed
        self._progress.update(task, rate=f"{speed:,.0f}/s" if speed else "")


def notes(snapshot: Snapshot) -> str:
    """Return lanes in use and what needs attention, in a few words."""
    parts = [f"lanes {len(snapshot.busy)}"]
    parts += [f"{reason} {_lane(lane)}" for lane, reason in sorted_waits(snapshot)]
    failed = snapshot.outcomes.get("failed", 0) + snapshot.outcomes.get("dead", 0)
    counts = {"parked": snapshot.parked, "failed": failed, "rejected": snapshot.rejected}
    parts += [f"{count:,} {name}" for name, count in counts.items() if count]
    parts += [f"round {snapshot.round}"] if snapshot.round else []
    return ", ".join(parts)


def sorted_waits(snapshot: Snapshot) -> list[tuple[int | None, str]]:
    """Return why lanes wait, the structure lane first."""
    return sorted(snapshot.waits.items(), key=lambda wait: -1 if wait[0] is None else wait[0])


def _lane(lane: int | None) -> str:
    return "structure" if lane is None else f"lane {lane}"


def line_of(import_id: str, snapshot: Snapshot) -> str:
    """Return how far an import is, in one line."""
    done, read = sum(snapshot.done.values()), sum(snapshot.read.values())
    more = "+" if snapshot.reading else ""
    return (
        f"{import_id}: {done:,} of {read:,}{more} done, {snapshot.requests:,} requests, "
        f"{notes(snapshot)}"
    )


def _print_line(line: str) -> None:
    console.print(line, markup=False, soft_wrap=True)


@contextmanager
def _every(seconds: float, show: Callable[[], None]) -> Iterator[None]:
    """Call *show* now and then in a thread, and once more at the end."""
    over = Event()

    def run() -> None:
        while not over.wait(seconds):
            show()

    thread = Thread(target=run, name="importbus-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        show()
