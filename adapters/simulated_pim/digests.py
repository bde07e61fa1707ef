"""All that is stored in a few words, for PIMs whose state is too large to be looked at."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

import orjson

from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.table import RESOURCES, shown

DIGEST_BYTES = 16


def digests(store: Store) -> dict[str, dict[str, Any]]:
    """Return how many items *store* holds of each resource, and one digest of them.

    Two PIMs whose state is equal are equal here, as in `table.state`. One item is shown at a time:
    a state of a million products takes gigabytes.
    """
    with store.lock:
        return {each.name: _digest(shown(store, each)) for each in RESOURCES if each.in_state}


def _digest(items: Iterable[tuple[str, Body]]) -> dict[str, Any]:
    """Add up the digests of *items*: the sum does not depend on their order."""
    count = total = 0
    for item in items:
        written = orjson.dumps(item, option=orjson.OPT_SORT_KEYS)
        total += int.from_bytes(blake2b(written, digest_size=DIGEST_BYTES).digest())
        count += 1
    return {"count": count, "digest": f"{total % 256**DIGEST_BYTES:0{2 * DIGEST_BYTES}x}"}
