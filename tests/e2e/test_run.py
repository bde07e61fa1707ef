"""`importbus run` from the outside, and providers by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Shop

DEFINITIONS = """\
[providers]
erp = "erp_of_tests:commands"
[imports.nightly]
sources = ["in/*.csv", "erp"]
as = "categories"
only = ["CreateOrUpdateCategory"]
[imports.files]
sources = ["in/*.csv"]
as = "categories"
skip_unchanged = true
"""

PROVIDER = """\
from importbus.handlers.akeneo import CreateOrUpdateCategory

def commands():
    yield CreateOrUpdateCategory(code="pots", parent="master")
    yield "no command"
    yield CreateOrUpdateCategory(code="pans", parent="master")
    if BROKEN:
        raise RuntimeError("the ERP is closed")
"""


@pytest.fixture
def night(shop: Shop) -> Shop:
    """A shop with an import that is defined, two files and a provider."""
    (shop.folder / "in").mkdir()
    (shop.folder / "importbus.toml").write_text(DEFINITIONS)
    provide(shop.folder, broken=False)
    for number, code in enumerate(("cups", "mugs")):
        shop.write(f"in/{number}.csv", ["code;parent", f"{code};master"])
    return shop


def provide(folder: Path, *, broken: bool) -> None:
    """Write the module of the provider."""
    (folder / "erp_of_tests.py").write_text(PROVIDER + f"\nBROKEN = {broken}\n")


def categories(shop: Shop) -> set[str]:
    """Return the categories of the PIM that the import has brought."""
    return {"cups", "mugs", "pots", "pans"} & set(shop.state["categories"])


def test_a_definition_is_imported(night: Shop) -> None:
    """Its files, and its provider with an item that is no command."""
    said = night.run("run", "nightly", "--import-id", "x")
    report = night.run("report", "x", "--json").document

    assert said.code == 1, said.err
    assert categories(night) == {"cups", "mugs", "pots", "pans"}
    assert (report["read"], report["outcomes"]) == (5, {"created": 4})
    assert [each["position"] for each in report["failures"]] == [{"source": "erp", "line": 2}]


def test_a_second_run_sends_what_is_new(night: Shop) -> None:
    """As the definition says."""
    first, second = (night.run("run", "files") for _ in range(2))

    assert (first.code, second.code) == (0, 0), first.err
    assert "2 created" in first.out
    assert "2 unchanged" in second.out


def test_a_definition_is_tried_first(night: Shop) -> None:
    """A dry run writes nothing."""
    said = night.run("run", "nightly", "--dry-run")

    assert said.code == 1
    assert "erp:2" in said.out + said.err
    assert categories(night) == set()


def test_a_provider_that_fails_loses_nothing_that_came_before(night: Shop) -> None:
    """Exit 2 with the reason; when it is mended, the import goes on."""
    provide(night.folder, broken=True)
    said = night.run("run", "nightly", "--import-id", "x")
    state = night.run("report", "x", "--json").document["state"]
    provide(night.folder, broken=False)
    resumed = night.run("run", "nightly", "--resume", "x")
    report = night.run("report", "x", "--json").document

    assert said.code == 2
    assert "erp failed after 3 items: RuntimeError: the ERP is closed." in said.err
    assert "--resume x" in said.err
    assert "Traceback" not in said.err
    assert state != "finished"
    assert resumed.code == 1, resumed.err
    assert (report["read"], report["outcomes"]) == (5, {"created": 4})
    assert categories(night) == {"cups", "mugs", "pots", "pans"}


def test_definitions_are_listed(night: Shop) -> None:
    """With what they import, and how."""
    said = night.run("run")

    assert said.code == 0
    assert "nightly" in said.out
    assert "in/*.csv, erp" in said.out
    assert "as: categories" in said.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ("run", "nightli"),
            "called 'nightli'; defined: files, nightly. Did you mean nightly?",
        ),
        (("import", "erpp"), "Did you mean the provider erp?"),
        (("run", "nightly", "--resume", "x", "--import-id", "y"), "--resume goes without"),
    ],
)
def test_a_slip_is_told(night: Shop, arguments: tuple[str, ...], says: str) -> None:
    """Exit 2, and nothing is imported."""
    said = night.run(*arguments)

    assert said.code == 2
    assert says in said.err
    assert categories(night) == set()


def test_without_definitions_it_says_how_to_make_one(shop: Shop) -> None:
    """Also when one is named."""
    assert "add [imports.NAME]" in shop.run("run").out
    assert "add [imports.NAME]" in shop.run("run", "nightly").err
