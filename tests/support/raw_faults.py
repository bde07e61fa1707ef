"""Fault plans for a simulated PIM, and a batch of four products that runs into them."""

from __future__ import annotations

from typing import Any

from importbus.adapters.simulated_pim import SimulatedPim
from raw_http import RawClient, Reply

BATCH = [{"identifier": code} for code in "abcd"]


def plan(
    pim: SimulatedPim, kind: str, match: Any = None, times: int | None = None, **more: Any
) -> None:
    """Let requests that match, by default writes, fail in one way."""
    rule: dict[str, Any] = {"match": match or {"method": "PATCH"}, "fault": {"kind": kind, **more}}
    pim.set_faults([{**rule, "times": times} if times else rule])


def send(raw: RawClient) -> Reply:
    """Send a batch of four products."""
    return raw.lines("/products", *BATCH)


def stored(pim: SimulatedPim) -> list[str]:
    """Return the identifiers of what was stored."""
    return sorted(pim.state()["products"])
