"""Under which names the project is imported, and which names it shows."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path
from typing import TypeGuard

import pytest

from source_tree import PACKAGES, ROOT, SourceFile, public_definitions, source_files

FOLDERS = (*PACKAGES, "tests", "examples", "benchmarks")
IMPORT = re.compile(r"^\s*(?:>>> )?(?:from|import)\s+(?:bus|handlers|adapters)\b(?!\s*=)", re.M)
TEXT = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]

DOORS = ("importbus.bus", "importbus.bus.middleware", "importbus.handlers.akeneo")
"""Packages whose ``__all__`` says what is public."""

LATE = "importbus.bus.later.later"
"""With it a door opens for names whose modules are loaded late; it is none of these."""


def test_code_imports_the_installed_names_only() -> None:
    """`import bus` would load every class a second time, under a second name."""
    wrong = [
        f"{file.path}:{imported.line}"
        for file in source_files(*FOLDERS)
        for imported in file.imports()
        if imported.target.partition(".")[0] in PACKAGES
    ]

    assert wrong == []


@pytest.mark.parametrize("path", TEXT, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_docs_import_the_installed_names_only(path: Path) -> None:
    """What a reader copies from the docs works where importbus is installed."""
    wrong = IMPORT.findall(path.read_text(encoding="utf-8"))

    assert wrong == []


@pytest.mark.parametrize("door", DOORS)
def test_exported_names_are_sorted(door: str) -> None:
    """Constants, then classes, then functions, each in the order of the alphabet."""
    names = import_module(door).__all__

    assert list(names) == sorted(names, key=lambda name: (kind(name), name))


def kind(name: str) -> int:
    """Return 0 for a constant, 1 for a class, 2 for all else."""
    return 0 if name.isupper() else 1 if name[0].isupper() else 2


@pytest.mark.parametrize("door", DOORS)
def test_exported_names_are_all_that_is_public(door: str) -> None:
    """A name that a package shows without saying so would be used without notice."""
    module = import_module(door)

    assert shown_by(door) == set(module.__all__)
    assert all(hasattr(module, name) for name in module.__all__)


def shown_by(door: str) -> set[str]:
    """Return the names that a package imports from our modules or defines itself."""
    file = next(file for file in source_files(*PACKAGES) if file.name == door)
    targets = {imported.target for imported in file.imports()} - {LATE}
    imported = {target.rpartition(".")[2] for target in targets if target.startswith("importbus.")}
    return {name for name in imported | defined_in(file) if not name.startswith("_")}


def defined_in(file: SourceFile) -> set[str]:
    """Return the names of classes, functions and constants at the top level of *file*."""
    named = {name for name, _ in public_definitions(file) if "." not in name}
    stored = (node for statement in file.tree.body for node in ast.walk(statement))
    constants = {node.id for node in stored if is_constant(node)}
    return named | constants


def is_constant(node: ast.AST) -> TypeGuard[ast.Name]:
    """Tell whether *node* gives a value to a name written as a constant."""
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id.isupper()
