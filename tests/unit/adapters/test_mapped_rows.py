"""What a mapping makes of rows: cells treated, errors in the words of the table."""

from __future__ import annotations

from typing import Any

import pytest

from flat_shop import shop
from importbus.adapters.flat import FlatStructure
from importbus.adapters.sources.ports import Cell, SourceOptions
from mapped_rows import KIND, made, mapped, only, value


@pytest.mark.parametrize(
    ("use", "cell", "data"),
    [
        ('"note"', " a b ", "a b"),
        ('{ to = "note", trim = false }', " a ", " a "),
        ('{ to = "note", case = "upper" }', "ab", "AB"),
        ('{ to = "note", case = "lower" }', "AB", "ab"),
        ('{ to = "note", prefix = "<", suffix = ">" }', "a", "<a>"),
        ('{ to = "note", remove = ["x", "yy"] }', "axbyyc", "abc"),
        ('{ to = "note", remove = "." }', 1.5, "1.5"),
        ('{ to = "color", code = true }', "Größe: Extra/Large!", "grosse_extra_large"),
        ('{ to = "color", values = { Rot = "red" } }', " Rot ", "red"),
        ('{ to = "color", values = { Rot = "red" }, otherwise = "odd" }', "Blau", "odd"),
        ('{ to = "color", values = { Rot = "red" }, keep_others = true }', "blue", "blue"),
        ('{ to = "stock", values = { few = 3 } }', "few", 3),
        ('{ to = "fresh", values = { ja = true, nein = false } }', "nein", False),
        ('{ to = "fresh", values = { "true" = false } }', True, False),
        ('{ to = "tags", separator = "|" }', "a | b||c", ["a", "b", "c"]),
        ('{ to = "tags", separator = "/", values = { A = "x", B = "y" } }', "A/B", ["x", "y"]),
        ('{ to = "tags", separator = ",", code = true }', "Big One, Two", ["big_one", "two"]),
        ('{ to = "ratio", remove = ["EUR", ","] }', "1,250.5 EUR", "1250.5"),
        ('{ to = "price-EUR" }', "3.50", [{"amount": "3.50", "currency": "EUR"}]),
        ('{ to = "weight", unit = "KILOGRAM" }', "2", {"amount": "2", "unit": "KILOGRAM"}),
        ('"stock"', 3.0, 3),
    ],
)
def test_a_cell_becomes_what_the_mapping_says(use: str, cell: Cell, data: object) -> None:
    """And then what the type of the attribute makes of it, as in the flat format."""
    assert value(f"[columns]\nA = {use}", A=cell) == data


@pytest.mark.parametrize(
    ("use", "cell", "said"),
    [
        (
            '{ to = "color", values = { Rot = "red" } }',
            "Rott",
            "A: 'Rott' is none of its values: Rot. Did",
        ),
        ('{ to = ["stock", "ratio"], split_at = "x" }', "1x2x3", "A: expected at most 2 parts"),
        ('{ to = "tags", separator = "|" }', "a,b|c", "A: expected codes, in which there is no"),
        ('"stock"', "many", "A: expected a number"),
        ('{ to = "weight", unit = "KILOGRAM" }', "heavy", "A: expected a number"),
    ],
)
def test_a_bad_cell_is_told_in_the_words_of_the_table(use: str, cell: str, said: str) -> None:
    """The column as it is called there, not what it became."""
    found = only(f"[columns]\nA = {use}", A=cell)

    assert str(found).startswith(said)


@pytest.mark.parametrize("cell", ["", "  ", None])
def test_an_empty_cell_stays_empty(cell: Cell) -> None:
    """Nothing is put around it, and nothing is looked up."""
    uses = (
        '{ to = "note", prefix = "p" }',
        '{ to = "color", values = { a = "b" }, otherwise = "c" }',
    )
    assert all(only(f"[columns]\nA = {use}", A=cell) == {} for use in uses)


def test_an_empty_cell_can_have_a_value() -> None:
    """If the mapping says so by name."""
    assert value('[columns]\nA = { to = "color", values = { "" = "none" } }', A="") == "none"


def test_one_column_goes_to_several_places() -> None:
    """The same to each; the parts in order; or uses of different kinds."""
    text = """
[columns]
A = { to = ["stock", "ratio"], split_at = "x" }
B = { to = ["name-en_US", "name-fr_FR"] }
C = ["note", { to = "color", code = true }]
"""
    found: Any = only(text, A="1 x 2.5", B="Mug", C="Dark Red")

    assert {code: [each["data"] for each in said] for code, said in found["values"].items()} == {
        "stock": [1],
        "ratio": ["2.5"],
        "name": ["Mug", "Mug"],
        "note": ["Dark Red"],
        "color": ["dark_red"],
    }


def test_missing_parts_are_empty_cells() -> None:
    """A size without a height has a width."""
    assert value('[columns]\nA = { to = ["stock", "ratio"], split_at = "x" }', A="7") == 7


def test_columns_are_joined_without_gaps() -> None:
    """An empty one leaves no separator behind."""
    text = '[joined]\nnote = { columns = ["A", "B", "C"], between = ", " }'

    assert value(text, A=" a", B="", C=3) == "a, 3"
    assert only(text, A="", B=None, C=" ") == {}


def test_constants_are_the_same_in_every_row() -> None:
    """Texts, lists and truth values, as if they stood in columns."""
    text = '[constants]\nfamily = "mugs"\ncategories = ["a", "b"]\nenabled = false\n'

    assert only(text) == {"family": "mugs", "categories": ["a", "b"], "enabled": False}


