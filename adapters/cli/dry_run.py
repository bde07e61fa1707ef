"""``importbus import --dry-run``: what an import would send, and what it would reject."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from importbus.adapters.cli.exits import DONE, SOME_FAILED
from importbus.adapters.cli.progress import watch
from importbus.adapters.cli.rendering import many
from importbus.adapters.cli.session import stopped_by_signals
from importbus.adapters.cli.streams import show
from importbus.adapters.dry_run import DryRun, Range, RejectedLines, try_out
from importbus.adapters.import_run import ImportOptions
from importbus.adapters.progress import ProgressBoard
from importbus.adapters.reading import open_reading
from importbus.adapters.wiring import open_codec


def run_dry(sources: Sequence[str], options: ImportOptions) -> int:
    """Read *sources*, print what an import of them would do, and return the exit code."""
    codec, board = open_codec(), ProgressBoard()
    reading = open_reading(
        sources, codec, only=options.only, limit=options.limit, strict=options.strict
    )
    with stopped_by_signals() as stop, watch("dry run", board):
        found = try_out(reading, codec, board, stop.request)
    if stop.code:
        return stop.code
    show(*account(found))
    return SOME_FAILED if found.rejected else DONE


def account(found: DryRun) -> Iterable[RenderableType]:
    """Yield what would be sent, and for each reason which lines would be rejected."""
    count, bad = sum(found.commands.values()), sum(r.count for r in found.rejected.values())
    so_far = "" if found.complete else " before it stopped at the first bad line"
    yield Text(f"An import would send {many(count, 'command')}{so_far}; nothing was sent.")
    if found.commands:
        yield _table(found)
    if bad:
        yield Text(f"It would reject {many(bad, 'line')}:")
    for lines in sorted(found.rejected.values(), key=lambda lines: -lines.count):
        yield Text(f"{lines.count:>7,}  {lines.message}")
        yield Padding(Text(places(lines)), (0, 0, 0, 9), expand=False)


def _table(found: DryRun) -> RenderableType:
    table = Table()
    table.add_column("command")
    table.add_column("would be sent", justify="right")
    for name, count in sorted(found.commands.items()):
        table.add_row(name, f"{count:,}")
    table.add_section()
    table.add_row("all", f"{sum(found.commands.values()):,}")
    return table


def places(lines: RejectedLines) -> str:
    """Return the lines as ``a.jsonl:3, 7-9; b.jsonl:1``."""
    by_source: dict[str, list[str]] = {}
    for source, first, last in _merged(lines.ranges):
        by_source.setdefault(source, []).append(f"{first}" if first == last else f"{first}-{last}")
    listed = "; ".join(f"{source}:{', '.join(found)}" for source, found in by_source.items())
    return f"{listed}, and {lines.unlisted:,} more" if lines.unlisted else listed


def _merged(ranges: Sequence[Range]) -> list[Range]:
    """Return *ranges* in the order of lines; two readings of a source find them in turns."""
    merged: list[Range] = []
    for source, first, last in sorted(ranges):
        if merged and merged[-1][0] == source and merged[-1][2] == first - 1:
            first = merged.pop()[1]
        merged.append((source, first, last))
    return merged
