"""A journal that cannot be written: stop with exit 3 before acknowledging; start again, go on."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from command_line import Shop

JOURNAL = "importbus-journal.db"


def test_a_full_disk_stops_an_import_which_can_be_resumed(shop: Shop) -> None:
    """I2: what the journal does not hold is sent again; the account is balanced."""
    name = shop.catalogue(1000)
    full = shop.shell(f"ulimit -f 260; importbus import {name} --import-id x")
    before = shop.run("report", "x", "--json").document
    resumed = shop.run("import", name, "--resume", "x")
    report = shop.run("report", "x", "--json").document

    assert (full.code, full.out) == (3, ""), full.err
    assert f"The journal {JOURNAL}: " in full.err
    assert "Continue later with --resume x." in full.err
    assert "Traceback" not in full.err
    assert sum(before["outcomes"].values()) < before["read"]
    assert resumed.code == 0, resumed.err
    assert report["read"] == sum(report["outcomes"].values()) > 1000
    assert len(shop.state["products"]) == 1000


def test_a_journal_that_is_held_by_another_process_stops_an_import(shop: Shop) -> None:
    """It waits ten seconds, says so, and nothing was sent; afterwards it works."""
    name = shop.catalogue(20)
    shop.run("import", name, "--import-id", "first")
    with closing(sqlite3.connect(shop.folder / JOURNAL, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        held = shop.run("import", name, "--import-id", "x")
        looked = shop.run("status", "--json")
        other.execute("ROLLBACK")
    free = shop.run("import", name, "--import-id", "x")

    assert (held.code, held.out) == (3, "")
    assert "Another process holds it; try again when that one is done." in held.err
    assert [found["import_id"] for found in looked.document["imports"]] == ["first"]
    assert free.code == 0, free.err


def test_a_journal_in_a_folder_that_is_missing_stops_an_import(shop: Shop) -> None:
    """Exit 3 with the path; the PIM is not called."""
    said = shop.run("--journal", "nowhere/j.db", "import", shop.catalogue(20))

    assert (said.code, said.out) == (3, "")
    assert "nowhere/j.db" in said.err
    assert shop.ask("/_trace")["requests"] == []


def test_a_journal_of_another_program_is_left_alone(shop: Shop) -> None:
    """Exit 3; it could be the shop's own database."""
    with closing(sqlite3.connect(shop.folder / "shop.db")) as other:
        other.execute("CREATE TABLE orders (id INTEGER)")
    said = shop.run("--journal", "shop.db", "import", shop.catalogue(20))

    assert (said.code, said.out) == (3, "")
    assert "shop.db is a database, but no journal" in said.err
