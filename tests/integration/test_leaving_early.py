"""Leaving the bus while an import that nobody waits for is still under way."""

from __future__ import annotations

from pathlib import Path

import pytest

from importbus.adapters.config import Config, JournalConfig, PimConfig
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.adapters.wiring import open_bus, open_journal
from importbus.handlers.akeneo import CreateOrUpdateProduct

pytestmark = pytest.mark.integration


def test_calls_in_flight_are_answered_before_the_pim_is_left(tmp_path: Path) -> None:
    """I2: what was not sent stays open and can be resumed; nothing fails for a closed client."""
    with SimulatedPim(latency_ms=50) as server:
        pim = PimConfig(f"http://127.0.0.1:{server.port}", "importbus", "secret", "admin", "admin")
        config = Config(pim=pim, journal=JournalConfig(str(tmp_path / "journal.db")))
        with open_bus(config) as bus, bus.importing(id="spring", wait=False) as run:
            for n in range(2000):
                run.dispatch(CreateOrUpdateProduct(identifier=f"p{n}"))
        journal = open_journal(config)
        report = journal.report("spring")
        journal.close()
        stored = len(server.state()["products"])

    assert (report.failures, report.balanced) == (0, True)
    assert report.outcomes.get("created", 0) == stored
