"""What a file is that has the wrong name: known by its first bytes."""

from __future__ import annotations

import re

HEAD_BYTES = 512
"""How much of a file is looked at."""

ZIP_MAGIC = b"PK\x03\x04"
"""How a zip archive begins, and so an XLSX file. Source: PKWARE APPNOTE.TXT, section 4.3.7."""

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an old .xls file begins, and an encrypted XLSX file. Source: [MS-CFB], section 2.2."""

HTML = re.compile(rb"\s*<(!doctype|html|table|head|body|meta)\b", re.IGNORECASE)

XML = re.compile(rb"\s*<\?xml")

JSONL = re.compile(rb'\s*\{\s*"')

GZIP_MAGIC = b"\x1f\x8b"


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


def _marked_up(head: bytes) -> str | None:
    if HTML.match(head):
        return "is an HTML page, whatever its name says; open it and save it as .xlsx or CSV"
    if XML.match(head):
        return "is an XML file, whatever its name says; open it and save it as .xlsx or CSV"
    if JSONL.match(head):
        return "is JSON, whatever its name says; say --format jsonl"
    return None
