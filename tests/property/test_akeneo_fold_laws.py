"""I5: a folded command does to a PIM what its two commands do, one after the other.

The judge is the simulated PIM's own merge, not a second opinion of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.property.akeneo_entry_strategies import ENTRY_KINDS
from tests.property.akeneo_strategies import KINDS as OTHER_KINDS
from tests.property.akeneo_strategies import Kind, runs

from akeneo_process import DirectClient, State, copy_of
from akeneo_world import put_world
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.handlers.akeneo import COMMANDS
from importbus.handlers.akeneo.commands import AkeneoUpsert

Run = Sequence[Any]

KINDS = (*OTHER_KINDS, *ENTRY_KINDS)

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.command_type.__name__)


class World:
    """A PIM that can be put back to where it was."""

    def __init__(self) -> None:
        self._pim = SimulatedPim(option_rate=None, trace_keys=False)
        self._client = DirectClient(self._pim)
        put_world(self._client)
        self._start = self._pim.application.store

    def after(self, earlier: Run, commands: Run) -> tuple[list[int], State]:
        """Return the answers to *commands*, and the state after *earlier* and *commands*."""
        self._pim.application.reset(copy_of(self._start))
        for command in earlier:
            self._client.carry(command)
        statuses = [self._client.carry(command) for command in commands]
        return statuses, self._client.state()


@pytest.fixture(scope="module")
def world() -> World:
    """A PIM for all laws; nothing of one example is left for the next."""
    return World()


def refused(status: int) -> bool:
    """Whether the PIM has not taken a line."""
    return status >= 300


def in_a_row(commands: Run) -> list[Any]:
    """Return *commands* folded as they come, as a line of a batch is."""
    line: list[Any] = []
    for newer in commands:
        one = line[-1].fold(newer) if line else None
        line[-1:] = [one] if one is not None else [*line[-1:], newer]
    return line


def check_fold(world: World, earlier: Run, commands: Run, folded: Run) -> None:
    """Compare the state after *folded* with that after *commands*, which the PIM takes.

    A folded command that is refused is no harm: it is taken apart and sent again.
    """
    apart, expected = world.after(earlier, commands)
    if any(map(refused, apart[:-1])):
        return
    together, found = world.after(earlier, folded)
    if not any(map(refused, together)):
        assert found == expected


def test_the_laws_are_tried_with_every_upsert() -> None:
    """A class without a strategy would fold untried."""
    upserts = {each for each in COMMANDS if issubclass(each, AkeneoUpsert)}

    assert {kind.command_type for kind in KINDS} == upserts


@every_kind
@given(data=st.data())
def test_a_fold_does_what_both_commands_do(world: World, kind: Kind, data: st.DataObject) -> None:
    """I5: from any earlier state of the item, the whole PIM ends in the same state."""
    earlier, (older, newer) = data.draw(runs(kind, 2))
    folded = older.fold(newer)

    if folded is not None:
        check_fold(world, earlier, [older, newer], [folded])


@every_kind
@given(data=st.data())
def test_three_commands_fold_in_a_row(world: World, kind: Kind, data: st.DataObject) -> None:
    """I5: as far as they fold, and one after the other where they do not."""
    earlier, commands = data.draw(runs(kind, 3, earlier=1))
    line = in_a_row(commands)

    if len(line) < len(commands):
        check_fold(world, earlier, commands, line)


@every_kind
@given(data=st.data())
def test_it_does_not_matter_which_two_fold_first(kind: Kind, data: st.DataObject) -> None:
    """Where both ways lead to one command, it is the same command."""
    _, (first, second, third) = data.draw(runs(kind, 3, earlier=0))
    left, right = first.fold(second), second.fold(third)
    found = [left and left.fold(third), right and first.fold(right)]

    if None not in found:
        assert found[0] == found[1]


@every_kind
@given(data=st.data())
def test_a_fold_changes_neither_command(kind: Kind, data: st.DataObject) -> None:
    """Both may have to be sent after all."""
    _, commands = data.draw(runs(kind, 2, earlier=0))
    before = deepcopy(commands)
    commands[0].fold(commands[1])

    assert commands == before
