"""Uploads that break one rule each, and uploads that are fine, for the shop of ``checked_shop``."""

from __future__ import annotations

from typing import Any

from checked_shop import Record, value
from checked_structure import Row, product


def picture(identifier: str, file: str = "mug.png", **more: Any) -> Record:
    """Return an upload for a product."""
    said = {"attribute": "picture", "locale": None, "scope": None, **more}
    return "CreateProductMediaFile", {"identifier": identifier, "file": file, **said}


def picture_of_model(code: str, file: str = "mug.png", **more: Any) -> Record:
    """Return an upload for a product model."""
    said = {"attribute": "picture", "locale": None, "scope": None, **more}
    return "CreateProductModelMediaFile", {"code": code, "file": file, **said}


MEDIA_ROWS = (
    Row("media-file", "file", picture("lid", "missing.png")),
    Row("media-file", "file", picture_of_model("mug", "../outside.png")),
    Row("media-owner", "identifier", picture("nobody")),
    Row("media-owner", "code", picture_of_model("nobody")),
    Row("media-attribute", "attribute", picture("lid", attribute="note")),
    Row("unknown-attribute", "attribute", picture("lid", attribute="nothing")),
    Row("media-limits", "file", picture("lid", "mug.svg")),
    Row("media-limits", "file", picture_of_model("mug", "poster.png")),
    Row(
        "media-level",
        "attribute",
        picture("pictured", "only_0.png"),
        before=(product("pictured", parent="mug", values={"color": value("green")}),),
    ),
    Row("media-level", "attribute", picture_of_model("cup_red", "only_1.png")),
    Row(
        "media-level",
        "attribute",
        picture_of_model("mug", "only_2.png", attribute="manual", locale="en_US"),
    ),
    Row("value-localizable", "locale", picture("lid", locale="en_US")),
    Row("value-localizable", "locale", picture("lid", attribute="manual")),
    Row("value-scopable", "scope", picture("lid", scope="print")),
    Row("unknown-locale", "locale", picture("lid", attribute="manual", locale="xx_XX")),
    Row("value-locale", "locale", picture("lid", attribute="manual", locale="fr_FR")),
)
"""Each breaks one rule of uploads."""

MEDIA_FINE: tuple[Record, ...] = (
    picture("lid", "MUG.PNG"),
    picture("plain"),
    picture("beside_family", "poster.png", attribute="manual", locale="de_DE"),
    picture_of_model("MUG"),
)
"""Uploads that the PIM takes."""
