"""A fleet whose consumers are in Go, alone and beside others: publish, record, kill, compare."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from command_line import Shop, open_shop
from fleet_shop import comparable, result_of, running, until, with_queue
from go_consumer import GoConsumer, stopped_at_the_end
from importbus.adapters.generator import Extras, write
from importbus.adapters.transports.rabbitmq.address import Address
from rabbit_server import RabbitServer

LANES = 4


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small catalogue with everything in it, files included."""
    path = tmp_path_factory.mktemp("catalogue") / "catalogue.jsonl"
    write(str(path), products=60, models=6, seed=3, extras=Extras(enterprise=True, media=True))
    return path


@pytest.fixture(scope="session")
def expected(catalogue: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a PIM has after the catalogue was imported in sync mode."""
    return result_of(tmp_path_factory.mktemp("go"), catalogue)


@pytest.fixture
def fleet(tmp_path: Path, broker: RabbitServer, address: Address) -> Iterator[Shop]:
    """Give a shop whose commands share a broker."""
    with open_shop(tmp_path, "--latency-ms", "20") as shop:
        yield with_queue(shop, f"{broker.url}?name={address.name}")


@pytest.fixture
def consumer(
    fleet: Shop, go_program: Path, address: Address, tmp_path: Path
) -> Iterator[GoConsumer]:
    """The consumer in Go, not yet started."""
    consumer = GoConsumer(go_program, address, fleet.url, tmp_path / "log", LANES)
    with stopped_at_the_end(consumer):
        yield consumer


def must_be_proved(fleet: Shop, expected: dict[str, Any]) -> None:
    """I1: every command has one outcome, and the PIM has what it has after sync mode."""
    report = fleet.run("report", "night", "--json").document

    assert (report["state"], report["open"]) == ("finished", 0)
    assert report["read"] == sum(report["outcomes"].values())
    assert comparable(fleet.state) == expected


def test_an_import_finishes_with_it_alone_on_all_lanes(
    fleet: Shop, consumer: GoConsumer, catalogue: Path, expected: dict[str, Any]
) -> None:
    """With structure, files, trees and what refers to what comes later."""
    with running(fleet, "record"):
        consumer.start()
        said = fleet.run("publish", str(catalogue), "--import-id", "night", "--wait")

        assert said.code == 0, said.err
        assert consumer.stop() == 143
    must_be_proved(fleet, expected)


def test_it_works_beside_a_consumer_of_importbus(
    fleet: Shop, consumer: GoConsumer, catalogue: Path, expected: dict[str, Any]
) -> None:
    """Each has lanes of its own, and stands by for one of the other."""
    consumer.start("-lanes", "1-3")
    with running(fleet, "consume", "--record", "--lanes", "structure,0-1"):
        said = fleet.run("publish", str(catalogue), "--import-id", "night", "--wait")

        assert said.code == 0, said.err
    must_be_proved(fleet, expected)
    assert "settled: CreateOrUpdate" in consumer.log.read_text()


def test_killed_amid_an_import_it_goes_on_where_it_was(
    fleet: Shop, consumer: GoConsumer, catalogue: Path, expected: dict[str, Any]
) -> None:
    """I2, I8: what was not acknowledged comes again, and writing it again changes nothing."""
    with (
        running(fleet, "record"),
        running(fleet, "publish", str(catalogue), "--import-id", "night", "--wait") as publisher,
    ):
        for kind in ("families", "assets"):
            consumer.start("-gather", "4")
            until(lambda kind=kind: fleet.state[kind])  # type: ignore[misc]
            consumer.kill()
        consumer.start("-gather", "4")

        assert publisher.wait(60) == 0
    must_be_proved(fleet, expected)
