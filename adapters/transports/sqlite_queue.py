"""What a queue file holds, and the statements on it: put, look, remove."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from attrs import frozen

from importbus.adapters.protocol import STRUCTURE
from importbus.adapters.sqlite_file import Database
from importbus.adapters.transports.leases import VALID, Lease
from importbus.bus.errors import ConfigurationError

PUT = "INSERT OR IGNORE INTO batches (lane, batch_id, body, content) VALUES (?, ?, ?, ?)"

RECEIVE = f"""
UPDATE batches SET deliveries = deliveries + 1
WHERE id = (SELECT min(id) FROM batches WHERE lane = :name) AND {VALID}
RETURNING id, batch_id, deliveries - 1, body, content
"""  # noqa: S608 - no user's text in it

NEXT = f"""
UPDATE batches SET deliveries = deliveries + 1
WHERE id = (SELECT min(id) FROM batches WHERE lane = :name AND id > :id) AND {VALID}
RETURNING id, batch_id, deliveries - 1, body, content
"""  # noqa: S608 - likewise
"""What is delivered removes what stood before it in its lane, by a trigger: one statement alone.

Statement by statement, in a transaction, took twice as long, since other threads run in between.
"""

LOOK = f"SELECT {VALID}, EXISTS (SELECT 1 FROM batches WHERE lane = :name)"  # noqa: S608 - likewise

UNCOUNT = f"UPDATE batches SET deliveries = deliveries - 1 WHERE id = :id AND {VALID}"  # noqa: S608

REMOVE = f"DELETE FROM batches WHERE id = :id AND {VALID}"  # noqa: S608 - likewise

BURY = f"""
INSERT INTO dead (lane, batch_id, reason, body, content)
SELECT lane, batch_id, :reason, body, content FROM batches WHERE id = :id AND {VALID}
"""  # noqa: S608 - likewise


def lane_name(lane: int | None) -> str:
    """Return how *lane* is called in the file and in its lease."""
    return STRUCTURE if lane is None else f"lane.{lane}"


class Message(NamedTuple):
    """What is to be stored: the name of its lane, the id of its batch, and the batch as bytes.

    ``content`` has the bytes of the file that travels with it.
    """

    lane: str
    batch_id: str
    body: bytes
    content: bytes | None = None


@frozen
class Stored:
    """A message of a lane: its place in the file, how often it was delivered before, what it is.

    ``content`` has the bytes of the file that travels with it.
    """

    place: int
    batch_id: str
    redelivered: int
    body: bytes
    content: bytes | None = None


@frozen
class DeadLetter:
    """A message that was put aside: its place among them, its batch id, why, and what it was."""

    place: int
    batch_id: str
    reason: str
    body: bytes


@frozen
class QueueFile:
    """The messages in *database*. Each method is one transaction.

    What was put there or put aside is on the disk when the method returns. That a message was
    delivered or removed is not: after a loss of power it may come again, and is known by its id.
    """

    database: Database

    def agree_on_lanes(self, lanes: int) -> None:
        """Write down the number of lanes, or make sure that it is the one that was.

        Raises:
            ConfigurationError: The file was made with another number.
        """
        with self.database.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO settings VALUES ('lanes', ?)", (lanes,))
            query = "SELECT value FROM settings WHERE name = 'lanes'"
            (known,) = connection.execute(query).fetchone()
        if known != lanes:
            raise ConfigurationError(
                f"The queue {self.database.path} has {known} lanes, and transport.lanes is {lanes};"
                " everyone who uses a queue needs the same number."
            )

    def agree_on_journal(self, path: str) -> None:
        """Write down which journal knows the batches, or make sure that it is the one that does.

        Raises:
            ConfigurationError: The batches that are stored are known to another journal.
        """
        with self.database.transaction() as connection:
            query = "SELECT value FROM settings WHERE name = 'journal'"
            (known,) = connection.execute(query).fetchone() or (path,)
            (any_left,) = connection.execute("SELECT EXISTS (SELECT 1 FROM batches)").fetchone()
            if known == path or not any_left:
                connection.execute("INSERT OR REPLACE INTO settings VALUES ('journal', ?)", (path,))
                return
        raise ConfigurationError(
            f"The batches in the queue {self.database.path} belong to the journal {known}, and "
            f"journal.path is {path}: use that one, here and in every process of this queue."
        )

    def put(self, *messages: Message) -> None:
        """Store *messages* at the ends of their lanes, all or none.

        One whose id is there already stays as it is.
        """
        with self.database.transaction() as connection:
            connection.executemany(PUT, messages)

    def put_within(self, capacity: int, message: Message) -> bool:
        """Store *message*; return False, and do nothing, when its lane holds *capacity* already."""
        with self.database.transaction() as connection:
            count = "SELECT count(*) FROM batches WHERE lane = ?"
            if connection.execute(count, (message.lane,)).fetchone()[0] >= capacity:
                return False
            connection.execute(PUT, message)
        return True

    def head(self, lease: Lease, now: float) -> Stored | None:
        """Return the first message of the lane of *lease*, and count the delivery.

        Raises:
            LaneLost: The lease has ended.
        """
        values = lease.at(now)
        with self.database.looking() as connection:  # reading alone disturbs nobody
            valid, any_there = connection.execute(LOOK, values).fetchone()
        if not valid:
            raise lease.lost()
        if not any_there:
            return None
        with self.database.transaction(lasting=False) as connection:
            row = connection.execute(RECEIVE, values).fetchone()
        return Stored(*row) if row else None

    def pass_on(self, lease: Lease, place: int, now: float) -> Stored | None:
        """Remove a message and return the one behind it, as ``head`` does.

        Raises:
            LaneLost: The lease has ended; the message stays for the next holder.
        """
        values = {**lease.at(now), "id": place}
        if rows := self.database.change(NEXT, values):
            return Stored(*rows[0])
        with self.database.transaction(lasting=False) as connection:
            if not connection.execute(REMOVE, values).rowcount:
                raise lease.lost()
        return None

    def uncount(self, lease: Lease, place: int, now: float) -> None:
        """Take a delivery back; raises ``LaneLost`` when the lease has ended."""
        with self.database.transaction(lasting=False) as connection:
            if not connection.execute(UNCOUNT, {**lease.at(now), "id": place}).rowcount:
                raise lease.lost()

    def bury(self, lease: Lease, place: int, now: float, reason: str) -> None:
        """Keep a message as a dead letter; raises ``LaneLost`` when the lease has ended."""
        values = {**lease.at(now), "id": place, "reason": reason}
        with self.database.transaction() as connection:
            connection.execute(BURY, values)
            if not connection.execute(REMOVE, values).rowcount:
                raise lease.lost()

    def depths(self) -> Mapping[str, int]:
        """Return the messages per lane; lanes without any are left out."""
        with self.database.reading() as connection:
            rows = connection.execute("SELECT lane, count(*) FROM batches GROUP BY lane")
            return dict(rows.fetchall())

    def dead_letters_after(self, number: int) -> list[DeadLetter]:
        """Return what was put aside behind *number*, oldest first."""
        query = "SELECT id, batch_id, reason, body FROM dead WHERE id > ? ORDER BY id LIMIT 100"
        with self.database.looking() as connection:
            return [DeadLetter(*row) for row in connection.execute(query, (number,)).fetchall()]

    def dead_letters(self) -> list[tuple[bytes, str]]:
        """Return the bodies of what was rejected, with the reasons, oldest first."""
        with self.database.reading() as connection:
            return connection.execute("SELECT body, reason FROM dead ORDER BY id").fetchall()
