"""`importbus map suggest` from the outside: a proposal on standard output, and clear refusals."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from command_line import Shop

ATTRIBUTES = """\
{"command":"CreateOrUpdateAttribute","data":{"code":"sku","type":"pim_catalog_identifier","group":"a"}}
{"command":"CreateOrUpdateAttribute","data":{"code":"color","type":"pim_catalog_text","group":"a"}}
"""


@pytest.fixture
def alone(tmp_path: Path) -> Shop:
    """A folder with a table in it, in which nothing is configured."""
    (tmp_path / "erp.csv").write_text("Artikelnummer;Farbe\na1;Hellrot\n")
    (tmp_path / "attributes.jsonl").write_text(ATTRIBUTES)
    return Shop(tmp_path, "", {})


def test_a_mapping_is_proposed_by_a_file_of_structure(alone: Shop) -> None:
    """Standard output is the file; nothing else is on it."""
    said = alone.run("map", "suggest", "erp.csv", "--structure", "attributes.jsonl")

    assert (said.code, said.err) == (0, "")
    assert tomllib.loads(said.out) == {
        "kind": "products",
        "key": "Artikelnummer",
        "columns": {"Farbe": "color"},
    }


def test_without_a_pim_it_says_what_it_could_not_use(alone: Shop) -> None:
    """In the file and beside it; the kind that the user names is taken."""
    said = alone.run("map", "suggest", "erp.csv", "--as", "product-models")

    assert said.code == 0
    assert "No attributes were known" in said.err
    assert tomllib.loads(said.out)["kind"] == "product-models"
    assert "# No attributes are known" in said.out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("missing.csv",), "missing.csv"),
        (("attributes.jsonl",), "attributes.jsonl: is no table"),
        (("erp.csv", "--mapping", "x.toml"), "this proposes one"),
    ],
)
def test_what_cannot_be_proposed_for_is_told(
    alone: Shop, arguments: tuple[str, ...], reason: str
) -> None:
    """A wrong file is a wrong use of the command."""
    said = alone.run("map", "suggest", *arguments)

    assert said.code == 2
    assert reason in said.err
