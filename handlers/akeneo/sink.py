"""The sink that brings batches into an Akeneo PIM: one attempt, one outcome an item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import evolve

from importbus.bus.batches import Batch, Envelope
from importbus.bus.errors import Recoverable, SinkRefused, SinkUnavailable
from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import Outcome, Written
from importbus.bus.unset import UNSET
from importbus.handlers.akeneo.answers import (
    ASSOCIATIONS,
    concerns_associations_only,
    outcome_of,
    read_error,
    read_lines,
)
from importbus.handlers.akeneo.port import Answer, Pim
from importbus.handlers.akeneo.requests import MAX_LINE_BYTES, NDJSON, Line, calls_of, line_of
from importbus.handlers.akeneo.resources import path_of, resource_of

SMALL_BODY = 50_000
"""Bytes; a smaller body that is answered 403 is no large one in disguise.

Source: akeneo/pim-api-docs, troubleshooting (403 for a payload that the platform finds too big).
"""


class AkeneoSink:
    """Writes batches through *pim*; implements ``Sink`` and ``Probe``. Thread-safe.

    It makes one attempt: waiting and repeating are the importer's business.
    """

    def __init__(self, pim: Pim) -> None:
        self._pim = pim

    def write(self, batch: Batch[Any], /) -> Written:
        """Write the items of *batch*; see ``importbus.bus.ports.Sink``."""
        return _Writing(self._pim, batch).outcomes()

    def probe(self) -> None:
        """Make one cheap call; raises as ``write`` does."""
        self._pim.probe()

    def recent_seconds(self) -> float | None:
        """Return the longest of the last calls, to know how long a lost one may still run."""
        return self._pim.recent_seconds()


class _Writing:
    """One ``write``: the outcomes so far, by number, and the calls made."""

    def __init__(self, pim: Pim, batch: Batch[Any]) -> None:
        self._pim = pim
        self._batch = batch
        self._resource = resource_of(batch.command_type)
        self._found: dict[int, Outcome] = {}
        self._requests = 0

    def outcomes(self) -> Written:
        """Return an outcome an item; raise only when no item has one."""
        try:
            self._write_all()
        except Recoverable:
            if not self._found:
                raise
        lost = Outcome.unknown("The call was not answered.")
        numbers = [envelope.number for envelope in self._batch.envelopes]
        return Written(
            (self._found.get(number, lost) for number in numbers), requests=self._requests
        )

    def _write_all(self) -> None:
        if self._resource.form == "delete":
            for envelope in self._batch.envelopes:
                self._delete(envelope)
            return
        for path, lines in calls_of(self._batch.envelopes):
            self._send(path, [line for line in lines if self._fits(line)])

    def _fits(self, line: Line) -> bool:
        size = len(line.body)
        if size > MAX_LINE_BYTES:
            reason = f"Its line has {size:,} bytes; the PIM takes {MAX_LINE_BYTES:,}."
            self._found[line.envelope.number] = Outcome.failed(reason)
        return size <= MAX_LINE_BYTES

    def _send(self, path: str, lines: Sequence[Line], *, halved: bool = False) -> None:
        """Send *lines*; what is too much for one call goes in two halves, in order."""
        if not lines:
            return
        body = b"\n".join(line.body for line in lines)
        answer = self._call("PATCH", path, body)
        if answer.status == 200:
            self._read(path, lines, answer)
        elif self._too_much(answer.status, len(lines), len(body), halved=halved):
            middle = len(lines) // 2
            self._send(path, lines[:middle], halved=True)
            self._send(path, lines[middle:], halved=True)
        else:
            self._refused(path, lines[0], answer, len(body))

    def _too_much(self, status: int, lines: int, size: int, *, halved: bool) -> bool:
        if lines == 1 or status in (404, 405, 415):
            return False
        return status != 403 or not halved or size > SMALL_BODY

    def _refused(self, path: str, line: Line, answer: Answer, size: int) -> None:
        """A whole call was refused and cannot be halved: its one item is to blame, or we are."""
        status = answer.status
        if status in (404, 405, 415):
            raise SinkRefused(
                f"This PIM has no PATCH {path} (HTTP {status}): its version is too old, or "
                "pim.url has a path too many.",
                status=status,
            )
        if status == 403 and size <= SMALL_BODY:
            raise SinkRefused(
                f"The PIM does not let this user PATCH {path} (HTTP 403): grant the rights of the "
                "connection's user role.",
                status=status,
            )
        refusal = read_error(status, answer.body)
        self._found[line.envelope.number] = Outcome.failed(*refusal.errors, status=status)

    def _read(self, path: str, lines: Sequence[Line], answer: Answer) -> None:
        if answer.content_type != NDJSON:
            raise SinkUnavailable(
                f"PATCH {path} answered {answer.content_type or 'something'} instead of lines.",
                status=answer.status,
                maybe_running=True,
            )
        bare: list[Line] = []
        for line, found in zip(lines, read_lines(answer.body, len(lines)), strict=True):
            outcome = outcome_of(line.command, found)
            self._found[line.envelope.number] = outcome
            if concerns_associations_only(outcome) and (without := _without_links(line.command)):
                bare.append(line_of(evolve(line.envelope, command=without)))
        if bare:
            self._write_bare(path, bare)

    def _write_bare(self, path: str, lines: Sequence[Line]) -> None:
        """Send items without their associations; these remain to be written when they can be."""
        refused = {line.envelope.number: self._found.pop(line.envelope.number) for line in lines}
        self._send(path, lines)
        for line in lines:
            number = line.envelope.number
            written = self._found.get(number)
            if written and written.kind.final and not written.kind.failure:
                command = next(e.command for e in self._batch.envelopes if e.number == number)
                self._found[number] = evolve(
                    refused[number], remainder=_only_links(command), written=written.kind
                )

    def _delete(self, envelope: Envelope[Any]) -> None:
        path = path_of(envelope.command)
        answer = self._call("DELETE", path, None)
        status = answer.status
        if 200 <= status < 300 or (status == 404 and envelope.sends):
            outcome = Outcome.deleted(status)
        elif status in (403, 405):
            raise SinkRefused(
                f"The PIM does not let this user DELETE {path} (HTTP {status}): grant the right, "
                "or use a version that has it.",
                status=status,
            )
        else:
            outcome = Outcome.failed(*read_error(status, answer.body).errors, status=status)
        self._found[envelope.number] = outcome

    def _call(self, method: str, path: str, body: bytes | None) -> Answer:
        self._requests += 1
        rate = self._resource.rate
        return self._pim.call(method, path, body, content_type=NDJSON, rate=rate)


def _without_links(command: LaneCommand) -> Any | None:
    """Return *command* without its associations; None when it has nothing else to say."""
    bare = evolve(command, **dict.fromkeys(ASSOCIATIONS, UNSET))  # type: ignore[misc]
    return None if bare == _bare_key(command) else bare


def _only_links(command: Any) -> Any:
    links = {name: getattr(command, name) for name in ASSOCIATIONS}
    return evolve(_bare_key(command), **links)


def _bare_key(command: Any) -> Any:
    return type(command)(**{resource_of(type(command)).key: command.key})
