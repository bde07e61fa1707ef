"""Uploads of a picture to a simulated PIM, as plain HTTP."""

from __future__ import annotations

from typing import Any

from raw_http import RawClient, Reply

PICTURE = b"\x89PNG a picture of a mug \x00\r\n--a-boundar\r\n--"
KINDS = {
    "/reference-entities-media-files": "Reference-entities-media-file-code",
    "/asset-media-files": "Asset-media-file-code",
}
"""Where files of records and assets go, and the header that names their code."""


def place(identifier: str = "mug", attribute: str = "picture", **more: Any) -> dict[str, Any]:
    """Return what a form says of a product's value."""
    said = {"identifier": identifier, "attribute": attribute, "locale": None, "scope": None}
    return {**said, **more}


def code_of(reply: Reply) -> str:
    """Return the code in the place that an upload named."""
    assert reply.status == 201, reply.text
    return reply.headers["Location"].partition("/media-files/")[2]


def picture_of(raw: RawClient, path: str = "/products/mug") -> Any:
    """Return the data of the picture of an item; None if it has none."""
    found = raw.item(path)["values"].get("picture")
    return found[0]["data"] if found else None
