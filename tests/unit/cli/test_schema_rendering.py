"""Tables of commands and messages, on wide and narrow terminals."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO

import pytest
from rich.console import Console, RenderableType

from importbus.adapters.cli.schema_rendering import command_table, overview
from importbus.adapters.wiring import akeneo_schemas

SCHEMAS = akeneo_schemas()


def rendered(parts: Iterable[RenderableType], width: int) -> str:
    """Return what a terminal without colours shows."""
    screen = StringIO()
    Console(file=screen, width=width, highlight=False, emoji=False).print(*parts, sep="\n")
    return screen.getvalue()


@pytest.mark.parametrize("width", [60, 200])
@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_of_a_class_is_in_its_table(name: str, width: int) -> None:
    """In its order; what is too long for its column goes on below."""
    rows = rendered(command_table(SCHEMAS[name]), width).splitlines()
    shown = [row.strip("│").split("│")[0].strip() for row in rows if row.startswith("│")]

    assert "".join(shown) == "".join(SCHEMAS[name]["properties"])


def test_what_is_said_of_a_class_stands_above_its_table() -> None:
    """Where it travels, its rank, its key, and the file that it sends."""
    upsert = rendered(command_table(SCHEMAS["CreateOrUpdateAttributeOption"]), 200)
    upload = rendered(command_table(SCHEMAS["CreateProductMediaFile"]), 200)
    rank = SCHEMAS["CreateOrUpdateAttributeOption"]["x-importbus-rank"]

    assert f"Lane: structure; resource: attribute_option; rank: {rank}; key: attribute.code." in (
        upsert
    )
    assert "resource: product; key: identifier; sends a file along: file." in upload


def test_words_in_brackets_are_no_markup() -> None:
    """A class of an application may say what it likes."""
    schema = {
        **SCHEMAS["DeleteProduct"],
        "title": "[bold]",
        "properties": {"[red]": {"type": "string", "description": "See [1]."}},
    }

    assert "[bold]: " in rendered(command_table(schema), 100)
    assert "[red]" in rendered(command_table(schema), 100)
    assert "See [1]." in rendered(command_table(schema), 100)


def test_the_overview_leads_on() -> None:
    """To the fields of each command."""
    text = rendered(overview(SCHEMAS), 200)

    assert all(name in text for name in SCHEMAS)
    assert text.splitlines()[-1] == "The fields of a command: importbus schema CLASS"
