"""Import definitions: every error at once, and the files that patterns stand for."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from importbus.adapters.config import load_config
from importbus.adapters.definitions import ImportDefinition, read_definitions
from importbus.adapters.sources.ports import SourceOptions
from importbus.bus.errors import ConfigurationError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder without a configuration."""
    monkeypatch.chdir(tmp_path)


def defined(text: str, folder: str = "") -> ImportDefinition:
    """Return the one definition in *text*."""
    found = read_definitions(tomllib.loads(text)["imports"], "importbus.toml", folder)
    assert found.errors == ()
    (definition,) = found.found.values()
    return definition


def errors_of(text: str) -> list[str]:
    """Return what is wrong with the definitions in *text*."""
    found = read_definitions(tomllib.loads(text)["imports"], "importbus.toml", "")
    assert found.found == {}
    return [error.removeprefix("importbus.toml: imports.") for error in found.errors]


def test_a_definition_has_what_import_has() -> None:
    """Each key is an option of the command line."""
    found = defined("""
        [imports.nightly]
        sources = ["a/*.csv"]
        label = "Night"
        strict = true
        only = ["CreateOrUpdateProduct"]
        limit = 5
        skip_unchanged = true
        format = "csv"
        as = "products"
        mapping = "m.toml"
        structure = "s.jsonl"
        encoding = "cp1252"
        delimiter = ";"
        empty = "clears"
        date_format = "dd/mm/yyyy"
        decimal = ","
    """)
    read_as = SourceOptions(
        "csv", "products", "cp1252", ";", True, "dd/mm/yyyy", ",", "s.jsonl", "m.toml"
    )

    assert found == ImportDefinition(
        *("nightly", "", ("a/*.csv",), read_as, "Night"),
        skip_unchanged=True,
        strict=True,
        limit=5,
        only=("CreateOrUpdateProduct",),
    )


def test_what_is_not_said_is_as_without_a_definition() -> None:
    """Its label is its name; the configuration decides what is skipped."""
    found = defined('imports.nightly.sources = ["a.csv"]')

    assert found == ImportDefinition("nightly", "", ("a.csv",), label="nightly")


def test_every_error_is_told_at_once() -> None:
    """With its key, what is allowed, and the name that was meant."""
    said = errors_of("""
        imports.empty = {}
        imports.flat = 5
        [imports.nightly]
        sources = "a.csv"
        skip_unchangd = true
        strict = "yes"
        limit = 0
        only = []
        as = "product"
        empty = "clear"
        decimal = ";"
        delimiter = ""
    """)

    assert said[:4] == [
        'empty.sources is missing: say what is imported, ["products/*.csv"].',
        "flat must be a table, with sources.",
        'nightly.sources is \'a.csv\'; allowed: a list of texts, ["...", "..."].',
        "nightly.skip_unchangd is unknown; allowed: sources, label, strict, only, limit, "
        "skip_unchanged, format, as, mapping, structure, encoding, delimiter, empty, date_format, "
        "decimal. Did you mean skip_unchanged?",
    ]
    assert said[4:7] == [
        "nightly.strict is 'yes'; allowed: true or false.",
        "nightly.limit is 0; allowed: a whole number, 1 or more.",
        'nightly.only is []; allowed: a list of texts, ["...", "..."].',
    ]
    assert said[7].endswith("Did you mean products?")
    assert said[8:] == [
        "nightly.empty is 'clear'; allowed: keeps, clears. Did you mean clears?",
        "nightly.decimal is ';'; allowed: ., ,.",
        "nightly.delimiter is ''; allowed: a text, in quotes.",
    ]


def test_errors_of_other_sections_are_told_with_them() -> None:
    """Of providers, too; nobody has to mend one to see the next."""
    Path("importbus.toml").write_text("""
        imports.nightly.sources = []
        transport.lanes = 0
        [providers]
        erp = "warehouse.items"
        shop = 5
    """)

    with pytest.raises(ConfigurationError) as caught:
        load_config(None, {})

    lines = str(caught.value).splitlines()
    assert [line.removeprefix("importbus.toml: ").split(" ")[0] for line in lines] == [
        *("imports.nightly.sources", "providers.erp", "providers.shop", "transport.lanes")
    ]
    assert lines[1].endswith('allowed: a function in a module, "package.module:function".')


@pytest.mark.parametrize("name", ["imports", "providers"])
def test_what_is_no_table_is_told(name: str) -> None:
    """In the words of the other sections."""
    Path("importbus.toml").write_text(f"{name} = 5")

    with pytest.raises(ConfigurationError, match=rf"^importbus\.toml: {name} must be a table, \["):
        load_config(None, {})


def test_files_are_named_from_the_folder_of_the_configuration_on() -> None:
    """Patterns stand for what is there, in the order of the names, each file once."""
    Path("etc/a").mkdir(parents=True)
    for name in ("b.csv", "a.csv", "c.txt"):
        Path("etc/a", name).touch()
    Path("etc/importbus.toml").write_text(
        "[imports.nightly]\n"
        'sources = ["z.jsonl", "a/*.csv", "a/b.csv", "-", "erp"]\nmapping = "m.toml"\n'
    )
    found = load_config(Path("etc/importbus.toml"), {}).definitions["nightly"]

    assert found.files(["erp"]) == ("etc/z.jsonl", "etc/a/a.csv", "etc/a/b.csv", "-", "erp")
    assert found.options.mapping == "etc/m.toml"


def test_a_file_whose_name_looks_like_a_pattern_is_that_file() -> None:
    """It can be named."""
    Path("a[1].csv").touch()
    Path("a1.csv").touch()

    assert defined('imports.x.sources = ["a[1].csv"]').files() == ("a[1].csv",)


def test_a_pattern_without_files_is_a_mistake() -> None:
    """An import of nothing would look like a night without news."""
    with pytest.raises(ConfigurationError, match=r"^imports\.x: there is no file a/\*\.csv\.$"):
        defined('imports.x.sources = ["a/*.csv"]').files()
