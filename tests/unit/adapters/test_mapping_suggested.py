"""What is proposed for a table, from header, sample and structure."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any

import pytest

from flat_shop import shop
from importbus.adapters.flat import FlatStructure
from importbus.adapters.mapping import read_mapping, suggest
from importbus.adapters.sources.ports import Cell, SourceOptions
from importbus.bus.errors import ConfigurationError

LABELS = {
    "stock": {"en_US": "Quantity on hand", "de_DE": "Bestand"},
    "name": {"en_US": "Title", "de_DE": "Bezeichnung", "fr_FR": "Nom"},
    "released": {"de_DE": "Erscheinungsdatum"},
    "fresh": {"en_US": "Is fresh"},
    "tags": {"en_US": "Tags"},
    "length": {"en_US": "Length"},
}


def labelled() -> FlatStructure:
    """Return the structure of the shop, with labels."""
    structure = shop()
    for code, labels in LABELS.items():
        structure.learn("CreateOrUpdateAttribute", {"code": code, "labels": labels})
    return structure


def proposed(*structure: FlatStructure, **columns: Sequence[Cell] | Cell) -> str:
    """Return what is proposed for a table of *columns* beside its key."""
    cells = {name: each if isinstance(each, list) else [each] for name, each in columns.items()}
    rows = max(map(len, cells.values()), default=1)
    keys = [f"a{n}" for n in range(rows)]
    table = [keys, *(each + [""] * (rows - len(each)) for each in cells.values())]
    (known,) = structure or (labelled(),)
    header = ["sku", *(name.replace("__", " ") for name in cells)]
    return suggest(header, list(zip(*table, strict=True)), known, name="shop.csv")


def use(**columns: Sequence[Cell] | Cell) -> Any:
    """Return what is proposed for the one column there is; None when nothing is in force."""
    table = tomllib.loads(proposed(**columns))["columns"]
    return next(iter(table.values()), None)


@pytest.mark.parametrize(
    ("column", "cells", "said"),
    [
        ("name-fr_FR", "x", "name-fr_FR"),
        ("family", "mugs", "family"),
        ("Familie", "mugs", "family"),
        ("X_SELL-products", "a|b", {"to": "X_SELL-products", "separator": "|"}),
        ("Title", "x", "name-en_US"),
        ("Bezeichnung", "x", "name-de_DE"),
        ("Name__(FR)", "x", "name-fr_FR"),
        ("name__deutsch", "x", "name-de_DE"),
        ("Description__en_US__print", "x", "description-en_US-print"),
        ("Bestand", "3", "stock"),
        ("Quantity__on__hand", ["3", "4 pcs"], {"to": "stock", "remove": ["pcs"]}),
        ("Is__fresh", ["1", "0"], "fresh"),
        ("Is__fresh", ["yes", "no"], {"to": "fresh", "values": {"yes": True, "no": False}}),
        ("Erscheinungsdatum", "31.12.2026", "released"),
        ("Colour", "red", "color"),
        ("Colour", "Dark red", {"to": "color", "code": True}),
        ("Tags", "Big|Very new", {"to": "tags", "separator": "|", "code": True}),
        ("Kategorie", "mugs,cups", "categories"),
        ("Price__(USD)", "3.50", "price-USD"),
        ("Preis", ["3.50 $"], {"to": "price-USD", "remove": ["$"]}),
        ("weight__(kg)", "1.5", {"to": "weight", "unit": "KILOGRAM"}),
        ("Gewicht", "1.5 kg", {"to": "weight", "remove": ["kg"], "unit": "KILOGRAM"}),
        ("picture", "a.jpg", "picture"),
    ],
)
def test_a_column_is_placed(column: str, cells: Any, said: Any) -> None:
    """By its name in any language that the PIM knows, and what its cells look like."""
    assert use(**{column: cells}) == said


@pytest.mark.parametrize(
    ("column", "cells", "reason"),
    [
        ("Bestand", ["3", "many"], "Expected a number"),
        ("Is__fresh", "maybe", "Says neither yes nor no: maybe"),
        ("picture", "https://cdn.example/a.jpg", "Holds addresses in the net"),
        ("colr", "red", "The names are only alike"),
        ("length", "3", 'Says no unit: write unit = "..."'),
        ("Gewicht", ["1 kg", "2 g"], "Has several units: GRAM, KILOGRAM"),
    ],
)
def test_what_does_not_fit_is_a_comment(column: str, cells: Any, reason: str) -> None:
    """With the reason above it, and the line as it would be."""
    text = proposed(**{column: cells})

    assert use(**{column: cells}) is None
    name = column.replace("__", " ")
    found = [n for n, line in enumerate(text.splitlines()) if line.startswith(f'# "{name}" = ')]
    assert text.splitlines()[found[0] - 1].startswith(f"# {reason}")


@pytest.mark.parametrize(
    ("column", "cell", "doubt"),
    [
        ("name", "x", "# Which locale? One of de_DE, en_US, fr_FR"),
        ("claim", "x", "# Which channel? One of ecommerce, print"),
        ("price", "1", "# Which currency? One of EUR, USD"),
        ("weight", "1", "# In GRAM, as nothing says another unit"),
    ],
)
def test_a_guess_is_in_force_and_told(column: str, cell: str, doubt: str) -> None:
    """It is likely enough to be tried, and above it stands what to look at."""
    lines = proposed(**{column: cell}).splitlines()

    at = next(n for n, line in enumerate(lines) if line.startswith(f'"{column}" = '))
    assert lines[at - 1] == doubt


def test_how_numbers_and_dates_are_written_is_found_out() -> None:
    """A comma in all numbers, and days first."""
    text = proposed(ratio=["1,5", "1.000,25"], released=["01.02.2026", "31.12.2026"])

    mapping = read_mapping(text)
    assert (mapping.decimal, mapping.date_format) == (",", "dd.mm.yyyy")
    assert mapping.columns["ratio"][0].remove == (".",)


def test_of_two_columns_for_one_place_one_is_in_force() -> None:
    """The other one is shown, for a person to decide."""
    text = proposed(color="red", Farbe="rot")

    assert list(tomllib.loads(text)["columns"]) == ["color"]
    assert "# Another column goes there" in text


def test_what_nothing_is_like_is_listed() -> None:
    """With examples, so that a person knows what it is."""
    assert '# "Supplier" = "..."' in proposed(Supplier="ACME")


def test_without_a_structure_it_says_what_it_could_not_use() -> None:
    """And still proposes the key and the properties."""
    text = proposed(FlatStructure(), Category="mugs", Name="x")

    assert "# No attributes are known" in text
    assert tomllib.loads(text)["columns"] == {"Category": "categories"}
    assert read_mapping(text).key == "sku"


@pytest.mark.parametrize(
    ("header", "rows", "key", "asked"),
    [
        (["Name", "Artikelnummer"], [["a", "1"]], "Artikelnummer", False),
        (["Name", "What"], [["a", "1"], ["a", "2"]], "What", True),
        (["Name", "What"], [], "Name", True),
    ],
)
def test_the_key_is_what_is_called_so_or_differs_in_each_row(
    header: list[str], rows: list[list[Cell]], key: str, *, asked: bool
) -> None:
    """A key that nothing but its cells tells is asked about."""
    text = suggest(header, rows, labelled())

    assert read_mapping(text).key == key
    assert ("# Is it the key?" in text) is asked


def test_labels_of_structure_are_placed() -> None:
    """Other kinds have labels in place of values."""
    text = suggest(
        ["Code", "Bezeichnung (de)", "Parent"], [["a", "A", ""]], labelled(), name="categories.csv"
    )

    mapping = read_mapping(text)
    assert (mapping.kind, mapping.key) == ("categories", "Code")
    assert mapping.columns["Bezeichnung (de)"][0].to == ("label-de_DE",)
    assert mapping.columns["Parent"][0].to == ("parent",)


def test_what_things_cannot_be_without_is_asked_for() -> None:
    """An option belongs to an attribute, which a file of one attribute's options does not name."""
    text = suggest(
        ["code", "Label"], [["red", "Red"]], labelled(), SourceOptions(kind="attribute-options")
    )

    assert '# attribute = "..."' in text


def test_a_table_without_names_gets_nothing() -> None:
    """There is nothing to propose for."""
    with pytest.raises(ConfigurationError, match="no column has a name of its own"):
        suggest(["", "a", "a"], [], labelled(), name="shop.csv")
