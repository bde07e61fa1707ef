"""The tables of `docs/answers.md` that name tests: each row has one, in a file that is run."""

from __future__ import annotations

import re

import pytest

from source_tree import ROOT

pytestmark = pytest.mark.docs

HEADER = "| the PIM says | importbus | test |"
ROW = re.compile(r"\|(?:[^|]+\|){2} (?:`test_\w+`(?:, )?)+ \|")


def rows() -> list[str]:
    """Return the rows of all tables about facts of the API."""
    page = (ROOT / "docs" / "answers.md").read_text(encoding="utf-8")
    tables = [part.split("\n\n")[0] for part in page.split(HEADER + "\n")[1:]]
    return [row for table in tables for row in table.splitlines()[1:]]


def test_every_fact_of_the_api_has_its_test() -> None:
    """A fact that nothing tries would be a promise."""
    assert len(rows()) > 30
    assert [row for row in rows() if not ROW.fullmatch(row)] == []
