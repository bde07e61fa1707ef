"""`importbus import` from the outside: the main job, order, resuming, stopping."""

from __future__ import annotations

import json
import random
import signal
import time
from pathlib import Path
from typing import Any

from command_line import Shop, line, open_shop


def sent_keys(shop: Shop) -> list[str]:
    """Return the keys of all products and models that were sent, with repeats."""
    paths = ("/api/rest/v1/products", "/api/rest/v1/product-models")
    requests = [r for r in shop.ask("/_trace")["requests"] if r["path"] in paths]
    return [key for request in requests for key in request["keys"]]


def test_a_catalogue_goes_in_and_every_command_is_accounted_for(shop: Shop) -> None:
    """I1: exit 0, and the report's sum of outcomes is what was read."""
    said = shop.run("import", shop.catalogue(), "--import-id", "first")
    report = shop.run("report", "first", "--json").document

    assert said.code == 0, said.err
    assert report["state"] == "finished"
    assert report["read"] == sum(report["outcomes"].values()) > 300
    assert (report["rejected"], report["open"], report["failures"]) == (0, 0, [])
    assert len(shop.state["products"]) == 300


def test_the_order_of_the_lines_does_not_matter(shop: Shop) -> None:
    """I4: the same file shuffled line by line ends in the same state."""
    name = shop.catalogue()
    shop.run("import", name, "--import-id", "first")
    best = shop.state
    shop.ask("/_reset", "POST")
    lines = (shop.folder / name).read_text().splitlines()
    random.Random(7).shuffle(lines)
    said = shop.run("import", shop.write("shuffled.jsonl", lines), "--import-id", "second")

    assert said.code == 0, said.err
    assert shop.state == best


def test_standard_input_is_a_source(shop: Shop) -> None:
    """A catalogue may come through a pipe, in one reading."""
    content = (shop.folder / shop.catalogue()).read_bytes()
    said = shop.run("import", "-", "--import-id", "piped", stdin=content)

    assert said.code == 0, said.err
    assert len(shop.state["products"]) == 300


def test_a_killed_import_is_resumed_without_sending_again_what_was_settled(tmp_path: Path) -> None:
    """I2: after kill -9 in the middle, the same state; only what was in flight goes twice."""
    with open_shop(tmp_path, "--latency-ms", "40") as shop:
        name = shop.catalogue(1500)
        process = shop.start("import", name, "--import-id", "night")
        shop.wait_for_requests(20)
        process.kill()
        process.communicate()
        settled = shop.run("report", "night", "--json").document
        said = shop.run("import", name, "--resume", "night")
        keys = sent_keys(shop)
        state = shop.state
    with open_shop(tmp_path) as fresh:
        fresh.run("import", name, "--import-id", "day")
        report = fresh.run("report", "night", "--json").document
        same = fresh.state == state

    assert said.code == 0, said.err
    assert 0 < sum(settled["outcomes"].values()) < report["read"]
    assert report["read"] == sum(report["outcomes"].values())
    assert same
    twice = len(keys) - len(catalogue_keys(shop.folder / name))
    assert twice <= 5 * 100  # at most a batch a lane was in flight


def catalogue_keys(path: Path) -> list[str]:
    """Return a key for each product and model line of a catalogue."""
    records: list[dict[str, Any]] = [json.loads(text) for text in path.read_text().splitlines()]
    names = ("CreateOrUpdateProduct", "CreateOrUpdateProductModel")
    return [str(record["data"]) for record in records if record["command"] in names]


def test_a_stopped_import_says_how_to_go_on(tmp_path: Path) -> None:
    """I11: SIGTERM ends in order with 143, and resuming finishes the import."""
    with open_shop(tmp_path, "--latency-ms", "40") as shop:
        name = shop.catalogue(1500)
        process = shop.start("import", name, "--import-id", "night")
        shop.wait_for_requests(20)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
        stopped = shop.run("report", "night", "--json").document
        resumed = shop.run("import", name, "--resume", "night")
        report = shop.run("report", "night", "--json").document

    assert process.returncode == 143, err
    assert "--resume night" in err
    assert stopped["state"] == "stopped"
    assert resumed.code == 0, resumed.err
    assert report["read"] == sum(report["outcomes"].values())


