"""One look at everything that runs: imports with their lanes, rates and troubles, and the fleet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import asdict, evolve, field, frozen

from importbus.adapters.carrier import carrier
from importbus.adapters.consumer_board import lane_name
from importbus.adapters.fleet_view import FleetView, Watched, view
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.journal.lane_work import LaneWork
from importbus.adapters.ownership import Owners
from importbus.adapters.rates import Look, Looks, seconds_left
from importbus.adapters.report_json import report_document
from importbus.bus.journal import Moment
from importbus.bus.ports import Clock
from importbus.bus.report import Report
from importbus.bus.sharing import ENDED

REASONS = 5
"""Most reasons of failure of an import that are shown."""

MOMENTS = 5
"""Most entries of its timeline that are shown."""

RECENT = 1000
"""Most entries of its timeline that are looked at for what holds a lane up."""

DETAILED = 3
"""Most imports that are shown in detail."""


@frozen
class LiveImport:
    """An import at one look.

    Attributes:
        report: Its account.
        owner: Who carries it on; None when nobody does.
        whole: Whether it was read to its end, so that ``report.read`` is all there will be.
        rates: Outcomes a second by class; empty when unknown.
        lanes: What its lanes have to do; empty when it is not shown in detail.
        moments: The last entries of its timeline, oldest first; more than are shown.
    """

    report: Report
    owner: str | None
    whole: bool
    rates: Mapping[str, float] = field(factory=dict)
    lanes: Sequence[LaneWork] = ()
    moments: Sequence[Moment] = ()

    def hold_up(self, lane: LaneWork) -> str:
        """Return why *lane* settles nothing, as far as the journal tells: ``brake``, ``gate`` ...

        That is what happened in the lane since it settled something, or that it has not begun and
        the structure is not settled; empty when nothing is known or it has nothing to do.
        """
        if not lane.batches:
            return ""
        since = lane.settled_at or 0.0
        kinds = [one.kind for one in self.moments if one.lane == lane.lane and one.at > since]
        structure = any(one.lane is None and one.batches for one in self.lanes)
        gate = "gate" if structure and lane.lane is not None and not lane.settled_at else ""
        return kinds[-1] if kinds else gate

    @property
    def active(self) -> bool:
        """Whether somebody carries it on."""
        return self.owner is not None and self.report.state not in ENDED

    @property
    def rate(self) -> float | None:
        """Outcomes a second; None when unknown."""
        return sum(self.rates.values()) if self.rates else None

    @property
    def seconds_left(self) -> float | None:
        """How long what was read will take at this rate; None when nobody can say."""
        known = self.active and self.whole and self.rate is not None
        return seconds_left(self.report.open, self.rate or 0.0) if known else None

    def document(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        document = report_document(self.report, ())
        del document["failures"]
        left = self.seconds_left
        return {
            **document,
            "label": self.report.label,
            "owner": self.owner,
            "read_to_its_end": self.whole,
            "parked": self.report.parked,
            "commands_per_second": None if self.rate is None else round(self.rate, 1),
            "seconds_left": None if left is None else round(left, 1),
            "classes": {
                name: {"outcomes": dict(counts), "commands_per_second": self._rate_of(name)}
                for name, counts in self.report.by_class.items()
            },
            "lanes": [self._lane(lane) for lane in self.lanes],
            "reasons": [
                {"count": group.count, "status": group.status, "message": group.message}
                for group in self.report.failure_groups
            ],
            "timeline": [asdict(moment) for moment in self.moments[-MOMENTS:]],
        }

    def _lane(self, lane: LaneWork) -> dict[str, Any]:
        return {**asdict(lane), "lane": lane_name(lane.lane), "waits": self.hold_up(lane) or None}

    def _rate_of(self, command: str) -> float | None:
        return round(self.rates[command], 1) if command in self.rates else None


@frozen
class LiveView:
    """One look: *at* is the wall clock; ``fleet`` is None without a queue."""

    at: float
    imports: Sequence[LiveImport]
    fleet: FleetView | None

    def document(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        fleet = self.fleet.document() if self.fleet else {}
        return {"at": self.at, "imports": [one.document() for one in self.imports], **fleet}


@frozen
class Observer:
    """Looks at a journal and its queue again and again; both may be missing.

    It sees what is durable, so it does not matter in which process, and on which machine that
    shares the queue, an import is carried on.
    """

    journal: SqliteJournal | None
    queue: Watched | None
    owners: Owners
    clock: Clock
    import_id: str | None = None
    _looks: Looks = field(factory=Looks, init=False)

    def look(self) -> LiveView:
        """Return what is there now; raises as a journal and a queue do."""
        imports = self._imports(self.journal) if self.journal else ()
        return LiveView(self.clock.now(), imports, view(self.queue) if self.queue else None)

    def _imports(self, journal: SqliteJournal) -> Sequence[LiveImport]:
        """Return the imports, those that are carried on first, and some of them in detail."""
        one = self.import_id
        reports = [journal.report(one, groups=0)] if one else journal.imports()
        counts = {report.import_id: _done(report) for report in reports}
        self._looks.add(Look(self.clock.monotonic(), counts))
        found = sorted((self._seen(journal, each) for each in reports), key=lambda i: not i.active)
        most = DETAILED if found and found[0].active else 1
        detailed = [_in_detail(journal, each) for each in found[:most] if each.active or most == 1]
        return [*detailed, *found[len(detailed) :]]

    def _seen(self, journal: SqliteJournal, report: Report) -> LiveImport:
        name, ended = report.import_id, report.state in ENDED
        return LiveImport(
            report,
            None if ended else carrier(journal, self.owners, name),
            ended or journal.shared.all_announced(name),
            {} if ended else self._looks.rates(name),
        )


def _in_detail(journal: SqliteJournal, one: LiveImport) -> LiveImport:
    name = one.report.import_id
    return evolve(
        one,
        report=journal.report(name, groups=REASONS),
        lanes=journal.lane_works.of(name),
        moments=journal.timeline(name, most=RECENT),
    )


def _done(report: Report) -> dict[str, int]:
    return {name: sum(counts.values()) for name, counts in report.by_class.items()}
