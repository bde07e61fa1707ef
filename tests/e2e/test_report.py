"""`importbus report` from the outside: a table, one JSON document, a row per reason."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from command_line import Shop, line

LINES = [
    line("CreateOrUpdateProduct", identifier="good"),
    "{",
    line("CreateOrUpdateProduct", identifier="=1+1", family="nope"),
    line("CreateOrUpdateProduct", identifier="other", family="nope"),
]


@pytest.fixture
def imported(shop: Shop) -> Shop:
    """A shop after an import of four lines: one good, one broken, two that the PIM refuses."""
    said = shop.run("import", shop.write("in.jsonl", LINES), "--import-id", "x", "--label", "Try")
    assert said.code == 1, said.err
    return shop


def test_the_table_proves_the_balance_and_groups_the_failures(imported: Shop) -> None:
    """I1 in words, counts by class, reasons with an example, and what to do next."""
    said = imported.run("report", "x")

    assert said.code == 0
    assert said.out.startswith("Import x (Try): finished with failures, ")
    assert "read 4 = 3 outcomes + 1 rejected + 0 open: balanced" in said.out
    assert "in.jsonl:2" in said.out
    assert said.out.rstrip().endswith("importbus failed retry x")


def test_the_document_has_the_agreed_shape(imported: Shop) -> None:
    """DESIGN section 12; rejected lines stand among the failures, with status null."""
    said = imported.run("report", "x", "--json")
    document = said.document
    rejected, refused, _ = document["failures"]

    assert (said.code, said.err) == (0, "")
    assert document | {"failures": 0, "seconds": 0, "requests": 0} == {
        "import_id": "x",
        "state": "finished_with_failures",
        "read": 4,
        "rejected": 1,
        "open": 0,
        "outcomes": {"created": 1, "failed": 2},
        "failures": 0,
        "requests": 0,
        "seconds": 0,
    }
    assert rejected | {"errors": 0, "at": 0} == {
        "position": {"source": "in.jsonl", "line": 2},
        "command": None,
        "key": None,
        "status": None,
        "errors": 0,
        "attempts": 0,
        "number": None,
        "closed": None,
        "batch_id": None,
        "request_id": None,
        "at": 0,
    }
    assert (refused["position"]["line"], refused["key"], refused["status"]) == (3, "=1+1", 422)
    assert refused["errors"][0]["property"] == "family"


def test_the_csv_has_a_row_for_each_reason(imported: Shop) -> None:
    """What a spreadsheet would take for a formula is text."""
    said = imported.run("report", "x", "--csv", "failures.csv")
    with (imported.folder / "failures.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))

    assert said.code == 0
    assert [(row["line"], row["kind"], row["key"]) for row in rows] == [
        ("2", "rejected", ""),
        ("3", "failed", "'=1+1"),
        ("4", "failed", "other"),
    ]
    assert (rows[1]["property"], rows[1]["status"]) == ("family", "422")


def test_a_file_that_cannot_be_written_is_named(imported: Shop) -> None:
    """Exit 2 with the path, and no half of a result."""
    said = imported.run("report", "x", "--csv", "nowhere/failures.csv")

    assert (said.code, said.out) == (2, "")
    assert "nowhere/failures.csv: cannot be written: No such file or directory." in said.err


@pytest.mark.parametrize(
    "option", [(), ("--json",), ("--csv", "failures.csv"), ("--html", "x.html")]
)
def test_an_unknown_import_is_an_error_with_nothing_on_standard_output(
    tmp_path: Path, option: tuple[str, ...]
) -> None:
    """Exit 2; no journal is made by looking for one."""
    alone = Shop(tmp_path, "", {})
    said = alone.run("report", "y", *option)

    assert (said.code, said.out) == (2, "")
    assert said.err == "importbus: The journal importbus-journal.db holds no import 'y'.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_csv_on_standard_output_is_all_that_stands_there(imported: Shop) -> None:
    """It goes into a pipe as it is."""
    said = imported.run("report", "x", "--csv", "-")
    rows = list(csv.DictReader(said.out.splitlines()))

    assert (said.code, said.err) == (0, "")
    assert [row["line"] for row in rows] == ["2", "3", "4"]


def test_the_page_is_written_beside_the_table(imported: Shop) -> None:
    """One file without another one, and what was written is said on standard error."""
    said = imported.run("report", "x", "--html", "x.html")
    page = (imported.folder / "x.html").read_text(encoding="utf-8")

    assert (said.code, said.err) == (0, "x.html is written.\n")
    assert said.out.startswith("Import x (Try): finished with failures, ")
    assert "<title>Import x: finished with failures</title>" in page
    assert "importbus failed retry x" in page
    assert not (imported.folder / "x.csv").exists()


def test_a_page_with_too_many_failures_comes_with_a_table(shop: Shop) -> None:
    """What was written is said, with the true total, and how to get at the rest."""
    shop.run("import", shop.write("bad.jsonl", ["{"] * 2_001), "--import-id", "x")
    said = shop.run("report", "x", "--html", "x.html", "--csv", "-")
    told = "x.html is written with 2,000 of 2,001 failures; all of them are in x.csv.\n"

    assert (said.code, said.err) == (0, told)
    assert (shop.folder / "x.csv").read_bytes().decode().splitlines() == said.out.splitlines()
    assert "2,000 of them are shown" in (shop.folder / "x.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("options", [("--json", "--csv", "-"), ("--html", "-")])
def test_two_results_do_not_share_standard_output(tmp_path: Path, options: tuple[str, ...]) -> None:
    """A wrong combination is told before anything is read."""
    said = Shop(tmp_path, "", {}).run("report", "x", *options)

    assert (said.code, said.out) == (2, "")
    assert "standard output" in said.err or "needs the name of a file" in said.err


def test_an_import_of_nothing_has_a_report(shop: Shop) -> None:
    """Zeros in both forms."""
    (shop.folder / "empty.jsonl").touch()
    shop.run("import", "empty.jsonl", "--import-id", "x")
    document = shop.run("report", "x", "--json").document

    assert (document["outcomes"], document["failures"]) == ({}, [])
    assert "read 0 = 0 outcomes + 0 rejected + 0 open: balanced" in shop.run("report", "x").out


def test_another_journal_can_be_named(imported: Shop) -> None:
    """By option, before environment and file."""
    (imported.folder / "importbus-journal.db").rename(imported.folder / "old.db")
    option = imported.run("--journal", "old.db", "report", "x")
    variable = imported.run("report", "x", IMPORTBUS_JOURNAL="old.db")
    neither = imported.run("report", "x")

    assert (option.code, variable.code, neither.code) == (0, 0, 2)
    assert option.out == variable.out
