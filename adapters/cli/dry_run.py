"""``importbus import --dry-run``: what an import would send, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import click
import orjson
from attrs import evolve, frozen
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from importbus.adapters.cli.exits import DONE, SOME_FAILED
from importbus.adapters.cli.progress import watch
from importbus.adapters.cli.rendering import many
from importbus.adapters.cli.session import stopped_by_signals
from importbus.adapters.cli.streams import show, writing_results
from importbus.adapters.config import PimConfig
from importbus.adapters.dry_run import DryRun, try_out
from importbus.adapters.findings import Findings
from importbus.adapters.import_run import ImportOptions
from importbus.adapters.media import MediaFiles
from importbus.adapters.progress import ProgressBoard
from importbus.adapters.reading import Means, Reading, open_reading
from importbus.adapters.report_json import finding_document
from importbus.adapters.sources.spooled import SpooledSource
from importbus.adapters.visible_text import visible_line
from importbus.adapters.wiring import open_codec, open_inspector
from importbus.bus.findings import Scope

MOST_GROUPS = 50
"""Reasons in the account at the end."""

NOT_ASKED = "The PIM was not asked (--offline)."
NOT_CONFIGURED = "No PIM is configured: set IMPORTBUS_PIM_URL and its four companions."


@frozen
class Against:
    """The PIM to check against; without one, ``reason`` says why."""

    pim: PimConfig | None
    reason: str = ""


def against(pim: PimConfig | None, *, offline: bool) -> Against:
    """Return what to check against."""
    if offline:
        return Against(None, NOT_ASKED)
    return Against(pim, "" if pim else NOT_CONFIGURED)


def run_dry(
    sources: Sequence[str],
    options: ImportOptions,
    checked: Against,
    files: MediaFiles,
    means: Means,
    *,
    as_json: bool,
) -> int:
    """Read and check *sources*, print what an import of them would do; return the exit code."""
    board = ProgressBoard()
    with ExitStack() as stack:
        reading = stack.enter_context(_reading(sources, options, means))
        findings = stack.enter_context(Findings())
        inspector = stack.enter_context(open_inspector(checked.pim))
        stop = stack.enter_context(stopped_by_signals())
        with watch("dry run", board):
            found = try_out(reading, inspector, findings, board, stop.request, files)
        if stop.code:
            return stop.code
        scope = _scope(inspector.scope(), checked, found)
        print_document(found, scope) if as_json else _print(found, scope, checked)
        return SOME_FAILED if findings.count(error=True) else DONE


@contextmanager
def _reading(sources: Sequence[str], options: ImportOptions, means: Means) -> Iterator[Reading]:
    """Open what is to be read; what cannot be read twice is kept on disk meanwhile."""
    reading = open_reading(
        sources, open_codec(), means, only=options.only, limit=options.limit, strict=options.strict
    )
    with ExitStack() as stack:
        kept = []
        for source in reading.sources:
            if not source.rereadable:
                source = SpooledSource(source, reading.codec)
                stack.callback(source.close)
            kept.append(source)
        yield evolve(reading, sources=kept)


def _scope(scope: Scope, checked: Against, found: DryRun) -> Scope:
    """Return *scope* with the reasons that the inspector does not know of."""
    reasons = [*filter(None, [checked.reason]), *found.troubles, *scope.reasons]
    return evolve(scope, reasons=tuple(dict.fromkeys(reasons)))


def _print(found: DryRun, scope: Scope, checked: Against) -> None:
    with writing_results():
        for each in found.findings:
            click.echo(str(each))
    show(*account(found, scope, checked.pim.url if checked.pim else ""))


def account(found: DryRun, scope: Scope, url: str) -> Iterable[RenderableType]:
    """Yield what would be sent, what is wrong by reason, and what was not checked."""
    count = sum(found.commands.values())
    so_far = "" if found.complete else " before it stopped at the first bad line"
    yield Text(f"An import would send {many(count, 'command')}{so_far}; nothing was sent.")
    if found.commands:
        yield _table(found)
    yield from _groups(found)
    yield from _checked(scope, url)


def _table(found: DryRun) -> RenderableType:
    table = Table()
    table.add_column("command")
    table.add_column("would be sent", justify="right")
    for name, count in sorted(found.commands.items()):
        table.add_row(name, f"{count:,}")
    table.add_section()
    table.add_row("all", f"{sum(found.commands.values()):,}")
    return table


def _groups(found: DryRun) -> Iterator[RenderableType]:
    errors, warnings = (found.findings.count(error=error) for error in (True, False))
    counted = f"{many(errors, 'error')}, {many(warnings, 'warning')}"
    yield Text(f"{counted}{':' if errors + warnings else '.'}")
    groups = found.findings.groups(MOST_GROUPS + 1)
    for group in groups[:MOST_GROUPS]:
        kind = "" if group.error else "warning: "
        yield Text(f"{group.count:>7,}  {kind}{visible_line(group.reason)}")
    if len(groups) > MOST_GROUPS:
        yield Text("         and further reasons")


def _checked(scope: Scope, url: str) -> Iterator[RenderableType]:
    """Yield what was checked against what, and what was not."""
    against = f"the structure of {url} and of the source" if scope.pim else "the source alone"
    yield Text(f"Checked against {against}.")
    yield from (Text(f"  {reason}") for reason in scope.reasons)
    if scope.unchecked:
        counts = ", ".join(f"{kind} {count:,}" for kind, count in scope.unchecked.items())
        yield Text(f"Not checked, since the source does not create them: {counts}.")
    if scope.classes:
        yield Text(f"Not checked at all: {', '.join(scope.classes)}.")
    yield Text("Only the PIM can decide:")
    yield from (Text(f"  {each}") for each in scope.pim_decides)


def print_document(found: DryRun, scope: Scope) -> None:
    """Print one JSON document; its findings, of which there may be many, one by one."""
    head = orjson.dumps(document(found, scope)).removesuffix(b"}")
    with writing_results():
        click.echo(head + b',"findings":[', nl=False)
        for n, each in enumerate(found.findings):
            click.echo((b"," if n else b"") + orjson.dumps(finding_document(each)), nl=False)
        click.echo(b"]}")


def document(found: DryRun, scope: Scope) -> dict[str, Any]:
    """Return the account as one JSON object, without the findings."""
    return {
        "commands": dict(sorted(found.commands.items())),
        "complete": found.complete,
        "errors": found.findings.count(error=True),
        "warnings": found.findings.count(error=False),
        "checked": {
            "pim": scope.pim,
            "reasons": list(scope.reasons),
            "unchecked": dict(scope.unchecked),
            "unchecked_commands": list(scope.classes),
            "only_the_pim_decides": list(scope.pim_decides),
        },
    }
