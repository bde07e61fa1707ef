"""The lists of a simulated PIM, read from its state without HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from importbus.handlers.akeneo.resources import API

State = Mapping[str, Mapping[str, Any]]


class StateReader:
    """Gives what a PIM in this state gives."""

    def __init__(self, state: State) -> None:
        self._state = state

    def probe(self) -> None:
        """Be there."""

    def items(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
        """Yield the items of a list, or those that are searched for."""
        name, *inside = path.removeprefix(f"{API}/").split("/")
        table = self._state[_table(name, inside)]
        begin = "".join(f"{code}/" for code in inside[::2]).casefold()
        found = [item for key, item in table.items() if key.casefold().startswith(begin)]
        for _, conditions in orjson.loads((params or {}).get("search", "{}")).items():
            wanted = {each.casefold() for each in conditions[0]["value"]}
            found = [each for each in found if _key(each).casefold() in wanted]
        return iter(found)


LIBRARIES = {
    "reference-entities": {
        "attributes": "reference_entity_attributes",
        "options": "reference_entity_attribute_options",
        "records": "reference_entity_records",
    },
    "asset-families": {
        "attributes": "asset_family_attributes",
        "options": "asset_family_attribute_options",
        "assets": "assets",
    },
}
"""The tables of what is inside reference entities and asset families."""


def _table(name: str, inside: list[str]) -> str:
    if not inside:
        return name.replace("-", "_")
    if name in LIBRARIES:
        return LIBRARIES[name][inside[-1]]
    return {"options": "attribute_options", "variants": "family_variants"}[inside[1]]


def _key(item: Mapping[str, Any]) -> str:
    return str(item.get("identifier", item.get("code")))
