"""What a file is that has the wrong name: known by its first bytes."""

from __future__ import annotations

import re
from typing import IO

from importbus.adapters.sources.extents import CHUNK
from importbus.adapters.sources.unfolding import GZIP_MAGIC, BrokenInput, archive

HEAD_BYTES = 512
"""How much of a file is looked at."""

ZIP_MAGIC = b"PK\x03\x04"
"""How a zip archive begins, and so an XLSX file. Source: PKWARE APPNOTE.TXT, section 4.3.7."""

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an old .xls file begins, and an encrypted XLSX file. Source: [MS-CFB], section 2.2."""

HTML = re.compile(rb"\s*<(!doctype|html|table|head|body|meta)\b", re.IGNORECASE)

XML = re.compile(rb"\s*<\?xml")

JSONL = re.compile(rb'\s*\{\s*"')

CONTENT_TYPES = "[Content_Types].xml"
"""The member that every XLSX file has. Source: ECMA-376, part 2, section 10.1.2."""

BINARY_WORKBOOK = "xl/workbook.bin"

ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""The stream that holds an encrypted workbook. Source: [MS-OFFCRYPTO], section 1.3.2."""


def foreign(head: bytes) -> str | None:
    """Return what a file is that begins with *head* and what to do; None for text."""
    head = head.removeprefix(b"\xef\xbb\xbf")
    if head.startswith(ZIP_MAGIC):
        return "is an XLSX file or another zip archive; say --format xlsx, or give its name .zip"
    if head.startswith(OLE_MAGIC):
        return "is an old Excel file; save it as .xlsx or CSV"
    if head.startswith(GZIP_MAGIC):
        return "is compressed twice; unpack it"
    return _marked_up(head)


def no_workbook(file: IO[bytes]) -> str | None:
    """Return why the *file* is no XLSX file, what it is and what to do; None when it may be one."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if head.startswith(OLE_MAGIC):
        return _old_or_locked(file)
    if not head.startswith(ZIP_MAGIC):
        reason = foreign(head) or "is no XLSX file; if it is CSV, say --format csv"
        return reason if head else "is empty, and no XLSX file"
    try:
        with archive(file) as opened:
            names = set(opened.namelist())
    except BrokenInput:
        return "is cut off or damaged: the end of the XLSX file is missing"
    if CONTENT_TYPES in names and BINARY_WORKBOOK not in names:
        return None
    others = {BINARY_WORKBOOK: "a binary workbook", "content.xml": "an OpenDocument file"}
    what = next((others[name] for name in others if name in names), "a zip archive")
    return f"is {what} and no XLSX file; save it as .xlsx"


def _old_or_locked(file: IO[bytes]) -> str:
    """Tell an encrypted workbook from an old one: both are of the same kind of container."""
    seen = b""
    file.seek(0)
    while chunk := file.read(CHUNK):
        if ENCRYPTED in seen[-len(ENCRYPTED) :] + chunk:
            return "is protected by a password; save it without one"
        seen = chunk
    return "is an old Excel file (.xls); save it as .xlsx"


def _marked_up(head: bytes) -> str | None:
    if HTML.match(head):
        return "is an HTML page, whatever its name says; open it and save it as .xlsx or CSV"
    if XML.match(head):
        return "is an XML file, whatever its name says; open it and save it as .xlsx or CSV"
    if JSONL.match(head):
        return "is JSON, whatever its name says; say --format jsonl"
    return None
