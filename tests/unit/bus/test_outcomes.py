"""Outcomes: what is alike is one object, and nothing else is."""

from __future__ import annotations

from importbus.bus import outcomes
from importbus.bus.outcomes import Outcome, OutcomeKind


class Annotated(Outcome):
    """An outcome of an application."""


def test_outcomes_without_a_reason_are_made_once() -> None:
    """An import has as many as commands, and two or three kinds of them."""
    assert Outcome.created(201) is Outcome.created(201)
    assert Outcome.superseded() is Outcome.superseded()


def test_what_differs_is_told_apart() -> None:
    """By kind, status and class."""
    assert Outcome.created(201) == Outcome(OutcomeKind.CREATED, 201)
    assert Outcome.created() == Outcome(OutcomeKind.CREATED)
    assert Outcome.updated(201) == Outcome(OutcomeKind.UPDATED, 201)
    assert Outcome.deleted(204) == Outcome(OutcomeKind.DELETED, 204)
    assert type(Annotated.created()) is Annotated


def test_no_more_are_kept_than_there_are_statuses() -> None:
    """I7: a sink that counts in the status fills no memory."""
    for status in range(2 * outcomes.MOST_ALIKE):
        assert Outcome.created(status).status == status

    assert len(outcomes._ALIKE) <= outcomes.MOST_ALIKE


def test_the_kinds_that_are_final_and_those_that_are_failures() -> None:
    """Each kind is asked twice: the answer is remembered."""
    for _ in range(2):
        assert {kind for kind in OutcomeKind if not kind.final} == {"parked", "unknown"}
        assert {kind for kind in OutcomeKind if kind.failure} == {"failed", "dead"}
