"""The documentation names tests as proof: they are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dying_import import POINTS
from source_tree import ROOT, source_files

pytestmark = pytest.mark.docs

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMED = re.compile(r"`(test_\w+)(?:\[([^\]`]*)\])?`")
FILE = re.compile(r"`(tests/[\w/]+\.py)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_test_that_a_page_names_is_there(page: Path) -> None:
    """A promise whose test was renamed or removed is noticed."""
    text = page.read_text(encoding="utf-8")
    known = {function.name for file in source_files("tests") for function in file.functions()}
    missing = {name for name, _ in NAMED.findall(text)} - known

    assert missing == set()
    assert [file for file in FILE.findall(text) if not (ROOT / file).exists()] == []


def test_every_point_of_death_has_its_row() -> None:
    """Where an import is killed by a test, the page says what makes it right."""
    text = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    rows = {point for _, point in NAMED.findall(text) if point}

    assert rows | {"decided, not told"} == set(POINTS)
