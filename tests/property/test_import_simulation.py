"""Laws of a whole import under random schedules of the shipped parts, crashes included.

`tests/support/simulated_import.py` says what chance decides.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import count, takewhile
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attrs import frozen

from importbus.adapters.batch_run import BatchRun, Patience
from importbus.adapters.importer import LaneWorker
from importbus.adapters.journal import SqliteJournal
from importbus.bus.messages import ImportFinished, LaneCommand
from importbus.bus.pacing import Pace
from importbus.bus.ports import Delivery
from importbus.bus.report import Failure, Report
from simulated_import import POISON, Simulation
from toy_commands import Drop, DropModel, Put, PutKind, PutModel
from warehouse import State, delete, wanted_by, write

CI_SECONDS = 20.0

FEW = 15
"""Schedules that are tried where nobody wants to wait."""

NEEDS = ("kind:k", "kind:l", "thing:a", "thing:b", "kind:never")


def commands_of(random: Random) -> list[LaneCommand]:
    """Return a few commands; what others need is never deleted, since that order is not kept.

    The tree is shown first, since deletes keep their place in it as far as it has been shown.
    """
    needs = tuple(random.sample(NEEDS, random.choice([0, 0, 1])))
    tree: list[LaneCommand] = [PutModel("m", needs), PutModel("m.s")]
    return [*tree, *(command_of(random) for _ in range(random.randint(1, 14)))]


def command_of(random: Random) -> LaneCommand:
    """Return a command by chance."""
    needs = tuple(random.sample(NEEDS, random.choice([0, 0, 0, 1, 1, 2])))
    fields = {random.choice("pq"): random.randrange(100)}
    match random.choice(["put", "put", "put", "kind", "drop", "tree", "tree", "rest"]):
        case "kind":
            code = random.choice("kl")
            return PutKind(code, tuple(need for need in needs if need != f"kind:{code}"))
        case "drop":
            return Drop(random.choice("xy"))
        case "tree":
            return tree_command_of(random, fields, needs[:1])
        case "rest" if random.random() < 0.3:
            return Put(POISON, fields)
    sku = random.choice("abxy")
    return Put(sku, fields, tuple(need for need in needs if need != f"thing:{sku}"))


def tree_command_of(random: Random, fields: dict[str, int], needs: tuple[str, ...]) -> LaneCommand:
    """Return a command for a model, for one below it, for a thing below that, or their end."""
    match random.randrange(6):
        case 0:
            return PutModel("m", needs)
        case 1:
            return PutModel("m.s", needs)
        case 2:
            return DropModel(random.choice(["m", "m.s"]))
    return Put(random.choice(["m.s.v", "m.s.w"]), fields, needs)


@frozen
class Ended:
    """What an import left behind."""

    commands: list[LaneCommand]
    state: State
    report: Report
    failures: list[Failure]
    events: list[Any]


def simulate(random: Random, **parts: Any) -> Ended:
    """Carry an import out and return what it left behind."""
    commands = commands_of(random)
    with tempfile.TemporaryDirectory() as folder:
        simulation = Simulation(Path(folder), commands, random, **parts)
        simulation.carry_out()
        journal = SqliteJournal(simulation.journal.path, simulation.journal._codec)
        report, failures = journal.report("spring"), list(journal.failures("spring"))
        journal.close()
    return Ended(commands, simulation.remote.state, report, failures, simulation.events)


def check(ended: Ended) -> None:
    """The laws that hold at the end of every schedule."""
    check_account(ended)
    check_state(ended)
    check_failures(ended)


def check_account(ended: Ended) -> None:
    """I1, I6: every command has one outcome, and there was one end."""
    report = ended.report
    assert (report.read, report.open, report.balanced) == (len(ended.commands), 0, True)
    assert len({e.event_id for e in ended.events if isinstance(e, ImportFinished)}) == 1


def check_state(ended: Ended) -> None:
    """I3, I4, I5: it is as if all that has not failed had been carried out in order, one by one."""
    failed = {failure.position.line for failure in ended.failures}
    expected: State = {}
    for line, command in enumerate(ended.commands, 1):
        if line not in failed and isinstance(command, Drop | DropModel):
            delete(expected, command)
        elif line not in failed:
            write(expected, command)
    assert ended.state == expected


def check_failures(ended: Ended) -> None:
    """I10: the last command of a key fails for what is not there at the end, and for poison.

    Where a tree is deleted, what had no place in it then may have one now.
    """
    last = {command.identity: line for line, command in enumerate(ended.commands, 1)}
    deleted = any(isinstance(command, DropModel) for command in ended.commands)
    for failure in ended.failures:
        command = ended.commands[failure.position.line - 1]
        assert (failure.kind == "dead") == (command.key == POISON)
        in_deleted = deleted and command.key.startswith("m")
        is_last = last[command.identity] == failure.position.line
        if is_last and not in_deleted and command.key != POISON:
            assert set(wanted_by(command)) - ended.state.keys()


def try_schedules(seeds: Iterable[int], **parts: Any) -> None:
    """Check the laws for a schedule a seed; an error names the seed, which repeats it."""
    for seed in seeds:
        try:
            check(simulate(Random(seed), **parts))
        except AssertionError as error:
            error.add_note(f"The schedule of seed {seed}.")
            raise


def affordable() -> Iterator[int]:
    """Yield seeds: a few on a laptop, as many as run in some seconds in CI."""
    if not os.environ.get("CI"):
        yield from range(FEW)
        return
    until = time.monotonic() + CI_SECONDS
    yield from takewhile(lambda _: time.monotonic() < until, count())


def test_every_schedule_ends_as_if_nothing_had_happened() -> None:
    """I1 to I6, I8, I10: whoever works next, crashes, dies, or loses an answer."""
    try_schedules(affordable())


class AckFirst(LaneWorker):
    """A planted fault: the delivery is acknowledged before its outcomes are durable (I2)."""

    def work(self, delivery: Delivery) -> None:
        settlement = BatchRun(self._shared.tools, delivery.batch, Pace()).carry()
        delivery.ack()
        self._shared.desk.settle(settlement)


class Overtaking(SqliteJournal):
    """A planted fault: nobody waits behind what is parked (I3)."""

    def parked_tokens(self, *asked: Any) -> tuple[()]:
        return ()


class Recounting(SqliteJournal):
    """A planted fault: a batch that is settled again counts again (I8)."""

    def settle(self, settlement: Any) -> Any:
        self._database._connection.execute("UPDATE batches SET settled = NULL")
        return super().settle(settlement)


@pytest.mark.parametrize(
    "broken",
    [
        {"worker_type": AckFirst},
        {"journal_type": Overtaking},
        {"journal_type": Recounting},
        {"patience": Patience(quiet=0.0)},
    ],
    ids=["ack first", "overtaking", "recounting", "impatient"],
)
def test_planted_faults_break_the_laws(broken: dict[str, Any]) -> None:
    """The laws can fail: each of these loses, repeats or overtakes something sooner or later."""
    with pytest.raises(AssertionError):
        try_schedules(range(600), **broken)
