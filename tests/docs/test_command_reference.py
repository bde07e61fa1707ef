"""The reference of the command line is what the commands say of themselves."""

from __future__ import annotations

import re

import click
import pytest

from command_reference import BEGIN, DOCUMENT, END, commands, reference, with_reference

TEXT = DOCUMENT.read_text(encoding="utf-8")

COMMANDS = commands()


def test_the_reference_is_up_to_date() -> None:
    """`python tests/support/command_reference.py` brings it up to date."""
    assert with_reference(TEXT, reference()) == TEXT


def test_what_people_wrote_is_kept() -> None:
    """Only what stands between the two marks is replaced."""
    document = f"before\n{BEGIN}old\n{END}after\n"

    assert with_reference(document, "new") == f"before\n{BEGIN}\nnew\n{END}after\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained(name: str) -> None:
    """In the help and in the reference, in a sentence."""
    options = [one for one in COMMANDS[name].params if isinstance(one, click.Option)]

    assert all(option.help and option.help.endswith((".", ";")) for option in options)
    assert all(f"`{option.opts[0]}" in reference() for option in options)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples(name: str) -> None:
    """Each calls the command, with options that it has."""
    epilog = COMMANDS[name].epilog or ""
    calls = re.findall(rf"importbus {name}( .*)?", epilog)
    called = [one for called, one in COMMANDS.items() if f"{called} ".startswith(f"{name} ")]
    known = {flag for command in called for option in command.params for flag in option.opts}
    used = {word for call in calls for word in call.split("|")[0].split() if word[:2] == "--"}

    assert calls
    assert used <= known


@pytest.mark.parametrize(
    "words",
    [
        "IMPORTBUS_PIM_URL", "IMPORTBUS_PIM_SECRET_FILE", "IMPORTBUS_TRANSPORT", "IMPORTBUS_LANES",
        "IMPORTBUS_JOURNAL", "IMPORTBUS_CONFIG", "NO_COLOR", "| 130 |", "| 143 |", "| 141 |",
        "| 70 |",
    ],
)  # fmt: skip
def test_what_cannot_be_generated_is_there(words: str) -> None:
    """Environment variables and exit codes stand on the page."""
    assert words in TEXT
