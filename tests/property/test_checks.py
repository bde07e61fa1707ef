"""Laws of the checks before an import: they call nothing wrong that a strict PIM takes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.property.akeneo_strategies import KINDS, Kind, runs
from tests.property.test_akeneo_codec import drawn_of

from akeneo_process import DirectClient, copy_of
from akeneo_world import put_world
from checked_shop import ShopReader
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.bus.findings import Finding
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo import COMMANDS
from importbus.handlers.akeneo.checks.inspector import AkeneoInspector
from inspected import inspected
from state_reader import StateReader

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.command_type.__name__)


class World:
    """A PIM that can be put back to where it was."""

    def __init__(self) -> None:
        self._pim = SimulatedPim(option_rate=None, trace_keys=False)
        self._client = DirectClient(self._pim)
        put_world(self._client)
        self._start = self._pim.application.store
        self._state = self._client.state()

    def inspector(self) -> AkeneoInspector:
        """Return an inspector that reads from the PIM as it was at first."""
        return AkeneoInspector(StateReader(self._state))

    def carry(self, command: Any) -> int:
        """Put the PIM back and return its answer to *command*."""
        self._pim.application.reset(copy_of(self._start))
        return self._client.carry(command)


@pytest.fixture(scope="module")
def world() -> World:
    """A PIM for all laws; nothing of one example is left for the next."""
    return World()


def errors(found: list[Finding]) -> set[tuple[str, str]]:
    """Return rule and field of what is an error."""
    return {(each.rule, each.field) for each in found if each.error}


@every_kind
@given(data=st.data())
def test_what_is_called_wrong_the_pim_refuses(
    world: World, kind: Kind, data: st.DataObject
) -> None:
    """One command, and a PIM that has one of everything."""
    _, (command,) = data.draw(runs(kind, 1, earlier=0))
    (found,) = inspected(world.inspector(), [command])

    if errors(found):
        assert world.carry(command) >= 300, found


@every_kind
@given(data=st.data())
def test_what_is_wrong_without_a_pim_is_wrong_with_it(
    world: World, kind: Kind, data: st.DataObject
) -> None:
    """Two commands may contradict each other; which of them is wrong, the PIM tells."""
    earlier, later = data.draw(runs(kind, 2))
    commands = [*earlier, *later]
    alone = inspected(AkeneoInspector(None), commands)
    together = inspected(world.inspector(), commands)

    assert not any(map(errors, alone)) or any(map(errors, together))


@pytest.mark.parametrize("reader", [None, ShopReader()], ids=["alone", "with a PIM"])
@given(commands=st.lists(st.one_of(*map(drawn_of, COMMANDS)), max_size=4))
def test_no_command_is_too_odd_to_be_checked(
    reader: ShopReader | None, commands: list[LaneCommand]
) -> None:
    """Whatever the shapes allow."""
    assert len(inspected(AkeneoInspector(reader), commands)) == len(commands)
