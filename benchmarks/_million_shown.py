"""The figures of an import of a million as people see them: a plot and a table for the docs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from attrs import frozen

DOCS = Path(__file__).parent.parent / "docs"

MADE = re.compile(r"(?<=<!-- million: begin -->\n).*?(?=<!-- million: end -->)", re.DOTALL)

PIM = "simulated PIM"

WIDTH, HEIGHT = 360, 110
"""Size of a panel, in pixels."""

LEFT, TOP, GAP_X, GAP_Y = 60, 60, 90, 50
"""Where the first panel stands, and how far the others are from it."""

STYLE = """
text { font: 12px system-ui, sans-serif; fill: #24292f; }
.title { font-weight: 600; font-size: 14px; }
.right { text-anchor: end; }
.grid { stroke: #d0d7de; stroke-width: 1; }
.bound { stroke: #9a3412; stroke-width: 1; stroke-dasharray: 4 3; }
.bar { fill: #54829f; }
.line { fill: none; stroke-width: 1.5; stroke-linejoin: round; }
.n0 { stroke: #0b5cad; } .n1 { stroke: #9a5b00; }
text.n0 { stroke: none; fill: #0b5cad; } text.n1 { stroke: none; fill: #9a5b00; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .grid { stroke: #3d444d; }
  .bound { stroke: #f0883e; }
  .bar { fill: #6a9cbc; }
  .n0 { stroke: #6cb6ff; } .n1 { stroke: #e3b341; }
  text.n0 { fill: #6cb6ff; } text.n1 { fill: #e3b341; }
}
"""


@frozen
class Panel:
    """A small chart: where it stands, what it is about, and what its axes go to."""

    column: int
    row: int
    name: str
    seconds: float
    most: float

    @property
    def left(self) -> int:
        """Its left edge."""
        return LEFT + self.column * (WIDTH + GAP_X)

    @property
    def bottom(self) -> int:
        """Its lower edge."""
        return TOP + self.row * (HEIGHT + GAP_Y) + HEIGHT

    def x(self, seconds: float) -> float:
        """Return where a moment stands."""
        return round(self.left + WIDTH * min(1.0, seconds / self.seconds), 1)

    def y(self, value: float) -> float:
        """Return where a value stands."""
        return round(self.bottom - HEIGHT * value / self.most, 1)

    def frame(self) -> Iterator[str]:
        """Yield name, axes and their ends."""
        yield _text(self.left, self.bottom - HEIGHT - 8, self.name)
        for value in (0.0, self.most / 2, self.most):
            at = self.y(value)
            yield f'<path class="grid" d="M{self.left} {at}h{WIDTH}"/>'
            yield _text(self.left - 6, at + 4, f"{value:,.0f}", "right")
        yield _text(self.left, self.bottom + 16, "0 s")
        yield _text(self.left + WIDTH, self.bottom + 16, f"{self.seconds:,.0f} s", "right")

    def line(self, samples: Sequence[Sequence[float]], number: int) -> str:
        """Return a line through *samples*, each a moment and a value."""
        points = "L".join(f"{self.x(at)} {self.y(value)}" for at, value in samples)
        return f'<path class="line n{number}" d="M{points}"/>'


def plot(document: Mapping[str, Any]) -> str:
    """Return the plot of all modes side by side as SVG, readable on light and dark ground."""
    modes = document["modes"]
    width = LEFT + len(modes) * (WIDTH + GAP_X) - GAP_X + 20
    height = TOP + 3 * (HEIGHT + GAP_Y)
    parts = [part for n, item in enumerate(modes.items()) for part in _column(n, *item)]
    about = f"Import of {document['products']:,} products: commands a second, and memory over time"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img" aria-label="{about}">',
            f"<style>{STYLE}</style>",
            *parts,
            "</svg>\n",
        ]
    )


def table(document: Mapping[str, Any]) -> str:
    """Return the figures as a table in Markdown."""
    modes = document["modes"]
    rows = {name: dict(_cells(one)) for name, one in modes.items()}
    titles = sorted({title for cells in rows.values() for title in cells}, key=_order)
    lines = [["", *modes], ["---"] * (1 + len(modes))]
    lines += [[title, *(cells.get(title, "") for cells in rows.values())] for title in titles]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def into_docs(document: Mapping[str, Any]) -> None:
    """Put plot and table into the page about benchmarks."""
    (DOCS / "million.svg").write_text(plot(document))
    page = DOCS / "benchmarks.md"
    bad = document["rejected"] + document["refused"]
    about = f"{document['products']:,} products: {document['lines']:,} lines, {bad:,} of them bad; "
    about += f"{document['machine']}."
    picture = "![Commands a second and memory over time](million.svg)"
    made = f"\n{about}\n\n{picture}\n\n{table(document)}\n\n"
    page.write_text(MADE.sub(lambda _: made, page.read_text()))


def _column(number: int, name: str, one: Mapping[str, Any]) -> Iterator[str]:
    """Yield the panels of a mode."""
    end = max(at for samples in one["memory"].values() for at, _ in samples)
    own = {process: samples for process, samples in one["memory"].items() if process != PIM}
    rates = [one["steps"]["commands"] / each for each in one["steps"]["each"]]
    speed = Panel(number, 0, "commands a second", end, _round(max(rates)))
    memory = Panel(number, 1, "memory, MB; at most 150", end, 160.0)
    pim = Panel(number, 2, f"memory of the {PIM}, MB", end, _round(_peak(one["memory"][PIM])))
    yield _text(speed.left, 22, f"{name}, {one['seconds']:,.0f} s", "title")
    yield from (*speed.frame(), *_bars(speed, one["steps"]["each"], rates))
    yield from memory.frame()
    yield f'<path class="bound" d="M{memory.left} {memory.y(150.0)}h{WIDTH}"/>'
    for n, (process, samples) in enumerate(own.items()):
        yield memory.line(samples, n)
        at = memory.left + WIDTH - 80 * (len(own) - 1 - n)
        yield _text(at, memory.bottom - HEIGHT - 8, process, f"right n{n}")
    yield from (*pim.frame(), pim.line(one["memory"][PIM], 0))


def _bars(panel: Panel, each: Sequence[float], rates: Sequence[float]) -> Iterator[str]:
    """Yield a bar for each step, as wide as the time that it took."""
    began = 0.0
    for seconds, rate in zip(each, rates, strict=True):
        left, top = panel.x(began), panel.y(rate)
        began += seconds
        wide = max(1.0, panel.x(began) - left - 1)
        high = panel.bottom - top
        yield f'<path class="bar" d="M{left} {panel.bottom}v-{high:.1f}h{wide:.1f}v{high:.1f}z"/>'


def _cells(one: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the rows of a mode: title and cell."""
    taken = one["steps"]
    first, step = taken["each"][0], f"{taken['commands']:,}"
    yield "time of the import", f"{one['seconds']:,.1f} s"
    yield f"first {step} commands", f"{first:.2f} s"
    yield f"median {step}", f"{median(taken['each']):.2f} s"
    yield f"slowest {step}", f"{max(taken['each']):.2f} s"
    yield f"last {step}", f"{taken['last']:.2f} s, {taken['last'] / first:.2f} times the first"
    yield "calls to the PIM", f"{one['requests']:,}"
    for process, samples in one["memory"].items():
        yield f"peak memory, {process}", f"{_peak(samples):.1f} MB"
    for process, seconds in one["cpu"].items():
        yield f"processor, {process}", f"{seconds:.1f} s"
    report = one["report"]
    outcomes = ", ".join(f"{count:,} {kind}" for kind, count in report["outcomes"].items())
    yield "outcomes", f"{outcomes}; {report['rejected']:,} lines rejected"
    yield "state and account", "wrong" if one["wrong"] else "as they have to be"


ORDER = (
    "time",
    "first",
    "median",
    "slowest",
    "last",
    "peak",
    "processor",
    "calls",
    "outcomes",
    "state",
)
"""How the titles of the rows begin."""


def _order(title: str) -> tuple[int, str]:
    return ORDER.index(title.split()[0].rstrip(",")), title


def _peak(samples: Sequence[Sequence[float]]) -> float:
    return max(size for _, size in samples)


def _round(value: float) -> float:
    """Return the next number above *value* with one digit that is not 0."""
    digits = 10 ** (len(str(int(value))) - 1)
    return float((int(value / digits) + 1) * digits)


def _text(x: float, y: float, said: str, kind: str = "") -> str:
    return f'<text x="{x}" y="{y}"{f" class={kind!r}" if kind else ""}>{said}</text>'
