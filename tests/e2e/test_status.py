"""`importbus status` from the outside: which imports there are, and who runs them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from command_line import Shop, line, open_shop
from terminal import SHOW_CURSOR


@pytest.fixture
def alone(tmp_path: Path) -> Shop:
    """A folder in which nothing is configured."""
    return Shop(tmp_path, "", {})


def test_without_a_journal_there_are_no_imports(alone: Shop) -> None:
    """For people a sentence, for programs an empty list; no journal is made by looking."""
    told, document = alone.run("status"), alone.run("status", "--json")

    assert (told.code, told.out) == (0, "The journal importbus-journal.db holds no imports.\n")
    assert (document.code, document.document) == (0, {"imports": []})
    assert list(alone.folder.iterdir()) == []


def test_the_newest_import_comes_first(shop: Shop) -> None:
    """A row each, with label, state and counts."""
    name = shop.write("one.jsonl", [line("CreateOrUpdateProduct", identifier="mug"), "{"])
    shop.run("import", name, "--import-id", "a", "--label", "Spring")
    shop.run("import", name, "--import-id", "b")
    rows = [row.split() for row in shop.run("status").out.splitlines() if row.startswith("│")]

    assert [row[1] for row in rows] == ["b", "a"]
    assert " ".join(rows[1]).startswith("│ a │ Spring │ finished with failures │ 2 │ 1 │ 0 │ 1 │")


def test_one_import_is_shown_with_its_timeline(shop: Shop) -> None:
    """What happened, when; where nothing did, there is no empty table."""
    name = shop.write("one.jsonl", [line("CreateOrUpdateProduct", identifier="mug")])
    shop.run("import", name, "--import-id", "x")
    smooth = shop.run("status", "x").out
    shop.run("import", name, "--resume", "x")
    resumed = shop.run("status", "x").out

    assert "Timeline" not in smooth
    assert re.search(r"│ \d{4}-\d\d-\d\d \d\d:\d\d:\d\d │ resume │ +│ 1 are accounted for", resumed)


def test_an_import_that_runs_has_an_owner_and_one_that_was_killed_has_none(tmp_path: Path) -> None:
    """The journal says running in both cases; the process tells the difference."""
    with open_shop(tmp_path) as shop:
        shop.hang()
        process = shop.start("import", shop.catalogue(), "--import-id", "x")
        shop.wait_for_requests(20)
        running = shop.run("status", "x", "--json").document
        told = shop.run("status", "x").out
        process.kill()
        process.communicate()
        killed = shop.run("status", "--json").document["imports"][0]
        listed, report = shop.run("status").out, shop.run("report", "x").out

    assert running["state"] == killed["state"] == "running"
    assert running["owner"].startswith(f"process {process.pid} on ")
    assert killed["owner"] is None
    assert f"It is being run by process {process.pid} on " in told
    assert "interrupted" in listed
    assert "importbus import catalog.jsonl --resume x" in report


@pytest.mark.parametrize("option", [(), ("--json",)])
def test_an_unknown_import_is_an_error(alone: Shop, option: tuple[str, ...]) -> None:
    """Exit 2 and nothing on standard output."""
    said = alone.run("status", "y", *option)

    assert (said.code, said.out) == (2, "")
    assert "holds no import 'y'" in said.err


def test_a_file_that_is_no_journal_is_refused(alone: Shop) -> None:
    """Exit 3, what to do, and the file is left alone."""
    (alone.folder / "notes.txt").write_text("some notes " * 500)
    said = alone.run("--journal", "notes.txt", "status", "--json")

    assert (said.code, said.out) == (3, "")
    assert "notes.txt" in said.err
    assert (alone.folder / "notes.txt").read_text() == "some notes " * 500


def test_an_import_of_another_process_can_be_watched_until_q(tmp_path: Path) -> None:
    """On a screen of its own, which is gone afterwards."""
    with open_shop(tmp_path) as shop:
        shop.hang()
        with shop.start("import", shop.catalogue(), "--import-id", "x") as process:
            shop.wait_for_requests(20)
            with shop.terminal("status", "--watch", columns=60) as screen:
                screen.wait_for(f"carried on by process {process.pid}")
                screen.press("q")
                code = screen.wait()
            process.kill()

    assert code == 0
    assert screen.written.count("\x1b[?1049h") == screen.written.count("\x1b[?1049l") == 1
    assert screen.written.endswith(f"{SHOW_CURSOR}\x1b[?1049l")


def test_programs_can_watch_too(tmp_path: Path) -> None:
    """A document a look, one a line; people without a screen get a line for each import."""
    with open_shop(tmp_path) as shop:
        shop.hang()
        with shop.start("import", shop.catalogue(), "--import-id", "x") as process:
            shop.wait_for_requests(20)
            told = [watched(shop, "--json"), watched(shop)]
            process.kill()

    (seen,) = json.loads(told[0][1])["imports"]
    assert (seen["import_id"], seen["state"]) == ("x", "running")
    assert seen["owner"].startswith(f"process {process.pid} on ")
    assert seen["commands_per_second"] is not None
    assert {lane["lane"] for lane in seen["lanes"]} >= {"structure"}
    assert " x running: " in told[1][1]


def watched(shop: Shop, *options: str) -> list[str]:
    """Return the first two looks of a command, which a signal then ends in order."""
    with shop.start("status", "--watch", *options) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2)]
        process.terminate()
        assert process.wait(30) == 0
    return lines
