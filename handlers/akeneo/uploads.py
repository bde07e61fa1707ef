"""Uploading files, each with a call of its own, and each content of an import once.

A product's or model's file becomes its value by the upload. A file of a reference entity, a record
or an asset is stored first, and its code then written as a value. The same is done with any file
whose content was uploaded before under the same name: its code is written, and such values of a
batch share a call.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from attrs import field, frozen

from importbus.bus.attachments import Attachment
from importbus.bus.batches import Batch, Envelope
from importbus.bus.errors import InvalidCommand, SinkUnavailable
from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import Outcome, OutcomeKind, ServerError
from importbus.handlers.akeneo.answers import outcome_of
from importbus.handlers.akeneo.attempt import NO_ENDPOINT, Attempt, no_endpoint, no_right
from importbus.handlers.akeneo.known_items import KnownItems
from importbus.handlers.akeneo.media_codes import CodesOfWrite, InMemoryMediaCodes, Turns
from importbus.handlers.akeneo.media_limits import KnownLimits, LimitsOfWrite
from importbus.handlers.akeneo.media_places import (
    PLACES,
    Place,
    code_in,
    form_of,
    is_image,
    owner_path,
    upload_path,
    value_body,
    value_path,
)
from importbus.handlers.akeneo.port import Answer, MediaCodes, UploadAnswer
from importbus.handlers.akeneo.replies import read_refusal
from importbus.handlers.akeneo.requests import FORMS, JSON, Line
from importbus.handlers.akeneo.upserts import Upserts

METHOD = "POST"

EMPTY_FORM = (b"--empty--\r\n", "multipart/form-data; boundary=empty")
"""A form without a file: it is refused for that, or for lack of rights."""

VANISHED = (
    "It had been deleted meanwhile, and the PIM has made it anew with nothing but this value: "
    "import it again."
)


@frozen
class MediaMemory:
    """What a sink remembers between its batches, for all lanes."""

    codes: MediaCodes = field(factory=InMemoryMediaCodes)
    items: KnownItems = field(factory=KnownItems)
    limits: KnownLimits = field(factory=KnownLimits)
    turns: Turns = field(factory=Turns)


class Uploads:
    """Uploads the files of *batch*; *allowed* are the classes that this user may write."""

    def __init__(
        self,
        attempt: Attempt,
        batch: Batch[Any],
        memory: MediaMemory,
        allowed: set[type[LaneCommand]],
    ) -> None:
        self._attempt = attempt
        self._command_type: type[LaneCommand] = batch.command_type
        self._import_id = batch.import_id
        self._place: Place = PLACES[batch.command_type]
        self._items = memory.items
        self._turns = memory.turns
        self._codes = CodesOfWrite(memory.codes, batch.import_id, self._place.kind)
        self._limits = LimitsOfWrite(memory.limits, attempt, self._place)
        self._allowed = allowed

    def write(self, envelopes: Sequence[Envelope[Any]]) -> None:
        """Upload what is new, then write the codes of what is not; raises as ``Upserts.write``."""
        left = [envelope for envelope in envelopes if self._may_go(envelope)]
        while left:  # ends: a code that was given in this write is tried once
            codes = [(each, code) for each in left if (code := self._code_for(each))]
            left = self._write_codes(codes)

    def _may_go(self, envelope: Envelope[Any]) -> bool:
        """Whether nothing speaks against sending the file; else that is the outcome."""
        file = envelope.attachment
        problem: ServerError | str | None = "No file came along with it."
        if file is not None:
            problem = file.problem or self._limits.problem(envelope, file)
        if problem:
            self._attempt.found[envelope.number] = Outcome.failed(problem)
        return not problem

    def _code_for(self, envelope: Envelope[Any]) -> str | None:
        """Return the code to write as a value; None when the command has its outcome already."""
        if self._place.part is not None:
            return self._code_or_upload(envelope)
        if self._is_there(envelope) is False:
            return None
        with self._turn(envelope):
            return self._codes.get(_file(envelope)) or self._store(envelope)

    def _code_or_upload(self, envelope: Envelope[Any]) -> str | None:
        """Return the code of a file that is known; upload it where that says all."""
        with self._turn(envelope):
            code = self._codes.get(_file(envelope))
            if code is None:
                self._assign(envelope)
                return None
        there = self._is_there(envelope)
        if there is None:
            self._assign(envelope)
        return code if there else None

    def _turn(self, envelope: Envelope[Any]) -> AbstractContextManager[None]:
        """Let lanes that have the same content at the same time wait for its code."""
        file = _file(envelope)
        return self._turns.of((self._import_id, self._place.kind, file.sha256, file.name))

    def _is_there(self, envelope: Envelope[Any]) -> bool | None:
        """Whether what the file belongs to exists; None when the PIM does not say so.

        A value would create it, with nothing else to it. Where it does not, that is the outcome.
        """
        command = envelope.command
        if self._items.has(self._import_id, command.identity):
            return True
        try:
            answer = self._attempt.call("GET", owner_path(command), None, JSON)
        except InvalidCommand:
            return None
        if answer.status == 200:
            self._items.add(self._import_id, command.identity)
            return True
        if answer.status != 404 or answer.content_type != JSON:
            return None
        self._learn_refusal(envelope, answer)
        return False

    def _assign(self, envelope: Envelope[Any]) -> None:
        """Upload a file that becomes a value by that."""
        if answer := self._upload(envelope):
            self._keep_code(envelope, answer)
            self._attempt.found[envelope.number] = Outcome.uploaded(answer.status)

    def _store(self, envelope: Envelope[Any]) -> str | None:
        """Upload a file and return its code, which nothing has as a value yet."""
        answer = self._upload(envelope)
        if answer is None:
            return None
        code = self._keep_code(envelope, answer)
        if code is None:
            reason = f"The PIM did not say which code it gave to {_file(envelope).name}."
            self._attempt.found[envelope.number] = Outcome.failed(reason, status=answer.status)
        return code

    def _keep_code(self, envelope: Envelope[Any], answer: UploadAnswer) -> str | None:
        code = code_in(answer.headers, self._place)
        if code:
            self._codes.put(_file(envelope), code)
        return code

    def _upload(self, envelope: Envelope[Any]) -> UploadAnswer | None:
        """Make the call; None when it was refused, which is the outcome then."""
        path, file = upload_path(self._place), _file(envelope)
        form = form_of(envelope.command, self._place)
        try:
            answer = self._attempt.upload(path, form, file, envelope.number)
        except OSError as error:
            reason = f"{file.name} cannot be sent: {error.strerror or error}."
            self._attempt.found[envelope.number] = Outcome.failed(reason)
            return None
        if answer.status == 201:
            self._allowed.add(self._command_type)
            return answer
        self._refused(envelope, path, answer)
        return None

    def _refused(self, envelope: Envelope[Any], path: str, answer: Answer) -> None:
        status = answer.status
        if status < 300:
            raise SinkUnavailable(
                f"{METHOD} {path} was answered {status} instead of 201.",
                status=status,
                maybe_running=True,
            )
        if status in NO_ENDPOINT:
            raise no_endpoint(METHOD, path, status)
        if status == 403 and self._has_no_right(path):
            raise no_right(METHOD, path)
        if status in (403, 413) and answer.content_type != JSON:
            size = _file(envelope).size
            reason = f"The PIM does not take its {size:,} bytes (HTTP {status})."
            self._attempt.found[envelope.number] = Outcome.failed(reason, status=status)
        else:
            self._learn_refusal(envelope, answer)

    def _has_no_right(self, path: str) -> bool:
        """Whether a 403 is about rights, and not about a file that a front end finds too large."""
        if self._command_type in self._allowed:
            return False
        return self._attempt.call(METHOD, path, *EMPTY_FORM).status == 403

    def _learn_refusal(self, envelope: Envelope[Any], answer: Answer) -> None:
        refusal = read_refusal(answer.status, answer.body)
        outcome = outcome_of(envelope.command, refusal, answer.request_id)
        self._attempt.found[envelope.number] = outcome

    def _write_codes(self, codes: Sequence[tuple[Envelope[Any], str]]) -> list[Envelope[Any]]:
        """Write codes as values; return the commands whose code the PIM does not know any more."""
        try:
            self._send_codes(codes)
        finally:  # what was written before a call failed is written
            outdated = [envelope for envelope, code in codes if self._is_outdated(envelope, code)]
        return outdated

    def _send_codes(self, codes: Sequence[tuple[Envelope[Any], str]]) -> None:
        lines = [found for envelope, code in codes if (found := self._line(envelope, code))]
        for path, line in lines:
            if is_image(line.command):
                self._write_image(path, line)
        form = FORMS[self._place.form]
        values = [(path, line) for path, line in lines if not is_image(line.command)]
        Upserts(self._attempt, self._command_type, form, self._allowed).send(values)

    def _line(self, envelope: Envelope[Any], code: str) -> tuple[str, Line] | None:
        try:
            path = value_path(envelope.command)
        except InvalidCommand as error:
            self._attempt.found[envelope.number] = Outcome.failed(error.reason)
            return None
        return path, Line(envelope, value_body(envelope.command, self._place, code))

    def _write_image(self, path: str, line: Line) -> None:
        """Write the image of a reference entity, which is a call of its own."""
        answer = self._attempt.call("PATCH", path, line.body, JSON, [line.number])
        if answer.status in (405, 415):
            raise no_endpoint("PATCH", path, answer.status)
        self._learn_refusal(line.envelope, answer)

    def _is_outdated(self, envelope: Envelope[Any], code: str) -> bool:
        """Turn what became of a value into the outcome of its upload; true when it must go again.

        A code of this very write is known to the PIM: what is refused then is the value.
        """
        found = self._attempt.found
        outcome = found.get(envelope.number)
        if outcome is None or outcome.kind is OutcomeKind.UNKNOWN:
            return False
        if outcome.kind is OutcomeKind.UPDATED:
            found[envelope.number] = Outcome.uploaded(outcome.status)
        elif outcome.kind is OutcomeKind.CREATED:
            found[envelope.number] = Outcome.failed(VANISHED, status=outcome.status)
        elif outcome.status == 422 and code not in self._codes.fresh:
            self._codes.forget(_file(envelope))
            del found[envelope.number]
            return True
        return False


def _file(envelope: Envelope[Any]) -> Attachment:
    if envelope.attachment is None:
        raise AssertionError("a command without a file has its outcome before")
    return envelope.attachment
