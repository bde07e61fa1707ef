"""Files from the source to the PIM, by the command line, in sync mode and through a queue."""

from __future__ import annotations

import os
import random
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from command_line import Shop, line, open_shop
from fleet_shop import comparable, holder_of, result_of, running, until, with_queue

PRODUCTS = 80

IMAGES = 30
"""Different images; some products share one."""


def image(n: int) -> bytes:
    """Return the content of image *n*."""
    return b"\x89PNG\r\n\x1a\n" + n.to_bytes(4, "big") * 500


def value(data: object) -> list[dict[str, Any]]:
    """Return a value for all locales and channels."""
    return [{"locale": None, "scope": None, "data": data}]


def catalogue(shop: Shop) -> str:
    """Write a catalogue with images in an order by chance; return the name of its file."""
    (shop.folder / "images").mkdir()
    for n in range(IMAGES):
        (shop.folder / f"images/{n}.png").write_bytes(image(n))
    lines = [
        line(
            "CreateOrUpdateAttribute", code="shot", type="pim_catalog_image", group="other",
            allowed_extensions=["png"], max_file_size="1",
        ),
        line("CreateOrUpdateAttribute", code="note", type="pim_catalog_text", group="other"),
    ]  # fmt: skip
    for n in range(PRODUCTS):
        identifier, file = f"p{n}", f"images/{n % IMAGES}.png"
        lines += [
            line("CreateOrUpdateProduct", identifier=identifier, values={"note": value("one")}),
            line("CreateProductMediaFile", identifier=identifier, attribute="shot", file=file),
            line("CreateOrUpdateProduct", identifier=identifier, enabled=False),
        ]
    random.Random(7).shuffle(lines)
    return shop.write("catalog.jsonl", lines)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop whose PIM takes a while for each call."""
    with open_shop(tmp_path, "--latency-ms", "20") as shop:
        yield shop


def test_files_come_after_their_products_whatever_the_order_of_the_lines(shop: Shop) -> None:
    """I4: each product has its image, and each image was sent once."""
    said = shop.run("import", catalogue(shop), "--import-id", "shots")
    report = shop.run("report", "shots", "--json").document
    products = shop.state["products"]

    assert said.code == 0, said.err
    assert (report["outcomes"]["uploaded"], report["open"]) == (PRODUCTS, 0)
    assert all(one["values"]["shot"] and not one["enabled"] for one in products.values())
    uploads = shop.ask("/_trace")["requests_by_route"]["POST /api/rest/v1/media-files"]
    assert uploads < PRODUCTS


def test_a_consumer_that_is_killed_loses_no_file(shop: Shop) -> None:
    """I2, I3: the folder of the source is gone, and a holder dies while it uploads; as in sync."""
    name = catalogue(shop)
    expected = result_of(shop.folder, shop.folder / name)
    with_queue(shop)
    assert shop.run("publish", name, "--import-id", "night").code == 0
    shutil.move(shop.folder / "images", shop.folder / "gone")
    with running(shop, "consume", "--lanes", "structure,0-1"), running(shop, "consume"):
        until(lambda: _uploads(shop) >= 5)
        victim = holder_of(shop, "1")
        assert victim
        os.kill(victim, signal.SIGKILL)
        consumed = shop.run("consume", "--until-finished", "night")
    report = shop.run("report", "night", "--json").document

    assert consumed.code == 0, consumed.err
    assert (report["state"], report["open"], report["outcomes"]["uploaded"]) == (
        "finished",
        0,
        PRODUCTS,
    )
    assert report["read"] == sum(report["outcomes"].values())
    assert comparable(shop.state) == expected


def _uploads(shop: Shop) -> int:
    counts = shop.ask("/_trace")["requests_by_route"]
    return int(counts.get("POST /api/rest/v1/media-files", 0))


@pytest.mark.parametrize("queue", [False, True], ids=["sync", "queue"])
def test_each_file_that_cannot_be_sent_fails_with_its_place(shop: Shop, queue: bool) -> None:
    """I10: a missing one, one outside, one that the attribute does not take; the rest goes on."""
    name = catalogue(shop)
    (shop.folder / "images/film.mp4").write_bytes(b"film")
    files = ("images/none.png", "../secret.png", "images/film.mp4", "images/1.png")
    upload = {"identifier": "p1", "attribute": "shot"}
    shop.write("bad.jsonl", [line("CreateProductMediaFile", **upload, file=file) for file in files])
    assert shop.run("import", name).code == 0
    (shop.folder.parent / "secret.png").write_bytes(image(1))
    if queue:
        with_queue(shop)
        said = shop.run("publish", "bad.jsonl", "--import-id", "bad")
        assert (said.code, said.out) == (1, "bad: 4 commands published, 2 failed.\n")
        assert "../secret.png leads outside of" in said.err
        shop.run("consume", "--until-finished", "bad")
    else:
        assert shop.run("import", "bad.jsonl", "--import-id", "bad").code == 1
    report = shop.run("report", "bad", "--json").document
    failures = {one["position"]["line"]: one["errors"][0]["message"] for one in report["failures"]}

    assert report["outcomes"] == {"failed": 3, "uploaded": 1}
    assert failures[1] == "images/none.png is no file in .."
    assert failures[2] == "../secret.png leads outside of .."
    assert "mp4" in failures[3]
