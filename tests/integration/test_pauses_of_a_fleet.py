"""A pause that the PIM asks of one process is kept by all processes of its queue."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from importbus.adapters.config import Config, JournalConfig, PimConfig, TransportConfig
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.adapters.wiring import open_consumer
from importbus.bus import SinkPaused
from rabbit_queues import until

pytestmark = pytest.mark.integration


def url_of(kind: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """Return the URL of a queue of that *kind*."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/queue.db"
    name = request.getfixturevalue("address").name
    return f"{request.getfixturevalue('broker').url}?name={name}"


def refuses(probe: Callable[[], None]) -> bool:
    """Tell whether a client makes no calls for now."""
    try:
        probe()
    except SinkPaused:
        return True
    return False


@pytest.mark.parametrize("kind", ["sqlite", "amqp"])
def test_a_pause_concerns_every_process(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Whoever was told to wait tells the others, which then make no calls either."""
    with SimulatedPim() as pim:
        account = PimConfig(pim.url, "importbus", "secret", "admin", "admin")
        transport = TransportConfig(url_of(kind, tmp_path, request), lanes=2)
        config = Config(account, transport, JournalConfig(str(tmp_path / "journal.db")))
        with (
            open_consumer(config, record=kind == "sqlite") as (_, one),
            open_consumer(config, record=False) as (_, other),
        ):
            assert one
            assert other
            other.probe()
            pim.set_faults([{"match": {}, "times": 1, "fault": {"kind": "429", "retry_after": 60}}])
            turned_away = refuses(one.probe)
            until(lambda: refuses(other.probe))

    assert turned_away
