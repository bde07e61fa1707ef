"""The way from simulated consumers to the recorder: first in, first out, as a broker keeps it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from attrs import define, field

from importbus.adapters.journal import SqliteJournal
from importbus.adapters.outcomes.intake import Intake
from told import Letter
from toy_commands import toy_codec


def stream_into(journal: SqliteJournal, twice: Callable[[], bool], lanes: int) -> SharedStream:
    """Return the way to a recorder that has *journal*."""
    return SharedStream(Intake(journal, journal.shared, toy_codec()), twice, lanes)


@define(eq=False)
class SharedStream:
    """What consumers tell outlives them; a letter is forgotten when it is acknowledged.

    Whoever asks gets its answer at once, behind all that was told before.

    Args:
        intake: The recorder's side.
        twice: Says whether a letter is stored a second time, as after an answer that was lost.
    """

    intake: Intake
    twice: Callable[[], bool]
    lanes: int
    letters: deque[Letter] = field(factory=deque, init=False)
    asked: int = field(default=0, init=False)

    def store_outcomes(self, body: bytes, content: bytes | None, batch_id: str) -> None:
        for _ in range(1 + self.twice()):
            self.letters.append(Letter(body, content, batch_id))

    def store_moment(self, body: bytes, import_id: str) -> None:
        self.letters.append(Letter(body))

    def ask(self, body: bytes, import_id: str, seconds: int) -> bytes | None:
        self.asked += 1
        question = Letter(body)
        self.letters.append(question)
        self.drain()
        return question.reply

    @property
    def is_empty(self) -> bool:
        """Whether the recorder has taken everything."""
        return not self.letters

    def drain(self, taken: Callable[[], object] = lambda: None) -> None:
        """Let the recorder take what is there; *taken* is called before each is forgotten."""
        while self.letters:
            first = self.letters[0]
            self.intake.take(first)
            taken()
            if self.letters and self.letters[0] is first:
                self.letters.popleft()
