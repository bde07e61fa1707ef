"""Writing items that share calls: halving what is too much, and writing what can be written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import evolve, field, frozen

from importbus.bus.batches import Envelope
from importbus.bus.errors import InvalidCommand, SinkUnavailable
from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import Outcome
from importbus.handlers.akeneo.answers import outcome_of, refused_attributes
from importbus.handlers.akeneo.attempt import NO_ENDPOINT, Attempt, no_endpoint, no_right
from importbus.handlers.akeneo.linked import Linked
from importbus.handlers.akeneo.parts import Parts, parts_of, remaining
from importbus.handlers.akeneo.port import Answer
from importbus.handlers.akeneo.replies import ItemAnswer, read_refusal
from importbus.handlers.akeneo.requests import (
    Form,
    Line,
    calls_of,
    line_of,
    path_fields,
    path_to,
    shared_path,
)
from importbus.handlers.akeneo.resources import resource_of

METHOD = "PATCH"


@frozen
class Upserts:
    """Writes items of *command_type*.

    Attributes:
        allowed: The classes that this user may write.
        linked: What values of attributes link to, as far as it is known.
    """

    attempt: Attempt
    command_type: type[LaneCommand]
    form: Form
    allowed: set[type[LaneCommand]]
    linked: Linked = field(factory=Linked)

    def write(self, envelopes: Sequence[Envelope[Any]]) -> None:
        """Send *envelopes* grouped by path, in as few calls as the API allows.

        Raises:
            Recoverable: A whole call failed; what was answered before it is in the attempt.
            SinkRefused: This user or this PIM cannot do it at all.
        """
        shared = shared_path(self.command_type)
        self.send([line for envelope in envelopes if (line := self._line(envelope, shared))])

    def send(self, lines: Sequence[tuple[str, Line]]) -> None:
        """Send *lines*, each to its path; raises as ``write`` does."""
        for path, group in calls_of(lines):
            self._send(path, group)

    def _line(self, envelope: Envelope[Any], shared: str | None) -> tuple[str, Line] | None:
        try:
            return shared or path_to(envelope.command), line_of(envelope)
        except InvalidCommand as error:
            self.attempt.found[envelope.number] = Outcome.failed(error.reason)
            return None

    def _send(self, path: str, lines: Sequence[Line], *, halved: bool = False) -> None:
        """Send *lines*; what is too much for one call goes in two halves, in order."""
        answer = self._call(path, lines)
        status = answer.status
        if 200 <= status < 300:
            self._read(path, lines, answer)
        elif status == 404 and path_fields(self.command_type):
            self._learn_all(lines, answer)
        elif status in NO_ENDPOINT:
            raise no_endpoint(METHOD, path, status)
        elif status == 403 and self._forbidden(path, len(lines), halved=halved):
            raise no_right(METHOD, path)
        elif len(lines) > 1:
            middle = len(lines) // 2
            self._send(path, lines[:middle], halved=True)
            self._send(path, lines[middle:], halved=True)
        else:
            self._refused_alone(lines[0], answer)

    def _call(self, path: str, lines: Sequence[Line]) -> Answer:
        body = self.form.join([line.body for line in lines])
        numbers = [line.number for line in lines]
        return self.attempt.call(METHOD, path, body, self.form.content_type, numbers)

    def _forbidden(self, path: str, lines: int, *, halved: bool) -> bool:
        """Whether a 403 is about rights, and not about a body that a front end finds too large.

        A body is halved once before that is asked. A call without items answers it: it is empty,
        and refused only for lack of rights. Source of the disguise: akeneo/pim-api-docs,
        content/rest-api/responses.md.
        """
        if lines > 1 and (not halved or self.command_type in self.allowed):
            return False
        status = self._call(path, []).status
        if status == 200:
            self.allowed.add(self.command_type)
        return status == 403

    def _refused_alone(self, line: Line, answer: Answer) -> None:
        """A call with one item was refused as a whole: that item is to blame."""
        if answer.status in (403, 413):
            reason = f"The PIM does not take its {len(line.body):,} bytes (HTTP {answer.status})."
            refused = Outcome.failed(reason, status=answer.status)
            self.attempt.found[line.number] = evolve(refused, request_id=answer.request_id)
        else:
            self._learn_all([line], answer)

    def _learn_all(self, lines: Sequence[Line], answer: Answer) -> None:
        refusal = read_refusal(answer.status, answer.body)
        for line in lines:
            self.attempt.found[line.number] = self._outcome(line.command, refusal, answer)

    def _outcome(self, command: LaneCommand, found: ItemAnswer | None, answer: Answer) -> Outcome:
        outcome = outcome_of(command, found, answer.request_id)
        return self.linked.resolved(self.attempt, command, outcome)

    def _parts(self, command: LaneCommand, outcome: Outcome) -> Parts | None:
        links = refused_attributes(command, outcome) if resource_of(type(command)).circular else ()
        return parts_of(command, outcome, links if self.linked.are_links(command, links) else ())

    def _read(self, path: str, lines: Sequence[Line], answer: Answer) -> None:
        if answer.status != 200 or answer.content_type != self.form.content_type:
            raise SinkUnavailable(
                f"{METHOD} {path} was answered {answer.status} with "
                f"{answer.content_type or 'nothing'} instead of an answer for each item.",
                status=answer.status,
                maybe_running=True,
            )
        self.allowed.add(self.command_type)
        key = resource_of(self.command_type).key
        codes = [getattr(line.command, key) for line in lines]
        split: list[tuple[Line, Parts]] = []
        for line, found in zip(lines, self.form.read(answer.body, codes), strict=True):
            outcome = self._outcome(line.command, found, answer)
            self.attempt.found[line.number] = outcome
            if outcome.kind.final:
                continue  # nearly all are, and only what is parked can be written in part
            if parts := self._parts(line.command, outcome):
                split.append((line, parts))
        self._write_first_parts(path, split)

    def _write_first_parts(self, path: str, split: Sequence[tuple[Line, Parts]]) -> None:
        """Send items without their associations or links, which remain to be written when they can.

        Also those that have nothing else to say, since that creates what does not exist: new items
        whose associations go round in a circle could otherwise never come to be.
        """
        if not split:
            return
        refused = {line.number: self.attempt.found.pop(line.number) for line, _ in split}
        bare = [line.envelope.carrying(parts.first) for line, parts in split]
        try:
            self._send(path, [line_of(envelope) for envelope in bare])
        finally:  # what was written before a call failed still lacks its associations
            found = self.attempt.found
            for line, parts in split:
                if written := found.get(line.number):
                    outcome = remaining(line.command, parts, refused[line.number], written)
                    found[line.number] = outcome
