"""Table attributes.

Source: akeneo/pim-api-docs, content/concepts/catalog-structure.md (table attribute configuration)
and content/concepts/products.md (table attribute), and attributes in the reference.
"""

from __future__ import annotations

from typing import Any

import pytest

from raw_attributes import COLUMNS, attribute
from raw_http import Body, RawClient, value
from raw_libraries import ENTITY

TABLE = "pim_catalog_table"
PART, SHARE = COLUMNS
MORE: list[Body] = [
    *COLUMNS,
    {"code": "note", "data_type": "text", "validations": {"max_length": 5}},
    {"code": "whole", "data_type": "number", "validations": {"decimals_allowed": False}},
    {"code": "safe", "data_type": "boolean"},
    {"code": "maker", "data_type": "reference_entity", "reference_entity_identifier": "brand"},
    {"code": "day", "data_type": "date"},
    {"code": "kind", "data_type": "select", "options": [{"code": "spare"}]},
]


@pytest.fixture
def parts(brands: RawClient) -> RawClient:
    """The client; a product may have a table `parts` with columns of many types."""
    brands.put_array(f"{ENTITY}/records", {"code": "Acme"})
    brands.put("/attributes", attribute(TABLE, code="parts", table_configuration=MORE))
    return brands


def test_columns_read_back_with_their_defaults(parts: RawClient) -> None:
    """The first one is always required."""
    first, second, *_ = parts.item("/attributes/parts")["table_configuration"]

    assert first == {
        "code": "part",
        "data_type": "select",
        "labels": {},
        "validations": {},
        "is_required_for_completeness": True,
        "options": [{"code": "Lid", "labels": {}}, {"code": "body", "labels": {}}],
    }
    assert (second["is_required_for_completeness"], "options" in second) == (False, False)


WRONG: list[tuple[Any, int]] = [
    ([PART], 422),
    ([PART, *({"code": f"c{n}", "data_type": "text"} for n in range(9))], 201),
    ([PART, *({"code": f"c{n}", "data_type": "text"} for n in range(10))], 422),
    ([SHARE, PART], 422),
    ([PART, {**SHARE, "code": "PART"}], 422),
    ([PART, {**SHARE, "code": "a-b"}], 422),
    ([PART, {**SHARE, "code": "x" * 101}], 422),
    ([PART, {**SHARE, "data_type": "unicorn"}], 422),
    ([PART, {**SHARE, "options": [{"code": "a"}]}], 422),
    ([PART, {**SHARE, "reference_entity_identifier": "brand"}], 422),
    ([PART, {"code": "maker", "data_type": "reference_entity"}], 422),
    (
        [
            PART,
            {"code": "m", "data_type": "reference_entity", "reference_entity_identifier": "nope"},
        ],
        422,
    ),
]


@pytest.mark.parametrize(("columns", "status"), WRONG)
def test_a_table_has_rules(brands: RawClient, columns: Any, status: int) -> None:
    """2 to 10 columns with codes of their own, the first one a select."""
    reply = brands.post("/attributes", **attribute(TABLE, table_configuration=columns))

    assert reply.status == status
    if status == 422:
        assert all(blamed.startswith("tableConfiguration") for blamed in reply.blamed)


@pytest.mark.parametrize(
    "second",
    [
        "text",
        {"code": "a"},
        {"data_type": "text"},
        {**SHARE, "unicorn": 1},
        {**SHARE, "labels": "x"},
        {**SHARE, "validations": "x"},
        {**SHARE, "is_required_for_completeness": 1},
        {**SHARE, "data_type": "select", "options": {}},
        {**SHARE, "data_type": "select", "options": [{"labels": {}}]},
    ],
)
def test_a_column_has_a_shape(raw: RawClient, second: Any) -> None:
    """The refusal is of the documented kind."""
    said = attribute(TABLE, table_configuration=[PART, second])
    reply = raw.post("/attributes", **said)

    assert (reply.status, "_links" in reply.json) == (422, True)


