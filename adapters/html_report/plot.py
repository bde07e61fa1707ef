"""What the plot of an import shows: throughput, use of the lanes and events, step by step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from attrs import frozen

from importbus.adapters.html_report.axis import Axis, clock
from importbus.adapters.journal.activity import Stretch
from importbus.bus.journal import Moment

LOWEST_MARK = 0.4
"""How high the mark of a single event is beside many of its kind."""


@frozen
class Bar:
    """One step of a row: where it stands, how high it is, and what it says.

    Attributes:
        step: Its place on the axis.
        share: From 0 to 1.
        says: What people read who point at it.
    """

    step: int
    share: float
    says: str

    @property
    def height(self) -> float:
        """Percent of the row; of what is more than nothing there is something to see."""
        return max(2.0, 100 * self.share)


@frozen
class Row:
    """A row of the plot: its name, a figure that sums it up, and its bars."""

    name: str
    figure: str
    bars: Sequence[Bar]


@frozen
class Plot:
    """The plot of an import.

    Attributes:
        throughput: Commands for which an answer came, by second; a full bar is the peak.
        lanes: For each lane the share of time in which its calls ran; the structure lane is first.
        events: For each kind of event when it happened.
    """

    axis: Axis
    throughput: Row
    lanes: Sequence[Row]
    events: Sequence[Row]


def plot_of(axis: Axis, stretches: Iterable[Stretch], moments: Iterable[Moment]) -> Plot:
    """Return the plot; memory depends on the number of steps and lanes only.

    The commands of a batch are spread evenly over the time that its calls took.
    """
    commands: Amounts = defaultdict(float)
    busy: dict[int | None, Amounts] = defaultdict(lambda: defaultdict(float))
    for one in stretches:
        lane, seconds = busy[one.lane], one.ended - one.began
        if seconds <= 0:
            commands[axis.at(one.ended)] += one.commands
        for step, part in axis.spread(one.began, one.ended):
            commands[step] += one.commands * part / seconds
            lane[step] += part
    lanes = sorted(busy, key=lambda lane: -1 if lane is None else lane)
    rows = [_lane(axis, lane, busy[lane]) for lane in lanes]
    return Plot(axis, _throughput(axis, commands), rows, _events(axis, moments))


Amounts = dict[int, float]
"""Steps, each with how much of something there was."""


def _throughput(axis: Axis, commands: Amounts) -> Row:
    rates = {step: amount / axis.step for step, amount in commands.items()}
    peak = max(rates.values(), default=0.0)
    bars = [
        Bar(step, rate / peak, f"{clock(axis.start_of(step))}: {in_figures(rate)} commands/s")
        for step, rate in sorted(rates.items())
        if rate
    ]
    return Row("commands/s", f"up to {in_figures(peak)}", bars)


def _lane(axis: Axis, lane: int | None, busy: Amounts) -> Row:
    name = "structure lane" if lane is None else f"lane {lane}"
    shares = {step: min(1.0, seconds / axis.step) for step, seconds in sorted(busy.items())}
    bars = [
        Bar(step, share, f"{clock(axis.start_of(step))}: {name} in use for {share:.0%}")
        for step, share in shares.items()
    ]
    return Row(name, f"{sum(busy.values()) / max(axis.seconds, axis.step):.0%}", bars)


def _events(axis: Axis, moments: Iterable[Moment]) -> list[Row]:
    found: dict[str, dict[int, list[Moment]]] = defaultdict(lambda: defaultdict(list))
    for moment in moments:
        found[moment.kind][axis.at(moment.at)].append(moment)
    return [_kind(kind, steps) for kind, steps in found.items()]


def _kind(kind: str, steps: dict[int, list[Moment]]) -> Row:
    most = max(map(len, steps.values()))
    marks = [_mark(step, moments, most) for step, moments in steps.items()]
    return Row(kind, f"{sum(map(len, steps.values())):,}", marks)


def _mark(step: int, moments: Sequence[Moment], most: int) -> Bar:
    """Return a mark that is higher where more happened, and never low."""
    first, *others = moments
    more = f" (and {len(others):,} more)" if others else ""
    share = max(LOWEST_MARK, len(moments) / most)
    return Bar(step, share, f"{clock(first.at)}: {first.kind}: {first.detail}{more}")


def in_figures(rate: float) -> str:
    """Return *rate* with the digits that tell something: ``1,204``, ``12.5``, ``0.02``."""
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.3g}"
