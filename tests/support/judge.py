"""A PIM that is told one command after the other, without any of our batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import evolve

from akeneo_process import DirectClient, State
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.bus import LaneCommand
from importbus.bus.unset import UNSET

LINKS = ("associations", "quantified_associations")


class Judge:
    """A PIM that is told one command after the other, in this thread."""

    def __init__(self) -> None:
        self.pim = SimulatedPim(option_rate=None)
        self._client = DirectClient(self.pim)

    def state_after(self, commands: Sequence[Any]) -> State:
        """Return the state after *commands*, which come in the best order.

        Associations come when everything is there, since they may go round in circles.
        """
        self.pim.reset()
        linked = [command for command in commands if self._carry_bare(command)]
        for command in linked:
            key = {command.key_field: command.key}
            self._carry(type(command)(**key, **{name: getattr(command, name) for name in LINKS}))
        return self._client.state()

    def _carry_bare(self, command: Any) -> bool:
        """Carry out *command* without associations; return whether it has any."""
        if not any(getattr(command, name, None) for name in LINKS):
            self._carry(command)
            return False
        self._carry(evolve(command, **dict.fromkeys(LINKS, UNSET)))
        return True

    def _carry(self, command: LaneCommand) -> None:
        answer = self._client.tell(command)
        assert answer["status_code"] < 300, f"the drawn catalogue is wrong: {answer}"
