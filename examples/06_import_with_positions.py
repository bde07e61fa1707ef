"""Products from Python code into a PIM, with the row of your own database in the report.

The environment or ``importbus.toml`` says where the PIM is. A simulated one will do:
``importbus pim --env pim.env``, then ``. pim.env`` in another shell. The second time everything is
updated.

Prints:
    finished_with_failures: 252 commands in ... requests
    created: 251
    failed: 1
    stock row 252, mug-from-nowhere: HTTP 422, family
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from importbus.adapters.config import load_config
from importbus.adapters.wiring import open_bus
from importbus.bus import CommandBus, Position
from importbus.handlers.akeneo import CreateOrUpdateFamily, CreateOrUpdateProduct


def products() -> Iterator[CreateOrUpdateProduct]:
    """Yield the products of a stock; a real one would be read row by row."""
    for number in range(250):
        yield CreateOrUpdateProduct(
            identifier=f"mug-{number}",
            family="mugs",
            values={"sku": [{"locale": None, "scope": None, "data": f"mug-{number}"}]},
        )
    yield CreateOrUpdateProduct(identifier="mug-from-nowhere", family="nowhere")


def import_stock(bus: CommandBus) -> None:
    """Dispatch everything, wait for the outcomes, and show them."""
    with bus.importing(label="mugs from Python") as run:
        run.dispatch(CreateOrUpdateFamily(code="mugs"), Position("families", 1))
        for row, product in enumerate(products(), start=2):
            run.dispatch(product, Position("stock", row))
    report = run.report
    print(f"{report.state}: {report.read} commands in {report.requests} requests")
    for outcome, count in sorted(report.outcomes.items()):
        print(f"{outcome}: {count}")
    for failure in run.failures():
        where, (reason, *_) = failure.position, failure.errors
        print(
            f"{where.source} row {where.line}, {failure.key}: HTTP {failure.status},"
            f" {reason.property}"
        )


def main() -> None:
    """Open a bus that leads to the PIM, and import."""
    with open_bus(load_config(None, os.environ)) as bus:
        import_stock(bus)


if __name__ == "__main__":
    main()
