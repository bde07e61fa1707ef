"""The fleet of ``deploy/supervisord.conf``: started, hurt and stopped by supervisord itself."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from command_line import open_shop
from fleet_shop import comparable, holder_of, result_of, running, status, until, with_queue
from supervised_fleet import Supervised, short_folder, supervised

pytestmark = pytest.mark.integration


@pytest.fixture
def fleet() -> Iterator[Supervised]:
    """A supervised fleet on a queue file, whose PIM takes a while for each call."""
    with (
        short_folder() as folder,
        open_shop(folder, "--latency-ms", "20") as shop,
        supervised(with_queue(shop)) as fleet,
    ):
        yield fleet


def test_an_import_survives_a_consumer_that_supervisord_starts_again(fleet: Supervised) -> None:
    """I1, I2: the holder of a lane is killed amid the import; the result is that of sync mode."""
    shop = fleet.shop
    name = shop.catalogue(1000)
    with running(shop, "publish", name, "--import-id", "night", "--wait") as publisher:
        until(lambda: holder_of(shop, "1") and shop.state["products"])
        victim = holder_of(shop, "1")
        assert victim
        os.kill(victim, signal.SIGKILL)
        until(lambda: holder_of(shop, "1") not in (None, victim))
        code = publisher.wait(90)
    until(lambda: len(fleet.processes()) == 6)
    processes, successor = fleet.processes(), holder_of(shop, "1")
    report = shop.run("report", "night", "--json").document
    stopped = fleet.stop()
    left = status(shop)

    assert (code, stopped) == (0, 0)
    assert successor == processes["lane-1"]
    assert [lane["holder"] for lane in left["lanes"]] == [None] * 5
    assert "exited: lane-1 (terminated by SIGKILL; not expected)" in fleet.told()
    assert (report["state"], report["open"]) == ("finished", 0)
    assert report["read"] == sum(report["outcomes"].values())
    assert comparable(shop.state) == result_of(shop.folder, shop.folder / name)
