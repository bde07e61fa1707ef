"""Products from rows of a stock list, said step by step with builders.

The environment says where the PIM is, as for ``02_import.py``. What a row leaves empty is not
touched in the PIM.

Prints:
    finished: 4 commands, 4 created
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO

from importbus.adapters.wiring import Credentials, Importer
from importbus.bus import LaneCommand
from importbus.handlers.akeneo import CreateOrUpdateAttribute, ProductBuilder

STOCK = """\
sku,price,spare
mug-red,9.90,lid
mug-blue,10.50,lid
lid,,
"""


def commands() -> Iterator[LaneCommand]:
    """Yield the attribute of prices, and a product for each row."""
    yield CreateOrUpdateAttribute(
        code="price", type="pim_catalog_price_collection", group="other", decimals_allowed=True
    )
    for row in csv.DictReader(StringIO(STOCK)):
        product = ProductBuilder(row["sku"]).enabled()
        if row["price"]:
            product.price("price", {"EUR": Decimal(row["price"])})
        if row["spare"]:
            product.association("X_SELL", products=[row["spare"]])
        yield from product.build()


def main() -> None:
    """Import, and show how it ended."""
    credentials = Credentials(
        client_id=os.environ["IMPORTBUS_PIM_CLIENT_ID"],
        secret=os.environ["IMPORTBUS_PIM_SECRET"],
        username=os.environ["IMPORTBUS_PIM_USERNAME"],
        password=os.environ["IMPORTBUS_PIM_PASSWORD"],
    )
    report = Importer.to_pim(os.environ["IMPORTBUS_PIM_URL"], credentials).run(commands())
    counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(report.outcomes.items()))
    print(f"{report.state}: {report.read} commands, {counts}")


if __name__ == "__main__":
    main()
