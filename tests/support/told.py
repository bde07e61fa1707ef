"""The way between consumers and the recorder without a broker: what is told lies in a list."""

from __future__ import annotations

from collections.abc import Callable

from attrs import define, field

from importbus.adapters.outcomes.intake import Intake
from importbus.bus.errors import TransportUnavailable


@define(eq=False)
class Letter:
    """A message for the recorder; what became of it stands in ``fate``."""

    body: bytes
    content: bytes | None = None
    batch_id: str = ""
    fate: list[str] = field(factory=list)
    reply: bytes | None = None

    def ack(self) -> None:
        self.fate.append("acknowledged")

    def reject(self, reason: str) -> None:
        self.fate.append(f"put aside: {reason}")

    def answer(self, body: bytes) -> None:
        self.reply = body
        self.ack()


@define(eq=False)
class Line:
    """A stream to the recorder of *intake* that works at once, or as often as *lost* is not.

    Args:
        intake: None while there is no recorder.
        lost: How often what is told is lost, with *error*.
        silent: Called when nobody answers.
    """

    intake: Intake | None
    lost: int = 0
    silent: Callable[[], object] = lambda: None
    error: TransportUnavailable = field(factory=lambda: TransportUnavailable("It was lost."))
    lanes: int = 4
    told: list[Letter] = field(factory=list)
    asked: int = 0

    def store_outcomes(self, body: bytes, content: bytes | None, batch_id: str) -> None:
        self._tell(Letter(body, content, batch_id))

    def store_moment(self, body: bytes, import_id: str) -> None:
        self._tell(Letter(body))

    def ask(self, body: bytes, import_id: str, seconds: int) -> bytes | None:
        self.asked += 1
        letter = Letter(body)
        self._tell(letter)
        if letter.reply is None:
            self.silent()
        return letter.reply

    def _tell(self, letter: Letter) -> None:
        if self.lost:
            self.lost -= 1
            raise self.error
        self.told.append(letter)
        if self.intake:
            self.intake.take(letter)
