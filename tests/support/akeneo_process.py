"""A simulated PIM that is called as a function: what commands do to it, without sockets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from importbus.adapters.simulated_pim import SimulatedPim
from importbus.adapters.simulated_pim.model.library import Library
from importbus.adapters.simulated_pim.model.store import Store
from importbus.adapters.simulated_pim.model.tables import Table
from importbus.adapters.simulated_pim.service.messages import Request
from importbus.bus.batches import Envelope
from importbus.bus.messages import LaneCommand, Position
from importbus.handlers.akeneo.requests import FORMS, line_of, path_to
from importbus.handlers.akeneo.resources import resource_of
from raw_http import API, COLLECTION, JSON, Body, RawClient, Reply

State = dict[str, dict[str, Any]]


class DirectClient(RawClient):
    """Calls *pim* in this thread; what it sends and gets is what would go over the wire."""

    def __init__(self, pim: SimulatedPim) -> None:
        super().__init__(port=0)
        self._pim = pim

    def send(
        self, method: str, target: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        raw = body if body is None or isinstance(body, str | bytes) else json.dumps(body)
        said = {name.lower(): value for name, value in (headers or {}).items()}
        bytes_sent = raw.encode() if isinstance(raw, str) else raw or b""
        answer = self._pim.application.answer(Request(method, target, said, bytes_sent))
        return Reply(answer.status, answer.headers, answer.body.decode())

    def carry(self, command: LaneCommand) -> int:
        """Send *command* in a call of its own, and return the status of its item."""
        return int(self.tell(command)["status_code"])

    def tell(self, command: LaneCommand) -> Body:
        """Send *command* in a call of its own, and return the answer to its item."""
        path = path_to(command).removeprefix(API)
        line = line_of(Envelope(command, Position("test", 1), 1, 0))
        form = FORMS.get(resource_of(type(command)).form)
        if form is None:
            return {"status_code": self.call("PATCH", path, line.body, JSON).status}
        reply = self.call("PATCH", path, form.join([line.body]), form.content_type)
        if reply.status != 200:
            return {"status_code": reply.status}
        answers: list[Body] = reply.lines if form.content_type == COLLECTION else reply.json
        return answers[0]

    def state(self) -> State:
        """Return all that the PIM holds."""
        return self._pim.state()


def copy_of(store: Store) -> Store:
    """Return a store that holds the same; items themselves are shared, as they never change."""
    fresh = Store(store.clock)
    for name, held in vars(store).items():
        if isinstance(held, Table):
            setattr(fresh, name, _copy(held))
        elif isinstance(held, Library):
            setattr(fresh, name, _copy_library(held))
    fresh.items = {kind: _copy(table) for kind, table in store.items.items()}
    fresh.options = {attribute: _copy(table) for attribute, table in store.options.items()}
    for name in ("children", "combinations", "uniques", "linked"):
        setattr(fresh, name, deepcopy(getattr(store, name)))
    return fresh


def _copy_library(held: Library) -> Library:
    fresh = Library(held.noun, held.entry, held.media, cased=held.cased)
    fresh.families = _copy(held.families)
    fresh.attributes = {code: _copy(table) for code, table in held.attributes.items()}
    fresh.options = {place: _copy(table) for place, table in held.options.items()}
    fresh.entries = {code: _copy(table) for code, table in held.entries.items()}
    return fresh


def _copy(table: Table[Any]) -> Table[Any]:
    fresh: Table[Any] = type(table)()
    keys = table.keys()
    for key in keys:
        fresh.put(key, table[key])
    return fresh
