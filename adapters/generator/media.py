"""Small real files, made byte by byte, and the commands that upload them.

A tenth of the products have a picture, each root model has one, and some products a document. The
files are few and used again and again, as in shops that show one picture for many sizes.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterator
from typing import Final

from importbus.adapters.generator.plan import Plan
from importbus.adapters.generator.structure import Data

FOLDER: Final = "media"
"""Where the files stand, beside the catalogue."""

PICTURES: Final = 32
"""Different pictures, half of them PNG and half JPEG."""

DOCUMENTS: Final = 8
"""Different documents, all of them PDF."""

PICTURED = 10
"""One product in so many has a picture."""

DOCUMENTED = 50
"""One simple product in so many has a document."""

SIDE: Final = 48
"""Pixels of a picture, both ways."""

JPEG: Final = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAx"
    "NDQ0Hyc5PTgyPC4zNDL/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEA"
    "AD8AVN//2Q=="
)
"""A white pixel; a comment in it makes a picture of its own."""


def product_pictures(plan: Plan) -> Iterator[Data]:
    """Yield an upload for each tenth product."""
    for position in range(0, plan.products, PICTURED):
        yield {
            "identifier": plan.identifier(position),
            "attribute": "packshot",
            "scope": None,
            "locale": None,
            "file": picture(position // PICTURED),
        }


def product_documents(plan: Plan) -> Iterator[Data]:
    """Yield an upload for each fiftieth simple product."""
    for position in range(0, plan.simple, DOCUMENTED):
        yield {
            "identifier": plan.identifier(position),
            "attribute": "manual",
            "scope": None,
            "locale": None,
            "file": document(position // DOCUMENTED),
        }


def model_pictures(plan: Plan) -> Iterator[Data]:
    """Yield an upload for each root model."""
    for number, model in enumerate(plan.roots()):
        yield {
            "code": model.code,
            "attribute": "lifestyle",
            "scope": None,
            "locale": None,
            "file": picture(number),
        }


def picture(number: int) -> str:
    """Return the path of a picture beside the catalogue; after ``PICTURES`` they repeat."""
    one = number % PICTURES
    return f"{FOLDER}/picture-{one:02d}.{'jpg' if one % 2 else 'png'}"


def document(number: int) -> str:
    """Return the path of a document beside the catalogue; after ``DOCUMENTS`` they repeat."""
    return f"{FOLDER}/manual-{number % DOCUMENTS:02d}.pdf"


def files() -> Iterator[tuple[str, bytes]]:
    """Yield the path and the content of every file."""
    for number in range(PICTURES):
        yield picture(number), jpeg(number) if number % 2 else png(number)
    for number in range(DOCUMENTS):
        yield document(number), pdf(f"Manual {number}")


def png(number: int) -> bytes:
    """Return a square of one colour as PNG. Source of the format: w3.org/TR/png."""
    color = bytes((number * 37 % 256, number * 91 % 256, number * 53 % 256))
    rows = (b"\0" + color * SIDE) * SIDE
    header = struct.pack(">2I5B", SIDE, SIDE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def jpeg(number: int) -> bytes:
    """Return a pixel as JPEG, with a comment that no other has. Source: ITU-T T.81, B.2.4.5."""
    text = f"picture {number}".encode()
    comment = b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text
    return JPEG[:2] + comment + JPEG[2:]


def pdf(title: str) -> bytes:
    """Return a page that says *title* as PDF. Source of the format: ISO 32000-1."""
    text = f"BT /F 24 Tf 72 720 Td ({title}) Tj ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F 5 0 R >> >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body, offsets = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return f"{body}{end}startxref\n{len(body)}\n%%EOF\n".encode("ascii")
