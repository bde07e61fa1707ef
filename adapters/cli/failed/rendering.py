"""Failures as people and programs read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from rich.console import RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from importbus.adapters.cli.rendering import many
from importbus.adapters.cli.times import shown
from importbus.adapters.report_json import failure_document
from importbus.adapters.visible_text import visible, visible_line
from importbus.bus.report import Failure, FailureGroup


def grouped(groups: Sequence[FailureGroup], title: str) -> RenderableType:
    """Return the reasons, the most frequent first, each with an example."""
    table = Table(title=title, title_justify="left")
    table.add_column("count", justify="right")
    table.add_column("HTTP", justify="right")
    table.add_column("reason (* stands for what differs)", overflow="fold")
    table.add_column("example", overflow="fold")
    table.add_column("number", justify="right")
    for group in groups:
        one = group.example
        reason = group.message if group.count > 1 else one.errors[0].message
        table.add_row(
            f"{group.count:,}",
            _text(group.status),
            escape(visible_line(reason)),
            escape(visible_line(f"{one.import_id} {one.position} {one.key or ''}".strip())),
            _text(one.number),
        )
    return table


def line_of(failure: Failure) -> str:
    """Return a failure in one line: number, import, position, command, status, reason."""
    parts = (
        _text(failure.number) or "-",
        failure.import_id,
        failure.position,
        failure.command or "?",
        failure.key or "-",
        _text(failure.status) or failure.kind,
        "; ".join(error.message for error in failure.errors),
    )
    return "  ".join(visible_line(str(part)) for part in parts)


def account(failure: Failure, repeats: Sequence[Failure] = ()) -> Iterator[RenderableType]:
    """Yield all that is known of a failure; *repeats* are how it failed again in retries."""
    yield _facts(failure)
    yield Text("\nErrors:", style="bold")
    yield from map(_error, failure.errors)
    for repeat in repeats:
        yield Text(f"\nFailed again in {repeat.import_id}, {shown(repeat.at)}:", style="bold")
        yield from map(_error, repeat.errors)
    yield Text("\nCommand:" if failure.raw is None else "\nLine:", style="bold")
    yield Text(_content(failure))


def failed_document(failure: Failure) -> dict[str, Any]:
    """Return a failure as a JSON object: that of ``report --json``, and what ``show`` tells."""
    return {
        "import_id": failure.import_id,
        **failure_document(failure),
        "kind": failure.kind,
        "since": failure.since,
        "retried_by": failure.retried_by,
    }


def full_document(failure: Failure, repeats: Iterable[Failure]) -> dict[str, Any]:
    """Return a failure as ``show --json`` prints it: with its command, and how it failed again."""
    raw = None if failure.raw is None else failure.raw.decode("utf-8", "replace")
    return {
        **failed_document(failure),
        "data": failure.data,
        "raw": raw,
        "repeats": [failed_document(repeat) for repeat in repeats],
    }


def group_document(group: FailureGroup) -> dict[str, Any]:
    """Return a group as a JSON object."""
    return {
        "count": group.count,
        "status": group.status,
        "reason": group.message,
        "example": failed_document(group.example),
    }


def _facts(failure: Failure) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for name, value in _named(failure).items():
        if value:
            table.add_row(name, escape(visible_line(value)))
    return table


def _named(failure: Failure) -> Mapping[str, str]:
    retried = f", sent again by {failure.retried_by}" if failure.retried_by else ""
    sends = many(failure.attempts, "attempt") if failure.attempts else ""
    return {
        "number": _text(failure.number),
        "state": f"{failure.closed or 'open'}{retried}",
        "import": failure.import_id or "",
        "position": str(failure.position),
        "command": failure.command or "",
        "key": failure.key or "",
        "outcome": f"{failure.kind}{f' after {sends}' if sends else ''}",
        "HTTP status": _text(failure.status),
        "batch": failure.batch_id or "",
        "request id": failure.request_id or "",
        "first refused": shown(failure.since) if failure.since != failure.at else "",
        "last refused" if failure.raw is None else "rejected": shown(failure.at),
    }


def _error(error: Any) -> RenderableType:
    where = {
        name: found
        for name in ("property", "attribute", "locale", "scope")
        if (found := getattr(error, name))
    }
    told = ", ".join(f"{name} {visible_line(found)}" for name, found in where.items())
    text = f"{visible_line(error.message)}{f' ({told})' if told else ''}"
    return Padding(Text(text), (0, 0, 0, 2), expand=False)


def _content(failure: Failure) -> str:
    if failure.raw is not None:
        return visible_line(failure.raw.decode("utf-8", "replace"))
    line = {"command": failure.command, "data": failure.data}
    return visible(orjson.dumps(line, option=orjson.OPT_INDENT_2).decode())


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