def test_an_import_whose_pim_is_down_can_be_stopped(tmp_path: Path) -> None:
    """I11: the lanes are full and nothing moves, yet SIGTERM ends it at once."""
    down = {"match": {"method": "PATCH"}, "fault": {"kind": "status", "status": 503}}
    with open_shop(tmp_path, "--latency-ms", "20") as shop:
        name = shop.catalogue(8000)
        process = shop.start("import", name, "--import-id", "night")
        shop.wait_for_requests(20)
        shop.ask("/_faults", "POST", [down])
        time.sleep(5)  # until every lane is full
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=20)
        report = shop.run("report", "night", "--json").document

    assert process.returncode == 143, err
    assert (report["state"], report["open"] > 0) == ("stopped", True)


def test_an_id_is_used_once(shop: Shop) -> None:
    """Exit 2, with the ways out; --restart begins anew."""
    name = shop.write("one.jsonl", [line("CreateOrUpdateProduct", identifier="mug")])
    codes = [
        shop.run("import", name, "--import-id", "x").code,
        shop.run("import", name, "--import-id", "x").code,
        shop.run("import", name, "--import-id", "x", "--restart").code,
    ]

    assert codes == [0, 2, 0]


def test_only_and_limit_choose_what_is_read(shop: Shop) -> None:
    """--only takes a class, --limit the first lines of it."""
    name = shop.catalogue()
    shop.run("import", name, "--import-id", "all")
    said = shop.run(
        "import", name, "--import-id", "some", "--only", "CreateOrUpdateFamily", "--limit", "1"
    )
    report = shop.run("report", "some", "--json").document

    assert said.code == 0, said.err
    assert (report["read"], report["outcomes"]) == (1, {"updated": 1})


def test_a_parked_command_succeeds_when_its_reference_appears_later(shop: Shop) -> None:
    """Associations with a product that comes last, through a pipe, so in one reading."""
    lines = [
        line("CreateOrUpdateProduct", identifier="a", associations={"X": {"products": ["b"]}}),
        line("CreateOrUpdateAssociationType", code="X"),
        line("CreateOrUpdateProduct", identifier="b"),
    ]
    said = shop.run("import", "-", "--import-id", "x", stdin="\n".join(lines).encode())
    report = shop.run("report", "x", "--json").document

    assert said.code == 0, said.err
    assert report["outcomes"] == {"created": 3}
    assert shop.state["products"]["a"]["associations"]["X"]["products"] == ["b"]


def test_another_file_of_that_name_is_not_taken_for_the_rest(shop: Shop) -> None:
    """Exit 2 and nothing sent, with the way out: to begin anew, which forgets the outcomes."""
    names = [line("CreateOrUpdateProduct", identifier=key) for key in ("a", "b", "c")]
    source = shop.write("file.jsonl", names)
    shop.run("import", source, "--import-id", "x")
    shop.write("file.jsonl", names[1:])
    refused = shop.run("import", source, "--resume", "x")
    anew = shop.run("import", source, "--import-id", "x", "--restart")
    report = shop.run("report", "x", "--json").document

    assert refused.code == 2
    assert "file.jsonl was changed: it has" in refused.err
    assert "--import-id x --restart" in refused.err
    assert (anew.code, report["read"]) == (0, 2)


def test_lines_may_be_added_before_an_import_is_resumed(shop: Shop) -> None:
    """What was read is the same; what follows is read now."""
    names = [line("CreateOrUpdateProduct", identifier=key) for key in ("a", "b")]
    source = shop.write("file.jsonl", names[:1])
    shop.run("import", source, "--import-id", "x")
    shop.write("file.jsonl", names)
    said = shop.run("import", source, "--resume", "x")

    assert said.code == 0, said.err
    assert set(shop.state["products"]) == {"a", "b"}
