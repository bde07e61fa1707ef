"""What the PIM answers and what importbus does: rows of `docs/answers.md` that a test tries.

Each row is tried with two products in one call, `mug` and `cup`, in a PIM that has neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

Faults = Sequence[Mapping[str, Any]]


@frozen
class Row:
    """An answer, what importbus does about it, and how the commands end.

    Attributes:
        faults: What makes the simulated PIM answer so.
        ends: How many of the two commands end how, or what the error says that stops the import.
        calls: How many calls the PIM gets; None where the import stops.
    """

    answer: str
    does: str
    outcome: str
    faults: Faults
    ends: Mapping[str, int] | str
    calls: int | None = None


def _once(kind: str, **settings: object) -> Faults:
    return [{"match": _PRODUCTS, "times": 1, "fault": {"kind": kind, **settings}}]


def _always(kind: str, **settings: object) -> Faults:
    return [{"match": _PRODUCTS, "fault": {"kind": kind, **settings}}]


_PRODUCTS = {"method": "PATCH", "path": "/products$"}
_CUP = {**_PRODUCTS, "body_contains": '"cup"'}
BOTH = {"created": 2}


CALLS: Sequence[Row] = (
    Row(
        "200 with lines",
        "each line is an answer, found by its number",
        "by line, see below",
        (),
        BOTH,
        1,
    ),
    Row(
        "200 with another content type",
        "nobody knows what was written: waits `quiet`, sends again",
        "that of the next answer",
        _once("html_200", commit=False),
        BOTH,
        2,
    ),
    Row(
        "200 that breaks off",
        "lines that came count; the others are sent again, after `quiet`",
        "that of the next answer",
        _once("truncate", lines=1, commit=False),
        BOTH,
        2,
    ),
    Row(
        "401",
        "refreshes the token once for all lanes, else logs in; repeats the call",
        "that of the next answer",
        _once("expire_tokens", refresh=True),
        BOTH,
        2,
    ),
    Row(
        "403 to several items",
        "halves the call once: some front ends say 403 to a body that is too large",
        "that of the halves",
        [{"match": {**_PRODUCTS, "bytes_over": 60}, "fault": {"kind": "status", "status": 403}}],
        BOTH,
        3,
    ),
    Row(
        "403 again, and to a call without items, too",
        "the user lacks the right: the import stops, exit 3",
        "open; `--resume` continues",
        _always("status", status=403),
        "grant the right",
    ),
    Row(
        "403 or 413 to a single item",
        "the item is too large",
        "failed",
        [{"match": _CUP, "fault": {"kind": "status", "status": 413}}],
        {"created": 1, "failed": 1},
        3,
    ),
    Row(
        "404, 405, 415",
        "this PIM has no such call: the import stops, exit 3",
        "open; `--resume` continues",
        _always("status", status=405),
        "version is too old",
    ),
    Row(
        "408",
        "the PIM did not begin: waits the backoff, or `Retry-After` if that is longer; sends again",
        "that of the next answer",
        _once("status", status=408),
        BOTH,
        2,
    ),
    Row(
        "5xx",
        "the PIM may still be at it: waits the backoff, at least `quiet`; sends again",
        "that of the next answer",
        _once("html", status=502),
        BOTH,
        2,
    ),
    Row(
        "413, 400, 422 and other 4xx to several items",
        "halves the call until the item to blame is alone",
        "failed for that one (or parked, as a line with this status)",
        [{"match": _CUP, "fault": {"kind": "status", "status": 400}}],
        {"created": 1, "failed": 1},
        3,
    ),
    Row(
        "429",
        "all lanes wait `Retry-After` (seconds or a date), else 1, 2, 4 ... 60 s; "
        "no attempt is used up",
        "that of the next answer",
        _once("429", retry_after=1),
        BOTH,
        2,
    ),
    Row(
        "3xx",
        "redirects are not followed: the import stops, exit 3",
        "open; `--resume` continues",
        _always("redirect"),
        "pim.url",
    ),
    Row(
        "none: connection broken, or 120 s of silence",
        "the PIM may still be at it: waits the backoff, at least `quiet`; sends again",
        "that of the next answer: `updated` in place of `created` if it had been written",
        _once("reset_after"),
        {"updated": 2},
        2,
    ),
)
"""Answers to a whole call."""


def _line(status: int, times: int | None = None, **settings: object) -> Faults:
    fault = {"kind": "line_status", "contains": '"cup"', "status": status, **settings}
    rule: dict[str, object] = {"match": _CUP, "fault": fault}
    return [rule | ({"times": times} if times else {})]


LINES: Sequence[Row] = (
    Row("201", "", "created", (), BOTH, 1),
    Row("204, other 2xx", "", "updated", _line(204), {"created": 1, "updated": 1}, 1),
    Row(
        "408, 429, 5xx",
        "waits the backoff, sends the line again; after 5 sends it is a suspect",
        "that of the next answer",
        _line(500, times=1),
        BOTH,
        2,
    ),
    Row(
        "none",
        "waits the backoff, at least `quiet`; sends the line again, as above",
        "that of the next answer",
        _line(500, times=1, missing=True),
        BOTH,
        2,
    ),
    Row(
        "404 or 422 that a row of the next table covers",
        "waits for what is missing, see [parking](#parking)",
        "parked; that of a later answer, or failed",
        _line(422, message='Property "categories" expects a valid category code.'),
        {"created": 1, "failed": 1},
        2,
    ),
    Row(
        "other 4xx",
        "nothing: the PIM's errors stand in the report",
        "failed",
        _line(400, message="No."),
        {"created": 1, "failed": 1},
        1,
    ),
)
"""Answers to one line."""


def _deleting(kind: str, **settings: object) -> Faults:
    match = {"method": "DELETE", "nth": 1}
    return [{"match": match, "fault": {"kind": kind, **settings}}]


DELETES: Sequence[Row] = (
    Row("204", "", "deleted", (), {"deleted": 1}, 1),
    Row(
        "404",
        "there was nothing to delete",
        "failed",
        _deleting("status", status=404),
        {"failed": 1},
        1,
    ),
    Row(
        "404 after a call without an answer",
        "the lost call has deleted it",
        "deleted",
        _deleting("reset_after"),
        {"deleted": 1},
        2,
    ),
    Row(
        "other 4xx, also 403 if an earlier delete was allowed",
        "",
        "failed",
        _deleting("status", status=409),
        {"failed": 1},
        1,
    ),
)
"""Answers to a delete, which is a call of its own."""


_UPLOAD = {"method": "POST", "path": "/media-files$"}


def _uploading(kind: str, *, times: int | None = None, **settings: object) -> Faults:
    rule: dict[str, object] = {"match": _UPLOAD, "fault": {"kind": kind, **settings}}
    return [rule | ({"times": times} if times else {})]


UPLOADS: Sequence[Row] = (
    Row("201", "", "uploaded", (), {"uploaded": 1}, 1),
    Row(
        "404 or 422 that a row of the next table covers",
        "waits for what is missing, see [parking](#parking)",
        "parked; that of a later answer, or failed",
        _uploading(
            "status",
            status=422,
            message='Product "mug" does not exist.',
        ),
        {"failed": 1},
        2,
    ),
    Row(
        "other 4xx",
        "nothing: the PIM's errors stand in the report, with attribute, locale and scope",
        "failed",
        _uploading("status", status=422, message="No."),
        {"failed": 1},
        1,
    ),
    Row(
        "413, or 403 but not to a form without a file",
        "the file is too large for the PIM or what stands before it",
        "failed",
        _uploading("html", status=413),
        {"failed": 1},
        1,
    ),
    Row(
        "403, and to a form without a file, too",
        "the user lacks the right: the import stops, exit 3",
        "open; `--resume` continues",
        _uploading("status", status=403),
        "grant the right",
    ),
    Row(
        "404, 405, 415",
        "this PIM takes no such files: the import stops, exit 3",
        "open; `--resume` continues",
        _uploading("status", status=404),
        "version is too old",
    ),
    Row(
        "5xx",
        "the PIM may still be at it: waits the backoff, at least `quiet`; sends the file again",
        "that of the next answer",
        _uploading("html", status=502, times=1),
        {"uploaded": 1},
        2,
    ),
    Row(
        "none",
        "waits the backoff, at least `quiet`; sends the file again, which changes nothing more",
        "that of the next answer",
        _uploading("reset_after", times=1),
        {"uploaded": 1},
        2,
    ),
)
"""Answers to a file of a product."""


def table(rows: Sequence[Row]) -> str:
    """Return *rows* as the page shows them."""
    cells = [f"| {row.answer} | {row.does} | {row.outcome} |" for row in rows]
    return "\n".join(["", "| answer | importbus | outcome |", "|---|---|---|", *cells, "", ""])
