"""What a variant inherits: the API shows it with the variant, and a command must not say it there.

Values of another level a PIM drops without a word. Categories and associations of a model would
become the variant's own, and stay when the model loses them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson

from importbus.adapters.export.shaping import LINKED, Data, Item, without
from importbus.adapters.export.store import Store


class Ancestry:
    """Keeps of each product model what those under it show, on disk: there may be any number."""

    def __init__(self, store: Store) -> None:
        self._models = store.table("models")
        self._shown = lru_cache(maxsize=1_000)(self._read)

    def put(self, model: Item) -> None:
        """Remember *model* as the API shows it."""
        kept = {name: model.get(name) or {} for name in LINKED}
        kept |= {"categories": model.get("categories") or []}
        kept |= {"values": sorted(model.get("values") or {})}
        self._models.put(model["code"], orjson.dumps(kept))

    def own(self, item: Item) -> Data:
        """Return *item* without what its parent shows; as it is when it has none."""
        above = self._shown(item["parent"]) if item.get("parent") else None
        if above is None:
            return dict(item)
        inherited = set(above["values"])
        values = item.get("values") or {}
        return {
            **item,
            "values": {code: said for code, said in values.items() if code not in inherited},
            "categories": without(item.get("categories") or (), above["categories"]),
            **{name: _own_links(item.get(name) or {}, above[name]) for name in LINKED},
        }

    def _read(self, code: str) -> Data | None:
        kept = self._models.get(code)
        return None if kept is None else orjson.loads(kept)


def _own_links(said: Any, above: Any) -> Data:
    return {
        kind: {
            name: without(targets, above.get(kind, {}).get(name) or ())
            for name, targets in lists.items()
        }
        for kind, lists in said.items()
    }
