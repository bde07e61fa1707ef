"""Live progress: bars on a terminal, a line every ten seconds elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event
from typing import Protocol

from rich.console import Group
from rich.live import Live
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from importbus.adapters.cli.rendering import many
from importbus.adapters.cli.streams import console, note, on_terminal
from importbus.adapters.progress import Snapshot
from importbus.adapters.threads import alongside

TERMINAL_SECONDS = 0.2
LINE_SECONDS = 10.0


class Shown(Protocol):
    """What progress is shown of."""

    def snapshot(self) -> Snapshot:
        """Return where it stands."""
        ...


@contextmanager
def watch(import_id: str, board: Shown) -> Iterator[None]:
    """Show the progress of an import on standard error until the context is left."""
    if on_terminal():
        bars = Bars()
        with Live(bars.shown, console=console, auto_refresh=False) as live:

            def show() -> None:
                bars.show(board.snapshot())
                live.refresh()

            with every(TERMINAL_SECONDS, show):
                yield
            show()
    else:
        with every(LINE_SECONDS, lambda: note(line_of(import_id, board.snapshot()))):
            yield


class Bars:
    """A bar per command class and one for the whole, and below what else is to be known."""

    def __init__(self) -> None:
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[count]}", justify="right"),
            TextColumn("{task.fields[rate]}", justify="right"),
            TimeRemainingColumn(compact=True, elapsed_when_finished=True),
            console=console,
            expand=True,
        )
        self._notes = Text(overflow="ellipsis", no_wrap=True)
        self.shown = Group(self.progress, self._notes)
        self._tasks: dict[str, TaskID] = {}
        self._whole = self._add("all")

    def show(self, snapshot: Snapshot) -> None:
        """Bring the bars up to date."""
        for name in dict.fromkeys((*snapshot.read, *snapshot.expected)):
            self._update(self._task(name), snapshot.done.get(name, 0), snapshot.total(name))
        self._update(self._whole, sum(snapshot.done.values()), snapshot.total_of_all)
        self._notes.plain = notes(snapshot)

    def _task(self, name: str) -> TaskID:
        if name not in self._tasks:
            self._tasks[name] = self._add(name.removeprefix("CreateOrUpdate"))
        return self._tasks[name]

    def _add(self, label: str) -> TaskID:
        return self.progress.add_task(label, total=None, count="", rate="")

    def _update(self, task: TaskID, done: int, total: int | None) -> None:
        count = f"{done:,}/{'?' if total is None else f'{total:,}'}"
        self.progress.update(task, completed=done, total=total, count=count)
        speed = self.progress.tasks[self.progress.task_ids.index(task)].speed
        self.progress.update(task, rate=f"{speed:,.0f}/s" if speed else "")


def notes(snapshot: Snapshot) -> str:
    """Return lanes in use and what needs attention, in a few words."""
    parts = [f"{many(len(snapshot.busy), 'lane')} in use"] if snapshot.busy else []
    parts += [f"{reason}: {lanes}" for reason, lanes in waits(snapshot.waits).items()]
    failed = snapshot.outcomes.get("failed", 0) + snapshot.outcomes.get("dead", 0)
    counts = {"parked": snapshot.parked, "failed": failed, "rejected": snapshot.rejected}
    parts += [f"{count:,} {name}" for name, count in counts.items() if count]
    parts += [f"round {snapshot.round}"] if snapshot.round else []
    return ", ".join(parts)


def waits(reasons: Mapping[int | None, str]) -> dict[str, str]:
    """Return which lanes wait, by the reason; the structure lane comes first."""
    found: dict[str, list[int | None]] = {}
    for lane in sorted(reasons, key=lambda lane: -1 if lane is None else lane):
        found.setdefault(reasons[lane], []).append(lane)
    return {reason: _lanes(lanes) for reason, lanes in found.items()}


def _lanes(lanes: list[int | None]) -> str:
    """Return ``structure, lanes 0 1 3``."""
    numbers = [str(lane) for lane in lanes if lane is not None]
    named = [f"lane{'s' if len(numbers) > 1 else ''} {' '.join(numbers)}"] if numbers else []
    return " and ".join((["structure"] if None in lanes else []) + named)


def line_of(import_id: str, snapshot: Snapshot) -> str:
    """Return how far an import is, in one line."""
    done, total = sum(snapshot.done.values()), snapshot.total_of_all
    read = f"{sum(snapshot.read.values()):,}+" if total is None else f"{total:,}"
    parts = [f"{import_id}: {done:,} of {read} done", many(snapshot.requests, "request")]
    return ", ".join([*parts, *filter(None, [notes(snapshot)])])


@contextmanager
def every(seconds: float, show: Callable[[], None]) -> Iterator[None]:
    """Call *show* now and then in a thread, until the context is left."""

    def run(over: Event) -> None:
        while not over.wait(seconds):
            show()

    with alongside(run, "importbus-progress"):
        yield
