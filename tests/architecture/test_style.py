"""What reviewers would otherwise have to say again and again."""

from __future__ import annotations

import ast
import re

from source_tree import PACKAGES, Function, SourceFile, public_definitions, source_files

LONGEST_FUNCTION = 40
"""Lines of code, the nested functions included, the docstring not."""

LARGEST_MODULE = 300
"""Lines of code; comments, docstrings and blank lines do not count."""

SENTENCE = re.compile(r"[^\s].*[.!?][)\"'`]*", re.S)
NEXT_SENTENCE = re.compile(r"[.!?][)\"'`]* +[A-Z]")


def test_whatever_is_public_is_explained() -> None:
    """Modules, classes, functions and methods have a docstring."""
    silent = [
        f"{file.path}: {name or 'the module'}"
        for file in source_files(*PACKAGES)
        for name, node in [("", file.tree), *public_definitions(file)]
        if not docstring(node)
    ]

    assert silent == []


def docstring(node: ast.AST) -> str:
    """Return the docstring of *node*; empty if there is none."""
    assert isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    return ast.get_docstring(node) or ""


def test_every_test_says_in_one_sentence_what_is_so() -> None:
    """Read through these sentences, the suite is the specification."""
    wordy = [
        f"{file.path}:{function.lineno} {function.name}"
        for file in source_files("tests")
        for function in functions_that_test(file)
        if not is_one_sentence(docstring(function))
    ]

    assert wordy == []


def functions_that_test(file: SourceFile) -> list[Function]:
    """Return the tests of *file*, methods of test classes included."""
    is_test_file = file.path.rpartition("/")[2].startswith("test_") or "/contract/" in file.path
    return [f for f in file.functions() if is_test_file and f.name.startswith("test_")]


def is_one_sentence(text: str) -> bool:
    """Tell whether *text* is one sentence with its full stop."""
    return SENTENCE.fullmatch(text) is not None and not NEXT_SENTENCE.search(" ".join(text.split()))


def test_functions_are_short() -> None:
    """A function that does not fit on a screen holds more than one idea."""
    long = [
        f"{file.path}:{function.lineno} {function.name} has {length} lines"
        for file in source_files(*PACKAGES, "tests", "benchmarks", "examples")
        for function, length in function_lengths(file)
        if length > LONGEST_FUNCTION
    ]

    assert long == []


def function_lengths(file: SourceFile) -> list[tuple[Function, int]]:
    """Return the functions of *file* and how many lines of code each has."""
    code = file.code_lines()
    spans = [(f, range(f.lineno, (f.end_lineno or f.lineno) + 1)) for f in file.functions()]
    return [(function, len(code.intersection(span))) for function, span in spans]


def test_modules_are_small() -> None:
    """A module is split while it is still easy to split."""
    large = [
        f"{file.path} has {len(file.code_lines())} lines of code"
        for file in source_files(*PACKAGES, "tests", "benchmarks", "examples")
        if len(file.code_lines()) > LARGEST_MODULE
    ]

    assert large == []
