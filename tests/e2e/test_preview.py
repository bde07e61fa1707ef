"""`importbus preview` from the outside: what comes out of files, and nothing else happens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import Shop

ATTRIBUTES = """\
{"command":"CreateOrUpdateAttribute","data":{"code":"sku","type":"pim_catalog_identifier","group":"a"}}
{"command":"CreateOrUpdateAttribute","data":{"code":"color","type":"pim_catalog_text","group":"a"}}
{"command":"CreateOrUpdateAttribute","data":{"code":"photo","type":"pim_catalog_image","group":"a"}}
"""

MAPPING = """\
kind = "products"
key = "Nummer"

[columns]
"Farbe" = "color"
"""


@pytest.fixture
def alone(tmp_path: Path) -> Shop:
    """A folder with sources in it, in which nothing is configured."""
    (tmp_path / "attributes.jsonl").write_text(ATTRIBUTES)
    (tmp_path / "erp.csv").write_text("Nummer;Farbe\na1;Hellrot\na2;Blau\n")
    (tmp_path / "erp.toml").write_text(MAPPING)
    (tmp_path / "flat.csv").write_text("sku;colr;photo\np1;red;p.png\np2;red;\np3\n")
    return Shop(tmp_path, "", {})


def test_rows_of_other_formats_are_shown_as_commands(alone: Shop) -> None:
    """At the width of a terminal, and no journal or other file is made."""
    before = set(alone.folder.iterdir())
    options = ("--mapping", "erp.toml", "--structure", "attributes.jsonl", "--rows", "1")
    said = alone.run("preview", "erp.csv", *options, COLUMNS="80")

    assert (said.code, said.err) == (0, "")
    assert [line.rstrip() for line in said.out.splitlines()] == [
        "erp.csv:2  CreateOrUpdateProduct  a1",
        "  property    data",
        "  identifier  a1",
        "  color       Hellrot",
        "",
    ]
    assert set(alone.folder.iterdir()) == before


def test_a_document_has_what_headers_and_rows_give(alone: Shop) -> None:
    """A header counts for no row, one row gives two commands, and what is rejected ends with 1."""
    options = ("--structure", "attributes.jsonl", "--rows", "2", "--json")
    said = alone.run("preview", "flat.csv", "attributes.jsonl", *options)
    flat, lines = json.loads(said.out)["sources"]

    assert said.code == 1
    assert [(each["position"]["line"], each.get("key")) for each in flat["items"]] == [
        (1, None),
        (2, "p1"),
        (2, "p1"),
        (3, "p2"),
    ]
    assert "Did you mean color?" in flat["items"][0]["reason"]
    assert [each["key"] for each in lines["items"]] == ["sku", "color"]


def test_without_a_pim_it_says_what_is_missing(alone: Shop) -> None:
    """The first thing that is told is the way out."""
    said = alone.run("preview", "flat.csv")

    assert said.code == 1
    assert "No attribute is known: configure the PIM" in said.out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("missing.csv",), "missing.csv: cannot be read"),
        (("erp.csv", "--rows", "0"), "--rows"),
        (("erp.csv", "--mapping", "missing.toml"), "missing.toml"),
        (("erp.csv", "--decimal", "x"), "--decimal"),
    ],
)
def test_a_wrong_use_is_told(alone: Shop, arguments: tuple[str, ...], reason: str) -> None:
    """Nothing is shown then."""
    said = alone.run("preview", *arguments)

    assert (said.code, said.out) == (2, "")
    assert reason in said.err
