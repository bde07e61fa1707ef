"""Writing items that share calls: halving what is too much, and writing what can be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from importbus.bus.batches import Envelope
from importbus.bus.errors import InvalidCommand, SinkUnavailable
from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import Outcome, OutcomeKind
from importbus.bus.unset import UNSET
from importbus.handlers.akeneo.answers import (
    ASSOCIATIONS,
    concerns_associations_only,
    outcome_of,
)
from importbus.handlers.akeneo.attempt import NO_ENDPOINT, Attempt, no_endpoint, no_right
from importbus.handlers.akeneo.port import Answer
from importbus.handlers.akeneo.replies import ItemAnswer, read_refusal
from importbus.handlers.akeneo.requests import (
    Form,
    Line,
    calls_of,
    line_of,
    path_fields,
    path_to,
)
from importbus.handlers.akeneo.resources import resource_of

METHOD = "PATCH"


@frozen
class Upserts:
    """Writes items of *command_type*; *allowed* are the classes that this user may write."""

    attempt: Attempt
    command_type: type[LaneCommand]
    form: Form
    allowed: set[type[LaneCommand]]

    def write(self, envelopes: Sequence[Envelope[Any]]) -> None:
        """Send *envelopes* grouped by path, in as few calls as the API allows.

        Raises:
            Recoverable: A whole call failed; what was answered before it is in the attempt.
            SinkRefused: This user or this PIM cannot do it at all.
        """
        self.send([line for envelope in envelopes if (line := self._line(envelope))])

    def send(self, lines: Sequence[tuple[str, Line]]) -> None:
        """Send *lines*, each to its path; raises as ``write`` does."""
        for path, group in calls_of(lines):
            self._send(path, group)

    def _line(self, envelope: Envelope[Any]) -> tuple[str, Line] | None:
        try:
            return path_to(envelope.command), line_of(envelope)
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
            self._learn_all(lines, read_refusal(status, answer.body))
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
            self.attempt.found[line.number] = Outcome.failed(reason, status=answer.status)
        else:
            self._learn_all([line], read_refusal(answer.status, answer.body))

    def _learn_all(self, lines: Sequence[Line], refusal: ItemAnswer) -> None:
        for line in lines:
            self.attempt.found[line.number] = outcome_of(line.command, refusal)

    def _read(self, path: str, lines: Sequence[Line], answer: Answer) -> None:
        if answer.status != 200 or answer.content_type != self.form.content_type:
            raise SinkUnavailable(
                f"{METHOD} {path} was answered {answer.status} with "
                f"{answer.content_type or 'nothing'} instead of an answer for each item.",
                status=answer.status,
                maybe_running=True,
            )
        self.allowed.add(self.command_type)
        refused: list[Line] = []
        for line, found in zip(lines, self.form.read(answer.body, len(lines)), strict=True):
            outcome = outcome_of(line.command, found)
            self.attempt.found[line.number] = outcome
            if concerns_associations_only(outcome):
                refused.append(line)
        self._write_without_links(path, refused)

    def _write_without_links(self, path: str, lines: Sequence[Line]) -> None:
        """Send items without their associations, which remain to be written when they can be.

        Also those that have nothing else to say, since that creates what does not exist: new
        products whose associations go round in a circle could otherwise never come to be.
        """
        if not lines:
            return
        refused = {line.number: self.attempt.found.pop(line.number) for line in lines}
        bare = [evolve(line.envelope, command=without_links(line.command)) for line in lines]
        try:
            self._send(path, [line_of(envelope) for envelope in bare])
        finally:  # what was written before a call failed still lacks its associations
            self._park_links(lines, refused)

    def _park_links(self, lines: Sequence[Line], refused: Mapping[int, Outcome]) -> None:
        found = self.attempt.found
        for line in lines:
            written = found.get(line.number)
            if written and _is_success(written):
                found[line.number] = _remaining(line.command, refused[line.number], written.kind)


def _remaining(command: LaneCommand, refused: Outcome, written: OutcomeKind) -> Outcome:
    """Return what is known of *command* when all but its associations was *written*.

    Where nothing but associations was said and nothing was created, nothing has changed, and who
    waits for this item is not told that it came: two such items would wake each other for ever.
    """
    rest = only_links(command)
    if rest == command and written is not OutcomeKind.CREATED:
        return refused
    return evolve(refused, remainder=rest, written=written)


def _is_success(outcome: Outcome) -> bool:
    return outcome.kind.final and not outcome.kind.failure


def without_links(command: Any) -> LaneCommand:
    """Return *command* without its associations."""
    bare: LaneCommand = evolve(command, **dict.fromkeys(ASSOCIATIONS, UNSET))
    return bare


def only_links(command: Any) -> LaneCommand:
    """Return the command that writes nothing but the associations of *command*."""
    links = {name: getattr(command, name) for name in ASSOCIATIONS}
    alone: LaneCommand = type(command)(**{resource_of(type(command)).key: command.key}, **links)
    return alone
