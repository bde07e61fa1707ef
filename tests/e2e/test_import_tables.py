"""`importbus import` of CSV, XLSX, archives and providers from the outside."""

from __future__ import annotations

import gzip
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from command_line import Said, Shop, line, open_shop
from exported import comparable
from table_files import book

NUMBER = {"type": "pim_catalog_number", "decimals_allowed": False, "negative_allowed": False}

STRUCTURE = (
    line("CreateOrUpdateAttribute", code="stock", group="other", **NUMBER),
    line("CreateOrUpdateAttribute", code="note", type="pim_catalog_text", group="other"),
)


@pytest.fixture
def catalogue(shop: Shop) -> Shop:
    """A shop whose PIM has numbers and texts."""
    said = shop.run("import", shop.write("structure.jsonl", STRUCTURE))
    assert said.code == 0, said.err
    return shop


def generated(shop: Shop, products: int) -> None:
    """Write one catalogue as CSV files and as JSONL."""
    for name in (("out", "--format", "csv"), ("catalog.jsonl",)):
        said = shop.run("generate", *name, "--products", str(products), "--models", "20")
        assert said.code == 0, said.err


def test_the_tables_of_a_catalogue_are_its_lines(shop: Shop) -> None:
    """The same state in the PIM; and so is an export of it in an empty one."""
    generated(shop, 200)
    said = shop.shell("importbus import out/* --import-id tables")
    report = shop.run("report", "tables", "--json").document
    state = shop.state
    copied = shop.run("export", "copy")
    with open_shop(shop.folder, "--empty") as other:
        brought = other.shell("importbus import copy/*.jsonl")
        copy = other.state
    shop.ask("/_reset", "POST")
    lines = shop.run("import", "catalog.jsonl")

    assert (said.code, copied.code, brought.code, lines.code) == (0, 0, 0, 0), said.err
    assert report["read"] == sum(report["outcomes"].values())
    assert len(state["products"]) == 200
    assert state == shop.state
    assert comparable(copy) == comparable(state)


def rows(prefix: str) -> list[tuple[str, ...]]:
    """Return the rows of a table of 500 products, every hundredth of them bad."""
    bad = dict.fromkeys(range(50, 500, 100), "many")
    made = ((f"{prefix}{n}", bad.get(n, str(n)), "a") for n in range(500))
    return [("sku", "stock", "note"), *made]


def csv_of(prefix: str) -> bytes:
    """Return the table as CSV."""
    return "".join(";".join(row) + "\n" for row in rows(prefix)).encode()


def write_tables(folder: Path) -> tuple[str, ...]:
    """Write a table plain, compressed, in an archive and as a sheet; return the files' names."""
    (folder / "a.csv").write_bytes(csv_of("a"))
    (folder / "b.csv.gz").write_bytes(gzip.compress(csv_of("b")))
    with ZipFile(folder / "c.zip", "w") as archive:
        archive.writestr("read me.html", "<html>")
        archive.writestr("in/products.csv", csv_of("c"))
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("All")
    for row in rows("d"):
        sheet.append(row)
    workbook.save(folder / "d.xlsx")
    return ("a.csv", "b.csv.gz", "c.zip", "d.xlsx")


def test_a_killed_import_of_tables_is_resumed(catalogue: Shop) -> None:
    """I2: after kill -9 in the middle, the same state; each row has one outcome."""
    shop, names = catalogue, write_tables(catalogue.folder)
    shop.hang()  # a batch for certain has no outcome
    before = len(shop.ask("/_trace")["requests"])
    process = shop.start("import", *names, "--as", "products", "--import-id", "night")
    shop.wait_for_requests(before + 8)
    process.kill()
    process.communicate()
    shop.fail()
    settled = shop.run("report", "night", "--json").document
    told = shop.run("status", "night").out
    said = shop.run("import", *names, "--as=products", "--resume", "night")
    report = shop.run("report", "night", "--json").document
    products = shop.state["products"]

    assert said.code == 1, said.err
    assert 0 < sum(settled["outcomes"].values()) < 1980
    assert f"importbus import {' '.join(names)} --as=products --resume night" in told
    assert {key: each["values"]["stock"][0]["data"] for key, each in products.items()} == {
        f"{prefix}{n}": n for prefix in "abcd" for n in range(500) if n % 100 != 50
    }
    assert (report["read"], report["rejected"]) == (2000, 20)
    assert sum(report["outcomes"].values()) == 1980


def test_a_table_that_was_changed_is_not_resumed(catalogue: Shop) -> None:
    """Exit 2, with what differs and what to do."""
    catalogue.write("p.csv", ["sku;stock", "mug;5", "cup;many"])
    catalogue.run("import", "p.csv", "--import-id", "night")
    catalogue.write("p.csv", ["sku;stock", "mug;6", "cup;many"])
    said = catalogue.run("import", "p.csv", "--resume", "night")

    assert said.code == 2
    assert "p.csv was changed: it " in said.err
    assert "--restart" in said.err