def test_what_a_column_is_cannot_be_changed(parts: RawClient) -> None:
    """Nor which one is the first; columns may come and go, and options stay if not named."""

    def told(*columns: Body) -> int:
        return parts.patch("/attributes/parts", table_configuration=list(columns)).status

    first = {"code": "part", "data_type": "select"}
    other = {"code": "else", "data_type": "select"}
    statuses = [
        told(first, {**SHARE, "data_type": "text"}),
        told(other, first),
        told(first, {"code": "new", "data_type": "text"}),
    ]

    assert statuses == [422, 422, 204]
    assert len(parts.item("/attributes/parts")["table_configuration"][0]["options"]) == 2


def test_a_pim_has_fifty_tables(raw: RawClient) -> None:
    """One more is refused."""
    tables = [attribute(TABLE, code=f"t{n}") for n in range(51)]
    raw.put("/attributes", *tables[:50])

    assert raw.post("/attributes", **tables[50]).blamed == ["type"]


def test_rows_read_back(parts: RawClient) -> None:
    """Options and records in their spelling, numbers as text, without empty cells."""
    row = {"PART": "lid", "share": 28.5, "note": "fine", "whole": "3", "safe": False}
    sent = [{**row, "maker": "ACME", "day": "2023-01-01"}, {"part": "body", "note": ""}]
    reply = parts.patch("/products/p", values={"parts": value(sent)})

    assert reply.status == 201, reply.text
    assert parts.item("/products/p")["values"]["parts"][0]["data"] == [
        {
            "day": "2023-01-01",
            "maker": "Acme",
            "note": "fine",
            "part": "Lid",
            "safe": False,
            "share": "28.5",
            "whole": "3",
        },
        {"part": "body"},
    ]


BROKEN = [
    [{"part": "nope"}],
    [{"part": 1}],
    [{"share": "5"}],
    [{"part": "lid"}, {"part": "LID"}],
    [{"part": "lid", "unicorn": 1}],
    [{"part": "lid", "share": "many"}],
    [{"part": "lid", "share": "-1"}],
    [{"part": "lid", "share": 101}],
    [{"part": "lid", "note": "longer"}],
    [{"part": "lid", "note": 1}],
    [{"part": "lid", "whole": "1.5"}],
    [{"part": "lid", "safe": "yes"}],
    [{"part": "lid", "maker": "nobody"}],
    [{"part": "lid", "kind": "unicorn"}],
    [{"part": "lid", "kind": 1}],
]


@pytest.mark.parametrize("rows", BROKEN)
def test_cells_follow_their_columns(parts: RawClient, rows: Any) -> None:
    """Each row has a first cell of its own; otherwise the value breaks a rule."""
    reply = parts.patch("/products/p", values={"parts": value(rows)})

    assert reply.status == 422
    assert [error["attribute"] for error in reply.json["errors"]] == ["parts"]


@pytest.mark.parametrize("rows", ["row", ["row"], [{"part": "lid"}, "row"], {"part": "lid"}])
def test_a_table_is_a_list_of_rows(parts: RawClient, rows: Any) -> None:
    """The refusal is of the documented kind."""
    reply = parts.patch("/products/p", values={"parts": value(rows)})

    assert (reply.status, "_links" in reply.json) == (422, True)


def test_a_table_has_a_hundred_rows(raw: RawClient) -> None:
    """The limit includes its end."""
    options = [{"code": f"o{n}"} for n in range(101)]
    columns = [{**PART, "options": options}, SHARE]
    raw.put("/attributes", attribute(TABLE, code="parts", table_configuration=columns))
    statuses = [
        raw.patch("/products/p", values={"parts": value([{"part": f"o{n}"} for n in range(size)])})
        for size in (101, 100)
    ]

    assert [reply.status for reply in statuses] == [422, 201]


def test_a_product_has_eight_thousand_cells_of_tables(raw: RawClient) -> None:
    """All its tables together."""
    options = [{"code": f"o{n}"} for n in range(100)]
    texts = [{"code": f"c{n}", "data_type": "text"} for n in range(9)]
    columns = [{**PART, "options": options}, *texts]
    tables = [attribute(TABLE, code=f"t{n}", table_configuration=columns) for n in range(9)]
    raw.put("/attributes", *tables)
    rows = [{"part": f"o{n}", **{f"c{m}": "x" for m in range(9)}} for n in range(100)]
    full = raw.patch("/products/p", values={f"t{n}": value(rows) for n in range(8)})
    more = raw.patch("/products/p", values={"t8": value([{"part": "o1"}])})

    assert (full.status, more.status, more.blamed) == (201, 422, ["values"])
