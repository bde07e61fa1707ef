"""Leases in a queue file: who holds a lane, and until when."""

from __future__ import annotations

from attrs import field, frozen

from importbus.adapters.sqlite_file import Database
from importbus.bus.errors import LaneHeld, LaneLost

VALID = """
EXISTS (SELECT 1 FROM leases WHERE name = :name AND epoch = :epoch AND until > :now)
"""
"""Whether the lease is still held, to be asked in the statement that depends on it."""

TAKE = """
INSERT INTO leases VALUES (:name, :holder, 1, :until)
ON CONFLICT (name) DO UPDATE SET holder = :holder, epoch = epoch + 1, until = :until
WHERE until <= :now RETURNING epoch
"""


@frozen
class Lease:
    """The hold of one *name*; ``epoch`` grows with every holder, so that an old one is known."""

    name: str
    holder: str
    epoch: int

    def at(self, now: float) -> dict[str, object]:
        """Return the parameters of ``VALID``."""
        return {"name": self.name, "epoch": self.epoch, "now": now}

    def lost(self) -> LaneLost:
        """Return the error that says that it is not held any more."""
        return LaneLost(f"The lease of {self.name} has ended; another worker may hold it.")


@frozen
class Leases:
    """The leases of a queue file. Times are seconds of the wall clock, which processes share.

    What was taken or renewed here is held until the time that was written: nobody takes it before.
    """

    database: Database
    seconds: float
    _until: dict[Lease, float] = field(factory=dict, init=False)

    def take(self, name: str, holder: str, now: float) -> Lease:
        """Take the lease of *name*, which nobody holds.

        Raises:
            LaneHeld: Somebody holds it; the message names them.
        """
        values = {"name": name, "holder": holder, "until": now + self.seconds, "now": now}
        with self.database.transaction(lasting=False) as connection:
            row = connection.execute(TAKE, values).fetchone()
            if row is None:
                found = "SELECT holder FROM leases WHERE name = ?"
                (other,) = connection.execute(found, (name,)).fetchone()
                raise LaneHeld(f"{name} is held by {other}.")
        lease = Lease(name, holder, row[0])
        self._until[lease] = now + self.seconds
        return lease

    def renew(self, lease: Lease, now: float) -> None:
        """Hold *lease* for another ``seconds``; raises ``LaneLost`` when it has ended."""
        self._set(lease, now, now + self.seconds)
        self._until[lease] = now + self.seconds

    def verify(self, lease: Lease, now: float) -> None:
        """Make sure that *lease* is held; raises ``LaneLost`` when it has ended."""
        if now < self._until.get(lease, 0.0):
            return
        query = f"SELECT {VALID}"
        with self.database.looking() as connection:
            (valid,) = connection.execute(query, lease.at(now)).fetchone()
        if not valid:
            raise lease.lost()

    def give_back(self, lease: Lease, now: float) -> None:
        """Let others take it at once; nothing happens when it has ended."""
        self._until.pop(lease, None)
        try:
            self._set(lease, now, now)
        except LaneLost:
            return

    def _set(self, lease: Lease, now: float, until: float) -> None:
        with self.database.transaction(lasting=False) as connection:
            changed = connection.execute(
                f"UPDATE leases SET until = :until WHERE name = :name AND {VALID}",  # noqa: S608
                {**lease.at(now), "until": until},
            )
            if not changed.rowcount:
                raise lease.lost()
