"""One process runs an import: a second one is refused, and takes over when the first is gone."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import Shop, open_shop


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[Shop, subprocess.Popen[str]]]:
    """A shop and a process that runs the import x there, which does not end."""
    with open_shop(tmp_path) as shop:
        shop.hang()
        with shop.start("import", shop.catalogue(), "--import-id", "x") as process:
            shop.wait_for_requests(20)
            yield shop, process
            process.kill()


@pytest.mark.parametrize("options", [("--resume", "x"), ("--import-id", "x", "--restart")])
def test_a_second_process_is_refused(
    running: tuple[Shop, subprocess.Popen[str]], options: tuple[str, ...]
) -> None:
    """I3: both would send; exit 2, and who runs it."""
    shop, process = running
    before = shop.run("report", "x", "--json").document
    said = shop.run("import", "catalog.jsonl", *options)
    after = shop.run("report", "x", "--json").document

    assert (said.code, said.out) == (2, "")
    assert f"Import 'x' is being run by process {process.pid} on " in said.err
    assert after["outcomes"] == before["outcomes"] != {}


def test_a_second_process_goes_on_where_a_killed_one_was(
    running: tuple[Shop, subprocess.Popen[str]],
) -> None:
    """Its mark has gone with it; at the end none is left."""
    shop, process = running
    process.kill()
    process.communicate()
    shop.fail()
    said = shop.run("import", "catalog.jsonl", "--resume", "x")
    report = shop.run("report", "x", "--json").document

    assert said.code == 0, said.err
    assert report["read"] == sum(report["outcomes"].values())
    assert list(shop.folder.glob("*.lock")) == []


def test_another_import_of_the_journal_can_run_meanwhile(
    running: tuple[Shop, subprocess.Popen[str]],
) -> None:
    """They share a journal, and nothing else."""
    shop, _ = running
    said = shop.run("import", "catalog.jsonl", "--import-id", "y", "--only", "CreateOrUpdateFamily")

    assert said.code == 0, said.err


@pytest.mark.parametrize(
    ("arguments", "settings", "says"),
    [
        (["./catalog.jsonl"], {}, "was begun with catalog.jsonl: give the same sources"),
        (["catalog.jsonl", "-"], {}, "was begun with catalog.jsonl: give the same sources"),
        (["catalog.jsonl"], {"IMPORTBUS_LANES": "2"}, "with 4 lanes: set IMPORTBUS_LANES=4"),
    ],
)
def test_an_import_is_resumed_as_it_was_begun(
    shop: Shop, arguments: list[str], settings: dict[str, str], says: str
) -> None:
    """A source of another name would be sent whole a second time; exit 2, and what to give."""
    name = shop.catalogue(50)
    shop.run("import", name, "--import-id", "x")
    said = shop.run("import", *arguments, "--resume", "x", stdin=b"", **settings)
    report = shop.run("report", "x", "--json").document

    assert (said.code, said.out) == (2, "")
    assert says in said.err
    assert report["read"] == sum(report["outcomes"].values())
