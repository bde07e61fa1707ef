"""Deleting items, each with a call of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import evolve, frozen

from importbus.bus.batches import Envelope
from importbus.bus.errors import InvalidCommand
from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import Outcome
from importbus.handlers.akeneo.attempt import (
    NO_ENDPOINT,
    Attempt,
    answered_with_a_text,
    no_endpoint,
    no_right,
)
from importbus.handlers.akeneo.replies import read_refusal
from importbus.handlers.akeneo.requests import JSON, path_to

METHOD = "DELETE"


@frozen
class Deletes:
    """Deletes items of *command_type*; *allowed* are the classes that this user may write."""

    attempt: Attempt
    command_type: type[LaneCommand]
    allowed: set[type[LaneCommand]]

    def write(self, envelopes: Sequence[Envelope[Any]]) -> None:
        """Delete the items of *envelopes*, in order; raises as ``Upserts.write`` does."""
        for envelope in envelopes:
            try:
                outcome = self._delete(envelope)
            except InvalidCommand as error:
                outcome = Outcome.failed(error.reason)
            self.attempt.found[envelope.number] = outcome

    def _delete(self, envelope: Envelope[Any]) -> Outcome:
        path = path_to(envelope.command)
        answer = self.attempt.call(METHOD, path, None, JSON, [envelope.number])
        status = answer.status
        if 200 <= status < 300:
            return self._deleted(path, status, answer.body)
        refusal = read_refusal(status, answer.body)
        if status == 404 and answer.content_type == JSON:
            self.allowed.add(self.command_type)
            if envelope.sends:  # an answer was lost, and it may have been this one
                return Outcome.deleted(status)
        elif status in NO_ENDPOINT:
            raise no_endpoint(METHOD, path, status)
        if status == 403 and self.command_type not in self.allowed:
            raise no_right(METHOD, path)
        refused = Outcome.failed(*refusal.errors, status=status)
        return evolve(refused, request_id=answer.request_id)

    def _deleted(self, path: str, status: int, body: bytes) -> Outcome:
        if body:
            raise answered_with_a_text(METHOD, path, status)
        self.allowed.add(self.command_type)
        return Outcome.deleted(status)
