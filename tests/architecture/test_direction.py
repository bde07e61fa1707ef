"""Who may import whom."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter

import pytest

from source_tree import PACKAGES, Import, SourceFile, source_files

MAY_IMPORT = {
    "bus": {"bus"},
    "handlers": {"bus", "handlers"},
    "adapters": {"bus", "adapters"},
}
SEES_ALL = ("adapters/wiring/", "adapters/cli/")
"""The one package that wires, and the command line."""

ONE_LIBRARY_EACH = {
    "bus/middleware/logging.py": {"loguru"},
    "bus/middleware/import_id.py": {"loguru"},
    "bus/middleware/retry.py": {"tenacity"},
}
"""What a module of `bus` imports apart from the standard library and attrs."""

KEPT_IN = {
    "httpx": ("adapters/pim/http.py",),
    "pika": (
        "adapters/transports/rabbitmq/connecting.py",
        "adapters/transports/rabbitmq/driver.py",
        "adapters/transports/rabbitmq/loop.py",
    ),
    "openpyxl": ("adapters/sources/tables/workbook.py", "adapters/sources/tables/xlsx.py"),
    "rich": ("adapters/progress.py", "adapters/cli/"),
    "click": ("adapters/cli/",),
}
"""The only places that may import a library, so that it can be exchanged there."""

IN_FUNCTIONS = {
    ("bus/registry.py", "difflib.get_close_matches"): "for an error only; not worth every start",
    (
        "adapters/wiring/queues.py",
        "importbus.adapters.transports.rabbitmq.fleet.RabbitQueue",
    ): "pika takes a tenth of a second; most starts need no broker",
    (
        "adapters/wiring/running.py",
        "importbus.adapters.wiring.fleet.open_fleet",
    ): "an import without a queue starts sooner",
    (
        "adapters/cli/import_command.py",
        "importbus.adapters.cli.dry_run.against",
    ): "an import that is none only for show starts sooner",
    (
        "adapters/cli/import_command.py",
        "importbus.adapters.cli.dry_run.run_dry",
    ): "likewise",
    (
        "adapters/sources/tables/__init__.py",
        "importbus.adapters.sources.tables.xlsx.open_xlsx",
    ): "openpyxl is an extra; who reads no spreadsheets need not have it",
}
"""Imports inside functions that are right: (file, what is imported) to the reason."""


def ours(imported: Import) -> str | None:
    """Return the package of ours that *imported* belongs to, if any."""
    top, _, rest = imported.target.partition(".")
    return rest.partition(".")[0] if top == "importbus" else None


@pytest.mark.parametrize("package", PACKAGES)
def test_dependencies_point_inwards(package: str) -> None:
    """The bus knows nobody; the others know the bus and themselves."""
    files = [f for f in source_files(package) if not f.path.startswith(SEES_ALL)]

    strangers = [
        f"{file.path}:{imported.line} imports {imported.target}"
        for file in files
        for imported in file.imports()
        if ours(imported) not in MAY_IMPORT[package] | {None}
    ]

    assert strangers == []


def test_only_the_command_line_imports_the_wiring() -> None:
    """Whoever imports the module that sees all would see all, too."""
    files = [f for f in source_files(*PACKAGES) if not f.path.startswith(SEES_ALL)]

    wired = [
        f"{file.path}:{imported.line}"
        for file in files
        for imported in file.imports()
        if f"{imported.target}.".startswith(
            ("importbus.adapters.wiring.", "importbus.adapters.cli.")
        )
    ]

    assert wired == []


def test_the_bus_imports_the_standard_library_and_attrs_only() -> None:
    """Each middleware module adds its one library, and nothing else does."""
    surprises = [
        f"{file.path}:{imported.line} imports {imported.target}"
        for file in source_files("bus")
        for imported in file.imports()
        if library(imported) not in {None, "attr", "attrs"} | ONE_LIBRARY_EACH.get(file.path, set())
    ]

    assert surprises == []


@pytest.mark.parametrize("name", KEPT_IN)
def test_a_library_is_kept_in_its_place(name: str) -> None:
    """A driver that is imported in one place can be exchanged in one place."""
    elsewhere = [
        f"{file.path}:{imported.line}"
        for file in source_files(*PACKAGES)
        for imported in file.imports()
        if library(imported) == name and not file.path.startswith(KEPT_IN[name])
    ]

    assert elsewhere == []


def library(imported: Import) -> str | None:
    """Return the third-party library that *imported* belongs to, if any."""
    top = imported.target.partition(".")[0]
    return None if top in sys.stdlib_module_names or top == "importbus" else top


def test_modules_do_not_import_each_other_in_circles() -> None:
    """There is an order in which the modules can be read, type-only imports included."""
    files = {file.name: file for file in source_files(*PACKAGES)}
    graph = {name: imported_modules(file, files) for name, file in files.items()}

    circle = first_circle(graph)

    assert circle == []


def first_circle(graph: dict[str, set[str]]) -> list[str]:
    """Return the modules of one circle in order, or nothing."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def imported_modules(file: SourceFile, files: dict[str, SourceFile]) -> set[str]:
    """Return the names of those *files* that *file* imports, itself excepted."""
    targets = (imported.target for imported in file.imports())
    modules = {target if target in files else target.rpartition(".")[0] for target in targets}
    return (modules & files.keys()) - {file.name}


def test_no_import_hides_in_a_function() -> None:
    """An import inside a function stands in the list above, with its reason."""
    hidden = {
        (file.path, imported.target)
        for file in source_files(*PACKAGES)
        for imported in file.imports()
        if imported.in_function
    }

    assert hidden == set(IN_FUNCTIONS)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_string_names_a_module_against_the_direction(package: str) -> None:
    """What is imported by its name obeys the same rule as what is imported in words."""
    hidden = [
        f"{file.path}:{node.lineno} names {node.value!r}"
        for file in source_files(package)
        if not file.path.startswith(SEES_ALL)
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Constant) and named_package(node) not in MAY_IMPORT[package] | {""}
    ]

    assert hidden == []


def named_package(node: ast.Constant) -> str:
    """Return the package of ours that the string *node* names as a module; else nothing."""
    text = node.value if isinstance(node.value, str) else ""
    named = re.fullmatch(r"importbus\.(bus|handlers|adapters)(\.\w+)*", text)
    return named[1] if named else ""


def test_importing_the_bus_loads_no_driver() -> None:
    """`import importbus.bus` stays light for those who need nothing else."""
    program = "import sys, importbus.bus; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert "importbus.bus" in done.stdout.split()
    assert not {"httpx", "pika", "rich", "tenacity"} & set(done.stdout.split())
