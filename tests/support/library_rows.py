"""What the PIM answers to arrays and to items alone: rows of `docs/answers.md` that a test tries.

Arrays are tried with two records of one reference entity, `mug` and `cup`, in one call; items alone
with two options of an attribute of it, or two reference entities.
"""

from __future__ import annotations

from collections.abc import Sequence

from answer_rows import BOTH, Faults, Row

_RECORDS = {"method": "PATCH", "path": "/records$"}
_CUP = {**_RECORDS, "body_contains": '"cup"'}
_ALONE = {"method": "PATCH", "path": "/cup$"}


def _item(status: int, **settings: object) -> Faults:
    fault = {"kind": "line_status", "contains": '"mug"', "status": status, **settings}
    return [{"match": _RECORDS, "times": 1, "fault": fault}]


ARRAYS: Sequence[Row] = (
    Row("200 with an array", "each item is an answer, found by its place", "by item", (), BOTH, 1),
    Row(
        "an item that names another code, or is missing",
        "it is no answer to what stands at its place: waits `quiet`, sends that again",
        "that of the next answer: `updated` in place of `created` if it had been written",
        _item(500, missing=True),
        {"created": 1, "updated": 1},
        2,
    ),
    Row(
        "an item with a status",
        "as to a line",
        "as to a line",
        _item(400, message="No."),
        {"created": 1, "failed": 1},
        1,
    ),
    Row(
        "404",
        "the parent in the path is missing: waits for it",
        "parked; that of a later answer, or failed",
        [{"match": _RECORDS, "fault": {"kind": "status", "status": 404}}],
        {"failed": 2},
        2,
    ),
    Row(
        "400, 413, 422 to several items",
        "halves the call until the item to blame is alone",
        "failed for that one",
        [{"match": _CUP, "fault": {"kind": "status", "status": 400}}],
        {"created": 1, "failed": 1},
        3,
    ),
)
"""Answers to a call with a JSON array."""


def _alone(kind: str, times: int | None = None, **settings: object) -> Faults:
    rule: dict[str, object] = {"match": _ALONE, "fault": {"kind": kind, **settings}}
    return [rule | ({"times": times} if times else {})]


ALONE: Sequence[Row] = (
    Row("201", "", "created", (), BOTH, 2),
    Row(
        "404 where the path names a parent",
        "the parent is missing: waits for it",
        "parked; that of a later answer, or failed",
        _alone("status", status=404),
        {"created": 1, "failed": 1},
        3,
    ),
    Row(
        "405, 415, other 404",
        "this PIM has no such call, or its edition has not: the import stops, exit 3",
        "open; `--resume` continues",
        _alone("status", status=405),
        "edition lacks it",
    ),
    Row(
        "403 when none of its class was written before",
        "the user lacks the right: the import stops, exit 3",
        "open; `--resume` continues",
        [
            {
                "match": {"method": "PATCH", "path": "/mug$"},
                "fault": {"kind": "status", "status": 403},
            }
        ],
        "grant the right",
    ),
    Row(
        "422 about nothing that may come, other 4xx, also 403 after an item was written",
        "nothing: the PIM's errors stand in the report",
        "failed",
        _alone("status", status=403),
        {"created": 1, "failed": 1},
        2,
    ),
    Row(
        "2xx with a text",
        "a front end may have said it: waits `quiet`, sends again",
        "that of the next answer",
        _alone("html_200", 1, commit=False),
        BOTH,
        3,
    ),
)
"""Answers to an item that has a call of its own."""
