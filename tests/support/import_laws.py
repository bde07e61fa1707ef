"""Commands for simulated imports, and the laws that hold at the end of each, crashes included."""

from __future__ import annotations

from random import Random
from typing import Any

from attrs import frozen

from importbus.bus.messages import ImportFinished, LaneCommand
from importbus.bus.report import Failure, Report
from simulated_import import POISON
from toy_commands import Drop, DropModel, Picture, Put, PutKind, PutModel
from warehouse import State, delete, wanted_by, write

NEEDS = ("kind:k", "kind:l", "thing:a", "thing:b", "kind:never")


def commands_of(random: Random, most: int = 14) -> list[LaneCommand]:
    """Return a few commands; what others need is never deleted, since that order is not kept.

    The tree is shown first, since deletes keep their place in it as far as it has been shown.
    """
    needs = tuple(random.sample(NEEDS, random.choice([0, 0, 1])))
    tree: list[LaneCommand] = [PutModel("m", needs), PutModel("m.s")]
    return [*tree, *(command_of(random) for _ in range(random.randint(1, most)))]


def commands_of_one_key(random: Random, most: int) -> list[LaneCommand]:
    """Return commands that must keep their order, and one that some of them may wait for."""
    awaited: list[LaneCommand] = [random.choice([PutKind("k"), Put("b", {"p": 0})])]
    needs = [(awaited[0].identity,) * random.choice([0, 0, 1]) for _ in range(most)]
    puts = [Put("x", {random.choice("pq"): n}, need) for n, need in enumerate(needs)]
    drops = [Drop("x")] * random.randint(0, 2)
    return random.sample([*awaited, *puts, *drops], 1 + most + len(drops))


def command_of(random: Random) -> LaneCommand:
    """Return a command by chance."""
    needs = tuple(random.sample(NEEDS, random.choice([0, 0, 0, 1, 1, 2])))
    fields = {random.choice("pq"): random.randrange(100)}
    match random.choice(["put", "put", "put", "kind", "drop", "tree", "tree", "picture", "rest"]):
        case "kind":
            code = random.choice("kl")
            return PutKind(code, tuple(need for need in needs if need != f"kind:{code}"))
        case "picture":
            return Picture(random.choice("abxy"), str(random.randrange(100)))
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
    """What an import left behind; lines that are ``left_out`` were never sent."""

    commands: list[LaneCommand]
    state: State
    report: Report
    failures: list[Failure]
    events: list[Any]
    left_out: frozenset[int] = frozenset()


def check(ended: Ended) -> None:
    """The laws that hold at the end of every schedule."""
    check_account(ended)
    check_state(ended)
    check_failures(ended)
    check_pictures(ended)


def check_account(ended: Ended) -> None:
    """I1, I6: every command has one outcome, and there was one end."""
    report, sent = ended.report, len(ended.commands) - len(ended.left_out)
    assert (report.read, report.open, report.balanced) == (sent, 0, True)
    assert len({e.event_id for e in ended.events if isinstance(e, ImportFinished)}) == 1


def check_state(ended: Ended) -> None:
    """I3, I4, I5: it is as if all that has not failed had been carried out in order, one by one."""
    failed = {failure.position.line for failure in ended.failures} | ended.left_out
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
    lines = [(n, c) for n, c in enumerate(ended.commands, 1) if n not in ended.left_out]
    last = {command.identity: line for line, command in lines}
    deleted = any(isinstance(command, DropModel) for command in ended.commands)
    for failure in ended.failures:
        command = ended.commands[failure.position.line - 1]
        assert (failure.kind == "dead") == (command.key == POISON)
        in_deleted = deleted and command.key.startswith("m")
        is_last = last[command.identity] == failure.position.line
        if is_last and not in_deleted and command.key != POISON:
            assert set(wanted_by(command)) - ended.state.keys()


def check_pictures(ended: Ended) -> None:
    """I4: a picture may come before its thing; it fails alone only where there is none at the end.

    Where others fail, too, it may be one of those that fail so that the rest can go.
    """
    failed = [ended.commands[failure.position.line - 1] for failure in ended.failures]
    deleted = any(isinstance(command, Drop | DropModel) for command in ended.commands)
    if not deleted and all(isinstance(command, Picture) for command in failed):
        assert ended.state.keys().isdisjoint(command.identity for command in failed)
