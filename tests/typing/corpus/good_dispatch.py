"""Dispatching a command has the type that the class of the command names."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Self, assert_type

from attrs import evolve, frozen

from importbus.bus import (
    Batch,
    Command,
    CommandBus,
    Event,
    Failure,
    Outcome,
    Position,
    Receipt,
    Report,
    Upsertable,
    handles,
)


@frozen
class RenameCategory(Command[str]):
    code: str
    label: str


@frozen
class RenameRoot(RenameCategory):
    pass


@frozen
class CountProducts(Command[int]):
    family: str | None = None


@frozen
class Tidy(Command[None]):
    pass


@frozen
class Renamed(Event):
    code: str


@frozen
class Price(Upsertable):
    sku: str
    amount: int

    @property
    def key(self) -> str:
        return self.sku

    def fold(self, newer: Self) -> Self:
        return newer


@frozen
class Stock(Upsertable):
    sku: str
    amounts: dict[str, int]

    @property
    def key(self) -> str:
        return self.sku

    def fold(self, newer: Stock) -> Stock | None:
        return evolve(self, amounts=self.amounts | newer.amounts) if newer.amounts else None


bus = CommandBus()


@bus.handler
def rename(command: RenameCategory) -> str:
    return f"{command.code}: {command.label}"


@handles(CountProducts)
def count(command: CountProducts) -> int:
    return len(command.family or "")


@handles(Tidy)
class Tidying:
    def __call__(self, command: Tidy) -> None:
        return None


@bus.listener
def note(event: Renamed) -> None:
    print(event.code)


@bus.batch_handler(size=50, linger=0.5)
def write(batch: Batch[Price]) -> Iterable[Outcome]:
    for price in batch.items:
        assert_type(price.amount, int)
        yield Outcome.updated()


def tidy(depth: int, command: Tidy) -> None:
    return None


bus.register(CountProducts, count)
bus.register(Tidy, partial(tidy, 3))
bus.register(RenameRoot, rename)
bus.subscribe(Renamed, note)
bus.subscribe(Event, print)

assert_type(bus.dispatch(RenameCategory("shoes", "Shoes")), str)
assert_type(bus.dispatch(RenameRoot("master", "All")), str)
assert_type(bus.dispatch(CountProducts()), int)
assert_type(bus.dispatch(Price("mug", 5)), Receipt)
assert_type(rename(RenameCategory("shoes", "Shoes")), str)
bus.dispatch(Tidy())
bus.broadcast(Renamed("shoes"))


def import_prices(amounts: dict[str, int]) -> Report:
    with CommandBus() as other, other.importing(label="prices") as run:
        for line, (sku, amount) in enumerate(amounts.items(), 1):
            receipt = run.dispatch(Price(sku, amount), Position("prices.csv", line))
            assert_type(receipt, Receipt)
        assert_type(run.dispatch(CountProducts("mugs")), int)
    assert_type(list(run.failures()), list[Failure])
    return run.report


def any_command(command: Command[object]) -> object:
    return bus.dispatch(command)


any_command(RenameCategory("shoes", "Shoes"))
