"""`importbus import --verify` from the outside: what differs is told, and is no failure."""

from __future__ import annotations

from typing import Any

import pytest

from checked_shop import SHOP, line, value
from checked_structure import model, product
from command_line import Shop
from command_line import line as line_of


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    """A PIM with a small shop in it."""
    said = shop.run("import", shop.write("shop.jsonl", map(line, SHOP)), "--verify", "all")
    assert said.code == 0, said.out + said.err
    assert said.out.endswith(": nothing differs.\n")
    return shop


DROPPED = [
    line(model("pot", family_variant="by_color", values={"stock": value(1)})),
    line(product("red_pot", parent="pot", values={"color": value("red"), "stock": value("2.0")})),
    line(product("lost", family="nothing")),
]


def test_a_catalogue_reads_back_as_it_was_sent(shop: Shop) -> None:
    """All of it, and by default a sample; the PIM is only read."""
    name = shop.catalogue(1_200)
    whole = shop.run("import", name, "--verify=all", "--import-id", "x")
    before = shop.state
    sample = shop.run("import", name, "--verify", "--import-id", "y")
    few = shop.run("import", name, "--verify", "7", "--import-id", "z")

    assert [said.code for said in (whole, sample, few)] == [0, 0, 0]
    assert "\nRead back 1,350 items, compared " in whole.out
    assert "\nRead back 1,000 items, compared " in sample.out
    assert "\nRead back 7 items, compared " in few.out
    assert all(said.out.endswith(": nothing differs.\n") for said in (whole, sample, few))
    assert shop.state == before


def test_a_value_that_was_dropped_is_a_warning_at_its_line(stocked: Shop) -> None:
    """What failed is not compared, and decides about the exit code alone."""
    name = stocked.write("in.jsonl", DROPPED)
    said = stocked.run("import", name, "--verify", "--import-id", "x")
    fine = stocked.run("import", stocked.write("fine.jsonl", DROPPED[:2]), "--verify")

    assert (said.code, fine.code) == (1, 0)
    assert said.out.splitlines()[1:] == [
        "in.jsonl:1: warning: CreateOrUpdateProductModel pot: values.stock: sent 1, "
        "stored nothing.",
        "Read back 2 items, compared 5 properties and values of them: 1 differs.",
    ]


def test_the_document_has_the_account_and_the_differences(stocked: Shop) -> None:
    """As `report --json`, and what was read back beside it."""
    name = stocked.write("in.jsonl", DROPPED)
    said = stocked.run("import", name, "--verify", "--import-id", "x", "--json").document
    report = stocked.run("report", "x", "--json").document
    verification = said.pop("verification")

    assert said == report
    assert verification | {"differences": []} == {
        "items": 2,
        "compared": 5,
        "complete": True,
        "reason": None,
        "differences": [],
    }
    assert verification["differences"] == [
        {
            "position": {"source": "in.jsonl", "line": 1},
            "command": "CreateOrUpdateProductModel",
            "key": "pot",
            "severity": "warning",
            "rule": "differs",
            "field": "values.stock",
            "message": "sent 1, stored nothing.",
        }
    ]


def test_without_verify_the_document_is_the_account(shop: Shop) -> None:
    """And nothing else is on standard output."""
    name = shop.write("in.jsonl", [line_of("CreateOrUpdateProduct", identifier="a")])
    said = shop.run("import", name, "--import-id", "x", "--json")

    assert said.document == shop.run("report", "x", "--json").document


def test_it_is_noted_in_the_timeline(stocked: Shop) -> None:
    """With its result."""
    stocked.run("import", stocked.write("in.jsonl", DROPPED[:1]), "--verify", "--import-id", "x")

    assert "│ verify │      │ Read back 1 item, " in stocked.run("status", "x").out


def test_standard_input_and_a_resumed_import_are_read_back(stocked: Shop) -> None:
    """Also what the first run has sent."""
    lines = "\n".join(each.decode() for each in DROPPED[:2]).encode()
    first = stocked.run("import", "-", "--import-id", "x", "--verify", stdin=lines)
    again = stocked.run("import", "-", "--resume", "x", "--verify", stdin=lines)

    for said in (first, again):
        assert said.code == 0
        assert "-:1: warning: CreateOrUpdateProductModel pot: values.stock" in said.out
        assert "Read back 2 items" in said.out


def test_deleted_items_must_be_gone(stocked: Shop) -> None:
    """And what was written after a delete must be there."""
    lines: list[str | bytes] = [
        line_of("DeleteProduct", identifier="mug_red"),
        line_of("DeleteProduct", identifier="lid"),
        line(product("lid", family="mugs")),
    ]
    said = stocked.run("import", stocked.write("in.jsonl", lines), "--verify")

    assert said.code == 0
    assert said.out.endswith(
        "Read back 2 items, compared 1 properties and values of them: nothing differs.\n"
    )


def test_a_pim_that_is_away_afterwards_is_said(stocked: Shop) -> None:
    """The import stays what it was: exit 0."""
    away = {"match": {"method": "GET", "path": "/products"}, "fault": _refused()}
    stocked.fail(away)
    name = stocked.write("in.jsonl", [line(product("a"))])
    said = stocked.run("import", name, "--verify")

    assert said.code == 0
    assert "nothing differs; it ended early: " in said.out
    assert "403" in said.out
    assert "Traceback" not in said.err


def _refused() -> dict[str, Any]:
    return {"kind": "status", "status": 403}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--verify", "in.jsonl"), "Put --verify behind the sources, or write --verify=100."),
        (("in.jsonl", "--verify", "0"), "'0' is neither a number of items nor all."),
        (("in.jsonl", "--verify", "--dry-run"), "--verify goes without --dry-run"),
    ],
)
def test_wrong_options_are_explained(shop: Shop, arguments: tuple[str, ...], says: str) -> None:
    """Exit 2, and nothing is sent."""
    shop.write("in.jsonl", DROPPED)
    said = shop.run("import", *arguments)

    assert (said.code, said.out) == (2, "")
    assert says in said.err
    assert shop.ask("/_trace")["requests"] == []
