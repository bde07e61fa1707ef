"""Reads the source files of the project as syntax trees, for the tests of its architecture."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).parents[2]
"""The top folder of the project."""

PACKAGES = ("bus", "handlers", "adapters")
"""The source folders; ``bus`` is installed as ``importbus.bus``, and so on."""

_DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@frozen
class Import:
    """One imported name: ``target`` is dotted and absolute."""

    target: str
    line: int
    in_function: bool


@frozen
class SourceFile:
    """One Python file; ``path`` is relative to the project, with forward slashes."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """The file as a syntax tree."""
        return ast.parse(self.text, self.path)

    @property
    def is_package(self) -> bool:
        """Whether this file is the door of a package."""
        return self.path.endswith("__init__.py")

    @property
    def name(self) -> str:
        """The dotted name under which the file is imported once installed."""
        parts = self.path.removesuffix(".py").removesuffix("/__init__").split("/")
        return ".".join(["importbus", *parts] if parts[0] in PACKAGES else parts)

    def imports(self) -> list[Import]:
        """Every import of the file, also in functions and under ``TYPE_CHECKING``."""
        return list(_imports(self.tree, self.name if self.is_package else _parent(self.name)))

    def functions(self) -> Iterator[Function]:
        """Every function and method, the nested ones included."""
        return (node for node in ast.walk(self.tree) if isinstance(node, _FUNCTIONS))

    def code_lines(self) -> set[int]:
        """The numbers of lines that hold code: no comment, docstring or blank line."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        code = {
            line
            for token in tokens
            if token.type not in _NO_CODE
            for line in range(token.start[0], token.end[0] + 1)
        }
        return code - _docstring_lines(self.tree)


def source_files(*folders: str) -> list[SourceFile]:
    """Return the Python files below *folders* of the project, sorted by path."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return [
        SourceFile(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in paths
    ]


def public_definitions(file: SourceFile) -> Iterator[tuple[str, ast.AST]]:
    """Yield the qualified name and node of what users of a module may see.

    Left out: names that begin with an underscore and what stands in them,
    functions inside functions, overloads, and methods that override a
    documented one (``typing.override``).
    """
    yield from _public(file.tree, "")


def _public(parent: ast.AST, prefix: str) -> Iterator[tuple[str, ast.AST]]:
    for node in ast.iter_child_nodes(parent):
        if not isinstance(node, _DEFINITIONS):
            if isinstance(node, ast.If | ast.Try):
                yield from _public(node, prefix)
        elif not node.name.startswith("_") and not _documented_elsewhere(node):
            yield f"{prefix}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from _public(node, f"{prefix}{node.name}.")


def _documented_elsewhere(node: ast.ClassDef | Function) -> bool:
    decorators = {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}
    return bool(decorators & {"overload", "override", "setter", "deleter"})


def _imports(parent: ast.AST, package: str, *, in_function: bool = False) -> Iterator[Import]:
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno, in_function) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            targets = (f"{base}.{alias.name}" for alias in node.names)
            yield from (Import(target, node.lineno, in_function) for target in targets)
        else:
            inside = in_function or isinstance(node, _FUNCTIONS)
            yield from _imports(node, package, in_function=inside)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    above = package.split(".")
    base = above[: len(above) - node.level + 1] if node.level else []
    return ".".join([*base, node.module] if node.module else base)


def _parent(name: str) -> str:
    return name.rpartition(".")[0]


def _docstring_lines(tree: ast.Module) -> set[int]:
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, (ast.Module, *_DEFINITIONS))]
    texts = [node for body in bodies for node in body if _is_text(node)]
    return {
        line for node in texts for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
