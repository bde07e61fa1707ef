"""What the PIM's answer to a line means: written, failed, to be sent again, or to be parked.

Source of shapes and texts: akeneo/pim-community-dev (StreamResourceResponse and its end-to-end
tests), akeneo/pim-api-docs (content/rest-api/responses.md). Status, property and structure decide;
words do only where nothing else tells, since they differ between versions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from attrs import frozen

from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import Outcome, OutcomeKind, ServerError
from importbus.handlers.akeneo.resources import data_of, references, value_references

ASSOCIATIONS = ("associations", "quantified_associations")

AGAIN = (408, 429)
"""Statuses of a line that ask to send it again, besides all from 500 on."""

NEVER = re.compile(
    r"cannot be (changed|modified)|expects (an array|a string|a boolean|a scalar|an? object|a list)"
    r"|should not be blank|must not be empty|too long|letters, numbers",
    re.IGNORECASE,
)
"""Words about a reference that nothing in the import can cure."""

MISSING = re.compile(
    r"does not exist|doesn't exist|not exist|not found|unknown|attribute option list|not activated"
    r"|is not in the|valid code",
    re.IGNORECASE,
)
"""Words of a refused value that say that what it names is missing."""

PROPERTY = re.compile(r'^Property "([^"]+)"')

ATTRIBUTE = re.compile(r'^The "?([A-Za-z0-9_]+)"? attribute does not exist|^Attribute "([^"]+)"')


@frozen
class LineAnswer:
    """The answer to one line: its status and the reasons, if it was refused."""

    status: int
    errors: tuple[ServerError, ...]


def read_lines(body: bytes, count: int) -> list[LineAnswer | None]:
    """Return the answers to *count* lines by their ``line`` number; None where there is none.

    Blank, broken and surplus lines are passed over; of two answers to a line the first counts.
    """
    found: list[LineAnswer | None] = [None] * count
    for raw in body.split(b"\n"):
        answer = _object(raw)
        line = answer.get("line")
        if isinstance(line, int) and 1 <= line <= count and found[line - 1] is None:
            found[line - 1] = _line_answer(answer)
    return found


def read_error(status: int, body: bytes) -> LineAnswer:
    """Return the answer to a call that concerned one item."""
    answer = _object(body)
    return LineAnswer(status, _reasons(answer) or (ServerError(f"HTTP {status}"),))


def outcome_of(command: LaneCommand, answer: LineAnswer | None) -> Outcome:
    """Return what became of *command*; see the table in ``docs/answers.md``."""
    if answer is None:
        return Outcome.unknown("The answer has no line for it.")
    status = answer.status
    if status == 201:
        return Outcome.created(status)
    if 200 <= status < 300:
        return Outcome.updated(status)
    if status in AGAIN or status >= 500:
        return Outcome.unknown(*answer.errors, status=status)
    wants = _wants(command, answer)
    if wants is None:
        return Outcome.failed(*answer.errors, status=status)
    return Outcome.parked(*answer.errors, status=status, wants=wants)


def concerns_associations_only(outcome: Outcome) -> bool:
    """Whether an item was parked for nothing but its associations."""
    names = {_property(error) for error in outcome.errors}
    return outcome.kind is OutcomeKind.PARKED and bool(names) and names <= set(ASSOCIATIONS)


def _object(raw: bytes) -> Mapping[str, Any]:
    try:
        answer = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _line_answer(answer: Mapping[str, Any]) -> LineAnswer | None:
    """Early 7.0 builds say ``code`` for ``status_code``; else ``code`` is the entity's code."""
    status = answer.get("status_code", answer.get("code"))
    if not isinstance(status, int):
        return None
    return LineAnswer(status, _reasons(answer) or (ServerError(f"HTTP {status}"),))


def _reasons(answer: Mapping[str, Any]) -> tuple[ServerError, ...]:
    errors = answer.get("errors")
    if isinstance(errors, list) and errors:
        return tuple(_reason(error) for error in errors if isinstance(error, Mapping))
    message = answer.get("message")
    return (ServerError(message, _named(message)),) if isinstance(message, str) else ()


def _reason(error: Mapping[str, Any]) -> ServerError:
    def text(name: str) -> str | None:
        value = error.get(name)
        return value if isinstance(value, str) else None

    return ServerError(
        text("message") or "refused without a message",
        text("property"),
        text("attribute"),
        text("locale"),
        text("scope"),
    )


def _named(message: str) -> str | None:
    found = PROPERTY.match(message)
    return found[1] if found else None


def _property(error: ServerError) -> str | None:
    """Return the API's name of a property: ``quantifiedAssociations.PACK`` is one of PHP's."""
    if not error.property:
        return None
    name = re.split(r"[.\[]", error.property, maxsplit=1)[0]
    return re.sub(r"(?<=[a-z])([A-Z])", lambda m: f"_{m[1].lower()}", name)


def _wants(command: LaneCommand, answer: LineAnswer) -> tuple[str, ...] | None:
    """Return what *command* waits for; None when one of the reasons cannot be cured."""
    if answer.status not in (404, 422):
        return None
    wants: dict[str, None] = {}
    for error in answer.errors:
        found = _wanted(command, answer.status, error)
        if found is None:
            return None
        wants.update(dict.fromkeys(found))
    return tuple(wants)


def _wanted(command: LaneCommand, status: int, error: ServerError) -> Iterable[str] | None:
    """Return the identities that one reason names as missing, None when it names none.

    In the order of the rows: a value of an attribute; a property that refers to something; an
    attribute that is no property (older versions call an unknown attribute so); the parent in the
    path (404); an unknown attribute in a sentence.
    """
    if NEVER.search(error.message):
        return None
    refers = references(command)
    name = _property(error)
    if error.attribute:
        missing = MISSING.search(error.message)
        return value_references(command, error.attribute) if missing else None
    if name and name in refers and name != "values":
        return refers[name]
    if name and name not in data_of(command):
        return value_references(command, name) or None
    if status == 404:
        return [identity for found in refers.values() for identity in found] or None
    found = ATTRIBUTE.match(error.message)
    return value_references(command, found[1] or found[2]) or None if found else None
