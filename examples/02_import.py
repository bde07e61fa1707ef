"""Products into a PIM with an importer by credentials.

The environment says where the PIM is. A simulated one will do: ``importbus pim --env pim.env``,
then ``. pim.env`` in another shell. The second time everything is updated.

Prints:
    finished: 250 commands, 250 created, in ... requests
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from importbus.adapters.wiring import Credentials, Importer
from importbus.handlers.akeneo import CreateOrUpdateProduct


def products() -> Iterator[CreateOrUpdateProduct]:
    """Yield the products of a stock; a real one would be read row by row."""
    for number in range(250):
        yield CreateOrUpdateProduct(identifier=f"mug-{number}")


def main() -> None:
    """Import, and show how it ended."""
    credentials = Credentials(
        client_id=os.environ["IMPORTBUS_PIM_CLIENT_ID"],
        secret=os.environ["IMPORTBUS_PIM_SECRET"],
        username=os.environ["IMPORTBUS_PIM_USERNAME"],
        password=os.environ["IMPORTBUS_PIM_PASSWORD"],
    )
    report = Importer.to_pim(os.environ["IMPORTBUS_PIM_URL"], credentials).run(products())
    counts = ", ".join(f"{count} {outcome}" for outcome, count in report.outcomes.items())
    print(f"{report.state}: {report.read} commands, {counts}, in {report.requests} requests")


if __name__ == "__main__":
    main()
