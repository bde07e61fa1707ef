"""The one door to the bus, and what passing it costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import importbus.bus
from importbus import bus
from importbus.bus import middleware

FOLDER = Path(importbus.bus.__file__).parent


def test_all_is_sorted() -> None:
    """Capitals first, as the linter sorts."""
    constants = [name for name in bus.__all__ if name.isupper()]
    classes = [name for name in bus.__all__ if name[0].isupper() and not name.isupper()]
    functions = [name for name in bus.__all__ if name.islower()]

    assert bus.__all__ == [*sorted(constants), *sorted(classes), *sorted(functions)]


def test_all_is_there() -> None:
    """What loads late is found by its name, too."""
    assert [name for name in bus.__all__ if not hasattr(bus, name)] == []


def test_what_is_not_loaded_yet_is_listed() -> None:
    """An editor completes it all the same."""
    vars(bus).pop("Batch", None)

    assert "Batch" in dir(bus)


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    """The late loading does not change what Python says."""
    with pytest.raises(AttributeError, match=r"module 'importbus\.bus' has no attribute 'Nothing'"):
        bus.Nothing  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("module", ["messages", "errors", "outcomes", "ports", "report", "context"])
def test_every_public_name_of_the_contract_has_the_door(module: str) -> None:
    """Nobody has to reach around it."""
    tree = ast.parse((FOLDER / f"{module}.py").read_text())
    defined = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}

    assert defined <= set(bus.__all__)


def test_middleware_has_a_door_of_its_own() -> None:
    """Its libraries are loaded by who uses it."""
    assert middleware.__all__ == sorted(middleware.__all__)
    assert all(hasattr(middleware, name) for name in middleware.__all__)


def loaded_by(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after *statement*."""
    code = f"import sys; {statement}; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_bus_loads_the_standard_library_and_attrs_alone() -> None:
    """A program that only dispatches does not load an HTTP client."""
    ours = {"importbus", "attr", "attrs"}
    strangers = loaded_by("import importbus.bus") - loaded_by("pass") - ours

    assert strangers - sys.stdlib_module_names == set()


@pytest.mark.parametrize(
    ("module", "library"), [("logging", "loguru"), ("import_id", "loguru"), ("retry", "tenacity")]
)
def test_each_middleware_module_loads_its_one_library(module: str, library: str) -> None:
    """By what its source imports."""
    tree = ast.parse((FOLDER / "middleware" / f"{module}.py").read_text())
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    tops = {name.split(".")[0] for name in imported if name}

    assert tops - sys.stdlib_module_names - {"importbus", "__future__"} == {library}
