"""The table of `docs/answers.md` about refusals that can be cured, made from ``CURABLE``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from attrs import frozen

from akeneo_refusals import LOGO, OPTION, SENTENCES, VIOLATIONS
from importbus.bus import LaneCommand
from importbus.bus.outcomes import Outcome, ServerError
from importbus.handlers.akeneo import answers
from importbus.handlers.akeneo.answers import CURABLE, MISSING, NEVER, NO_PROPERTY, Curable
from importbus.handlers.akeneo.replies import ItemAnswer

ABOUT: Mapping[str, str] = {
    "owner": "what a file belongs to",
    "path": "the parent in the path",
    "reference": "a property that refers to something",
    "value": "a value of an attribute",
    "nothing": "nothing that it names",
}
WANTS: Mapping[str, str] = {
    "owner": "what the file belongs to, and the parent in the path",
    "path": "the parent: an option's attribute, a variant's family, a record's reference entity",
    "reference": "what the property names, and the parent in the path",
    "value": "the attribute, its channels in that value, and its options, records or assets",
    "nothing": "everything that the command refers to",
}
SHAPES: Mapping[str | None, str] = {
    None: "sentence or violation",
    "sentence": "sentence",
    "violation": "violation",
}
WORDS: Mapping[re.Pattern[str], str] = {
    MISSING: "that it is missing",
    NEVER: "speaks of a shape or a rule",
    NO_PROPERTY: "this version has no such property",
}


@frozen
class Example:
    """A refusal in the words of a known version, and what the command then waits for."""

    command: LaneCommand
    answer: ItemAnswer
    wants: frozenset[str]


def examples() -> list[Example]:
    """Return what known versions say, the sentences first."""
    path = ItemAnswer(404, (ServerError('Attribute "color" does not exist.'),))
    sentences = [
        Example(command, ItemAnswer(422, (_error(message),)), frozenset(wants))
        for command, message, wants in SENTENCES
    ]
    violations = [
        Example(command, ItemAnswer(422, (ServerError(**said),), True), frozenset(wants))
        for command, said, wants in VIOLATIONS
    ]
    record = ItemAnswer(404, (ServerError('Record "acme" does not exist.'),))
    brand = frozenset({"reference_entity:brand", "reference_entity_record:brand.acme"})
    parents = [
        Example(LOGO, record, brand),
        Example(OPTION, path, frozenset({"attribute:color"})),
    ]
    return [*parents, *sentences, *violations]


def decided_by(row: Curable, example: Example) -> bool:
    """Whether *row* alone parks the command of *example*."""
    whole = answers.CURABLE
    try:
        answers.CURABLE = (row,)
        return bool(outcome(example).wants)
    finally:
        answers.CURABLE = whole


def outcome(example: Example) -> Outcome:
    """Return what becomes of the command of *example*."""
    return answers.outcome_of(example.command, example.answer)


def table() -> str:
    """Return the rows of ``CURABLE`` as the page shows them, each with its first example."""
    head = ["| status | says | about | unless it | waits for |", "|---|---|---|---|---|"]
    lines = [_line(row) for row in CURABLE]
    shown = [_shown(row, next(e for e in examples() if decided_by(row, e))) for row in CURABLE]
    return "\n".join(["", *head, *lines, "", "For example, in this order:", "", *shown, "", ""])


def _error(message: str) -> ServerError:
    named = re.match(r'Property "([^"]+)"', message)
    return ServerError(message, named[1] if named else None)


def _line(row: Curable) -> str:
    says = SHAPES[row.shape] + (f", {WORDS[row.words]}" if row.words else "")
    unless = " or ".join(WORDS[pattern] for pattern in row.unless)
    return f"| {row.status} | {says} | {ABOUT[row.subject]} | {unless} | {WANTS[row.subject]} |"


def _shown(row: Curable, example: Example) -> str:
    (error,) = example.answer.errors
    wants = _in_words(sorted(outcome(example).wants))
    return f"- `{type(example.command).__name__}`: “{error.message}” waits for {wants}."


def _in_words(wants: Sequence[str]) -> str:
    return ", ".join(f"`{want}`" for want in wants)
