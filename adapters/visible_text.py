"""Text of others as people see it: nothing in it is hidden, and nothing in it acts."""

from __future__ import annotations

import re

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff]"
)
"""What is not seen or turns other text around: controls, zero widths, marks of direction; and
halves of characters, which no file can hold. Spaces and joiners are part of ordinary text.

Source: unicode.org/reports/tr36, section 2.6 (bidirectional text spoofing).
"""


def visible(text: str) -> str:
    """Return *text* with what cannot be seen as escapes, as JSON has them."""
    return UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def visible_line(text: str) -> str:
    """Return *text* as ``visible`` does, in one line."""
    return visible(text).replace("\n", "\\n")
