"""Reading answers: bytes of the PIM to one answer an item, whatever the bytes are.

Nothing here raises: what cannot be read is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from attrs import frozen

from importbus.bus.outcomes import ServerError

LONGEST_MESSAGE = 5_000
"""Characters kept of a message: the PIM repeats what it was given, however long."""

PROPERTY = re.compile(r'^Property "([^"]+)"')
"""How a single sentence names its property, where nothing else does."""


@frozen
class ItemAnswer:
    """The answer to one item.

    Attributes:
        errors: The reasons, at least one of a refusal.
        listed: Whether they came as a list of violations; otherwise as one sentence, which the PIM
            gives for wrong shapes and unknown references.
    """

    status: int
    errors: tuple[ServerError, ...]
    listed: bool = False


def read_lines(body: bytes, count: int) -> list[ItemAnswer | None]:
    """Return the answers to *count* lines by their ``line`` number; None where there is none.

    Blank, broken and surplus lines are passed over; of two answers to a line the first counts.
    Source of the shape: akeneo/pim-community-dev, StreamResourceResponse.
    """
    found: list[ItemAnswer | None] = [None] * count
    for raw in body.split(b"\n"):
        answer = _object(raw)
        line = answer.get("line")
        if type(line) is int and 1 <= line <= count and found[line - 1] is None:
            found[line - 1] = _answer(answer)
    return found


def read_array(body: bytes, codes: Sequence[str]) -> list[ItemAnswer | None]:
    """Return the answers to items with *codes*, which the array has in the same order.

    An answer that names another code is none: nobody knows what it is about. Source of the shape:
    akeneo/pim-api-docs, reference entity records and assets.
    """
    answers = _loads(body)
    known = answers if isinstance(answers, list) else []
    found = [_answer_to(code, answer) for code, answer in zip(codes, known, strict=False)]
    return found + [None] * (len(codes) - len(found))


def read_refusal(status: int, body: bytes) -> ItemAnswer:
    """Return the answer to a call that concerned one item; ``code`` in it is the HTTP status."""
    answer = _object(body)
    violations = _violations(answer)
    return ItemAnswer(status, violations or _sentence(answer, status), bool(violations))


def _loads(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None


def _object(raw: bytes) -> Mapping[str, Any]:
    answer = _loads(raw)
    return answer if isinstance(answer, dict) else {}


def _answer_to(code: str, answer: Any) -> ItemAnswer | None:
    """Return the answer to the item *code*; it names no code, or an empty one, of what has none."""
    if not isinstance(answer, dict):
        return None
    named = answer.get("code")
    other = isinstance(named, str) and named and named.casefold() != code.casefold()
    return None if other else _answer(answer)


def _answer(answer: Mapping[str, Any]) -> ItemAnswer | None:
    """Early 7.0 builds say ``code`` for ``status_code``; else ``code`` is the entity's code."""
    status = answer.get("status_code", answer.get("code"))
    if type(status) is not int or not (200 <= status < 300 or 400 <= status < 600):
        return None
    if status < 300:
        return _WRITTEN.get(status) or ItemAnswer(status, ())
    violations = _violations(answer)
    return ItemAnswer(status, violations or _sentence(answer, status), bool(violations))


_WRITTEN = {status: ItemAnswer(status, ()) for status in (201, 204)}
"""The answers to nearly all items, each once."""


def _violations(answer: Mapping[str, Any]) -> tuple[ServerError, ...]:
    errors = answer.get("errors")
    if not isinstance(errors, list):
        return ()
    return tuple(_violation(error) for error in errors if isinstance(error, dict))


def _violation(error: Mapping[str, Any]) -> ServerError:
    def text(name: str) -> str | None:
        value = error.get(name)
        return value[:LONGEST_MESSAGE] if isinstance(value, str) else None

    return ServerError(
        text("message") or "refused without a message",
        text("property"),
        text("attribute"),
        text("locale"),
        text("scope"),
    )


def _sentence(answer: Mapping[str, Any], status: int) -> tuple[ServerError, ...]:
    message = answer.get("message")
    if not isinstance(message, str) or not message:
        return (ServerError(f"HTTP {status} without a message"),)
    named = PROPERTY.match(message)
    return (ServerError(message[:LONGEST_MESSAGE], named[1] if named else None),)
