"""`importbus --help` is fast because it imports next to nothing."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from importbus.adapters.cli import SUMMARIES, group

HEAVY = {"httpx", "rich", "orjson", "loguru", "cattrs", "pika", "tenacity", "sqlite3"}


def modules_after(*arguments: str) -> set[str]:
    """Return what is imported after ``importbus`` ran with *arguments*."""
    program = (
        "import sys\nfrom importbus.adapters.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print('modules', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_imports_nothing_heavy(option: str) -> None:
    """Not the client, not the terminal's painter, not the journal's database."""
    found = modules_after(option)

    assert "click" in found
    assert found & HEAVY == set()


def test_the_simulated_pim_needs_no_importer() -> None:
    """A command imports what it needs and not what its neighbours need."""
    found = modules_after("pim", "--help")

    assert "importbus.adapters.simulated_pim" in found
    assert not {"importbus.adapters.wiring", "importbus.adapters.journal", "httpx"} & found


@pytest.mark.parametrize("name", SUMMARIES)
def test_every_command_in_the_list_is_there(name: str) -> None:
    """Its name is the one under which it is called, and it has a help of its own."""
    command = group.get_command(click.Context(group), name)

    assert command is not None
    assert command.name in (name, "command")
    assert command.help


def test_the_list_says_the_first_words_of_each_help() -> None:
    """The summary in the list stands for a command that is not imported."""
    assert list(SUMMARIES) == sorted(SUMMARIES)
    assert all(text.endswith(".") and len(text) < 90 for text in SUMMARIES.values())
