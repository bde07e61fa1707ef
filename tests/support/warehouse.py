"""A sink for the toy commands, as strict as a PIM about references."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from threading import Lock
from typing import Any

from attrs import define, field

from importbus.bus.batches import Batch
from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import Outcome
from toy_commands import Drop, DropModel, Picture, Put, PutKind, PutModel

State = dict[str, dict[str, int]]


def apply(state: State, command: LaneCommand) -> Outcome:
    """Carry out *command* on *state*; refuse it while something that it refers to is not there."""
    if isinstance(command, Drop | DropModel):
        return delete(state, command)
    if missing := [need for need in wanted_by(command) if need not in state]:
        return Outcome.parked(f"{missing[0]} is missing", status=422, wants=missing[:1])
    return write(state, command)


def check_files(batch: Batch[Any]) -> None:
    """Make sure that each picture has its own file, whatever became of it on the way."""
    for envelope in batch.envelopes:
        if isinstance(envelope.command, Picture):
            assert envelope.attachment
            assert envelope.attachment.content == envelope.command.file.encode()


def delete(state: State, command: Drop | DropModel) -> Outcome:
    """Delete a thing, or a model and all below it."""
    state.pop(command.identity, None)
    if isinstance(command, DropModel):
        for name in [name for name in state if f":{command.code}." in name]:
            del state[name]
    return Outcome.deleted()


def write(state: State, command: LaneCommand) -> Outcome:
    """Create or update, whatever it refers to."""
    known = command.identity in state
    fields = fields_of(command)
    state.setdefault(command.identity, {}).update(fields)
    return Outcome.updated() if known else Outcome.created()


def fields_of(command: LaneCommand) -> Mapping[str, int]:
    """Return what *command* sets; a picture is a field that nothing else sets."""
    if isinstance(command, Picture):
        return {"picture": int(command.file)}
    return command.fields if isinstance(command, Put) else {}


def wanted_by(command: LaneCommand) -> list[str]:
    """Return what *command* refers to; a picture belongs to a thing that is there."""
    if isinstance(command, Picture):
        return [command.identity]
    assert isinstance(command, Put | PutKind | PutModel)
    return [*([command.follows] if command.follows else []), *command.needs]


@define
class Warehouse:
    """Keeps things and kinds; ``before`` is called with every batch that comes. Thread-safe."""

    before: Callable[[Batch[Any]], object] = field(default=lambda batch: None)
    state: State = field(factory=dict)
    batches: list[Batch[Any]] = field(factory=list)
    _lock: Lock = field(factory=Lock)

    def write(self, batch: Batch[Any], /) -> Iterator[Outcome]:
        """Write the items of *batch*."""
        self.before(batch)
        with self._lock:
            self.batches.append(batch)
            return iter([apply(self.state, command) for command in batch.items])
