"""The tables of `docs/answers.md` about arrays and items alone, against a PIM that answers so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from answer_rows import Row
from import_desk import ImportDesk, open_desk
from importbus.bus import ImportFailed
from importbus.handlers.akeneo import (
    CreateOrUpdateReferenceEntity,
    CreateOrUpdateReferenceEntityAttribute,
    CreateOrUpdateReferenceEntityAttributeOption,
    CreateOrUpdateReferenceEntityRecord,
)
from library_rows import ALONE, ARRAYS

pytestmark = pytest.mark.integration


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImportDesk]:
    """A PIM with a reference entity, and a bus with one lane that leads to it."""
    with open_desk(tmp_path_factory.mktemp("desk"), lanes=1, quiet=0.2) as desk:
        style = CreateOrUpdateReferenceEntityAttribute(
            reference_entity="brand", code="style", type="single_option"
        )
        desk.run(CreateOrUpdateReferenceEntity(code="brand"), None, style)
        yield desk


def calls(desk: ImportDesk, path: str) -> int:
    """Return how many calls the PIM got for *path*."""
    requests: list[dict[str, Any]] = desk.pim.trace()["requests"]
    return sum(r["method"] == "PATCH" and path in r["path"] for r in requests)


@pytest.mark.parametrize("row", ARRAYS, ids=lambda row: row.answer)
def test_an_answer_to_an_array_has_the_outcome_that_the_page_says(
    desk: ImportDesk, row: Row
) -> None:
    """And takes the calls that it says, no more."""
    desk.pim.set_faults(row.faults)
    run = desk.run(
        *(
            CreateOrUpdateReferenceEntityRecord(reference_entity="brand", code=code)
            for code in ("mug", "cup")
        )
    )

    assert (dict(run.report.outcomes), calls(desk, "/records")) == (row.ends, row.calls)


@pytest.mark.parametrize("row", ALONE, ids=lambda row: row.answer)
def test_an_answer_to_an_item_alone_has_the_outcome_that_the_page_says(
    desk: ImportDesk, row: Row
) -> None:
    """And takes the calls that it says, no more."""
    desk.pim.set_faults(row.faults)
    options = [
        CreateOrUpdateReferenceEntityAttributeOption(
            reference_entity="brand", attribute="style", code=code
        )
        for code in ("mug", "cup")
    ]
    if isinstance(row.ends, str):
        with pytest.raises(ImportFailed, match=row.ends):
            desk.run(*options)
    else:
        outcomes = dict(desk.run(*options).report.outcomes)

        assert (outcomes, calls(desk, "/options/")) == (row.ends, row.calls)
