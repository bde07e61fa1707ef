"""The calls of the documented API: path, method and the statuses that are documented for it.

The inventory is a JSON file of our own. To derive it anew from the Swagger file of the public
documentation (akeneo/pim-api-docs, content/swagger/akeneo-web-api.json):
``python tests/support/api_inventory.py SWAGGER COMMIT``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import frozen

FILE = Path(__file__).with_suffix(".json")
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
SOURCE = "akeneo/pim-api-docs, content/swagger/akeneo-web-api.json"

Inventory = dict[str, dict[str, list[int]]]
"""Path to method to statuses."""


@frozen
class Operation:
    """One documented call."""

    path: str
    method: str
    statuses: tuple[int, ...]


def derived(swagger: dict[str, Any]) -> Inventory:
    """Return the calls that a Swagger file documents."""
    return {
        path: {
            method: sorted(int(status) for status in calls[method.lower()]["responses"])
            for method in METHODS
            if method.lower() in calls
        }
        for path, calls in sorted(swagger["paths"].items())
    }


def inventory() -> Inventory:
    """Return the derived inventory."""
    found: Inventory = json.loads(FILE.read_text(encoding="utf-8"))["operations"]
    return found


def operations() -> Iterator[Operation]:
    """Give every documented call."""
    for path, methods in inventory().items():
        for method, statuses in methods.items():
            yield Operation(path, method, tuple(statuses))


def main(swagger: str, commit: str) -> None:
    """Write the inventory of a Swagger file as it stood at a commit."""
    found = derived(json.loads(Path(swagger).read_text(encoding="utf-8")))
    rows = [f"{json.dumps(path)}: {json.dumps(methods)}" for path, methods in found.items()]
    body = ",\n    ".join(rows)
    head = f'"source": {json.dumps(SOURCE)},\n  "commit": {json.dumps(commit)}'
    text = f'{{\n  {head},\n  "operations": {{\n    {body}\n  }}\n}}\n'
    FILE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
