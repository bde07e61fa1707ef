"""Results on standard output, all else on standard error, and what happens when nobody reads."""

from __future__ import annotations

import json

import pytest

from command_line import Shop, line

UNREAD = 141


@pytest.fixture
def imported(shop: Shop) -> Shop:
    """A shop after an import."""
    said = shop.run("import", shop.catalogue(50), "--import-id", "x")
    assert said.code == 0, said.err
    return shop


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("report x", UNREAD),
        ("report x --json", UNREAD),
        ("status", UNREAD),
        ("doctor", UNREAD),
        ("import --help", UNREAD),
        ("import catalog.jsonl --dry-run", UNREAD),
        ("import catalog.jsonl --import-id y --only CreateOrUpdateProduct", 0),
    ],
)
def test_a_pipe_that_is_closed_is_no_error(imported: Shop, command: str, code: int) -> None:
    """Silence; an import was still carried out, and its exit code says so."""
    said = imported.shell(f"importbus {command} | true")

    assert (said.code, said.err) == (code, "")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("report x", 2),
        ("report x --json", 2),
        ("import catalog.jsonl --import-id y --only CreateOrUpdateProduct", 0),
    ],
)
def test_a_full_disk_is_one_sentence(imported: Shop, command: str, code: int) -> None:
    """What could not be written, and why."""
    said = imported.shell(f"importbus {command} > /dev/full")

    assert said.code == code
    assert said.err == ("importbus: standard output: cannot be written: No space left on device.\n")


def test_an_import_goes_on_when_nobody_reads_its_logs(shop: Shop) -> None:
    """A lane worker that writes to a closed pipe must not die."""
    name = shop.catalogue(300)
    said = shop.shell(
        f"{{ importbus --log-level info import {name} --import-id x 2>&1 >out.txt; }} | head -1"
    )

    assert said.code == 0
    assert (shop.folder / "out.txt").read_text().startswith("x: finished: ")
    assert len(shop.state["products"]) == 300


def test_logs_name_their_import(shop: Shop) -> None:
    """Also those of lane workers; standard output holds the result alone."""
    log = ("--log-level", "info", "--log-format", "human")
    said = shop.run(*log, "import", shop.catalogue(50), "--import-id", "x")
    lines = said.err.splitlines()

    assert all(line.split()[1:3] == ["INFO", "x"] for line in lines if " INFO " in line)
    assert any("CreateOrUpdateProduct x/1/" in line for line in lines)
    assert len(said.out.splitlines()) == 1


def test_a_failed_request_is_a_line_for_machines_where_no_terminal_is(shop: Shop) -> None:
    """With import, batch and lane, which the client of the PIM does not know."""
    match, fault = {"path": "/products$"}, {"kind": "status", "status": 408, "message": "Slow."}
    shop.fail({"match": match, "times": 1, "fault": fault})
    name = shop.write("one.jsonl", [line("CreateOrUpdateProduct", identifier="mug")])
    said = shop.run("import", name, "--import-id", "x")
    found = [json.loads(one) for one in said.err.splitlines() if one.startswith("{")]
    refused = next(one for one in found if one.get("status") == 408)

    assert said.code == 0
    assert (refused["import_id"], refused["batch_id"]) == ("x", "x/1/1")
    assert (refused["method"], refused["path"]) == ("PATCH", "/api/rest/v1/products")
    assert refused["lane"] in {"0", "1", "2", "3"}
    assert "Slow." in refused["answer"]


def test_text_that_the_terminal_cannot_show_is_replaced(shop: Shop) -> None:
    """In an old encoding a label is shown with escapes instead of ending the program."""
    name = shop.catalogue(20)
    shop.run("import", name, "--import-id", "x", "--label", "Frühling €")
    said = shop.run("status", PYTHONIOENCODING="ascii")

    assert said.code == 0, said.err
    assert r"Fr\xfchling \u20ac" in said.out


def test_an_unknown_command_is_a_usage_error(shop: Shop) -> None:
    """Exit 2, as with an unknown option, and nothing on standard output."""
    for arguments in (["imprt"], ["import"], ["report"], ["--log-level", "loud", "status"]):
        said = shop.run(*arguments)

        assert (said.code, said.out) == (2, "")
        assert "Usage: importbus" in said.err
