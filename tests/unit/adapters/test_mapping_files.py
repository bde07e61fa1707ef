"""What a mapping file says, and how its errors are told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from attrs import evolve

from importbus.adapters.mapping import ColumnUse, Joined, load_mapping, read_mapping
from importbus.adapters.sources.ports import SourceOptions
from importbus.bus.errors import ConfigurationError

WHOLE = """
kind = "products"
key = "No"
decimal = ","
ignore = ["Old"]
[columns]
Name = "name-en_US"
Colour = { to = "color", values = { Rot = "red", "1" = 2 }, otherwise = "other" }
Size = [{ to = ["width", "height"], split_at = "x", unit = "METER" }, "size"]
[joined]
claim = { columns = ["A", "B"], between = ", " }
[constants]
family = "mugs"
tags = ["new", "hot"]
released = 2026-01-31
[only]
Type = "simple"
[skip]
Status = ["gone", ""]
"""


def test_a_file_becomes_what_it_says() -> None:
    """Short forms and long ones: one text stands for a list of one."""
    mapping = read_mapping(WHOLE, "erp.toml")

    assert mapping.columns["Name"] == (ColumnUse(("name-en_US",)),)
    assert mapping.columns["Colour"][0].values == {"Rot": "red", "1": 2}
    assert mapping.columns["Size"] == (
        ColumnUse(("width", "height"), split_at="x", unit="METER"),
        ColumnUse(("size",)),
    )
    assert mapping.joined == {"claim": Joined(("A", "B"), ", ")}
    assert mapping.constants["tags"] == ("new", "hot")
    assert mapping.constants["released"] == date(2026, 1, 31)
    assert (mapping.only, mapping.skip) == ({"Type": ("simple",)}, {"Status": ("gone", "")})


def test_every_error_is_told_at_once() -> None:
    """Whoever writes such a file does not want to run it once for each mistake."""
    with pytest.raises(ConfigurationError) as raised:
        read_mapping(
            'key = 3\nkindd = "products"\n[columns]\na = { too = "x", trim = 1 }\n"b c" = 3\n'
            "[only]\nx = [1]\n[joined]\ny = 3\n[constants]\nz = {}\n",
            "erp.toml",
        )

    said = str(raised.value).splitlines()
    assert sorted(line.removeprefix("erp.toml: ").split(" ")[0] for line in said) == [
        'columns."b',
        "columns.a.to",
        "columns.a.too",
        "columns.a.trim",
        "constants.z",
        "joined.y",
        "key",
        "kind",
        "kindd",
        "only.x",
    ]
    assert all(line.startswith("erp.toml: ") for line in said)
    assert any("kindd is unknown" in line and "Did you mean kind?" in line for line in said)
    assert any("columns.a.to is missing" in line for line in said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('kind = "product"\nkey = "a"', "Did you mean products?"),
        ('kind = "products"', "it names no column"),
        ('kind = "products"\nkey = "a"\ndecimal = ";"', "decimal is ';'; allowed: '.' or ','"),
        ('kind = "products"\nkey = "a"\ndate_format = "dd.yyyy"', "date_format: "),
        ('kind = "products"\n[columns]\na = { to = "x", case = "Up" }', "columns.a.case is 'Up'"),
        ('kind = "products"\n[columns]\na = { to = [] }', "columns.a.to is empty"),
        ('kind = "products"\n[columns]\na = { to = "x", unit = "" }', "columns.a.unit is empty"),
        ('kind = "products"\n[columns]\na = { to = "x", remove = "" }', "columns.a.remove holds"),
        (
            'kind = "products"\n[columns]\na = { to = "x", split_at = ";", separator = "," }',
            "columns.a.split_at stands beside separator",
        ),
        (
            'kind = "products"\n[columns]\na = { to = "x", otherwise = "y" }',
            "columns.a.values is missing",
        ),
        (
            'kind = "products"\n[columns.a]\nto = "x"\notherwise = 1\nkeep_others = true\n'
            "values = { b = 1 }",
            "otherwise stands beside keep_others",
        ),
        ('kind = "products"\n[columns]\na = "x"\nb = "x"', '"x" is set 2 times'),
        (
            'kind = "products"\n[columns]\na = { to = "x", unit = "M" }\n[constants]\nx-unit = "M"',
            '"x-unit" is set 2 times',
        ),
        ('kind = "products"\n[columns]\n"" = "x"', "columns has a column without a name"),
        ('kind = "products"\n[columns]\na = ""', "the name that cells go to is empty"),
        ('kind = "products"\n[joined]\nx = { columns = [] }', "joined.x.columns is empty"),
        ('kind = "products"\nkey = "a"\nignore = ["*", "b"]', 'ignore: "*" means all'),
        ("kind = ", "is not valid TOML"),
        ("a = " + "[" * 5_000, "is not valid TOML"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, said: str) -> None:
    """Each error names its key and what is allowed."""
    with pytest.raises(ConfigurationError) as raised:
        read_mapping(text, "erp.toml")

    assert said in str(raised.value)


def test_a_file_is_read_whatever_wrote_it(tmp_path: Path) -> None:
    """Some editors put a byte order mark before it."""
    path = tmp_path / "erp.toml"
    path.write_bytes(b'\xef\xbb\xbfkind = "products"\nkey = "No"')

    assert load_mapping(path).name == str(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read: No such file"),
        (b"\xff", "is not valid TOML"),
        (b"#" * 5_000_000, "4,194,304 bytes"),
    ],
)
def test_what_is_no_mapping_file_is_told(tmp_path: Path, content: bytes | None, said: str) -> None:
    """A missing file, bytes that are no text, and a catalogue that was meant to be a source."""
    path = tmp_path / "erp.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigurationError) as raised:
        load_mapping(path)

    assert said in str(raised.value)


def test_options_stand_above_the_file() -> None:
    """What the user says now counts more than what was written down once."""
    mapping = read_mapping(WHOLE + "", "erp.toml")

    assert mapping.options(SourceOptions()) == SourceOptions(kind="products", decimal=",")
    said = SourceOptions(delimiter="|", date_format="dd.mm.yyyy")
    assert mapping.options(said).date_format == "dd.mm.yyyy"


def test_an_option_may_say_what_is_usual() -> None:
    """A mapping that clears does not clear what the user says is to be kept."""
    mapping = read_mapping(WHOLE + "", "erp.toml")
    said = SourceOptions.of(decimal=".", empty_clears=False, date_format="yyyy-mm-dd")

    options = evolve(mapping, empty_clears=True, date_format="dd.mm.yyyy").options(said)

    assert (options.decimal, options.date_format) == (".", "yyyy-mm-dd")
    assert not options.empty_clears


def test_two_kinds_are_one_too_many() -> None:
    """The mapping and the option cannot both be right."""
    with pytest.raises(ConfigurationError, match="--as says 'categories'"):
        read_mapping(WHOLE, "erp.toml").options(SourceOptions(kind="categories"))
