"""`importbus failed` from the outside: what failed is seen, mended, sent again or given up."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from command_line import Shop, line, settings_for

LINES = [
    line("CreateOrUpdateProduct", identifier="mug"),
    line("CreateOrUpdateProduct", identifier="cup", family="china"),
    line("CreateOrUpdateProduct", identifier="jug", familly="china"),
    line("CreateOrUpdateProduct", identifier="pot", family="china"),
    line("CreateOrUpdateProduct", identifier="pan", family="steel"),
]
CHINA = line("CreateOrUpdateFamily", code="china")
STEEL = line("CreateOrUpdateFamily", code="steel")


@pytest.fixture
def imported(shop: Shop) -> Shop:
    """A shop after an import with known-bad commands: three are refused, one line is none."""
    said = shop.run("import", shop.write("in.jsonl", LINES), "--import-id", "spring")
    assert said.code == 1, said.err
    return shop


@pytest.fixture(scope="module")
def seen(pim_url: str, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop after the same import, for tests that only look."""
    shop = Shop(tmp_path_factory.mktemp("seen"), pim_url, settings_for(pim_url))
    shop.ask("/_reset", "POST")
    shop.run("import", shop.write("in.jsonl", LINES), "--import-id", "spring")
    return shop


def mend(shop: Shop, *lines: str) -> None:
    """Let the PIM have what was missing."""
    said = shop.run("import", shop.write("mended.jsonl", lines))
    assert said.code == 0, said.err


def still_open(shop: Shop, *options: str) -> list[str | None]:
    """Return the keys of what is open, None for rejected lines."""
    document = shop.run("failed", "list", "--each", "--json", *options).document
    return [failure["key"] for failure in document["failures"]]


def families(shop: Shop) -> dict[str, str | None]:
    """Return the families of the products that the PIM has."""
    return {key: product["family"] for key, product in shop.state["products"].items()}


def test_known_bad_commands_are_cured(imported: Shop) -> None:
    """The reasons are listed; the PIM is mended; the retry exits 0 and leaves nothing to send."""
    listed = imported.run("failed", "list")
    mend(imported, CHINA, STEEL)
    said = imported.run("failed", "retry", "spring", "--import-id", "again")

    assert listed.code == 0
    assert "│     3 │  422 │ Property * expects a valid family code. " in listed.out
    assert "4 open failures of 1 import." in listed.out
    assert (said.code, said.out.splitlines()[-1]) == (0, "3 of 3 failures cured.")
    assert families(imported) == {"mug": None, "cup": "china", "pot": "china", "pan": "steel"}
    assert still_open(imported) == [None]
    for verb in ("report", "status"):
        assert "See why: importbus failed list spring\n" in imported.run(verb, "spring").out
        assert "importbus failed retry" not in imported.run(verb, "spring").out


def test_what_is_not_cured_stays_open(imported: Shop) -> None:
    """Exit 1; the list still counts it once, and says which retry tried it."""
    mend(imported, CHINA)
    said = imported.run("failed", "retry", "spring", "--import-id", "again", "--json")
    shown = imported.run("failed", "show", "spring", "in.jsonl:5")
    document = said.document

    assert said.code == 1
    assert (document["cured"], document["left"], document["parents"]) == (2, 1, ["spring"])
    assert still_open(imported) == [None, "pan"]
    assert "open, sent again by again" in shown.out
    assert "Failed again in again, " in shown.out
    assert "retry of spring" in imported.run("status").out


def test_only_what_is_selected_is_sent_again(imported: Shop) -> None:
    """One key of three; the PIM gets no other."""
    mend(imported, CHINA, STEEL)
    said = imported.run("failed", "retry", "spring", "--key", "PAN")

    assert (said.code, said.out.splitlines()[-1]) == (0, "1 of 1 failure cured.")
    assert families(imported) == {"mug": None, "pan": "steel"}


def test_an_exported_file_is_mended_and_imported(imported: Shop) -> None:
    """Rejected lines as they were read, so that a person can correct both."""
    said = imported.run("failed", "export", "spring", "--to", "again.jsonl")
    piped = imported.run("failed", "export", "--key", "p*")
    lines = (imported.folder / "again.jsonl").read_text().splitlines()
    mended = [text.replace("familly", "family") for text in lines]
    imported.write("again.jsonl", [CHINA, STEEL, *mended])
    again = imported.run("import", "again.jsonl")

    assert (said.code, said.err) == (0, "4 lines written to again.jsonl.\n")
    assert [json.loads(text)["data"]["identifier"] for text in lines] == [
        "cup",
        "jug",
        "pot",
        "pan",
    ]
    assert again.code == 0
    assert families(imported)["jug"] == "china"
    assert piped.out.splitlines() == lines[2:]


