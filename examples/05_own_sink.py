"""Commands of your own into a sink of your own: prices go in batches into a table of SQLite.

The bus collects the prices, hands up to 50 at a time to ``write_prices`` in the threads of its lane
workers, and keeps the outcome of each in the journal. The second time the prices are updated.

How batches travel is one line of ``importbus.toml``: ``transport.url`` is ``memory:`` by itself,
and with ``sqlite:///queue.db``, or ``amqp://`` and the address of a RabbitMQ, they outlive the
process. The program stays the same.

Prints:
    finished_with_failures: 203 read, 201 created, 1 failed, 1 updated
    dispatch:202 mug-7: A price is not negative.
    mug-1 costs 1100
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing

from attrs import frozen

from importbus.adapters.config import load_config
from importbus.adapters.wiring import open_bus
from importbus.bus import Batch, CommandBus, Outcome, Report, Upsertable

SHOP = "prices.db"


@frozen
class SetPrice(Upsertable):
    """Give a product a price in cents."""

    sku: str
    cents: int

    @property
    def key(self) -> str:
        """Commands of one key keep their order, and never run at the same time."""
        return self.sku

    def fold(self, newer: SetPrice) -> SetPrice:
        """Of two prices of one product in a batch only the newer one is written."""
        return newer


def write_price(table: sqlite3.Connection, price: SetPrice) -> Outcome:
    """Write one price; what is refused spoils nothing for the others."""
    if price.cents < 0:
        return Outcome.failed("A price is not negative.")
    known = table.execute("UPDATE price SET cents = ? WHERE sku = ?", (price.cents, price.sku))
    if known.rowcount:
        return Outcome.updated()
    table.execute("INSERT INTO price VALUES (?, ?)", (price.sku, price.cents))
    return Outcome.created()


def import_prices(bus: CommandBus) -> None:
    """Dispatch some prices and show what became of them."""
    with bus.importing(label="spring prices") as run:
        for number in range(201):
            bus.dispatch(SetPrice(f"mug-{number}", 990))
        bus.dispatch(SetPrice("mug-7", -1))
        bus.dispatch(SetPrice("mug-1", 1100))
    print(account(run.report))
    for failure in run.failures():
        print(failure.position, f"{failure.key}:", failure.errors[0].message)


def account(report: Report) -> str:
    """Return how an import ended, in one line."""
    counts = ", ".join(f"{n} {outcome}" for outcome, n in sorted(report.outcomes.items()))
    return f"{report.state}: {report.read} read, {counts}"


def main() -> None:
    """Make the table, import, and look at one price."""
    with closing(sqlite3.connect(SHOP)) as shop:
        shop.execute("CREATE TABLE IF NOT EXISTS price (sku TEXT PRIMARY KEY, cents INTEGER)")
        with open_bus(load_config(None, os.environ)) as bus:

            @bus.batch_handler(size=50)
            def write_prices(batch: Batch[SetPrice]) -> Iterable[Outcome]:
                """Write a batch in one transaction, and say of each item how it ended."""
                with closing(sqlite3.connect(SHOP)) as table, table:
                    return [write_price(table, price) for price in batch.items]

            import_prices(bus)
        (cents,) = shop.execute("SELECT cents FROM price WHERE sku = 'mug-1'").fetchone()
    print("mug-1 costs", cents)


if __name__ == "__main__":
    main()
