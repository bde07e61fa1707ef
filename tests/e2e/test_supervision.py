"""The fleet of ``deploy/supervisord.conf``: started, hurt and stopped by supervisord itself."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from command_line import open_shop
from fleet_shop import QUEUE, comparable, holder_of, result_of, running, status, until, with_queue
from supervised_fleet import Supervised, short_folder, supervised

pytestmark = pytest.mark.integration


@pytest.fixture(params=["sqlite", "amqp"])
def url(request: pytest.FixtureRequest) -> str:
    """The address of a queue: of a file, or of what a broker has for this test alone."""
    if request.param == "sqlite":
        return QUEUE
    broker, address = (request.getfixturevalue(name) for name in ("broker", "address"))
    return f"{broker.url}?name={address.name}"


@pytest.fixture
def fleet(url: str) -> Iterator[Supervised]:
    """A supervised fleet on that queue, whose PIM takes a while for each call."""
    with (
        short_folder() as folder,
        open_shop(folder, "--latency-ms", "20") as shop,
        supervised(with_queue(shop, url)) as fleet,
    ):
        yield fleet


def test_an_import_survives_a_consumer_that_supervisord_starts_again(fleet: Supervised) -> None:
    """I1, I2: the holder of a lane is killed amid the import; the result is that of sync mode."""
    shop = fleet.shop
    name = shop.catalogue(1000)
    with running(shop, "publish", name, "--import-id", "night", "--wait") as publisher:
        until(lambda: shop.state["products"] and holder_of(shop, "1"))
        (victim,) = fleet.begun("lane-1")
        os.kill(victim, signal.SIGKILL)
        until(lambda: len(fleet.begun("lane-1")) == 2)
        code = publisher.wait(120)
    until(lambda: len(fleet.running()) == 6)
    successor = holder_of(shop, "1")
    report = shop.run("report", "night", "--json").document
    stopped = fleet.stop()
    left = status(shop)

    assert (code, stopped) == (0, 0)
    assert [victim, successor] == fleet.begun("lane-1")
    assert [lane["holder"] for lane in left["lanes"]] == [None] * 5
    assert "exited: lane-1 (terminated by SIGKILL; not expected)" in fleet.told()
    assert (report["state"], report["open"]) == ("finished", 0)
    assert report["read"] == sum(report["outcomes"].values())
    assert comparable(shop.state) == result_of(shop.folder, shop.folder / name)