def test_what_is_dropped_is_no_longer_open(imported: Shop) -> None:
    """Until it is asked for by its state."""
    said = imported.run("failed", "drop", "spring", "--position", "in.jsonl:3-4")

    assert (said.code, said.out) == (0, "1 failure and 1 rejected line dropped.\n")
    assert still_open(imported) == ["cup", "pan"]
    assert still_open(imported, "--state", "dropped") == [None, "pot"]


def test_a_failure_is_shown_by_its_number_or_its_place(seen: Shop) -> None:
    """With the whole command, the batch and what the PIM answered."""
    by_place = seen.run("failed", "show", "spring", "in.jsonl:2", "--json").document
    by_number = seen.run("failed", "show", str(by_place["number"]), "--json").document
    rejected = seen.run("failed", "show", "spring", "in.jsonl:3", "--json").document

    assert by_number == by_place
    assert by_place["data"] == {"identifier": "cup", "family": "china"}
    assert by_place["errors"][0]["property"] == "family"
    assert by_place["batch_id"].startswith("spring/")
    assert (rejected["number"], rejected["raw"]) == (None, LINES[2])


def test_a_retry_that_was_killed_is_continued(imported: Shop) -> None:
    """Meanwhile its failures are open, and a second retry does not send them, too."""
    mend(imported, CHINA, STEEL)
    imported.ask("/_trace", "DELETE")
    imported.hang()
    process = imported.start("failed", "retry", "spring", "--import-id", "again")
    imported.wait_for_requests(3)
    listed = imported.run("failed", "list", "spring", "--json")
    second = imported.run("failed", "retry")
    process.kill()
    process.communicate()
    imported.fail()
    said = imported.run("failed", "retry", "--resume", "again")

    assert listed.document["total"] == 4
    assert (second.code, second.out) == (0, "No open failures that can be sent again.\n")
    assert (said.code, said.out.splitlines()[-1]) == (0, "3 of 3 failures cured.")
    assert still_open(imported) == [None]
    for verb in ("report", "status"):
        assert "See why: importbus failed list spring\n" in imported.run(verb, "spring").out
        assert "importbus failed retry" not in imported.run(verb, "spring").out


def test_a_retry_that_is_stopped_says_how_to_continue(imported: Shop) -> None:
    """Exit 143; what failed stays open meanwhile."""
    mend(imported, CHINA, STEEL)
    imported.ask("/_trace", "DELETE")
    match = {"method": "PATCH", "path": "/products$"}
    imported.fail({"match": match, "fault": {"kind": "status", "status": 503}})
    process = imported.start("failed", "retry", "spring", "--import-id", "again")
    imported.wait_for_requests(4)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)

    assert process.returncode == 143
    assert "Continue with: importbus failed retry --resume again" in said
    assert still_open(imported) == ["cup", None, "pot", "pan"]


def test_a_retry_that_cannot_begin_leaves_no_mark(imported: Shop) -> None:
    """A PIM out of reach: exit 3, no import of that name, and the next one sends all."""
    said = imported.run(
        "failed", "retry", "--import-id", "again", IMPORTBUS_PIM_URL="http://127.0.0.1:1"
    )
    shown = imported.run("failed", "show", "spring", "in.jsonl:2", "--json")
    mend(imported, CHINA, STEEL)

    assert (said.code, shown.document["retried_by"]) == (3, None)
    assert imported.run("failed", "retry", "--import-id", "again").code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("drop",), "Name an import, or say --all"),
        (("list", "spring", "--import", "summer"), "IMPORT is spring and --import is summer"),
        (("list", "--since", "soon"), "'soon' is no time"),
        (("list", "nowhere"), "holds no import 'nowhere'"),
        (("retry", "nowhere"), "holds no import 'nowhere'"),
        (("show", "cup"), "'cup' is no number: name an import and a position."),
        (("show", "99"), "There is no failure 99"),
        (("show", "spring", "in.jsonl:1"), "There is no failure spring in.jsonl:1"),
        (("retry", "spring", "--resume", "again"), "--resume goes alone"),
        (("retry", "--resume", "spring"), "was begun with in.jsonl"),
        (("retry", "--import-id", "spring"), "'spring'"),
        (("export", "--to", "nowhere/x"), "nowhere/x: cannot be written: No such file"),
    ],
)
def test_what_cannot_be_done_is_a_clear_error(
    seen: Shop, arguments: tuple[str, ...], told: str
) -> None:
    """Exit 2, the reason on standard error, nothing on standard output."""
    said = seen.run("failed", *arguments)

    assert (said.code, said.out) == (2, "")
    assert told in said.err


@pytest.mark.parametrize("arguments", [("list",), ("list", "--json"), ("export",)])
def test_without_a_journal_nothing_has_failed(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """And none is made for a look."""
    said = Shop(tmp_path, "", {}).run("failed", *arguments)

    assert said.code == 0
    assert list(tmp_path.iterdir()) == []
