"""What a preview shows of commands, as people and programs read it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from importbus.adapters.cli.preview import first_rows
from importbus.adapters.cli.preview_rendering import (
    LONGEST,
    Seen,
    preview_document,
    preview_lines,
    seen,
)
from importbus.adapters.reading import Item
from importbus.adapters.sources.providers import ProviderSource
from importbus.adapters.wiring import open_codec
from importbus.bus.messages import Position
from importbus.bus.ports import Rejection
from importbus.handlers.akeneo import CreateOrUpdateCategory

AT = Position("a.csv", 2)


def shown(*items: Seen, width: int = 80) -> list[str]:
    """Return the lines that somebody sees who has *width* columns."""
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False, emoji=False)
    for line in preview_lines(items):
        console.print(line, markup=False)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def values(data: Any, locale: str | None = None, scope: str | None = None) -> Seen:
    """Return a product with one value."""
    said = {"x": [{"locale": locale, "scope": scope, "data": data}]}
    return Seen(AT, "Product", "p", {"values": said})


def test_a_value_stands_beside_its_locale_and_its_scope() -> None:
    """A column for each, below the position, the class and the key of the command."""
    assert shown(values("Mug", "en_US", "shop")) == [
        "a.csv:2  Product  p",
        "  property  locale  scope  data",
        "  x         en_US   shop   Mug",
        "",
    ]


def test_labels_are_by_locale_and_other_objects_by_their_keys() -> None:
    """Columns that say nothing, here the scope, are not there."""
    data = {"labels": {"fr_FR": "Tasse"}, "validation": {"max": 3}, "scope": None}

    assert shown(Seen(AT, "Category", "c", data))[1:] == [
        "  property        locale  data",
        "  labels          fr_FR   Tasse",
        "  validation.max          3",
        "",
    ]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("", '""'),
        (None, "null"),
        (True, "true"),
        (["a", "b"], "a, b"),
        ([], "[]"),
        ({"amount": "3", "unit": "GRAM"}, "3 GRAM"),
        ([{"amount": "1", "currency": "EUR"}, {"amount": 2, "currency": "USD"}], "1 EUR, 2 USD"),
        ([{"amount": "1"}], '[{"amount":"1"}]'),
        ("two\nlines", "two\\nlines"),
        ("[red]\x1b[2J\u202eevil", "[red]\\u001b[2J\\u202eevil"),
    ],
)
def test_data_is_written_as_people_write_it(data: object, text: str) -> None:
    """And nothing in it acts on the terminal or hides."""
    assert shown(values(data))[2] == f"  x         {text}"


def test_a_long_value_is_shortened_and_says_its_length() -> None:
    """One that is just short enough is shown whole."""
    whole, cut = (shown(values("y" * n), width=1_000)[2] for n in (LONGEST, LONGEST + 1_000))

    assert whole.endswith(" " + "y" * LONGEST)
    assert cut.endswith(" " + "y" * LONGEST + "... (1,200 characters)")


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_table_is_wider_than_the_terminal(width: int) -> None:
    """Values are folded in their column; nothing of them is left out."""
    lines = shown(values("z" * LONGEST, "en_US"), width=width)

    assert all(len(line) <= width for line in lines)
    assert "".join(lines).count("z") == LONGEST


def test_what_is_no_command_says_why() -> None:
    """With its class where it is known; neither of them acts on the terminal."""
    lines = shown(
        Seen(AT, "Put\x1b[2J", reason="has [b]2\x07 cells"), Seen(AT, None, reason="is not JSON")
    )

    assert lines == [
        "a.csv:2  Put\\u001b[2J",
        "  rejected: has [b]2\\u0007 cells",
        "",
        "a.csv:2  no command",
        "  rejected: is not JSON",
        "",
    ]


def test_a_document_has_all_that_a_command_says() -> None:
    """Nothing is shortened, and what is no command has a reason and no data."""
    label = "y" * (LONGEST + 1)
    good = CreateOrUpdateCategory(code="c", labels={"en_US": label})
    items: list[Item] = [(AT, good), (Position("a.csv", 3), Rejection("is bad", None, b""))]

    assert preview_document(open_codec(), {"a.csv": items}) == {
        "sources": [
            {
                "source": "a.csv",
                "items": [
                    {
                        "position": {"source": "a.csv", "line": 2},
                        "command": "CreateOrUpdateCategory",
                        "key": "c",
                        "data": {"code": "c", "labels": {"en_US": label}},
                    },
                    {
                        "position": {"source": "a.csv", "line": 3},
                        "command": None,
                        "reason": "is bad",
                    },
                ],
            }
        ]
    }


def test_a_row_of_several_commands_counts_once_and_no_more_is_read() -> None:
    """The row behind the last one is read to know that it is over, and none behind it."""
    asked: list[int] = []

    def provide() -> Any:
        for number in range(100):
            asked.append(number)
            yield Position("rows", number // 2), CreateOrUpdateCategory(code=f"c{number}")

    found = list(first_rows(ProviderSource("rows", provide, open_codec()), 2))

    assert [seen(open_codec(), *item).key for item in found] == ["c0", "c1", "c2", "c3"]
    assert len(asked) == 5
