"""The page itself: what its template is given, and how it is kept from harm."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from attrs import frozen
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from importbus.adapters.html_report import text
from importbus.adapters.html_report.axis import GAP, clock, day
from importbus.adapters.html_report.plot import Plot, in_figures
from importbus.adapters.html_report.selecting import Selection
from importbus.adapters.visible_text import visible
from importbus.bus.errors import ConfigurationError
from importbus.bus.journal import ImportRecord, Moment
from importbus.bus.outcomes import OutcomeKind
from importbus.bus.report import Report
from importbus.bus.sharing import ENDED

TEMPLATES = Path(__file__).parent / "templates"

MOST_MOMENTS = 500
"""Entries of the timeline in a page; when there are more, the first and the last ones."""


@frozen
class Page:
    """All that a page shows.

    Attributes:
        state: How the state of the import is called.
        advice: What to do next.
        plot: None when nothing was answered yet.
        table: The CSV file beside the page, if there is one.
    """

    report: Report
    record: ImportRecord
    state: str
    advice: str
    selection: Selection
    plot: Plot | None
    timeline: Sequence[Moment]
    table: Path | None

    @property
    def over(self) -> bool:
        """Whether nothing more happens."""
        return self.report.state in ENDED

    @property
    def accounted(self) -> int:
        """How many commands and rejected lines are accounted for."""
        return sum(self.report.outcomes.values()) + self.report.rejected + self.report.open

    @property
    def rate(self) -> str:
        """Commands that got their outcome, by second."""
        done, seconds = sum(self.report.outcomes.values()), self.report.seconds
        return in_figures(done / seconds if seconds else 0.0)

    @property
    def link(self) -> str:
        """How the page refers to the CSV file beside it, whatever its name."""
        return quote(os.fsencode(self.table.name)) if self.table else ""

    @property
    def class_numbers(self) -> Mapping[str, int]:
        """The place of each command class in the list to choose from."""
        names = (name for name, _ in self.selection.classes.most_common())
        return {name: number for number, name in enumerate(names, start=1)}


def save_page(path: Path, page: Page) -> None:
    """Write *page* to *path*; raises ``ConfigurationError`` when it cannot be written."""
    environment = _environment()
    style, script = ((TEMPLATES / name).read_text("utf-8") for name in ("page.css", "page.js"))
    shown = environment.get_template("page.html").stream(
        page=page,
        report=page.report,
        style=style,
        script=script,
        policy=_policy(style, script),
        outcomes=_outcomes(page.report),
        timeline=_excerpt(page.timeline),
        gap=GAP,
    )
    shown.enable_buffering(100)
    try:
        with path.open("wb") as file:
            shown.dump(file, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written: {error.strerror}.") from error


def _environment() -> Environment:
    """Return templates in which whatever is put in is text, and is seen."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": lambda number: f"{number:,}",
        "moment": _moment,
        "duration": duration,
        "command_line": text.command_line,
        "places": text.places,
        "position": text.position_in_words,
    }
    environment.globals["LONGEST_COMMAND"] = text.LONGEST_COMMAND
    return environment


def _finalize(value: Any) -> Any:
    if value is None:
        return ""
    is_markup = hasattr(value, "__html__")
    return visible(value) if isinstance(value, str) and not is_markup else value


def _policy(style: str, script: str) -> str:
    """Return what a browser may do with the page: use its own style and script, nothing else."""
    hashes = [
        base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
        for part in (style, script)
    ]
    return (
        "default-src 'none'; "
        f"style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _outcomes(report: Report) -> Mapping[str, int]:
    """Return the outcomes in the order in which people care."""
    order = list(OutcomeKind)
    return dict(sorted(report.outcomes.items(), key=lambda one: order.index(OutcomeKind(one[0]))))


def _excerpt(moments: Sequence[Moment]) -> tuple[Sequence[Moment], int, Sequence[Moment]]:
    """Return the first entries, how many are left out, and the last entries."""
    left_out = max(0, len(moments) - MOST_MOMENTS)
    if not left_out:
        return moments, 0, ()
    half = MOST_MOMENTS // 2
    return moments[:half], left_out, moments[-half:]


def _moment(at: float) -> str:
    return f"{day(at)} {clock(at)}"


def duration(seconds: float) -> str:
    """Return *seconds* as people say them: ``0.4 s``, ``12 min 5 s``, ``3 h 20 min``."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds:.2g} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (rest, "s")]
    first = next(index for index, (number, _) in enumerate(parts) if number)
    return " ".join(f"{number} {unit}" for number, unit in parts[first : first + 2] if number)
