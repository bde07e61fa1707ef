"""I4: the order of the commands does not matter.

A drawn catalogue goes into a simulated PIM in a drawn order, through the wiring that is shipped,
and ends in the state that the best order gives. The judge of that is a PIM which is told one
command after the other, without any of our batches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import event, given, settings
from hypothesis import strategies as st

from akeneo_process import DirectClient, State
from drawn_catalogue import catalogues, shuffled
from import_desk import ImportDesk, config_for
from importbus.adapters.batch_run import Patience
from importbus.adapters.config import TransportConfig
from importbus.adapters.pim import PimClient
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.adapters.wiring import open_runtime
from importbus.bus import LaneCommand
from importbus.bus.unset import UNSET
from importbus.handlers.akeneo import COMMANDS
from importbus.handlers.akeneo.port import Answer
from importbus.handlers.akeneo.sink import AkeneoSink

GOOD = {"created", "updated", "superseded"}
LINKS = ("associations", "quantified_associations")


@frozen
class Hurried:
    """A client that writes options as fast as it can: here nobody counts them."""

    client: PimClient

    def call(self, method: str, path: str, body: bytes | None = None, **how: Any) -> Answer:
        """Make a call without a rate."""
        return self.client.call(method, path, body, **{**how, "rate": None})

    def probe(self) -> None:
        """Make one cheap call."""
        self.client.probe()

    def recent_seconds(self) -> float | None:
        """Return the longest of the last calls."""
        return self.client.recent_seconds()


@contextmanager
def open_small(folder: Path, transport: str, size: int) -> Iterator[ImportDesk]:
    """Open a PIM, and a bus whose batches have *size* items at the most."""
    with SimulatedPim(option_rate=None) as pim:
        config = config_for(pim, folder)
        account = config.pim
        assert account is not None
        there = TransportConfig(transport, lanes=4)
        with (
            PimClient(
                url=account.url,
                client_id=account.client_id,
                secret=account.secret,
                username=account.username,
                password=account.password,
            ) as client,
            open_runtime(
                evolve(config, pim=None, transport=there), patience=Patience(quiet=0.2)
            ) as runtime,
        ):
            for command in COMMANDS:
                runtime.bus.register_sink(command, AkeneoSink(Hurried(client)), size=size)
            yield ImportDesk(pim, runtime.bus, config)


class Judge:
    """A PIM that is told one command after the other, in this thread."""

    def __init__(self) -> None:
        self._pim = SimulatedPim(option_rate=None)
        self._client = DirectClient(self._pim)

    def state_after(self, commands: Sequence[Any]) -> State:
        """Return the state after *commands*, which come in the best order.

        Associations come when everything is there, since they may go round in circles.
        """
        self._pim.reset()
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


@pytest.fixture(scope="module")
def judge() -> Judge:
    """Who knows the right state."""
    return Judge()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImportDesk]:
    """A bus with batches of a hundred: catalogues are smaller, so all is sent by rank."""
    with open_small(tmp_path_factory.mktemp("full"), "memory:", 100) as desk:
        yield desk


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImportDesk]:
    """A bus with batches of three, which leave before what they need has been read."""
    with open_small(tmp_path_factory.mktemp("small"), "memory:", 3) as desk:
        yield desk


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImportDesk]:
    """A bus that sends each command at once, so that nothing is sorted before it leaves."""
    with open_small(tmp_path_factory.mktemp("single"), "memory:", 1) as desk:
        yield desk


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImportDesk]:
    """The same through a queue file."""
    folder = tmp_path_factory.mktemp("fleet")
    with open_small(folder, f"sqlite:///{folder}/queue.db", 3) as desk:
        yield desk


def check(judge: Judge, desk: ImportDesk, data: st.DataObject) -> None:
    """Draw a catalogue and an order, import it, and compare with the best order."""
    commands = data.draw(catalogues())
    event(f"commands: {len(commands) // 10 * 10}", "")
    expected = judge.state_after(commands)
    desk.pim.reset()
    run = desk.run(*data.draw(shuffled(commands)))

    assert list(run.failures()) == []
    assert set(run.report.outcomes) <= GOOD
    assert desk.pim.state() == expected


@given(data=st.data())
def test_any_permutation_of_a_small_catalogue(
    judge: Judge, full: ImportDesk, data: st.DataObject
) -> None:
    """I4."""
    check(judge, full, data)


@given(data=st.data())
def test_any_permutation_with_small_batches(
    judge: Judge, small: ImportDesk, data: st.DataObject
) -> None:
    """I4."""
    check(judge, small, data)


@given(data=st.data())
def test_any_permutation_command_by_command(
    judge: Judge, single: ImportDesk, data: st.DataObject
) -> None:
    """I4."""
    check(judge, single, data)


@settings(max_examples=10)
@given(data=st.data())
def test_any_permutation_over_a_queue(judge: Judge, fleet: ImportDesk, data: st.DataObject) -> None:
    """I4."""
    check(judge, fleet, data)
