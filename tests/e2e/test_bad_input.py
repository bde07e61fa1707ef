"""What bad input gets, from the outside: each row of the table in `docs/command-line.md`."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Said, Shop, line

GOOD = line("CreateOrUpdateProduct", identifier="good")

BAD_LINES: dict[str, tuple[str | bytes, str]] = {
    "broken JSON": ('{"command": "CreateOrUpdateProduct", ', "is not JSON"),
    "no object": ("[1, 2]", "expected an object"),
    "unknown command": (line("CreateOrUpdateProdukt", identifier="x"), "CreateOrUpdateProduct?"),
    "unknown field": (line("CreateOrUpdateProduct", identifier="x", famly="y"), "family?"),
    "read-only field": (
        line("CreateOrUpdateProduct", identifier="x", created="2026-01-01"),
        "read-only",
    ),
    "missing field": (line("CreateOrUpdateProduct", family="y"), "identifier: is missing"),
    "wrong type": (line("CreateOrUpdateProduct", identifier=5), "expected a text"),
    "wrong type inside": (
        line("CreateOrUpdateProduct", identifier="x", values={"name": [{"data": 1}]}),
        r"values.name[0]",
    ),
    "line over 1 MB": (line("CreateOrUpdateProduct", identifier="x" * 1_000_001), "longer than"),
    "invalid UTF-8": (b'{"command": "\xff\xfe"}', "not UTF-8 at byte 14"),
    "surplus key": ('{"command": "DeleteProduct", "data": {}, "x": 1}', "command and data only"),
}


@pytest.mark.parametrize("case", BAD_LINES)
def test_a_bad_line_is_rejected_and_the_rest_goes_on(shop: Shop, case: str) -> None:
    """I10: exit 1; file, line and what was expected are in the report; the others go in."""
    bad, says = BAD_LINES[case]
    said = shop.run("import", shop.write("in.jsonl", [GOOD, bad, GOOD]), "--import-id", "x")
    report = shop.run("report", "x", "--json").document
    (failure,) = report["failures"]

    assert said.code == 1, said.err
    assert failure["position"] == {"source": "in.jsonl", "line": 2}
    assert says in failure["errors"][0]["message"]
    assert (failure["status"], report["rejected"], report["read"]) == (None, 1, 3)
    assert "good" in shop.state["products"]


def test_strict_stops_at_the_first_bad_line(shop: Shop) -> None:
    """Nothing behind it is read; exit 1."""
    later = line("CreateOrUpdateProduct", identifier="later")
    name = shop.write("in.jsonl", [GOOD, "{", later])
    said = shop.run("import", name, "--import-id", "x", "--strict")

    assert said.code == 1, said.err
    assert "later" not in shop.state["products"]


def test_an_empty_source_is_a_finished_import_of_nothing(shop: Shop) -> None:
    """Exit 0; the report has zeros."""
    (shop.folder / "empty.jsonl").touch()
    said = shop.run("import", "empty.jsonl", "--import-id", "x")
    report = shop.run("report", "x", "--json").document

    assert said.code == 0, said.err
    assert (report["state"], report["read"], report["outcomes"]) == ("finished", 0, {})


@pytest.mark.parametrize("name", ["missing.jsonl", ".", "notes.txt"])
def test_a_source_that_cannot_be_read_is_named(shop: Shop, name: str) -> None:
    """Exit 2 with the path, and no import is opened."""
    said = shop.run("import", name, "--import-id", "x")

    assert said.code == 2
    assert_one_sentence(said, name)
    assert shop.run("status", "--json").document["imports"] == []


def test_a_pim_out_of_reach_is_one_sentence(shop: Shop) -> None:
    """Exit 3, and which address was tried."""
    said = shop.run(
        "import", shop.write("in.jsonl", [GOOD]), IMPORTBUS_PIM_URL="http://127.0.0.1:9"
    )

    assert said.code == 3
    assert_one_sentence(said, "http://127.0.0.1:9")


@pytest.mark.parametrize("what", ["SECRET", "PASSWORD", "CLIENT_ID", "USERNAME"])
def test_wrong_credentials_are_one_sentence_without_them(shop: Shop, what: str) -> None:
    """Exit 3; I9: what was tried is not repeated."""
    wrong = {f"IMPORTBUS_PIM_{what}": "wr0ng-cr3dential"}
    said = shop.run("import", shop.write("in.jsonl", [GOOD]), stdin=None, **wrong)

    assert said.code == 3
    assert_one_sentence(said, "login")
    assert "wr0ng-cr3dential" not in said.err + said.out


def test_a_user_without_rights_stops_the_import(shop: Shop) -> None:
    """Exit 3, what is to be granted, and how to go on afterwards; nothing sent is lost."""
    match = {"method": "PATCH", "path": ".*"}
    shop.ask("/_faults", "POST", [{"match": match, "fault": {"kind": "status", "status": 403}}])
    name = shop.write("in.jsonl", [GOOD])
    said = shop.run("import", name, "--import-id", "x")
    shop.ask("/_faults", "POST", [])
    resumed = shop.run("import", name, "--resume", "x")

    assert said.code == 3
    assert "--resume x" in said.err
    assert resumed.code == 0, resumed.err


def test_what_the_pim_refuses_is_reported_as_it_said_it(shop: Shop) -> None:
    """Exit 1; property, status and message stand in the report; the others are imported."""
    lines = [GOOD, line("CreateOrUpdateProduct", identifier="bad", family="nope")]
    said = shop.run("import", shop.write("in.jsonl", lines), "--import-id", "x")
    (failure,) = shop.run("report", "x", "--json").document["failures"]

    assert said.code == 1, said.err
    assert (failure["key"], failure["status"], failure["attempts"]) == ("bad", 422, 2)
    assert failure["errors"][0]["property"] == "family"
    assert "good" in shop.state["products"]


def test_no_pim_configured_says_what_to_set(shop: Shop) -> None:
    """Exit 2 with the names of the variables."""
    said = Shop(shop.folder, "", {}).run("import", shop.write("in.jsonl", [GOOD]))

    assert said.code == 2
    assert_one_sentence(said, "IMPORTBUS_PIM_URL")


def test_every_error_of_the_configuration_is_told_at_once(shop: Shop) -> None:
    """Exit 2; file, key, what is allowed and the nearest known key, for each."""
    (shop.folder / "importbus.toml").write_text('[pim]\nulr = "x"\n[transport]\nlanes = 99\n')
    said = shop.run("import", shop.write("in.jsonl", [GOOD]))

    assert said.code == 2
    assert "pim.ulr is unknown" in said.err
    assert "Did you mean url?" in said.err
    assert "1 to 64" in said.err


def test_a_damaged_journal_stops_before_anything_is_sent(shop: Shop) -> None:
    """Exit 3 with the path and a remedy."""
    Path(shop.folder / "importbus-journal.db").write_bytes(b"damaged " * 1000)
    said = shop.run("import", shop.write("in.jsonl", [GOOD]))

    assert said.code == 3
    assert_one_sentence(said, "Move it away")
    assert "good" not in shop.state["products"]


def test_an_unknown_import_is_named(shop: Shop) -> None:
    """report, status and --resume say which journal was asked; exit 2."""
    name = shop.write("in.jsonl", [GOOD])
    for arguments in (["report", "y"], ["status", "y"], ["import", name, "--resume", "y"]):
        said = shop.run(*arguments)

        assert said.code == 2
        assert_one_sentence(said, "importbus-journal.db holds no import 'y'")


def test_a_wrong_option_shows_the_usage(shop: Shop) -> None:
    """Exit 2, as every command line does."""
    said = shop.run("import", "--nonsense")

    assert said.code == 2
    assert "No such option" in said.err


def assert_one_sentence(said: Said, part: str) -> None:
    """Check that the error is on standard error, names *part*, and is no traceback."""
    assert part in said.err
    assert "Traceback" not in said.err
    assert said.out == ""
