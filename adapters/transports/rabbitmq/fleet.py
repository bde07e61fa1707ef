"""What a fleet has in its broker beside the lanes: outcomes, questions, a journal, who is there."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import uuid4

import orjson

from importbus.adapters.outcomes.messages import FINISH, encode_finish
from importbus.adapters.recorder_duty import RECORDER
from importbus.adapters.transports.rabbitmq.claims import Claims
from importbus.adapters.transports.rabbitmq.events import STATUS
from importbus.adapters.transports.rabbitmq.messages import outcomes_message, plain_message
from importbus.adapters.transports.rabbitmq.outcomes import OutcomeQueue
from importbus.adapters.transports.rabbitmq.presence import Presence
from importbus.adapters.transports.rabbitmq.questions import Questions
from importbus.adapters.transports.rabbitmq.transport import RabbitTransport
from importbus.adapters.transports.sqlite_queue import lane_name

STATUS_SECONDS = 5.0
"""Seconds to wait for the confirmation of what is told every second anyway."""


class RabbitQueue(RabbitTransport):
    """A fleet's queue in a broker; arguments are those of ``RabbitTransport``.

    Attributes:
        holder: The name of this process's transport among those of others: host/process/transport.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.holder = f"{socket.gethostname()}/{os.getpid()}/{uuid4().hex[:8]}"
        self._recording: OutcomeQueue | None = None
        super().__init__(*arguments, **options)
        topology = self._door.topology
        self._questions = Questions(partial(self._connect, purpose="state"), topology.outcomes)
        self._claims = Claims(topology, self._inquiry, self._publisher, self._clock)
        self._presence = Presence(self._connect, topology.events, self._clock)

    def serve(self, path: str, identity: str) -> None:
        """Have all who use these queues use the same journal, which knows the batches.

        Raises:
            JournalMismatch: They belong to another one; the message says to which.
            TransportUnavailable: The broker cannot be reached.
        """
        self._claims.agree(identity, f"{os.path.realpath(path)} on {socket.gethostname()}")

    def journal_place(self) -> str | None:
        """Return path and host of the journal that the batches belong to; None when unknown."""
        return self._claims.place()

    def record(self) -> OutcomeQueue:
        """Become the one who reads outcomes; raises ``LaneHeld`` and ``TransportUnavailable``."""
        self._door.must_be_open("Nothing is recorded")
        bury = self._door.bury
        self._recording = OutcomeQueue(self._connect, self._door.topology, self._inquiry, bury)
        return self._recording

    def store_outcomes(self, body: bytes, content: bytes | None, batch_id: str) -> None:
        """Tell the recorder the outcomes of a batch; return when the broker has stored them.

        Raises:
            TransportUnavailable: It has not confirmed them; telling them again is safe.
        """
        message = outcomes_message(body, content, batch_id, at=self._clock.now())
        self._publisher.tell(message, "", self._door.topology.outcomes)

    def store_moment(self, body: bytes, import_id: str) -> None:
        """Tell the recorder an entry of a timeline; raises as ``store_outcomes`` does."""
        message = plain_message("moment", body, correlation=import_id, at=self._clock.now())
        self._publisher.tell(message, "", self._door.topology.outcomes)

    def ask(self, body: bytes, import_id: str, seconds: int) -> bytes | None:
        """Ask the recorder; return its answer, None when none came within *seconds*.

        Raises:
            TransportUnavailable: The broker cannot be reached.
            TransportClosed: The transport was closed.
        """
        message = plain_message("state", body, correlation=import_id, at=self._clock.now())
        return self._questions.ask(message, seconds)

    def finish(self, import_id: str, producer: str, last_seq: int) -> None:
        """Tell every lane, behind its last batch, that *producer* sends no more into it.

        Raises:
            TransportUnavailable: The broker has not confirmed it; some lanes may know.
        """
        name, pending = f"{import_id}/{producer}/{FINISH}", []
        for lane in (None, *range(self.lanes)):
            body = encode_finish(import_id, producer, lane, self.lanes, last_seq)
            at = self._clock.now()
            message = plain_message(FINISH, body, id=name, correlation=import_id, at=at)
            pending.append(self._publisher.submit(lane_name(lane), message))
        for one in pending:
            self._publisher.wait(one)

    def tell_status(self, status: Mapping[str, object] | None) -> None:
        """Let others see what this consumer is doing; None when it leaves."""
        with self._lock:
            held = [lane_name(lane) for lane, one in self._held.items() if not one.is_over]
        recording = self._recording is not None and self._recording.is_held
        body = {
            "holder": self.holder,
            "holds": [*held, *([RECORDER] if recording else [])],
            "status": status,
        }
        message = plain_message(STATUS, orjson.dumps(body), at=self._clock.now())
        events = self._door.topology.events
        tell = self._publisher.tell
        tell(message, events, STATUS, mandatory=False, patience=STATUS_SECONDS)

    def consumers(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what each consumer told last, by its name, after listening for a moment."""
        return {name: said["status"] for name, said in self._presence.told().items()}

    def holders(self) -> Mapping[str, str]:
        """Return who holds which lane, and who is the recorder, by name.

        Of whom nothing is heard it says only that there is somebody: ``UNKNOWN``.
        """
        topology = self._door.topology
        queues = {lane_name(lane): topology.queue_of(lane) for lane in (None, *range(self.lanes))}
        queues[RECORDER] = topology.outcomes
        counts = {name: self._inquiry.count(queue) for name, queue in queues.items()}
        told = self._presence.told()
        named = {lane: who for who, said in told.items() for lane in said["holds"]}
        return {name: named.get(name, UNKNOWN) for name, one in counts.items() if one.consumers}

    def close(self) -> None:
        """Leave everything, as ``RabbitTransport.close`` does."""
        try:
            if not self._closed.is_set():
                self._questions.close()
                self._presence.close()
                if self._recording:
                    self._recording.close()
        finally:
            super().close()


UNKNOWN = "somebody"
"""Who holds what is held by a process that tells nothing of itself, as one in another language."""
