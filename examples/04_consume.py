"""An importer over a queue: what was published to it goes into the PIM.

The environment says where the PIM is, as for ``02_import.py``. Here the same program publishes
first; it might as well be another one, on the same machine and in the same folder. Run it in
several shells at once: each lane has one holder, and the others stand by.

Prints:
    published: 250 open
    consumed: 250 received, 250 written, 0 failed
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from importbus.adapters.wiring import Credentials, Importer, publisher
from importbus.handlers.akeneo import CreateOrUpdateProduct

QUEUE = "sqlite:///queue.db"


def products() -> Iterator[CreateOrUpdateProduct]:
    """Yield the products of a stock; a real one would be read row by row."""
    for number in range(250):
        yield CreateOrUpdateProduct(identifier=f"mug-{number}")


def importer() -> Importer:
    """Return an importer of the PIM that the environment names."""
    credentials = Credentials(
        client_id=os.environ["IMPORTBUS_PIM_CLIENT_ID"],
        secret=os.environ["IMPORTBUS_PIM_SECRET"],
        username=os.environ["IMPORTBUS_PIM_USERNAME"],
        password=os.environ["IMPORTBUS_PIM_PASSWORD"],
    )
    return Importer.to_pim(os.environ["IMPORTBUS_PIM_URL"], credentials)


def main() -> None:
    """Publish, consume until the import is over, and show what was done."""
    published = publisher(QUEUE).publish(products(), label="mugs")
    print(f"published: {published.open} open")
    done = importer().consume(QUEUE, until_finished=published.import_id)
    print(f"consumed: {done.received} received, {done.written} written, {done.failed} failed")


if __name__ == "__main__":
    main()
