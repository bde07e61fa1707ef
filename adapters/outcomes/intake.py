"""What the recorder does with what consumers tell and ask: into the journal, and out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from attrs import field, frozen
from loguru import logger

from importbus.adapters.outcomes.messages import (
    MOMENT,
    OUTCOMES,
    STATE,
    UNKNOWN,
    Answer,
    Noted,
    Question,
    decode,
    decode_settlement,
    encode,
    message_of,
)
from importbus.bus.batches import Settlement
from importbus.bus.errors import BusError, JournalMismatch, UndecodableMessage, UnknownImport
from importbus.bus.journal import Journal
from importbus.bus.ports import Codec
from importbus.bus.sharing import SharedJournal


class Told(Protocol):
    """One message of a consumer; see ``transports/rabbitmq/outcomes.py``."""

    @property
    def batch_id(self) -> str:
        """The batch that it is about, if any."""
        ...

    @property
    def body(self) -> bytes:
        """Its JSON; raises ``UndecodableMessage``."""
        ...

    @property
    def content(self) -> bytes | None:
        """The bytes of a file that came along."""
        ...

    def ack(self) -> None:
        """Forget it."""
        ...

    def reject(self, reason: str) -> None:
        """Keep it as a dead letter."""
        ...

    def answer(self, body: bytes) -> None:
        """Answer who asked, and forget the question."""
        ...


@frozen(eq=False)
class Intake:
    """Takes outcomes and moments into *journal*, then acknowledges; answers questions from it.

    A message that comes again changes nothing. What cannot be understood is put aside with the
    reason; its batch then ends as a dead letter does.
    """

    journal: Journal
    shared: SharedJournal
    codec: Codec
    place: Callable[[], str | None] = lambda: None
    """Returns where the journal is that the batches belong to, as far as the queue knows it."""
    _known: set[str] = field(factory=set, init=False)  # imports that the journal has

    def take(self, *letters: Told) -> None:
        """Do what *letters* say, in their order; outcomes in a row become durable together.

        Raises:
            JournalMismatch: One is of an import that this journal does not know. It is not
                acknowledged, and comes again to the recorder that has the right journal.
            JournalError: The journal cannot be written; they come again.
            TransportError: One was not put aside or not acknowledged; it comes again.
        """
        together: list[tuple[Told, Settlement]] = []
        try:
            for told in letters:
                read = self._read(told)
                if isinstance(read, Settlement):
                    together.append((told, read))
                else:
                    self._settle(together)
                    together = []
                    read()
            self._settle(together)
        except UnknownImport as error:
            what = f"The import {error.import_id!r}"
            raise JournalMismatch(what, self.place(), self.journal.path) from error

    def _settle(self, together: Sequence[tuple[Told, Settlement]]) -> None:
        if not together:
            return
        try:
            self.journal.settle_together([settlement for _, settlement in together])
        except BusError:
            raise
        except Exception as error:  # noqa: BLE001 - one message must not end each recorder in turn
            self._settle_alone(together, error)
        else:
            for told, _ in together:
                told.ack()

    def _settle_alone(self, together: Sequence[tuple[Told, Settlement]], error: Exception) -> None:
        """Settle one after the other, and put aside what *error* comes from."""
        if len(together) > 1:
            for one in together:
                self._settle([one])
            return
        ((told, _),) = together
        logger.opt(exception=error).error("Outcomes of {} break the journal.", told.batch_id)
        told.reject(f"its outcomes cannot be kept: {type(error).__name__}")

    def _read(self, told: Told) -> Settlement | Callable[[], object]:
        """Return the outcomes that *told* says, or what to do about it."""
        try:
            kind, message = message_of(told.body)
            if kind == OUTCOMES:
                settlement = decode_settlement(message, self.codec, told.content)
                self._must_know(settlement.batch.import_id)
                return settlement
            return self._other(kind, message, told)
        except UndecodableMessage as error:
            logger.error("A message about {} is put aside: {}", told.batch_id or "no batch", error)
            return partial(told.reject, str(error))

    def _other(self, kind: str, message: Mapping[str, Any], told: Told) -> Callable[[], object]:
        if kind == STATE:
            question = decode(message, Question)
            return partial(self._reply, told, question, _parts(question))
        if kind == MOMENT:
            return partial(self._note, told, decode(message, Noted))
        raise UndecodableMessage(f"its kind is {kind!r}")

    def _note(self, told: Told, noted: Noted) -> None:
        self._must_know(noted.import_id)
        self.journal.moment(noted.import_id, noted.entry())
        told.ack()

    def _reply(self, told: Told, question: Question, name: tuple[str, int]) -> None:
        told.answer(encode(STATE, self._answer(question, *name)))

    def _answer(self, question: Question, producer: str, seq: int) -> Answer:
        """Return what the journal says; who asks about an import alone may have a wrong name."""
        import_id = question.import_id
        if question.batch_id is None and not self._knows(import_id):
            return Answer(import_id=import_id, state=UNKNOWN, wanted=False)
        seen = self.shared.outlook(import_id, producer, seq)
        tokens = question.tokens if seen.parked else ()
        return Answer(
            import_id=import_id,
            state=seen.state,
            wanted=seen.wanted or question.batch_id is None,
            gate_open=seen.gate_open,
            structure_settled_at=seen.structure_settled_at,
            quiet=self.shared.quiet(import_id),
            parked=seen.parked,
            held=tuple(self.journal.parked_tokens(import_id, tokens)) if tokens else (),
        )

    def _must_know(self, import_id: str) -> None:
        if import_id not in self._known:
            self.journal.record(import_id)
            self._known.add(import_id)

    def _knows(self, import_id: str) -> bool:
        try:
            self._must_know(import_id)
        except UnknownImport:
            return False
        return True


def _parts(question: Question) -> tuple[str, int]:
    if question.batch_id is None:
        return "", 0
    try:
        _, producer, seq = question.batch_id.split("/")
        return producer, int(seq)
    except ValueError:
        raise UndecodableMessage(f"{question.batch_id!r} is no batch id") from None
