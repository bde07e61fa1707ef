"""An application's own commands, imported into its own database: no Akeneo anywhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pytest
from attrs import define, evolve, field, frozen

from importbus.adapters.batch_run import Patience
from importbus.adapters.config import Config, JournalConfig, TransportConfig
from importbus.adapters.wiring import open_bus, open_runtime
from importbus.bus import Batch, BatchSettled, CommandBus, Outcome, Position, Upsertable

pytestmark = pytest.mark.integration


@frozen
class SetPrice(Upsertable):
    """Set the price of an article, in cents."""

    article: str
    cents: int

    @property
    def key(self) -> str:
        return self.article

    def fold(self, newer: Self) -> Self | None:
        return newer


@define
class Shop:
    """A database of prices, the batches that came, and what goes wrong with the first calls."""

    path: Path
    faults: list[Callable[[Batch[SetPrice]], object]] = field(factory=list)
    batches: list[tuple[str, ...]] = field(factory=list)

    def write(self, batch: Batch[SetPrice]) -> Iterator[Outcome]:
        """Write the items of *batch* in one transaction."""
        self.batches.append(tuple(command.article for command in batch.items))
        if self.faults:
            self.faults.pop(0)(batch)
        with sqlite3.connect(self.path) as database:
            outcomes = [self._write(database, command) for command in batch.items]
        database.close()
        return iter(outcomes)

    def _write(self, database: sqlite3.Connection, command: SetPrice) -> Outcome:
        if command.cents < 0:
            return Outcome.failed(f"{command.cents} is no price")
        done = database.execute(
            "UPDATE prices SET cents = ? WHERE article = ?", (command.cents, command.article)
        )
        if done.rowcount:
            return Outcome.updated()
        database.execute("INSERT INTO prices VALUES (?, ?)", (command.article, command.cents))
        return Outcome.created()

    @property
    def prices(self) -> dict[str, int]:
        """Everything that the database holds."""
        with sqlite3.connect(self.path) as database:
            found = dict(database.execute("SELECT article, cents FROM prices"))
        database.close()
        return found


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """An empty database."""
    shop = Shop(tmp_path / "shop.db")
    with sqlite3.connect(shop.path) as database:
        database.execute("CREATE TABLE prices (article TEXT PRIMARY KEY, cents INTEGER)")
    database.close()
    return shop


@contextmanager
def open_shop_bus(shop: Shop, *, write: Callable[..., Any] | None = None) -> Iterator[CommandBus]:
    """Open a bus on ``memory:`` whose batches *shop* writes, or *write* instead."""
    with open_bus(config_of(shop)) as bus:
        attach(bus, write or shop.write)
        yield bus


def config_of(shop: Shop) -> Config:
    """Return the configuration: one lane, and a journal beside the database."""
    journal = JournalConfig(str(shop.path.parent / "journal.db"))
    return Config(transport=TransportConfig("memory:", lanes=1), journal=journal)


def attach(bus: CommandBus, write: Callable[..., Any]) -> None:
    """Register *write* as an application would."""

    @bus.batch_handler(size=10, linger=0.1)
    def write_prices(batch: Batch[SetPrice]) -> Iterator[Outcome]:
        """Write prices into the shop."""
        found: Iterator[Outcome] = write(batch)
        return found


def test_an_application_imports_into_its_own_database(shop: Shop) -> None:
    """Batches of the size it asked for, one outcome an item, and an account that is balanced."""
    shop_prices = {f"article-{n}": n for n in range(25)}
    with open_shop_bus(shop) as bus:
        with bus.importing(id="prices", label="Prices") as run:
            for article, cents in shop_prices.items():
                bus.dispatch(SetPrice(article, cents))
        report = run.report

    assert shop.prices == shop_prices
    assert [len(batch) for batch in shop.batches] == [10, 10, 5]
    assert (report.read, report.outcomes, report.balanced) == (25, {"created": 25}, True)


def test_an_item_that_is_refused_fails_alone(shop: Shop) -> None:
    """I10: its position, key, reason and data are kept; the others are written."""
    with open_shop_bus(shop) as bus, bus.importing(id="prices") as run:
        for line, cents in enumerate([100, -5, 300], start=1):
            run.dispatch(SetPrice(f"article-{line}", cents), Position("prices.csv", line))
    (failure,) = run.failures()

    assert run.report.outcomes == {"created": 2, "failed": 1}
    assert (failure.position, failure.key) == (Position("prices.csv", 2), "article-2")
    assert failure.errors[0].message == "-5 is no price"
    assert failure.data == {"article": "article-2", "cents": -5}


def test_an_exception_concerns_the_whole_batch_whose_items_are_then_tried_alone(shop: Shop) -> None:
    """The database is broken once: nothing is lost, and nothing fails for it."""
    shop.faults = [lambda batch: sqlite3.connect("/nowhere/shop.db")]
    with open_shop_bus(shop) as bus, bus.importing(id="prices") as run:
        for sku in "abc":
            run.dispatch(SetPrice(sku, 1))

    assert shop.batches == [("a", "b", "c"), ("a",), ("b",), ("c",)]
    assert run.report.outcomes == {"created": 3}
    assert run.report.requests == 4


def test_an_item_that_raises_when_alone_fails_with_what_it_raised(shop: Shop) -> None:
    """I10: the class and the text of the exception stand in the failure."""

    def write(batch: Batch[SetPrice]) -> Iterator[Outcome]:
        if "b" in [command.article for command in batch.items]:
            raise LookupError("no such article")
        return shop.write(batch)

    with open_shop_bus(shop, write=write) as bus, bus.importing(id="prices") as run:
        for sku in "abc":
            run.dispatch(SetPrice(sku, 1))
    (failure,) = run.failures()

    assert (failure.key, failure.errors[0].message) == ("b", "LookupError: no such article")
    assert sorted(shop.prices) == ["a", "c"]


def test_an_item_without_an_outcome_is_sent_again(shop: Shop) -> None:
    """Unknown is no outcome: a handler that answers for two of three is called again for one."""
    answers = iter([2, 1])

    def write(batch: Batch[SetPrice]) -> list[Outcome]:
        return list(shop.write(batch))[: next(answers)]

    with open_runtime(config_of(shop), patience=Patience(quiet=0.01)) as runtime:
        attach(runtime.bus, write)
        with runtime.bus.importing(id="prices") as run:
            for sku in "abc":
                run.dispatch(SetPrice(sku, 1))

    assert shop.batches == [("a", "b", "c"), ("c",)]
    assert run.report.outcomes == {"created": 2, "updated": 1}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ([None], "TypeError: the sink returned NoneType instead of an Outcome"),
        ([Outcome.created()] * 2, "TypeError: the sink returned 2 outcomes for 1 items"),
        (None, "TypeError: 'NoneType' object is not iterable"),
    ],
)
def test_a_handler_that_returns_no_outcomes_is_told_so(
    shop: Shop, answer: Any, reason: str
) -> None:
    """What cannot be told apart must not be guessed."""
    with open_shop_bus(shop, write=lambda batch: answer) as bus, bus.importing() as run:
        run.dispatch(SetPrice("a", 1))
    (failure,) = run.failures()

    assert failure.errors[0].message == reason


def test_commands_of_one_key_are_folded(shop: Shop) -> None:
    """I5: one item carries the newest price; the older commands are superseded by it."""
    with open_shop_bus(shop) as bus, bus.importing(id="prices") as run:
        for cents in (1, 2, 3):
            run.dispatch(SetPrice("a", cents))
        run.dispatch(SetPrice("b", 9))

    assert shop.prices == {"a": 3, "b": 9}
    assert shop.batches == [("a", "b")]
    assert run.report.outcomes == {"created": 2, "superseded": 2}


def test_a_reference_may_come_later(shop: Shop) -> None:
    """An item that waits for another is parked and sent again when that one is written."""

    def write(batch: Batch[SetPrice]) -> Iterator[Outcome]:
        for envelope in batch.envelopes:
            base = envelope.command.article.removesuffix("-sale")
            if base in (envelope.command.article, *shop.prices):
                yield from shop.write(evolve(batch, envelopes=(envelope,)))
            else:
                yield Outcome.parked(f"{base} has no price", wants=[f"SetPrice:{base}"])

    with open_shop_bus(shop, write=write) as bus, bus.importing(id="prices") as run:
        for article in ("mug-sale", "mug"):
            run.dispatch(SetPrice(article, 5))

    assert run.report.outcomes == {"created": 2}
    assert shop.batches == [("mug",), ("mug-sale",)]


def test_outside_of_an_import_closing_the_bus_writes_what_is_left(shop: Shop) -> None:
    """The standing import is finished and waited for."""
    with open_shop_bus(shop) as bus:
        receipt = bus.dispatch(SetPrice("a", 1))

    assert shop.prices == {"a": 1}
    assert receipt.position.source == "dispatch"


def test_listeners_hear_of_each_batch(shop: Shop) -> None:
    """With the counts of its outcomes."""
    heard: list[BatchSettled] = []
    with open_shop_bus(shop) as bus:
        bus.subscribe(BatchSettled, heard.append)
        with bus.importing(id="prices") as run:
            run.dispatch(SetPrice("a", 1))
            run.dispatch(SetPrice("b", -1))

    assert [(e.batch_id, e.outcomes) for e in heard] == [
        ("prices/1/1", {"created": 1, "failed": 1})
    ]
