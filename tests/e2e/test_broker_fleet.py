"""Publish now, consume anywhere: processes on one RabbitMQ, some of which are killed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import Shop, line, open_shop
from fleet_shop import comparable, holder_of, result_of, running, until, with_queue
from importbus.adapters.transports.rabbitmq.address import Address
from rabbit_server import RabbitServer

PNG = b"\x89PNG\r\n\x1a\n" + bytes(2000)

TANGLED = [
    line("CreateProductMediaFile", identifier="red", attribute="shot", file="mug.png"),
    line("CreateOrUpdateProduct", identifier="red", family="mugs", parent="mug"),
    line("CreateOrUpdateProduct", identifier="lost", family="ghosts"),
    line("CreateOrUpdateProductModel", code="mug", family_variant="by_size"),
    line("CreateOrUpdateProduct", identifier="lost", enabled=False),
    line(
        "CreateOrUpdateFamilyVariant", code="by_size", family="mugs",
        variant_attribute_sets=[{"level": 1, "axes": ["size"], "attributes": ["shot"]}],
    ),
    line(
        "CreateOrUpdateFamily", code="mugs", attributes=["sku", "size", "shot"],
        attribute_as_label="sku",
    ),
    line("CreateOrUpdateAttribute", code="shot", type="pim_catalog_image", group="other"),
    line("CreateOrUpdateAttribute", code="size", type="pim_catalog_boolean", group="other"),
    line(
        "CreateOrUpdateProduct", identifier="red",
        values={"size": [{"locale": None, "scope": None, "data": True}]},
    ),
]  # fmt: skip
"""What is named comes after what names it; a family never comes."""


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


def test_another_recorder_on_the_same_journal_goes_on(fleet: Shop, tmp_path: Path) -> None:
    """It takes what the one before had not acknowledged, and publishes its round again."""
    name = fleet.catalogue(600)
    away = elsewhere(fleet, tmp_path / "away")
    with (
        running(fleet, "record") as victim,
        running(away, "consume"),
        running(fleet, "publish", name, "--import-id", "night", "--wait") as publisher,
    ):
        until(lambda: fleet.state["products"])
        victim.kill()
        with running(fleet, "record"):
            code = publisher.wait(120)
    report = fleet.run("report", "night", "--json").document

    assert code == 0
    assert (report["state"], report["open"]) == ("finished", 0)
    assert comparable(fleet.state) == result_of(fleet.folder, fleet.folder / name)


def test_a_recorder_with_another_journal_is_refused(fleet: Shop, tmp_path: Path) -> None:
    """It exits with 3, and names host and path of the right one."""
    away = elsewhere(fleet, tmp_path / "away")
    fleet.write("a.jsonl", [line("DeleteProduct", identifier="mug")])
    published = fleet.run("publish", "a.jsonl", "--import-id", "night")
    refused = away.run("record")

    assert published.code == 0, published.err
    assert refused.code == 3
    assert f"{fleet.folder}/importbus-journal.db on {socket.gethostname()}" in refused.err


def test_parents_files_and_what_never_comes_end_as_in_one_process(
    fleet: Shop, tmp_path: Path
) -> None:
    """Parking rounds go through the broker, with the bytes of files and the PIM's answers."""
    (fleet.folder / "mug.png").write_bytes(PNG)
    name = fleet.write("tangled.jsonl", TANGLED)
    away = elsewhere(fleet, tmp_path / "away")
    with running(fleet, "consume", "--record", "--lanes", "structure"), running(away, "consume"):
        published = fleet.run("publish", name, "--import-id", "night", "--wait")
    report = fleet.run("report", "night", "--json").document

    assert published.code == 1, published.err
    assert report["outcomes"] == {"created": 7, "superseded": 1, "uploaded": 1, "failed": 1}
    assert [failure["key"] for failure in report["failures"]] == ["lost"]
    assert comparable(fleet.state) == result_of(fleet.folder, fleet.folder / name, code=1)


def test_what_the_last_import_wrote_so_is_not_published(fleet: Shop, tmp_path: Path) -> None:
    """The recorder settles into the journal that holds the fingerprints; a failed key is sent."""
    away, name = elsewhere(fleet, tmp_path / "away"), fleet.write("in.jsonl", TANGLED[1:])
    for import_id in ("first", "second"):
        options = ("--import-id", import_id, "--skip-unchanged", "--wait")
        with (
            running(fleet, "record"),
            running(away, "consume"),
            running(fleet, "publish", name, *options) as publisher,
        ):
            assert publisher.wait(60) == 1
    report = fleet.run("report", "second", "--json").document

    assert report["outcomes"] == {"unchanged": 7, "failed": 1, "updated": 1}


def test_who_consumes_elsewhere_learns_how_an_import_ended(fleet: Shop, tmp_path: Path) -> None:
    """By the recorder's word; a name that does not exist is an error, and ends no recorder."""
    away = elsewhere(fleet, tmp_path / "away")
    fleet.write("a.jsonl", [line("CreateOrUpdateProduct", identifier="mug")])
    with running(fleet, "record"):
        published = fleet.run("publish", "a.jsonl", "--import-id", "night")
        unknown = away.run("consume", "--until-finished", "nihgt")
        consumed = away.run("consume", "--until-finished", "night")

    assert (published.code, consumed.code) == (0, 0), consumed.err
    assert "import night is over" in consumed.err
    assert unknown.code == 2
    assert "holds no import 'nihgt'" in unknown.err
