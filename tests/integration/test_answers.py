"""Rows of the tables of `docs/answers.md`, against a PIM that answers so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from answer_rows import CALLS, DELETES, LINES, UPLOADS, Row
from import_desk import ImportDesk, attribute, open_desk
from importbus.bus import ImportFailed
from importbus.handlers.akeneo import CreateOrUpdateProduct, CreateProductMediaFile, DeleteProduct

pytestmark = pytest.mark.integration


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImportDesk]:
    """A PIM, and a bus with one lane that leads to it."""
    with open_desk(tmp_path_factory.mktemp("desk"), lanes=1, quiet=0.2) as desk:
        yield desk


def calls(desk: ImportDesk, method: str, path: str = "/products") -> int:
    """Return how many calls of *method* the PIM got for *path*."""
    requests: list[dict[str, Any]] = desk.pim.trace()["requests"]
    return sum(r["method"] == method and path in r["path"] for r in requests)


@pytest.mark.parametrize("row", [*CALLS, *LINES], ids=lambda row: row.answer)
def test_an_answer_has_the_outcome_that_the_page_says(desk: ImportDesk, row: Row) -> None:
    """And takes the calls that it says, no more."""
    products = [
        CreateOrUpdateProduct(identifier=key, categories=["master"]) for key in ("mug", "cup")
    ]
    desk.pim.set_faults(row.faults)
    if isinstance(row.ends, str):
        with pytest.raises(ImportFailed, match=row.ends):
            desk.run(*products)
    else:
        outcomes = dict(desk.run(*products).report.outcomes)

        assert (outcomes, calls(desk, "PATCH")) == (row.ends, row.calls)


@pytest.mark.parametrize("row", DELETES, ids=lambda row: row.answer)
def test_an_answer_to_a_delete_has_the_outcome_that_the_page_says(
    desk: ImportDesk, row: Row
) -> None:
    """And takes the calls that it says, no more."""
    desk.run(CreateOrUpdateProduct(identifier="mug"))
    desk.pim.set_faults(row.faults)
    outcomes = dict(desk.run(DeleteProduct(identifier="mug")).report.outcomes)

    assert (outcomes, calls(desk, "DELETE")) == (row.ends, row.calls)


@pytest.mark.parametrize("row", UPLOADS, ids=lambda row: row.answer)
def test_an_answer_to_a_file_has_the_outcome_that_the_page_says(desk: ImportDesk, row: Row) -> None:
    """And takes the calls that it says, no more."""
    desk.run(attribute("picture", "image"), None, CreateOrUpdateProduct(identifier="mug"))
    desk.pim.set_faults(row.faults)
    file = desk.keep("mug.png", b"a mug")
    upload = CreateProductMediaFile(identifier="mug", attribute="picture", file=file)
    if isinstance(row.ends, str):
        with pytest.raises(ImportFailed, match=row.ends):
            desk.run(upload)
    else:
        outcomes = dict(desk.run(upload).report.outcomes)

        assert (outcomes, calls(desk, "POST", "/media-files")) == (row.ends, row.calls)
