"""The third state of a field: absent, as opposed to null and to a value."""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal


class Unset(Enum):
    """The type of ``UNSET``, for annotations such as ``str | None | Unset``."""

    UNSET = "unset"

    def __bool__(self) -> Literal[False]:
        """Be false, like None."""
        return False

    def __repr__(self) -> str:
        """Read as ``UNSET``."""
        return "UNSET"


UNSET: Final = Unset.UNSET
"""A field that a command leaves untouched; serialisation omits it."""
