"""Who is the recorder looks again and again, and at once when something may have ended."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from attrs import define, field

from importbus.adapters import recorder_duty
from importbus.adapters.recorder_duty import RecorderDuty

PATIENCE = 5.0
"""Seconds within which something has to happen."""


@define
class Looking:
    """A post that is free, and a recorder that tells of each look."""

    looks: SimpleQueue[str] = field(factory=SimpleQueue)

    def hold(self, name: str) -> str:
        return name

    def verify(self, lease: Any) -> None:
        """Nothing is ever lost."""

    def give_back(self, lease: Any) -> None:
        self.looks.put(f"{lease} given back")

    def step(self, held: Callable[[], object]) -> bool:
        held()
        self.looks.put("look")
        return False


def test_who_is_woken_looks_at_once(monkeypatch: Any) -> None:
    """The end of an import is not noticed later than it has to be; closing does not wait either."""
    monkeypatch.setattr(recorder_duty, "LOOK", 60.0)
    scene = Looking()
    duty = RecorderDuty(scene, lambda: scene, lambda error: None)  # type: ignore[arg-type,return-value]
    duty.start()
    told = [scene.looks.get(timeout=PATIENCE)]
    duty.wake()
    told.append(scene.looks.get(timeout=PATIENCE))
    duty.close()
    told.append(scene.looks.get(timeout=PATIENCE))

    assert told == ["look", "look", "recorder given back"]