def test_a_table_is_not_resumed_in_another_reading(catalogue: Shop) -> None:
    """What was read as one thing is not continued as another."""
    catalogue.write("p.csv", ["sku;stock", "mug;5"])
    catalogue.run("import", "p.csv", "--import-id", "night")
    said = catalogue.run("import", "p.csv", "--empty", "clears", "--resume", "night")

    assert said.code == 2
    assert "was begun with p.csv: give the same" in said.err


BAD_ROWS = (
    ("sku;stock;note", "mug;5", "cup;5;a", "pan;many;a", "pot;;a\0b", "tub;7;a"),
    {
        "p.csv:2": 'has 2 cells, and the header 3: column "note" is missing',
        "p.csv:4": "stock: expected a number, not 'many'",
        "p.csv:5": 'column "note"',
    },
)


def failures(shop: Shop, *arguments: str) -> tuple[Said, dict[str, str]]:
    """Import; return what was said, and the reason of each failure by its place."""
    said = shop.run("import", *arguments, "--import-id", "x")
    report = shop.run("report", "x", "--json").document
    at = "{source}:{line}".format
    return said, {
        at(**each["position"]): each["errors"][0]["message"] for each in report["failures"]
    }


def test_broken_rows_are_told_and_the_others_go_in(catalogue: Shop) -> None:
    """I10: exit 1; file, line and column are in the report."""
    lines, reasons = BAD_ROWS
    said, found = failures(catalogue, catalogue.write("p.csv", lines))

    assert said.code == 1, said.err
    assert found.keys() == reasons.keys()
    assert all(reason in found[at] for at, reason in reasons.items())
    assert sorted(catalogue.state["products"]) == ["cup", "tub"]


def test_wrong_columns_are_told_once_and_the_rows_go_in(catalogue: Shop) -> None:
    """Unknown ones, and those of a locale that is not active."""
    name = catalogue.write("p.csv", ["sku;stok;name-xx_XX;stock", "mug;1;a;5", "cup;1;a;6"])
    said, found = failures(catalogue, name)

    assert said.code == 1
    assert list(found) == ["p.csv:1"]
    assert "Column 'stok' is left out" in found["p.csv:1"]
    assert "Did you mean stock?" in found["p.csv:1"]
    assert "'name-xx_XX' is left out" in found["p.csv:1"]
    assert sorted(catalogue.state["products"]) == ["cup", "mug"]


LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
"""How a workbook with a password looks."""

BAD_FILES: dict[str, tuple[bytes, tuple[str, ...], int, str]] = {
    "p.csv": (b"sku;stock\nmug;5\n", ("--delimiter", ","), 1, "delimiter"),
    "locked.xlsx": (LOCKED, (), 1, "password"),
    "fake.xlsx": (b"sku;stock\nmug;5\n", (), 1, "no XLSX"),
    "bomb.csv.gz": (gzip.compress(b"sku\n" + b"a" * 68_000_000), (), 2, "bomb"),
    "numbers.xlsx": (book((1, 2), ("mug", 5)), (), 1, "header"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_table_is_told_and_the_others_go_in(catalogue: Shop, name: str) -> None:
    """I10: exit 1, with its name and why."""
    content, options, row, reason = BAD_FILES[name]
    (catalogue.folder / name).write_bytes(content)
    good = catalogue.write("good.jsonl", [line("CreateOrUpdateProduct", identifier="good")])
    said, found = failures(catalogue, good, name, *options)
    ((at, why),) = found.items()

    assert said.code == 1, said.err
    assert at in (f"{name}:{row}", f"{name}#Prices:{row}")
    assert reason in why
    assert list(catalogue.state["products"]) == ["good"]


def test_structure_need_not_come_from_the_pim(catalogue: Shop) -> None:
    """A dry run without a PIM reads tables by a file of commands."""
    name = catalogue.write("p.csv", ["sku;stock", "mug;many"])
    types = (
        line("CreateOrUpdateAttribute", code="sku", type="pim_catalog_identifier", group="other"),
    )
    structure = catalogue.write("s.jsonl", (*STRUCTURE, *types))
    none = Shop(catalogue.folder, "", {})
    said = none.run("import", name, "--structure", structure, "--dry-run", "--offline")

    assert said.code == 1, said.err
    assert "stock: expected a number, not 'many'" in said.out + said.err


def test_a_table_comes_through_a_pipe(catalogue: Shop) -> None:
    """When its format is said."""
    said = catalogue.run("import", "-", "--format", "csv", stdin=b"sku;stock\nmug;5\n")

    assert said.code == 0, said.err
    assert list(catalogue.state["products"]) == ["mug"]


def test_a_table_is_published(catalogue: Shop) -> None:
    """And carried out by consumers; what is no command has its outcome at once."""
    name = catalogue.write("p.csv", ["sku;stock", "mug;5", "cup;many"])
    queue = "sqlite:///queue.db"
    said = catalogue.run("publish", name, "--import-id", "x", IMPORTBUS_TRANSPORT=queue)
    done = catalogue.run("consume", "--until-finished", "x", IMPORTBUS_TRANSPORT=queue)
    report = catalogue.run("report", "x", "--json", IMPORTBUS_TRANSPORT=queue).document

    assert (said.code, done.code) == (1, 1), said.err + done.err
    assert (report["state"], report["read"]) == ("finished_with_failures", 2)
    assert list(catalogue.state["products"]) == ["mug"]
