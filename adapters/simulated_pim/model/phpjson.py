r"""JSON as PHP writes it: no blanks, `/` as `\/`, everything outside ASCII as `\uXXXX`.

Source: akeneo/pim-community-dev, the partial-update-list end-to-end tests.
"""

from __future__ import annotations

import json
from typing import Any

_encode = json.JSONEncoder(separators=(",", ":")).encode
_quote = json.encoder.encode_basestring_ascii


def encode(value: Any) -> str:
    """Return *value* as one line of JSON."""
    return _encode(value).replace("/", "\\/")


def quote(text: str) -> str:
    """Return *text* as a JSON string."""
    return _quote(text).replace("/", "\\/")
