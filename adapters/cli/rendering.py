"""Accounts of imports as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from importbus.bus.journal import Moment
from importbus.bus.report import FailureGroup, Report

ORDER = (
    "created", "updated", "deleted", "uploaded", "unchanged", "superseded", "failed", "dead",
    "cancelled",
)  # fmt: skip


def out() -> Console:
    """Return a console for results."""
    return Console(highlight=False)


def account(report: Report, *, kept: bool = True) -> RenderableType:
    """Return the whole account: state, proof, outcomes per class, reasons of failure.

    With *kept* it ends with what to do next, which needs the journal.
    """
    parts: list[RenderableType] = [_head(report), Text(proof(report)), _outcomes(report)]
    if report.failure_groups:
        parts.append(reasons(report.failure_groups))
    if kept:
        parts.append(Text(advice(report)))
    return Group(*parts)


def summary(report: Report) -> str:
    """Return an import in one line."""
    counts = ", ".join(f"{n:,} {kind}" for kind, n in _sorted(report.outcomes)) or "nothing"
    rejected = f", {report.rejected:,} rejected" if report.rejected else ""
    waiting = f", {report.open:,} open" if report.open else ""
    return (
        f"{report.import_id}: {_words(report.state)}: {counts}{rejected}{waiting}; "
        f"{report.requests:,} requests, {report.seconds:.1f} s."
    )


def proof(report: Report) -> str:
    """Return the proof that every command read is accounted for (or that it is not)."""
    outcomes = sum(report.outcomes.values())
    total = outcomes + report.rejected + report.open
    verdict = "balanced" if report.balanced else f"NOT BALANCED, {total:,} are accounted for"
    return (
        f"read {report.read:,} = {outcomes:,} outcomes + {report.rejected:,} rejected "
        f"+ {report.open:,} open: {verdict}"
    )


def advice(report: Report) -> str:
    """Return what to do next."""
    name = report.import_id
    if report.state in ("running", "stopped", "stalled") and report.open:
        return f"Continue with: importbus import SOURCE... --resume {name}"
    if report.failures or report.rejected:
        return f"All failures with positions: importbus report {name} --csv failures.csv"
    return "Nothing is left to do."


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
        table.add_row(f"{group.count:,}", status, escape(group.message), escape(example))
    return table


def imports(reports: Iterable[Report]) -> RenderableType:
    """Return a table of imports."""
    table = Table()
    for name in ("import", "label", "state"):
        table.add_column(name, overflow="fold")
    for name in ("read", "done", "failed", "rejected", "open", "requests", "seconds"):
        table.add_column(name, justify="right")
    for report in reports:
        done = sum(report.outcomes.values()) - report.failures
        numbers = (
            report.read,
            done,
            report.failures,
            report.rejected,
            report.open,
            report.requests,
        )
        table.add_row(
            escape(report.import_id),
            escape(report.label or ""),
            _words(report.state),
            *(f"{number:,}" for number in numbers),
            f"{report.seconds:,.1f}",
        )
    return table


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
        table.add_row(at, moment.kind, lane, escape(moment.detail))
    return table


def _head(report: Report) -> RenderableType:
    label = f" ({report.label})" if report.label else ""
    rate = sum(report.outcomes.values()) / report.seconds if report.seconds else 0.0
    return Text(
        f"Import {report.import_id}{label}: {_words(report.state)}, {report.requests:,} requests, "
        f"{report.seconds:.1f} s, {rate:,.0f} commands/s",
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


def _words(state: str) -> str:
    return state.replace("_", " ")
