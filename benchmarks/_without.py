"""The command line of importbus as shipped, or with a part of it that does next to nothing.

python benchmarks/_without.py nothing import catalog.jsonl
python benchmarks/_without.py journal import catalog.jsonl
python benchmarks/_without.py leases consume
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from importbus.adapters.cli import main
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.journal.settling import SIMPLE, add_outcomes
from importbus.adapters.transports import sqlite_queue
from importbus.adapters.transports.leases import VALID, Lease, Leases
from importbus.adapters.wiring import process
from importbus.bus.batches import Batch, Settlement
from importbus.bus.journal import LaneEntry, Moment, ParkedToken, SettleResult


class Forgetful(SqliteJournal):
    """A journal that writes nothing for a batch; what an import does once it does as shipped.

    What the end needs is counted in memory: that every command has its outcome, and the lanes.
    Nothing may be parked or fail, which the generated catalogue sees to.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._entries: dict[str, LaneEntry] = {}
        self._outcomes: Counter[tuple[str, str]] = Counter()

    def note(self, *batches: Batch[Any], accepted: int) -> None:
        """Write nothing."""

    def confirm(self, *batches: Batch[Any]) -> None:
        """Write nothing."""

    def settle(self, settlement: Settlement) -> SettleResult:
        """Count; raises ``SystemExit`` for what would need a row."""
        kinds = Counter(str(settled.outcome.kind) for settled in settlement.results)
        if not SIMPLE.issuperset(kinds):
            raise SystemExit(f"A journal that forgets is not enough for {dict(kinds)}.")
        name = self._codec.name_of(settlement.batch.command_type)
        self._outcomes.update({(name, kind): count for kind, count in kinds.items()})
        return SettleResult(fresh=True, parked=0, parked_structure=0, outcomes=dict(kinds))

    def parked(self, import_id: str) -> int:
        """Return none."""
        return 0

    def parked_tokens(self, import_id: str, tokens: Iterable[str]) -> Sequence[ParkedToken]:
        """Return none."""
        return ()

    def lane_entry(self, import_id: str, identity: str) -> LaneEntry | None:
        """Return what was remembered."""
        return self._entries.get(identity)

    def remember_lane(self, import_id: str, identity: str, entry: LaneEntry) -> None:
        """Keep it in memory."""
        self._entries[identity] = entry

    def moment(self, import_id: str, moment: Moment) -> None:
        """Write nothing."""

    def finish(self, import_id: str, *, at: float) -> tuple[str, str]:
        """Write down what was counted, and end."""
        counts = [(name, kind, count) for (name, kind), count in self._outcomes.items()]
        with self._database.transaction() as connection:
            add_outcomes(connection, import_id, counts)
        return super().finish(import_id, at=at)


class NoLeases(Leases):
    """Leases that everyone has, and nobody writes down."""

    def take(self, name: str, holder: str, now: float) -> Lease:
        """Return the lease."""
        return Lease(name, holder, 1)

    def renew(self, lease: Lease, now: float) -> None:
        """Write nothing."""

    def verify(self, lease: Lease, now: float) -> None:
        """Ask nothing."""

    def give_back(self, lease: Lease, now: float) -> None:
        """Write nothing."""


def forget(part: str) -> None:
    """Let *part* do nothing from now on."""
    if part == "journal":
        setattr(process, "SqliteJournal", Forgetful)  # noqa: B010 - a type may not be assigned to
    if part == "leases":
        from importbus.adapters.transports import sqlite

        setattr(sqlite, "Leases", NoLeases)  # noqa: B010 - likewise
        for name in ("RECEIVE", "LOOK", "REMOVE", "BURY"):
            setattr(sqlite_queue, name, getattr(sqlite_queue, name).replace(VALID, "1"))


if __name__ == "__main__":
    forget(sys.argv.pop(1))
    main()
