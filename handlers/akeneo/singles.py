"""Writing items that have a call of their own each: those that the API takes no list of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from importbus.bus.batches import Envelope
from importbus.bus.errors import InvalidCommand
from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import Outcome
from importbus.handlers.akeneo.answers import outcome_of
from importbus.handlers.akeneo.attempt import (
    NO_ENDPOINT,
    Attempt,
    answered_with_a_text,
    no_endpoint,
    no_right,
)
from importbus.handlers.akeneo.parts import parts_of, remaining
from importbus.handlers.akeneo.replies import read_refusal
from importbus.handlers.akeneo.requests import JSON, line_of, path_fields, path_to

METHOD = "PATCH"


@frozen
class Singles:
    """Writes items of *command_type*; *allowed* are the classes that this user may write."""

    attempt: Attempt
    command_type: type[LaneCommand]
    allowed: set[type[LaneCommand]]

    def write(self, envelopes: Sequence[Envelope[Any]]) -> None:
        """Write the items of *envelopes*, in order; raises as ``Upserts.write`` does."""
        for envelope in envelopes:
            try:
                self._write(envelope)
            except InvalidCommand as error:
                self.attempt.found[envelope.number] = Outcome.failed(error.reason)

    def _write(self, envelope: Envelope[Any]) -> None:
        outcome = self._sent(envelope)
        parts = parts_of(envelope.command, outcome)
        if parts:
            first = self._sent(envelope.carrying(parts.first))
            outcome = remaining(envelope.command, parts, outcome, first)
        self.attempt.found[envelope.number] = outcome

    def _sent(self, envelope: Envelope[Any]) -> Outcome:
        path, line = path_to(envelope.command), line_of(envelope)
        answer = self.attempt.call(METHOD, path, line.body, JSON, [envelope.number])
        status = answer.status
        parent_missing = status == 404 and path_fields(self.command_type)
        if status in NO_ENDPOINT and not parent_missing:
            raise no_endpoint(METHOD, path, status)
        if status == 403 and self.command_type not in self.allowed:
            raise no_right(METHOD, path)
        if 200 <= status < 300 and answer.body:
            raise answered_with_a_text(METHOD, path, status)
        self.allowed.add(self.command_type)
        refusal = read_refusal(status, answer.body)
        return outcome_of(envelope.command, refusal, answer.request_id)
