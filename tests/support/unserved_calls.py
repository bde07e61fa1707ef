"""What is documented of the API and not served by the simulated PIM, and why."""

from __future__ import annotations

import re

from api_inventory import Operation, operations
from raw_http import API

NOT_SERVED = {
    r".*/proposal|.*/draft": "there are no drafts",
    r"/api/rest/v1/published-products.*": "deprecated, and nothing can be imported into them",
    r"/api/rest/v1/jobs/.*": "SaaS only; there are no jobs",
    r"/api/rest/v1/category-media-files.*": "SaaS only; categories have no values",
    r"/api/rest/v1/assets.*|/api/rest/v1/asset-(categories|tags).*": "the assets of version 3 and "
    "older, which asset families replaced",
    r"DELETE /api/rest/v1/families/\{code\}": "SaaS only",
    r"POST /api/rest/v1/products-uuid/search": "SaaS only; a GET with `search` does the same",
}
"""What is documented and not served, and why."""

NEVER = {
    403: "there are no permissions",
    429: "it is a matter of how fast calls come, which the limits are about",
}
"""Documented statuses that no call by itself can get here, and why."""

ELSEWHERE = {
    ("PATCH", "/api/rest/v1/products-uuid", 422): "each line says it by itself",
    ("PATCH", "/api/rest/v1/measurement-families", 413): "no source has a limit on one call",
}
"""Documented statuses of one call that it does not answer with, and why."""


def reason(operation: Operation) -> str | None:
    """Return why a call is not served; None for one that is."""
    names = (operation.path, f"{operation.method} {operation.path}")
    found = (why for rule, why in NOT_SERVED.items() for name in names if re.fullmatch(rule, name))
    return next(found, None)


SERVED = [each for each in operations() if reason(each) is None]
REFUSED = [each for each in operations() if reason(each) is not None]


def named(operation: Operation) -> str:
    """Return the name of a call."""
    return f"{operation.method} {operation.path.removeprefix(API)}"


def table() -> str:
    """Return the calls that are not served, and the statuses that are not answered, as tables."""
    rows = ["| documented call | why it is not served |", "|---|---|"]
    rows += [f"| `{named(each)}` | {reason(each)} |" for each in REFUSED]
    rows += ["", "| documented status | why it is not answered |", "|---|---|"]
    rows += [f"| {status}, everywhere | {why} |" for status, why in NEVER.items()]
    rows += [
        f"| {status}, `{method} {path.removeprefix(API)}` | {why} |"
        for (method, path, status), why in ELSEWHERE.items()
    ]
    return "\n".join(rows) + "\n"
