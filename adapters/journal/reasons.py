"""Reasons of failure as JSON, and the group that they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterable

import orjson
from attrs import asdict

from importbus.bus.outcomes import ServerError

SPECIFIC = re.compile(
    r"\"[^\"]*\"|“[^”]*”|(?<!\w)'[^']*'(?!\w)|\[[^\]]*\]|(?<![\w-])[\w-]*\d(?:[.,:+-]*\w)*"
)
"""What differs between two refusals for one reason: quoted text, lists, words with a digit."""

NO_REASON = ServerError("no reason given")


def encode_errors(errors: Iterable[ServerError]) -> str:
    """Return *errors* as a JSON list of objects without empty members; never an empty list."""
    kept = [asdict(error, filter=lambda _, value: value is not None) for error in errors]
    return orjson.dumps(kept or [{"message": NO_REASON.message}]).decode()


def decode_errors(text: str) -> tuple[ServerError, ...]:
    """Return the errors that ``encode_errors`` wrote."""
    return tuple(ServerError(**error) for error in orjson.loads(text))


def reason_of(errors: Iterable[ServerError]) -> str:
    """Return the first message with all that is specific to one command replaced by ``*``."""
    return SPECIFIC.sub("*", next(iter(errors), NO_REASON).message)
