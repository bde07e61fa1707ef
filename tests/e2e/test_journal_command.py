"""`importbus journal` from the outside: imports that ended long ago are forgotten."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from command_line import Shop, line


@pytest.fixture
def imported(shop: Shop) -> Shop:
    """A shop with an import that ended a hundred days ago, and one that ended just now."""
    source = shop.write("in.jsonl", [line("CreateOrUpdateProduct", identifier="mug")])
    shop.run("import", source, "--import-id", "old")
    shop.run("import", source, "--import-id", "new")
    with closing(sqlite3.connect(shop.folder / "importbus-journal.db")) as journal, journal:
        journal.execute("UPDATE imports SET ended = ended - 8640000 WHERE import_id = 'old'")
    return shop


def imports(shop: Shop) -> list[str]:
    """Return the imports that the journal holds."""
    return [each["import_id"] for each in shop.run("status", "--json").document["imports"]]


def test_what_ended_long_ago_is_forgotten(imported: Shop) -> None:
    """Nothing else; a dry run says what that would be."""
    dry = imported.run("journal", "prune", "--older-than", "90d", "--dry-run")
    before = imports(imported)
    said = imported.run("journal", "prune", "--older-than", "90d", "--json")

    assert dry.out == "1 import would be forgotten.\nold\n"
    assert before == ["new", "old"]
    assert said.document == {"imports": ["old"], "freed": said.document["freed"], "dry_run": False}
    assert imports(imported) == ["new"]


def test_a_running_import_is_neither_forgotten_nor_held_up(imported: Shop) -> None:
    """The space of what is forgotten is kept, since giving it back would make others wait."""
    imported.ask("/_trace", "DELETE")
    imported.hang()
    process = imported.start("import", "in.jsonl", "--import-id", "running")
    imported.wait_for_requests(2)
    said = imported.run("journal", "prune", "--older-than", "0m")
    process.kill()
    process.communicate()

    assert (
        said.out == "2 imports forgotten; their space is kept, as another import may be running.\n"
    )
    assert imports(imported) == ["running"]


def test_an_age_is_asked_for(imported: Shop) -> None:
    """Exit 2 for none, and for what is none."""
    missing = imported.run("journal", "prune")
    wrong = imported.run("journal", "prune", "--older-than", "90")

    assert (missing.code, wrong.code) == (2, 2)
    assert "'90' is no age; allowed: 30m, 12h, 90d or 8w." in wrong.err
    assert imports(imported) == ["new", "old"]
