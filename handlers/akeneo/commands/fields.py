"""The types of fields that commands share.

Absent is ``UNSET``, null is ``None``: where null has no meaning for the API it is not in the type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from importbus.bus.unset import Unset

Text = str | None | Unset
Flag = bool | None | Unset
Number = int | None | Unset
Codes = Sequence[str] | None | Unset
Objects = Sequence[Mapping[str, Any]] | None | Unset
Labels = Mapping[str, str | None] | Unset
Lists = Mapping[str, Sequence[str]] | Unset
Values = Mapping[str, Sequence[Mapping[str, Any]]] | Unset
Links = Mapping[str, Mapping[str, Any]] | Unset
Units = Mapping[str, Mapping[str, Any]] | Unset
Settings = Mapping[str, Any] | Unset