@pytest.mark.parametrize(
    ("kind", "status", "read"),
    [
        ("simple", "", True),
        ("simple ", "ok", True),
        ("bundle", "", False),
        ("simple", "gone", False),
    ],
)
def test_rows_are_chosen_by_what_stands_in_them(kind: str, status: str, *, read: bool) -> None:
    """Those that ``only`` names, without those that ``skip`` names."""
    text = '[only]\nKind = ["simple", "virtual"]\n[skip]\nStatus = "gone"'

    assert bool(made(text, No="a1", Kind=kind, Status=status)) is read


def test_a_file_is_a_command_of_its_own() -> None:
    """Its position bears the column, and two of one column are told apart."""
    text = '[columns]\nFoto = { to = ["picture", "manual-en_US"], prefix = "img/" }'
    _, one, other = made(text, No="a1", Foto="a.jpg")

    assert (one[0], one[1]) == ("Foto", "CreateProductMediaFile")
    assert one[2] == {
        "identifier": "a1",
        "attribute": "picture",
        "locale": None,
        "scope": None,
        "file": "img/a.jpg",
    }
    assert other[0] == "Foto>manual-en_US"


def test_a_file_is_told_beside_a_row_that_is_refused() -> None:
    """What is wrong with one cell hides no other command."""
    text = '[columns]\nFoto = "picture"\nC = { to = "color", values = { a = "b" } }'
    row, file = made(text, No="a1", Foto="a.jpg", C="x")

    assert str(row[2]).startswith("C: ")
    assert isinstance(file[2], dict)


def test_associations_are_lists() -> None:
    """With any separator; quantities stand in a column of their own."""
    text = """
[columns]
Related = { to = "X_SELL-products", separator = "/" }
Parts = "PACK-products"
Count = "PACK-products-quantity"
"""
    found: Any = only(text, Related="x/y", Parts="p", Count="2")

    assert found["associations"] == {"X_SELL": {"products": ["x", "y"]}}
    assert found["quantified_associations"] == {
        "PACK": {"products": [{"identifier": "p", "quantity": 2}]}
    }


def test_what_is_wrong_with_the_header_is_told_and_the_rest_is_read() -> None:
    """A column that the table lacks, one that is there twice, one that goes nowhere."""
    text = KIND + '[columns]\nColor = "color"\nTwice = "note"\nName = "name-xx_XX"\nOk = "stock"'
    reader = mapped(["No", "Colour", "Twice", "Twice", "Name", "Ok"], text)

    said = "\n".join(reader.problems)
    assert "There is no column 'Color', which mapping names. Did you mean 'Colour'?" in said
    assert "Column 'Twice' is there 2 times" in said
    assert "Column 'Name', mapped to 'name-xx_XX', is left out: no channel has the locale" in said
    assert len(reader.problems) == 3
    (made,) = reader.read(("a", "", "", "", "", "3"), lambda name: True)
    assert made[2]["values"].keys() == {"stock"}  # type: ignore[index]


@pytest.mark.parametrize("text", ['kind = "products"\nkey = "Nr"', KIND + '[skip]\nNr = "x"'])
def test_without_key_or_condition_no_row_is_read(text: str) -> None:
    """To guess which rows are meant would write what nobody asked for."""
    reader = mapped(["No", "Name"], text)

    assert not reader.usable
    assert "Without 'Nr' no row can be read." in reader.problems
    assert list(reader.read(("a", "b"), lambda name: True)) == []


def test_columns_that_nobody_names_are_noted_once() -> None:
    """It is no mistake, and people want to know."""
    header = ["No", "Name", "Vendor", "Old"]

    assert mapped(header, KIND + '[columns]\nName = "note"').notes == (
        "Not read, as mapping does not name them: 'Vendor', 'Old'.",
    )
    assert mapped(header, KIND.replace("\n", '\nignore = "Old"\n', 1)).notes == (
        "Not read, as mapping does not name them: 'Name', 'Vendor'.",
    )
    assert mapped(header, KIND + 'ignore = "*"').notes == ()


def test_an_unwanted_class_is_not_made() -> None:
    """A reading for structure passes over products."""
    reader = mapped(["No", "Foto"], KIND + '[columns]\nFoto = "picture"')

    files = reader.read(("a", "b.jpg"), lambda name: name == "CreateProductMediaFile")

    assert [part for part, _, _ in files] == ["Foto"]


def test_other_kinds_are_mapped_alike() -> None:
    """Their key is the code."""
    text = 'kind = "categories"\nkey = "Id"\n[columns]\nTitle = "label-en_US"\nUp = "parent"'
    reader = mapped(["Id", "Title", "Up"], text)

    assert list(reader.read(("mugs", "Mugs", "root"), lambda name: True)) == [
        (
            "",
            "CreateOrUpdateCategory",
            {"code": "mugs", "parent": "root", "labels": {"en_US": "Mugs"}},
        )
    ]


def test_without_any_structure_the_mapping_says_what_the_key_is() -> None:
    """Families and categories of products need no PIM to be read."""
    text = KIND + '[constants]\nfamily = "mugs"'
    reader = mapped(["No"], text, structure=FlatStructure())

    assert list(reader.read(("a",), lambda name: True)) == [
        ("", "CreateOrUpdateProduct", {"identifier": "a", "family": "mugs"})
    ]


def test_empty_cells_clear_if_the_file_or_the_user_says_so() -> None:
    """As in the flat format."""
    text = KIND + '[columns]\nA = "note"'
    told = mapped(["No", "A"], text.replace("\n", "\nempty_clears = true\n", 1))
    asked = mapped(["No", "A"], text, SourceOptions(empty_clears=True), shop())

    for reader in (told, asked):
        ((_, _, data),) = reader.read(("a", ""), lambda name: True)
        assert data["values"]["note"][0]["data"] is None  # type: ignore[index]
