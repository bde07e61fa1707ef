"""How many requests an import makes: as few as the API allows, and at most a rest for each lane."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

import pytest

from importbus.adapters.config import Config, JournalConfig, PimConfig, TransportConfig
from importbus.adapters.generator import generate
from importbus.adapters.import_run import ImportOptions, run_import
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.adapters.stopping import StopRequest
from importbus.adapters.wiring import open_runtime
from importbus.bus.report import Report

pytestmark = pytest.mark.integration

LANES = 4

STRUCTURE = {
    "categories": 1,
    "attribute-groups": 1,
    "channels": 1,
    "attributes": 1,
    "attributes/{parent}/options": 3,
    "families": 1,
    "families/{parent}/variants": 6,
    "association-types": 1,
}
"""A hundred items a request; three attributes have options, six families have variants."""


def imported(pim: SimulatedPim, folder: Path, *, links: bool, lanes: int = LANES) -> Report:
    """Import a generated catalogue, sorted by class: 20 models, 1,000 products and their *links*.

    With several lanes a product may be there before the one that it is linked to, and then goes
    twice; so whoever counts leaves out the links, or has one lane.
    """
    source = folder / "catalog.jsonl"
    records = (record for record in generate(1000) if links or "associations" not in record["data"])
    source.write_text("\n".join(json.dumps(record) for record in records))
    account = PimConfig(pim.url, "importbus", "secret", "admin", "admin")
    config = Config(
        account,
        journal=JournalConfig(str(folder / "journal.db")),
        transport=TransportConfig(lanes=lanes),
    )
    options = ImportOptions()
    with open_runtime(config) as runtime:
        return run_import(
            runtime, [str(source)], options, watch=lambda *_: nullcontext(), stop=StopRequest()
        )


def patches(pim: SimulatedPim) -> dict[str, int]:
    """Return how often each collection was written, by the end of its path."""
    start = "PATCH /api/rest/v1/"
    routes: dict[str, int] = pim.trace()["requests_by_route"]
    return {r.removeprefix(start): n for r, n in routes.items() if r.startswith(start)}


def test_a_sorted_source_makes_full_requests(tmp_path: Path) -> None:
    """Structure goes by the hundred, the rest by the hundred with at most one more for a lane."""
    with SimulatedPim(option_rate=None) as pim:
        report = imported(pim, tmp_path, links=False)
        made = patches(pim)
    models, products = made.pop("product-models"), made.pop("products")

    assert made == STRUCTURE
    assert 1 <= models <= 1 + LANES
    assert 10 <= products <= 10 + LANES
    assert report.requests == sum(STRUCTURE.values()) + models + products


def test_every_line_is_sent_once(tmp_path: Path) -> None:
    """Commands that share a line are one line; nothing else is merged, and nothing repeated."""
    with SimulatedPim(option_rate=None) as pim:
        report = imported(pim, tmp_path, links=True, lanes=1)
        lines = pim.trace()["lines"]

    assert lines == report.read - report.outcomes.get("superseded", 0)
