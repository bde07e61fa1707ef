"""Batches: a PATCH of a collection with one JSON object a line, answered line by line.

Source: akeneo/pim-api-docs, content/rest-api/update.md; the partial-update-list end-to-end tests of
akeneo/pim-community-dev. The headers of the real answer are sent before the first line is worked
on, so nothing about the whole call is known from the status 200.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from typing import Any

import orjson
from attrs import frozen

from importbus.adapters.simulated_pim.model import phpjson
from importbus.adapters.simulated_pim.model.refusals import Refusal
from importbus.adapters.simulated_pim.model.resource import Parents, Resource
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.service.messages import COLLECTION, Answer, Request
from importbus.adapters.simulated_pim.service.writing import BAD_JSON, check_type, upsert

MAX_LINES = 100
"""Most lines of a batch; the PIM answers 413 to more and does nothing."""

MAX_LINE_BYTES = 1_000_000
"""Most bytes of a line; a longer one is refused with 413, by itself."""


@frozen
class LineFault:
    """What a fault plan does to one line of a batch.

    Attributes:
        status: The status to answer in place of the real one; None: leave the answer out.
        commit: Whether the line is carried out all the same.
        field: The name under which the status is answered.
    """

    status: int | None
    message: str = "Internal Server Error"
    commit: bool = False
    field: str = "status_code"


FaultOfLine = Callable[[int, bytes], LineFault | None]
"""Line number (from 1) and the line to what goes wrong with it."""


def _nothing(*_: object) -> None:
    return None


@frozen
class Watch:
    """Who follows a batch: what goes wrong with a line, and who is told each key."""

    fault: FaultOfLine = _nothing
    holding: Callable[[str], None] = _nothing


def patch_many(
    store: Store, resource: Resource, parents: Parents, request: Request, watch: Watch
) -> Answer:
    """Answer a batch: each line is carried out by itself, in their order; nothing is undone."""
    check_type(request, COLLECTION)
    lines = request.body.split(b"\n")
    if not lines[-1]:
        lines.pop()
    if len(lines) > MAX_LINES:
        raise Refusal(413, f"Too many resources to process, {MAX_LINES} is the maximum allowed.")
    batch = _Batch(store, resource, parents, watch)
    answers = [batch.answer(n, raw) for n, raw in enumerate(lines, 1)]
    text = "\n".join(answer for answer in answers if answer)
    return Answer(200, text.encode(), COLLECTION, stream=True, keys=batch.keys, lines=len(lines))


class _Batch:
    """The lines of one request, one after the other."""

    def __init__(self, store: Store, resource: Resource, parents: Parents, watch: Watch) -> None:
        self._store, self._resource, self._parents = store, resource, parents
        self._watch = watch
        self._anchor = f"patch_{resource.anchor}"
        self._name = phpjson.quote(resource.key)
        self.keys: list[str] = []

    def answer(self, n: int, raw: bytes) -> str:
        """Carry out line *n* and return its answer; "" when a fault leaves it out."""
        key: str | None = None
        try:
            body = _parsed(raw)
            key = self._key(body)
            status = self._write(key, body, self._watch.fault(n, raw))
        except Refusal as refusal:
            return self._failed(n, key, refusal.status, refusal.body(self._anchor))
        except _Faulty as faulty:
            return self._faulty(n, key, faulty.fault)
        except Exception:  # noqa: BLE001 - a bug is a 500 of its line, as in the real server
            traceback.print_exc(file=sys.stderr)
            return self._failed(n, key, 500, {"message": "Internal Server Error"})
        shown = phpjson.quote(self._resource.echo(key))
        return f'{{"line":{n},{self._name}:{shown},"status_code":{status}}}'

    def _key(self, body: Any) -> str:
        name = self._resource.key
        key = body.get(name) if isinstance(body, dict) else None
        if key is None or (isinstance(key, str) and not key.strip()):
            raise Refusal(422, f"{name.capitalize()} is missing.")
        if not isinstance(key, str):
            raise Refusal(422, f"{name} must be of type string.")
        self.keys.append(key)
        self._watch.holding(key)
        return key

    def _write(self, key: str, body: Body, fault: LineFault | None) -> int:
        if fault is not None and not fault.commit:
            raise _Faulty(fault)
        created, _ = upsert(self._store, self._resource, self._parents, key, body)
        if fault is not None:
            raise _Faulty(fault)
        return 201 if created else 204

    def _failed(
        self, n: int, key: str | None, status: int, rest: Body, field: str = "status_code"
    ) -> str:
        named = {} if key is None else {self._resource.key: self._resource.echo(key)}
        return phpjson.encode({"line": n, **named, field: status, **rest})

    def _faulty(self, n: int, key: str | None, fault: LineFault) -> str:
        if fault.status is None:
            return ""
        rest = {} if fault.status < 400 else {"message": fault.message}
        return self._failed(n, key, fault.status, rest, fault.field)


class _Faulty(Exception):
    def __init__(self, fault: LineFault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def _parsed(raw: bytes) -> Any:
    if len(raw) > MAX_LINE_BYTES:
        raise Refusal(413, "Line is too long.")
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        body = None
    if body is None:
        raise Refusal(400, BAD_JSON)
    return body
