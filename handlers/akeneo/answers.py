"""What the PIM's answer to an item means: written, failed, to be sent again, or to be parked.

Whether a refusal could be cured by what is still to come is one table, ``CURABLE``: status, shape
and property decide; words do only where nothing else tells, since they differ between versions.
What no row covers is failed. Source of shapes and texts: akeneo/pim-community-dev and its
end-to-end tests, akeneo/pim-api-docs (content/rest-api/responses.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Literal

from attrs import evolve, frozen

from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import Outcome, OutcomeKind, ServerError
from importbus.handlers.akeneo.replies import ItemAnswer
from importbus.handlers.akeneo.requests import path_fields
from importbus.handlers.akeneo.resources import references, value_references

AGAIN = (408, 429)
"""Statuses of an item that ask to send it again, besides all from 500 on."""

MISSING = re.compile(
    r"(do|does|did)(n['\u2019]t| not) exist|not exist|must exist|not found|unknown"
    r"|expects an existing|not activated|not bound|not an attribute of|option list"
    r"|expects a valid [a-z ]*(code|identifier)\b",
    re.IGNORECASE,
)
"""Words that say that what is named is missing. Quoted parts of a sentence do not count."""

NEVER = re.compile(
    r"cannot be (changed|modified|empty)|link type|pathname|too long|letters, numbers"
    r"|expects (an? (array|object|list|string|boolean|scalar|integer|number|numeric)\b)"
    r"|(should not be|must not be|cannot be) (blank|empty)",
    re.IGNORECASE,
)
"""Words about shapes and rules that nothing else in the import can cure."""

NO_PROPERTY = re.compile(r'^Property "" does not exist', re.IGNORECASE)
"""The API of this version has no such property. (Older ones say so of unknown attributes.)"""

QUOTED = re.compile(r'"[^"]*"')

GIVEN = (re.compile(r'"([^"]+)" given'), re.compile(r'^The "?([^\s"]+)"? value is not in'))
"""How a sentence repeats the code that is missing."""

ATTRIBUTE = (
    re.compile(r'^The "?([^\s"]+)"? attribute\b'),
    re.compile(r'^Attribute "([^"]+)"'),
    re.compile(r'in the "?([^\s"]+)"? attribute option list'),
)
"""How a sentence names an attribute, where nothing else does."""

ALIASES: Mapping[str, str] = {
    "attribute_set_1": "variant_attribute_sets",
    "attribute_set_2": "variant_attribute_sets",
    "category": "category_tree",
}
"""Names of the server's own for properties of the API."""

INSIDE_OF: Mapping[str, int] = {
    "attribute_option": 1,
    "reference_entity_attribute": 1,
    "reference_entity_attribute_option": 2,
    "reference_entity_record": 1,
    "asset_family_attribute": 1,
    "asset_family_attribute_option": 2,
    "asset": 1,
}
"""How many codes stand before that of an item in its key."""

Subject = Literal["owner", "path", "reference", "value", "nothing", "other"]
"""What a reason is about: what a file belongs to, the parent in the path, a property that refers to
something, a value of an attribute, nothing that it names, or something that refers to nothing."""


@frozen
class Curable:
    """One row: when a reason is about something that may still come, and what that is.

    Attributes:
        status: Of the item.
        shape: ``sentence`` or ``violation``; None for both.
        subject: What the reason is about.
        words: What the sentence must say; None where status, shape and subject say enough.
        unless: What it must not say.
        wants: The identities that may cure it, by command and name of the subject.
    """

    status: int
    shape: Literal["sentence", "violation"] | None
    subject: Subject
    words: re.Pattern[str] | None
    unless: Sequence[re.Pattern[str]]
    wants: Callable[[LaneCommand, str], tuple[str, ...]]


def _in_path(command: LaneCommand, name: str = "") -> tuple[str, ...]:
    known = references(command)
    return tuple(found for field in path_fields(type(command)) for found in known.get(field, ()))


def _of_file(command: LaneCommand, name: str = "") -> tuple[str, ...]:
    return tuple(dict.fromkeys([command.identity, *_in_path(command)]))


def _of_property(command: LaneCommand, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*references(command)[name], *_in_path(command)]))


def _of_all(command: LaneCommand, name: str = "") -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for each in references(command).values() for one in each))


CURABLE: tuple[Curable, ...] = (
    Curable(404, None, "owner", None, (), _of_file),
    Curable(404, None, "path", None, (), _in_path),
    Curable(422, "sentence", "owner", MISSING, (NEVER, NO_PROPERTY), _of_file),
    Curable(422, "sentence", "reference", None, (NEVER, NO_PROPERTY), _of_property),
    Curable(422, "violation", "reference", MISSING, (NEVER,), _of_property),
    Curable(422, None, "value", MISSING, (NEVER,), value_references),
    Curable(422, None, "nothing", MISSING, (NEVER, NO_PROPERTY), _of_all),
)
"""The table; ``docs/answers.md`` has it with examples. The first row that fits decides."""


