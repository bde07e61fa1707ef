"""The CSV files of the generator, read as an import reads them, say what its JSONL files say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import orjson
import pytest

from file_desk import lines_of
from importbus.adapters.flat import FlatStructure
from importbus.adapters.generator import PROFILES, Extras, generate, write
from importbus.adapters.wiring import FileGenerator, open_codec
from importbus.bus import LaneCommand
from read_tables import commands_of

pytestmark = pytest.mark.integration


SMALL, LARGE = PROFILES["small"], attrs.evolve(PROFILES["large"], depth=2, options=20)


@pytest.mark.parametrize(
    "extras",
    [
        Extras(),
        Extras(media=True, enterprise=True),
        Extras.of(SMALL),
        Extras.of(LARGE, media=False, enterprise=True),
    ],
)
def test_the_tables_of_a_seed_say_what_its_lines_say(tmp_path: Path, extras: Extras) -> None:
    """Command by command, those that have no flat format included."""
    write(str(tmp_path), products=60, models=10, seed=7, extras=extras, csv=True)
    lines = [(r["command"], r["data"]) for r in generate(60, 10, 7, extras)]

    assert read(tmp_path) == [(name, orderly(data)) for name, data in lines]


def test_what_an_import_writes_as_tables_says_what_came(tmp_path: Path) -> None:
    """Also when texts hold what separates cells and rows."""
    texts = ["a;b", 'a "quoted" text', "two\nlines", "  - ", "=1+1", "ü€𝄞", "a,b\tc", "'", ""]
    products = [
        {
            "identifier": f"p{n}",
            "values": {
                "name": [{"locale": "en_US", "scope": None, "data": text}],
                "supplier_reference": [{"locale": None, "scope": None, "data": f"{n:03d}"}],
            },
        }
        for n, text in enumerate(texts)
    ]
    structure = [record for record in generate(0, 0, 7) if "Product" not in record["command"]]
    records = [*structure, *({"command": "CreateOrUpdateProduct", "data": p} for p in products)]
    out = tmp_path / "out"
    FileGenerator(str(out), "csv", str(tmp_path / "journal.db")).run(map(_decoded, records))
    written = [data for name, data in read(out) if name == "CreateOrUpdateProduct"]

    assert (out / "18-products.not-in-csv.jsonl").read_bytes().count(b"\n") == 2
    assert sorted(written, key=lambda data: data["identifier"]) == products


def _decoded(record: dict[str, Any]) -> LaneCommand:
    return open_codec().decode(record["command"], record["data"])


def read(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    """Return what all files of *folder* say, in the order of their names."""
    structure = FlatStructure()
    structure.learn("CreateOrUpdateAttribute", {"code": "sku", "type": "pim_catalog_identifier"})
    tables = sorted(folder.glob("*.csv"))
    for file in tables:  # attributes, channels and association types first, as an import reads them
        if file.name[:2] < "17":
            for name, data in commands_of(file, structure):
                structure.learn(name, data)
    found = [(file.name, *said) for file in tables for said in commands_of(file, structure)]
    found += lines_of(folder)
    return [(name, orderly(data)) for _, name, data in sorted(found, key=lambda each: each[0])]


def orderly(data: Any) -> dict[str, Any]:
    """Return *data* as JSON has it, with the values of an attribute in order."""
    plain: dict[str, Any] = orjson.loads(orjson.dumps(data))
    values = plain.get("values", {})
    for of_attribute in values.values() if isinstance(values, dict) else ():
        of_attribute.sort(key=lambda v: (v.get("locale") or "", v.get("scope") or ""))
    return plain
