"""Splitting a command: what of it can be written now, and what waits for something still to come.

Items may name each other in a circle: products by associations, records by links, a family of
assets and its own attributes. Each would wait for the other for ever. So an item that was refused
for nothing but such a field is written without it, and that field is written when it can be.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from attrs import evolve, fields, frozen

from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import Outcome, OutcomeKind
from importbus.bus.unset import UNSET
from importbus.handlers.akeneo.answers import concerns_only
from importbus.handlers.akeneo.requests import path_fields
from importbus.handlers.akeneo.resources import resource_of


@frozen
class Parts:
    """A command in two: what is written *first*, and the *rest*; together they say what it says."""

    first: LaneCommand
    rest: LaneCommand


def parts_of(command: LaneCommand, outcome: Outcome, links: Sequence[str] = ()) -> Parts | None:
    """Return the parts of *command* when *outcome* parks it for nothing but what can come later.

    *links* are the attributes that it was parked for, when all of them hold links.
    """
    later = resource_of(type(command)).later
    if concerns_only(outcome, later):
        return Parts(without(command, later), only(command, later))
    return _by_values(command, links) if links else None


def without(command: Any, names: Collection[str]) -> LaneCommand:
    """Return *command* without the fields *names*."""
    bare: LaneCommand = evolve(command, **dict.fromkeys(names, UNSET))
    return bare


def only(command: Any, names: Collection[str]) -> LaneCommand:
    """Return the command that writes nothing but the fields *names* of *command*."""
    kept = {resource_of(type(command)).key, *path_fields(type(command)), *names}
    return without(command, [each.name for each in fields(type(command)) if each.name not in kept])


def _by_values(command: Any, links: Collection[str]) -> Parts:
    first = {code: entries for code, entries in command.values.items() if code not in links}
    rest = {code: entries for code, entries in command.values.items() if code in links}
    alone: Any = only(command, ("values",))
    return Parts(evolve(command, values=first), evolve(alone, values=rest))


def remaining(command: LaneCommand, parts: Parts, refused: Outcome, written: Outcome) -> Outcome:
    """Return what is known of *command*, which was *refused*, when its first part was *written*.

    Where the first part says nothing and nothing was created, nothing has changed, and who waits
    for this item is not told that it came: two such items would wake each other for ever.
    """
    if written.remainder:
        return _both(parts, refused, written)
    if not _is_success(written):
        return written
    if parts.rest == command and written.kind is not OutcomeKind.CREATED:
        return refused
    return evolve(refused, remainder=parts.rest, written=written.kind)


def _both(parts: Any, refused: Outcome, written: Outcome) -> Outcome:
    """Return what is known when the first part was refused in part, too: both rests remain."""
    rest = parts.rest.fold(written.remainder)
    if rest is None:
        return refused
    wants = tuple(dict.fromkeys([*refused.wants, *written.wants]))
    return evolve(written, remainder=rest, wants=wants, errors=(*refused.errors, *written.errors))


def _is_success(outcome: Outcome) -> bool:
    return outcome.kind.final and not outcome.kind.failure
