"""A command provider: a function whose commands are imported by a name.

``importbus.toml`` names it, and from then on it is a source as a file is. The environment says
where the PIM is; a simulated one will do: ``importbus pim --env pim.env``, then ``. pim.env`` in
another shell.

Prints:
    example: finished with failures: 3 created, 1 rejected; ...
    stock:4: expected a command, or a pair of a Position and one, not dict
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from importbus.bus import Position
from importbus.handlers.akeneo import CreateOrUpdateFamily, CreateOrUpdateProduct

CONFIGURATION = f"""\
[providers]
stock = "{Path(__file__).stem}:commands"
"""


def commands() -> Iterator[object]:
    """Yield a family, products with the row that each comes from, and a mistake."""
    yield CreateOrUpdateFamily(code="mugs")
    for row, code in enumerate(("mug", "cup"), start=2):  # a real stock would be read row by row
        yield Position("stock", row), CreateOrUpdateProduct(identifier=code, family="mugs")
    yield Position("stock", 4), {"identifier": "no command"}


def importbus(*arguments: str) -> str:
    """Run the command line, where this module can be imported; return what it prints."""
    call = [sys.executable, "-m", "importbus.adapters.cli", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run(call, check=False, env=environment, stdout=subprocess.PIPE, text=True)
    return done.stdout


def main() -> None:
    """Write the configuration, import, and show what came of it."""
    Path("importbus.toml").write_text(CONFIGURATION)
    print(importbus("import", "stock", "--import-id", "example"), end="")
    for failure in json.loads(importbus("report", "example", "--json"))["failures"]:
        place = "{source}:{line}".format(**failure["position"])
        print(f"{place}: {failure['errors'][0]['message']}")


if __name__ == "__main__":
    main()
