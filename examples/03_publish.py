"""Products into a queue, without a PIM in reach; consumers carry them out.

Start them with ``IMPORTBUS_TRANSPORT=sqlite:///queue.db importbus consume``, before or afterwards,
or from Python, as ``04_consume.py`` does.

Prints:
    running: 250 commands published, 250 open
"""

from __future__ import annotations

from collections.abc import Iterator

from importbus.adapters.wiring import publisher
from importbus.handlers.akeneo import CreateOrUpdateProduct


def products() -> Iterator[CreateOrUpdateProduct]:
    """Yield the products of a stock; a real one would be read row by row."""
    for number in range(250):
        yield CreateOrUpdateProduct(identifier=f"mug-{number}")


def main() -> None:
    """Publish, and show where the import stands."""
    report = publisher("sqlite:///queue.db").publish(products(), label="mugs")
    print(f"{report.state}: {report.read} commands published, {report.open} open")


if __name__ == "__main__":
    main()
