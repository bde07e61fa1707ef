"""Mistakes in putting a bus together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from attrs import frozen

from importbus.bus import Batch, Command, CommandBus, Event, Next, Outcome, Upsertable, handles
from importbus.bus.middleware import Retry

R = TypeVar("R")


@frozen
class Rename(Command[str]):
    code: str


@frozen
class Count(Command[int]):
    pass


@frozen
class Renamed(Event):
    code: str


@frozen
class Price(Upsertable):
    sku: str


def rename(command: Rename) -> str:
    return command.code


def note(event: Renamed) -> None:
    return None


bus = CommandBus()
bus.register(Count, rename)  # error: arg-type
bus.register(Renamed, note)  # error: type-var
bus.register(Rename, "rename")  # error: arg-type
bus.subscribe(Rename, rename)  # error: type-var
bus.subscribe(Renamed, rename)  # error: arg-type
bus.register_sink(Rename, rename)  # error: arg-type


@bus.handler  # error: type-var
def handle_number(number: int) -> str:
    return str(number)


@bus.listener  # error: type-var
def listen_to_command(command: Rename) -> None:
    return None


@bus.batch_handler()  # error: arg-type
def write(batch: Batch[Price]) -> Iterable[str]:
    return []


@handles(Renamed)  # error: arg-type
def handle_event(event: Renamed) -> None:
    return None


def backwards(call_next: Next[R], command: Command[R]) -> R:
    return call_next(command)


CommandBus(backwards)  # error: arg-type
CommandBus(Retry)  # error: arg-type
CommandBus(Retry(on=(str,)))  # error: arg-type
CommandBus(Retry(only="Rename"))  # error: arg-type
