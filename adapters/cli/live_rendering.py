"""One look at everything that runs, as people watch it on a screen."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from attrs import frozen
from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, Group, JustifyMethod, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from importbus.adapters.carrier import CONSUMERS
from importbus.adapters.cli.fleet_rendering import fleet
from importbus.adapters.cli.rendering import ORDER, many, state_of
from importbus.adapters.consumer_board import lane_name
from importbus.adapters.live_view import MOMENTS, LiveImport, LiveView
from importbus.adapters.visible_text import visible_line

WIDE = 110
"""Columns from which on there is room for bars and rare counts."""

NARROW = 50
"""Columns below which even a list of imports does not fit, so that all its columns get less."""

FEW = 8
"""Most imports in the list that nobody carries on."""

BAR = 20
"""Columns of a bar."""


@frozen
class LiveScreen:
    """What ``status --watch`` shows: the whole first, then each import that runs, then the fleet.

    A screen that is too small for all of it shows the upper part, each line cut off at its end.
    """

    seen: LiveView
    journal: str

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """Render what fits the width."""
        yield self._head()
        if not self.seen.imports:
            yield Text(f"\nThe journal {self.journal} holds no imports.")
        else:
            yield _imports(self.seen.imports, options.max_width)
        for one in self.seen.imports:
            alone = not self.seen.fleet or one.owner != CONSUMERS  # else the fleet's lanes say it
            yield from _details(one, self.seen.at, lanes=alone)
        if self.seen.fleet:
            yield Text()
            yield from fleet(self.seen.fleet, box=SIMPLE_HEAD)

    def _head(self) -> RenderableType:
        clock = time.strftime("%H:%M:%S", time.localtime(self.seen.at))
        return _line(f"importbus status  {clock}  {self.journal}  q ends", style="reverse")


def lines_of(seen: LiveView) -> Iterator[str]:
    """Yield a line for each import that is carried on, for whoever has no screen."""
    clock = time.strftime("%H:%M:%S", time.localtime(seen.at))
    active = [one for one in seen.imports if one.active]
    for one in active:
        report, left = one.report, _left(one)
        done = sum(report.outcomes.values()) + report.rejected
        parts = [f"{done:,} of {report.read:,}{'' if one.whole else '+'} done"]
        counts = {"failed": report.failures, "rejected": report.rejected, "parked": report.parked}
        parts += [f"{count:,} {name}" for name, count in counts.items() if count]
        parts += [f"{one.rate:,.0f}/s"] if one.rate is not None else []
        parts += [left if left == "reading" else f"{left} left"] if left else []
        yield f"{clock} {report.import_id} {state_of(report, one.owner)}: {', '.join(parts)}"
    if not active:
        yield f"{clock} No import is carried on."


def _imports(imports: Sequence[LiveImport], width: int) -> RenderableType:
    wide = width >= WIDE
    active = [one for one in imports if one.active]
    rest = [one for one in imports if not one.active]
    table = _table(
        "import",
        "state",
        *(("",) if wide else ()),
        "done",
        "of",
        "failed",
        giving_way=0 if width >= NARROW else None,
    )
    for name in (*(("rejected", "parked") if wide else ()), "/s", "left"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in (*active, *rest[:FEW]):
        table.add_row(*_row(one, wide=wide))
    more = len(rest) - FEW
    return Group(table, *([_line(f"  and {more} more")] if more > 0 else []))


def _row(one: LiveImport, *, wide: bool) -> Iterator[RenderableType]:
    report = one.report
    done = sum(report.outcomes.values()) + report.rejected
    yield _line(report.import_id, style="bold" if one.active else "")
    yield _state(one)
    if wide:
        yield ProgressBar(max(report.read, 1), done, width=BAR) if one.whole else Text("")
    yield Text(f"{done:,}")
    yield Text(f"{report.read:,}{'' if one.whole else '+'}")
    yield _bad(report.failures)
    if wide:
        yield _bad(report.rejected)
        yield Text(f"{report.parked:,}")
    yield Text("" if one.rate is None else f"{one.rate:,.0f}")
    yield Text(_left(one))


def _details(one: LiveImport, now: float, *, lanes: bool) -> Iterator[RenderableType]:
    """Yield what is known of an import that is shown in detail."""
    if not one.lanes and not one.moments and not one.report.failure_groups:
        return
    name = one.report.import_id
    owner = f", carried on by {one.owner}" if one.owner else ""
    requests = many(one.report.requests, "request")
    yield Text()
    yield _line(f"{name}: {one.report.seconds:,.0f} s, {requests}{owner}", style="bold")
    if one.report.by_class:
        yield _classes(one)
    if lanes and one.active and one.lanes:
        yield _lanes(one, now)
    if one.report.failure_groups:
        yield _reasons(one)
    for moment in one.moments[-MOMENTS:]:
        clock = time.strftime("%H:%M:%S", time.localtime(moment.at))
        lane = "" if moment.lane is None else f" lane {moment.lane}"
        yield _line(f"  {clock} {moment.kind}{lane}: {moment.detail}")


def _classes(one: LiveImport) -> RenderableType:
    kinds = [kind for kind in ORDER if kind in one.report.outcomes]
    table = _table("class", *kinds, "/s")
    for command, counts in one.report.by_class.items():
        rate = one.rates.get(command)
        cells = (f"{counts[kind]:,}" if kind in counts else "" for kind in kinds)
        name = _line(command.removeprefix("CreateOrUpdate"))
        table.add_row(name, *cells, f"{rate:,.0f}" if rate else "")
    return table


def _lanes(one: LiveImport, now: float) -> RenderableType:
    table = _table("lane", "in work", "batches", "commands", "settled", "waits", giving_way=1)
    for lane in one.lanes:
        ago = "" if lane.settled_at is None else f"{max(0.0, now - lane.settled_at):,.0f} s ago"
        counts = (f"{lane.batches:,}", f"{lane.commands:,}")
        waits = Text(one.hold_up(lane), style="yellow")
        work = (lane.command or "").removeprefix("CreateOrUpdate")
        table.add_row(lane_name(lane.lane), _line(work), *counts, ago, waits)
    return table


def _reasons(one: LiveImport) -> RenderableType:
    table = _table("reason", "failed", "HTTP")
    for group in one.report.failure_groups:
        status = "" if group.status is None else str(group.status)
        table.add_row(_line(group.message), f"{group.count:,}", status)
    return table


def _table(*names: str, giving_way: int | None = 0) -> Table:
    """Return a table with a line a row; in a narrow place column *giving_way*, or all, shrink."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for number, name in enumerate(names):
        text = number == 0 or name in ("state", "in work", "waits", "")
        justify: JustifyMethod = "left" if text else "right"
        table.add_column(name, justify=justify, no_wrap=number != giving_way, min_width=4)
    return table


def _state(one: LiveImport) -> Text:
    state = state_of(one.report, one.owner)
    styles = {"running": "green", "stalled": "red", "interrupted": "yellow", "stopped": "yellow"}
    return Text(state, style=styles.get(state, ""))


def _bad(count: int) -> Text:
    return Text(f"{count:,}", style="red" if count else "")


def _left(one: LiveImport) -> str:
    """Return how long it will take, as ``1:02:03``, or why nobody knows."""
    if one.active and not one.whole:
        return "reading"
    left = one.seconds_left
    if left is None:
        return ""
    minutes, seconds = divmod(round(left), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _line(text: str, *, style: str = "") -> Text:
    """Return *text*, which may be of others, in a line that is cut off where there is no room."""
    return Text(visible_line(text), style=style, overflow="ellipsis", no_wrap=True)
