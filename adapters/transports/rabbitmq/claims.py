"""Which journal the batches of a fleet belong to: a note in the broker, of the first who came."""

from __future__ import annotations

import orjson
from attrs import frozen

from importbus.adapters.transports.rabbitmq.inquiry import Inquiry
from importbus.adapters.transports.rabbitmq.messages import plain_message
from importbus.adapters.transports.rabbitmq.publisher import Publisher
from importbus.adapters.transports.rabbitmq.topology import Topology
from importbus.bus.errors import JournalMismatch
from importbus.bus.ports import Clock

LOOKS, PAUSE = 4, 0.05
"""How often the note is looked for before it is taken to be missing, and seconds in between."""


@frozen
class Claims:
    """The note that says which journal it is."""

    topology: Topology
    inquiry: Inquiry
    publisher: Publisher
    clock: Clock

    def agree(self, identity: str, place: str) -> None:
        """Write the note when there is none; of two who do so at once, one is refused.

        Raises:
            JournalMismatch: It names another journal than *identity*.
        """
        found = self._found()
        if found is None:
            body = orjson.dumps({"v": 1, "journal": identity, "place": place})
            self.publisher.tell(plain_message("journal", body), "", self.topology.journal)
            self.clock.sleep(2 * LOOKS * PAUSE)  # whoever found none either has written by then
            found = self._found() or (identity, place)
        if found[0] != identity:
            raise JournalMismatch(f"The queue {self.topology.name!r}", found[1], place)

    def place(self) -> str | None:
        """Return where the journal is, by the note; None when there is none."""
        found = self._read()
        return found[1] if found else None

    def _found(self) -> tuple[str, str] | None:
        """Look several times: for whom somebody else reads it just now, it is not there."""
        for _ in range(LOOKS):
            if found := self._read():
                return found
            self.clock.sleep(PAUSE)
        return None

    def _read(self) -> tuple[str, str] | None:
        note = self.inquiry.note(self.topology.journal)
        if note is None:
            return None
        try:
            said = orjson.loads(note.body)
            return str(said["journal"]), str(said["place"])
        except (ValueError, KeyError, TypeError):
            return "", "an unreadable note"