def outcome_of(
    command: LaneCommand, answer: ItemAnswer | None, request_id: str | None = None
) -> Outcome:
    """Return what became of *command*; see the tables in ``docs/answers.md``.

    *request_id* is what the PIM calls the request; an outcome that somebody may have to look up
    in its logs keeps it.
    """
    outcome = _outcome_of(command, answer)
    if request_id is None or not outcome.errors:
        return outcome
    return evolve(outcome, request_id=request_id)


def _outcome_of(command: LaneCommand, answer: ItemAnswer | None) -> Outcome:
    if answer is None:
        return Outcome.unknown("The PIM gave no answer for it.")
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


def concerns_only(outcome: Outcome, names: Collection[str]) -> bool:
    """Whether an item was parked for nothing but the properties *names*."""
    said = {property_of(error) for error in outcome.errors}
    return outcome.kind is OutcomeKind.PARKED and said <= set(names)


def refused_attributes(command: LaneCommand, outcome: Outcome) -> tuple[str, ...]:
    """Return the attributes that an item was parked for; none when something else was a reason."""
    status = outcome.status or 0
    found = [_subject(command, status, error) for error in outcome.errors]
    all_values = outcome.kind is OutcomeKind.PARKED and all(kind == "value" for kind, _ in found)
    return tuple(dict.fromkeys(name for _, name in found)) if all_values else ()


def property_of(error: ServerError) -> str | None:
    """Return the API's name of the property: ``quantifiedAssociations.PACK`` is a name of PHP's."""
    if not error.property:
        return None
    name = re.split(r"[.\[]", error.property.lstrip("["), maxsplit=1)[0].rstrip("]")
    snake = re.sub(r"(?<=[a-z])([A-Z])", lambda m: f"_{m[1].lower()}", name)
    return ALIASES.get(snake, snake)


def _wants(command: LaneCommand, answer: ItemAnswer) -> tuple[str, ...] | None:
    """Return what *command* waits for; None when one of the reasons cannot be cured."""
    wants: dict[str, None] = {}
    for error in answer.errors:
        found = _wanted(command, answer, error)
        if not found:
            return None
        wants.update(dict.fromkeys(found))
    return tuple(wants)


def _wanted(command: LaneCommand, answer: ItemAnswer, error: ServerError) -> tuple[str, ...]:
    """Return the identities that could cure one reason; none when nothing can."""
    subject, name = _subject(command, answer.status, error)
    shape = "violation" if answer.listed else "sentence"
    said = QUOTED.sub('""', error.message)
    for row in CURABLE:
        if (
            (row.status, row.subject) == (answer.status, subject)
            and row.shape in (None, shape)
            and (row.words is None or row.words.search(said))
            and not any(pattern.search(said) for pattern in row.unless)
        ):
            return _narrowed(row.wants(command, name), error.message)
    return ()


def _subject(command: LaneCommand, status: int, error: ServerError) -> tuple[Subject, str]:
    """Return what a reason is about, and its name: structure first, words last."""
    if status == 404:
        return ("owner" if command.attaches else "path"), ""
    name = property_of(error)
    if attribute := _attribute(command, [error.attribute]):
        return "value", attribute
    if name in references(command) and name != "values":
        return "reference", str(name)
    if attribute := _attribute(command, [name, *_inside_values(error)]):
        return "value", attribute
    if name not in (None, "", "values"):
        return "other", str(name)
    named = [found[1] for pattern in ATTRIBUTE if (found := pattern.search(error.message))]
    attribute = _attribute(command, named)
    if attribute:
        return "value", attribute
    return ("owner" if command.attaches else "nothing"), ""


def _inside_values(error: ServerError) -> Sequence[str]:
    """Return the attribute of ``values.country`` and of ``values[country-<all_channels>-...]``."""
    first, *inside = re.findall(r"[^.\[\]]+", error.property or "") or [""]
    return [inside[0].partition("-")[0]] if first == "values" and inside else []


def _attribute(command: LaneCommand, named: Sequence[str | None]) -> str | None:
    """Return the first attribute of the command's values that is *named*, in any case."""
    own = [getattr(command, "attribute", None)] if command.attaches else []
    values = getattr(command, "values", None)
    codes = [*(values if isinstance(values, Mapping) else ()), *(code for code in own if code)]
    known = {code.casefold(): code for code in codes}
    return next(
        (known[code.casefold()] for code in named if code and code.casefold() in known), None
    )


def _narrowed(wants: tuple[str, ...], message: str) -> tuple[str, ...]:
    """Return those of *wants* whose code the message repeats; all of them when it repeats none."""
    codes = {found[1].casefold() for pattern in GIVEN if (found := pattern.search(message))}
    chosen = tuple(want for want in wants if _code(want) in codes)
    return chosen or wants


def _code(identity: str) -> str:
    """Return the code of an item without the codes of those that it stands inside."""
    resource, _, key = identity.partition(":")
    return key.split(".", INSIDE_OF.get(resource, 0))[-1]
