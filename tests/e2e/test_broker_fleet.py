"""Publish now, consume anywhere: processes on one RabbitMQ, some of which are killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import Shop, open_shop
from fleet_shop import comparable, holder_of, result_of, running, until, with_queue
from importbus.adapters.transports.rabbitmq.address import Address
from rabbit_server import RabbitServer


@pytest.fixture
def fleet(tmp_path: Path, broker: RabbitServer, address: Address) -> Iterator[Shop]:
    """Give a shop whose commands share a broker, and whose PIM takes a while for each call."""
    with open_shop(tmp_path, "--latency-ms", "20") as shop:
        yield with_queue(shop, f"{broker.url}?name={address.name}")


def elsewhere(fleet: Shop, folder: Path) -> Shop:
    """Return the same fleet as another machine sees it: without the journal."""
    folder.mkdir()
    (folder / "importbus.toml").write_text((fleet.folder / "importbus.toml").read_text())
    return Shop(folder, fleet.url, fleet.settings)


def test_consumers_killed_and_a_broker_restarted_change_nothing_in_the_end(
    fleet: Shop, tmp_path: Path, broker: RabbitServer
) -> None:
    """I1, I2, I3, I6: the holder of lanes 1 and 2 is killed amid a call, then the broker is."""
    name = fleet.catalogue(1500)
    away = elsewhere(fleet, tmp_path / "away")
    with (
        running(fleet, "publish", name, "--import-id", "night", "--wait") as publisher,
        running(fleet, "consume", "--record", "--lanes", "structure,0"),
        running(away, "consume", "--lanes", "1-2") as victim,
        running(away, "consume", "--lanes", "1-3"),
    ):
        until(lambda: holder_of(fleet, "1") and fleet.state["products"])
        victim.kill()
        broker.kill()
        broker.start()
        code = publisher.wait(120)
    report = fleet.run("report", "night", "--json").document

    assert code == 0
    assert (report["state"], report["open"]) == ("finished", 0)
    assert report["read"] == sum(report["outcomes"].values())
    assert comparable(fleet.state) == result_of(fleet.folder, fleet.folder / name)
    assert not (tmp_path / "away" / "importbus-journal.db").exists()
