"""The journal as lane workers need it, where it is on another machine: outcomes and questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Event, local
from typing import Any, Protocol

from attrs import define, field
from loguru import logger

from importbus.adapters.batch_run import Stopped
from importbus.adapters.outcomes.messages import (
    MOMENT,
    STATE,
    UNKNOWN,
    Answer,
    Question,
    decode,
    encode,
    encode_settlement,
    message_of,
    noted,
)
from importbus.bus.batches import Batch, Settlement
from importbus.bus.errors import LaneLost, TransportClosed, TransportUnavailable, UnknownImport
from importbus.bus.journal import Moment, ParkedToken, SettleResult
from importbus.bus.ports import Codec

ANSWER_SECONDS = 10
"""Seconds to wait for an answer before the question is asked again."""

AGAIN = 1.0
"""Seconds between two tries while the broker is out of reach."""

TRIES = 5
"""How often outcomes are told before their batch is left to be delivered again."""


class Stream(Protocol):
    """The way to the recorder; see ``transports/rabbitmq/fleet.py``."""

    lanes: int

    def store_outcomes(self, body: bytes, content: bytes | None, batch_id: str) -> None:
        """Tell the outcomes of a batch; return when they are stored."""
        ...

    def store_moment(self, body: bytes, import_id: str) -> None:
        """Tell an entry of a timeline; return when it is stored."""
        ...

    def ask(self, body: bytes, import_id: str, seconds: int) -> bytes | None:
        """Return the recorder's answer; None when none came in time."""
        ...


@define(eq=False)
class RemoteJournal:
    """What the recorder's journal is to the lane workers of this process; thread-safe.

    Implements ``bus.journal.WorkerJournal`` and ``bus.sharing.ImportView``. Nothing is carried out
    before the recorder has said that it is wanted, so that whoever asks waits while there is no
    recorder. One answer serves a worker from the question about its batch to its calls.

    Args:
        stream: The way to the recorder.
        codec: Knows the commands.
        stop: Ends every wait: the question is given up with ``Stopped``.
    """

    stream: Stream
    codec: Codec
    stop: Event
    _last: Any = field(factory=local, init=False)  # the last answer, for each worker's thread

    def settle(self, settlement: Settlement) -> SettleResult:
        """Tell the recorder the outcomes of a batch; they are stored when this returns.

        Raises:
            LaneLost: They are not, after several tries; the batch has to come again.
        """
        body, content = encode_settlement(settlement, self.codec, lanes=self.stream.lanes)
        batch_id = settlement.batch.id
        for _ in range(TRIES):
            try:
                self.stream.store_outcomes(body, content, batch_id)
            except TransportUnavailable as error:
                logger.warning("The outcomes of {} are told again: {}", batch_id, error)
                self.stop.wait(AGAIN)
            else:
                return SettleResult(True, 0, 0)
        raise LaneLost(f"The outcomes of batch {batch_id} are not stored; it comes again.")

    def moment(self, import_id: str, moment: Moment) -> None:
        """Tell the recorder an entry of a timeline, once: the outcomes do not depend on it."""
        try:
            self.stream.store_moment(encode(MOMENT, noted(import_id, moment)), import_id)
        except TransportUnavailable as error:
            logger.warning("{} of {} was not told: {}", moment.kind, import_id, error)

    def took_lane(self) -> None:
        """Nothing: the recorder is asked about every batch."""

    def wants(self, batch: Batch[Any]) -> bool:
        """Whether *batch* is still to be carried out; raises ``Stopped`` when told to stop."""
        return self._ask(Question(batch.import_id, batch.id)).wanted

    def gate_is_open(self, import_id: str) -> bool:
        """Whether the catalogue batches of an import may go, as far as it was said last."""
        known = self._known(import_id)
        return known.gate_open or self._ask(Question(import_id)).gate_open

    def settled_at(self, lanes: Iterable[int | None]) -> float:
        """Return when the structure lane settled something last, as far as it was said."""
        known: Answer | None = getattr(self._last, "answer", None)
        return known.structure_settled_at if known else 0.0

    def quiet(self, import_id: str) -> float | None:
        """Return how many seconds a call may still run whose worker is gone."""
        return self._known(import_id).quiet

    def parked(self, import_id: str) -> int:
        """Return how many commands of an import were parked when it was asked about."""
        return self._known(import_id).parked

    def parked_tokens(self, import_id: str, tokens: Iterable[str]) -> Sequence[ParkedToken]:
        """Return which of *tokens* parked commands hold."""
        return self._ask(Question(import_id, tokens=tuple(tokens))).held

    def state(self, import_id: str) -> str:
        """Return the state of an import, as in ``importbus.bus.report.Report``.

        Raises:
            UnknownImport: The recorder's journal has none of that name.
        """
        state = self._ask(Question(import_id)).state
        if state == UNKNOWN:
            raise UnknownImport(import_id, "of the recorder")
        return state

    def _known(self, import_id: str) -> Answer:
        known: Answer | None = getattr(self._last, "answer", None)
        return known if known and known.import_id == import_id else self._ask(Question(import_id))

    def _ask(self, question: Question) -> Answer:
        body = encode(STATE, question)
        while not self.stop.is_set():
            try:
                if said := self.stream.ask(body, question.import_id, ANSWER_SECONDS):
                    answer = decode(message_of(said)[1], Answer)
                    self._last.answer = answer
                    return answer
                logger.warning(
                    "No recorder answers: it takes an importbus consume --record or importbus "
                    "record on the machine that has the journal."
                )
            except TransportUnavailable as error:
                if not error.temporary:
                    raise
                logger.warning("{} is asked about again: {}", question.import_id, error)
                self.stop.wait(AGAIN)
            except TransportClosed:
                break
        raise Stopped
