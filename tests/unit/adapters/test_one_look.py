"""What one look at the journal answers, and when it takes another one."""

from __future__ import annotations

from typing import Any

from attrs import define, field

from importbus.adapters.one_look import OneLook
from importbus.bus.batches import Batch, Settlement
from importbus.bus.journal import SettleResult
from importbus.bus.sharing import Outlook
from toy_commands import Put

BATCH: Batch[Any] = Batch("spring", "1", 7, 0, Put, ())


@define
class Asked:
    """A journal that counts what it is asked."""

    gate_open: bool = False
    parked_count: int = 0
    questions: list[str] = field(factory=list)

    def outlook(self, import_id: str, producer: str, seq: int) -> Outlook:
        """Return what is true now of a batch that is wanted."""
        self.questions.append(f"outlook {import_id}/{producer}/{seq}")
        return Outlook("running", True, self.gate_open, self.parked_count, 0.0)

    def gate_is_open(self, import_id: str) -> bool:
        """Return it."""
        self.questions.append("gate")
        return self.gate_open

    def parked(self, import_id: str) -> int:
        """Return it."""
        self.questions.append(f"parked {import_id}")
        return self.parked_count

    def settle(self, settlement: Settlement) -> SettleResult:
        """Park what is settled."""
        self.parked_count += 1
        return SettleResult(True, self.parked_count, 0)


def look_at(asked: Any) -> OneLook:
    """Return the journal as a lane worker asks it."""
    return OneLook(asked, asked)


def test_one_look_answers_all_until_the_first_call() -> None:
    """What is wanted, whether the gate is open, and how many commands are parked."""
    asked = Asked(gate_open=True, parked_count=3)
    look = look_at(asked)
    answers = (look.wants(BATCH), look.gate_is_open("spring"), look.parked("spring"))

    assert (answers, asked.questions) == ((True, True, 3), ["outlook spring/1/7"])


def test_a_gate_that_was_waited_for_takes_another_look() -> None:
    """I3: structure may have been parked meanwhile, which commands must not overtake."""
    asked = Asked()
    look = look_at(asked)
    look.wants(BATCH)
    before = look.gate_is_open("spring")
    asked.gate_open, asked.parked_count = True, 2

    assert (before, look.gate_is_open("spring"), look.parked("spring")) == (False, True, 2)


def test_what_was_settled_since_is_seen() -> None:
    """I3: the next batch of the lane must not overtake what this one has parked."""
    look = look_at(Asked())
    look.wants(BATCH)
    look.settle(Settlement(BATCH, (), 1, 1.0, 101.0))

    assert look.parked("spring") == 1


def test_who_takes_a_lane_looks_anew() -> None:
    """I3: whoever had it meanwhile may have parked what must not be overtaken."""
    asked = Asked()
    look = look_at(asked)
    look.wants(BATCH)
    asked.parked_count = 4
    look.took_lane()

    assert look.parked("spring") == 4


def test_a_look_is_at_one_import() -> None:
    """Of another one it says nothing."""
    asked = Asked(gate_open=True)
    look = look_at(asked)
    look.wants(BATCH)
    look.parked("autumn")

    assert asked.questions[1:] == ["parked autumn"]
