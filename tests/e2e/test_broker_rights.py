"""A fleet in which each process has the broker user of its role."""

from __future__ import annotations

from pathlib import Path

from attrs import evolve

from command_line import Shop, open_shop
from fleet_shop import running, until
from importbus.adapters.transports.rabbitmq.address import Address
from rabbit_server import RabbitServer
from rabbit_users import in_role, make_users, url_of


def test_a_fleet_needs_no_more_rights_than_its_users_have(
    tmp_path: Path, broker: RabbitServer, address: Address
) -> None:
    """An import with structure and a gate ends, and every process has the user of its role."""
    make_users(broker, address)
    with open_shop(tmp_path) as shop:
        name = shop.catalogue(20)
        producer = in_role_of(shop, address, "producer")
        recorder = in_role_of(shop, address, "recorder")
        away = evolve(in_role_of(shop, address, "consumer"), folder=tmp_path / "away")
        away.folder.mkdir()
        with running(recorder, "record"):
            until(lambda: ", a recorder" in recorder.run("doctor").out)
            with running(away, "consume"):
                published = producer.run("publish", name, "--import-id", "night", "--wait")
        report = recorder.run("report", "night", "--json").document

    assert published.code == 0, published.err
    assert (report["state"], report["open"]) == ("finished", 0)


def in_role_of(shop: Shop, address: Address, role: str) -> Shop:
    """Return *shop* as a process with the user of *role* sees it."""
    transport = {"IMPORTBUS_TRANSPORT": url_of(in_role(address, role))}
    return evolve(shop, settings={**shop.settings, **transport})
