"""Shape checks of properties: each takes a name and data, and returns what to store."""

from __future__ import annotations

import re
from typing import Any

from importbus.adapters.simulated_pim.model.refusals import documented, expects, type_name
from importbus.adapters.simulated_pim.model.store import Body


def text(name: str, data: Any) -> str | None:
    """Accept text and null; numbers become text."""
    if data is None or isinstance(data, str):
        return data or None
    if isinstance(data, (dict, list, bool)):
        raise documented(f'Property "{name}" expects a string as data, "{type_name(data)}" given.')
    return str(data)


def boolean(name: str, data: Any) -> bool:
    """Accept true and false."""
    if not isinstance(data, bool):
        raise expects(name, "a boolean", data)
    return data


def boolean_or_null(name: str, data: Any) -> bool | None:
    """Accept true, false and null."""
    return None if data is None else boolean(name, data)


def integer(name: str, data: Any) -> int:
    """Accept an integer, also as text."""
    if isinstance(data, int) and not isinstance(data, bool):
        return data
    if isinstance(data, str) and re.fullmatch(r"-?\d{1,15}", data):
        return int(data)
    raise expects(name, "an integer", data)


def integer_or_null(name: str, data: Any) -> int | None:
    """Accept an integer or null."""
    return None if data is None else integer(name, data)


def strings(name: str, data: Any) -> list[str]:
    """Accept a list of text; it is stored sorted, each entry once."""
    return sorted(set(in_order(name, data)))


def in_order(name: str, data: Any) -> list[str]:
    """Accept a list of text and keep its order."""
    if not isinstance(data, list):
        raise expects(name, "an array", data)
    if not all(isinstance(entry, str) for entry in data):
        raise documented(
            f'Property "{name}" expects an array with valid data, one of the "{name}" values is '
            "not a scalar."
        )
    return data


def mapping(name: str, data: Any) -> Body:
    """Accept an object; the empty list is one, too, as in PHP."""
    if data == [] and isinstance(data, list):
        return {}
    if not isinstance(data, dict):
        raise expects(name, "an array", data)
    return data


def labels(name: str, data: Any) -> dict[str, str | None]:
    """Accept labels by locale; null and "" remove one."""
    found = mapping(name, data)
    if any(isinstance(label, (dict, list)) for label in found.values()):
        raise documented(
            f'Property "{name}" expects an array with valid data, one of the "{name}" values is '
            "not a scalar."
        )
    return {key: None if label is None else str(label) for key, label in found.items()}
