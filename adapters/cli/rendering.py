"""Accounts of imports as people read them."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from attrs import frozen
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from importbus.adapters.carrier import CONSUMERS
from importbus.adapters.failed_source import NAME as FAILED
from importbus.adapters.visible_text import visible
from importbus.bus.journal import Moment
from importbus.bus.report import FailureGroup, Report
from importbus.bus.sharing import ENDED

ORDER = (
    "created", "updated", "deleted", "uploaded", "unchanged", "superseded", "failed", "dead",
    "cancelled",
)  # fmt: skip

UNFINISHED = ("running", "stopped", "stalled")
"""States from which an import is continued."""

TABLE_COLUMNS = 100
"""Columns from which on a list of imports is a table; in less it would be folds and no text."""


def many(count: int, noun: str) -> str:
    """Return ``1 request``, ``2,000 requests`` or ``3 batches``."""
    ending = "es" if noun.endswith("ch") else "s"
    return f"{count:,} {noun}{'' if count == 1 else ending}"


def account(
    report: Report,
    *,
    kept: bool = True,
    owner: str | None = None,
    sources: Sequence[str] = (),
    shared: bool = False,
    left: tuple[int, int] | None = None,
) -> RenderableType:
    """Return the whole account: state, proof, outcomes per class, reasons of failure.

    With *kept* it ends with what to do next, which needs the journal: *owner* is the process that
    runs the import, if any, *sources* are what it was begun with, *shared* says whether that was
    by way of a queue, and *left* how many of its failed commands and rejected lines are open.
    """
    parts: list[RenderableType] = [_head(report, owner), Text(proof(report))]
    if report.outcomes:
        parts.append(_outcomes(report))
    if report.failure_groups:
        parts.append(reasons(report.failure_groups))
    if kept:
        parts.append(Text(advice(report, owner, sources, shared=shared, left=left)))
    return Group(*parts)


def summary(report: Report) -> str:
    """Return an import in one line."""
    counts = ", ".join(f"{n:,} {kind}" for kind, n in _sorted(report.outcomes)) or "nothing"
    rejected = f", {report.rejected:,} rejected" if report.rejected else ""
    waiting = f", {report.open:,} open" if report.open else ""
    return (
        f"{report.import_id}: {report.state.replace('_', ' ')}: {counts}{rejected}{waiting}; "
        f"{many(report.requests, 'request')}, {report.seconds:.1f} s."
    )


def proof(report: Report) -> str:
    """Return the proof that every command read is accounted for (or that it is not)."""
    outcomes = sum(report.outcomes.values())
    total = outcomes + report.rejected + report.open
    verdict = "balanced" if report.balanced else f"NOT BALANCED, {total:,} are accounted for"
    return (
        f"read {report.read:,} = {many(outcomes, 'outcome')} + {report.rejected:,} rejected "
        f"+ {report.open:,} open: {verdict}"
    )


def advice(
    report: Report,
    owner: str | None = None,
    sources: Sequence[str] = (),
    *,
    shared: bool = False,
    left: tuple[int, int] | None = None,
) -> str:
    """Return what to do next.

    *left* is how many failed commands and rejected lines are open; by default all of the report.
    """
    name = report.import_id
    if owner == CONSUMERS and report.state not in ENDED:
        return "It is carried out by consumers; start more of them with: importbus consume"
    if owner and owner != CONSUMERS:
        return f"It is being run by {owner}."
    if report.state in UNFINISHED:
        end = f", or end it with: importbus finish {name}" if shared else ""
        return f"Continue with: {resume(name, sources, shared=shared)}{end}"
    commands, lines = (report.failures, report.rejected) if left is None else left
    if commands or lines:
        return "\n".join(mending(name, commands))
    if report.failures or report.rejected:
        return "All failures were cured or dropped."
    return "Nothing is left to do."


def mending(import_id: str, commands: int) -> Iterator[str]:
    """Yield what to do about failures; only *commands* can be sent again, rejected lines cannot."""
    yield f"See why: importbus failed list {import_id}"
    if commands:
        yield f"Send again what was mended: importbus failed retry {import_id}"


def resume(import_id: str, sources: Sequence[str], *, shared: bool = False) -> str:
    """Return the command that continues an import, to be copied into a shell."""
    if tuple(sources) == (FAILED,):
        return f"importbus failed retry --resume {import_id}"
    verb = "publish" if shared else "import"
    return f"importbus {verb} {shlex.join(sources) or 'SOURCE...'} --resume {import_id}"


def state_of(report: Report, owner: str | None) -> str:
    """Return the state in words; what nobody runs any more was interrupted."""
    if report.state == "running" and owner is None:
        return "interrupted"
    return report.state.replace("_", " ")


def reasons(groups: Sequence[FailureGroup]) -> RenderableType:
    """Return the reasons of failure, the most frequent first, each with an example."""
    table = Table(title="Failures by reason", title_justify="left", expand=False)
    table.add_column("count", justify="right")
    table.add_column("HTTP", justify="right")
    table.add_column("reason (* stands for what differs)", overflow="fold")
    table.add_column("example", overflow="fold")
    for group in groups:
        example = f"{group.example.position} {group.example.key or ''}".strip()
        status = "" if group.status is None else str(group.status)
        reason = group.message if group.count > 1 else group.example.errors[0].message
        table.add_row(f"{group.count:,}", status, escape(visible(reason)), escape(visible(example)))
    return table


COUNTS = ("read", "done", "failed", "rejected", "open", "requests")


@frozen
class ImportList:
    """A list of imports, rendered as a table or, in a narrow place, as two lines for each.

    *owner_of* returns who carries an import on, None when nobody does.
    """

    reports: Sequence[Report]
    owner_of: Callable[[Report], str | None] = lambda report: None

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """Render what fits."""
        if options.max_width >= TABLE_COLUMNS:
            yield self._table()
        else:
            for report in self.reports:
                yield from self._lines(report)

    def _table(self) -> RenderableType:
        table = Table()
        for name in ("import", "label", "state"):
            table.add_column(name, overflow="fold")
        for name in (*COUNTS, "seconds"):
            table.add_column(name, justify="right")
        for report in self.reports:
            table.add_row(
                escape(report.import_id),
                escape(visible(report.label or "")),
                self._state(report),
                *(f"{number:,}" for number in _counts(report)),
                f"{report.seconds:,.1f}",
            )
        return table

    def _lines(self, report: Report) -> Iterator[RenderableType]:
        yield Text(f"{report.import_id}{_label(report)}: {self._state(report)}", style="bold")
        *counts, requests = zip(COUNTS, _counts(report), strict=True)
        shown = ", ".join(f"{n:,} {name}" for name, n in counts if n or name == "read")
        shown = f"{shown}, {many(requests[1], 'request')}"
        yield Padding(Text(f"{shown}; {report.seconds:,.1f} s"), (0, 0, 0, 2), expand=False)

    def _state(self, report: Report) -> str:
        return state_of(report, self.owner_of(report))


def _counts(report: Report) -> tuple[int, ...]:
    """Return the numbers that ``COUNTS`` names."""
    failed = report.failures
    done = sum(report.outcomes.values()) - failed
    return (report.read, done, failed, report.rejected, report.open, report.requests)


def _label(report: Report) -> str:
    return f" ({visible(report.label)})" if report.label else ""


def timeline(moments: Iterable[Moment]) -> RenderableType:
    """Return what happened, with the time in UTC."""
    table = Table(title="Timeline", title_justify="left")
    table.add_column("UTC")
    table.add_column("what")
    table.add_column("lane")
    table.add_column("detail", overflow="fold")
    for moment in moments:
        at = datetime.fromtimestamp(moment.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
        lane = "" if moment.lane is None else str(moment.lane)
        table.add_row(at, moment.kind, lane, escape(visible(moment.detail)))
    return table


def _head(report: Report, owner: str | None) -> RenderableType:
    rate = sum(report.outcomes.values()) / report.seconds if report.seconds else 0.0
    return Text(
        f"Import {report.import_id}{_label(report)}: {state_of(report, owner)}, "
        f"{many(report.requests, 'request')}, {report.seconds:.1f} s, {rate:,.0f} commands/s",
        style="bold",
    )


def _outcomes(report: Report) -> RenderableType:
    kinds = [kind for kind, _ in _sorted(report.outcomes)]
    table = Table()
    table.add_column("command")
    for kind in kinds:
        table.add_column(kind, justify="right")
    for command, counts in report.by_class.items():
        table.add_row(command, *(f"{counts[kind]:,}" if kind in counts else "" for kind in kinds))
    table.add_section()
    table.add_row("all", *(f"{report.outcomes[kind]:,}" for kind in kinds))
    return table


def _sorted(outcomes: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(outcomes.items(), key=lambda one: ORDER.index(one[0]))
