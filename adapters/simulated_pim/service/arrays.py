"""Batches that are one JSON array, answered by one array of the same order.

Source: akeneo/pim-community-dev, the external API end-to-end tests of measurement families;
akeneo/pim-api-docs, records and assets in the reference.
"""

from __future__ import annotations

import sys
import traceback
from typing import Any

import orjson

from importbus.adapters.simulated_pim.model.refusals import Refusal
from importbus.adapters.simulated_pim.model.resource import Parents, Resource
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.model.words import MISSING, plural
from importbus.adapters.simulated_pim.service.batches import LineFault, Watch
from importbus.adapters.simulated_pim.service.messages import JSON, Answer, Request, json_answer
from importbus.adapters.simulated_pim.service.writing import BAD_JSON, check_type, upsert


def patch_array(
    store: Store, resource: Resource, parents: Parents, request: Request, watch: Watch
) -> Answer:
    """Answer a batch: each item is carried out by itself, in their order; nothing is undone."""
    check_type(request, JSON)
    items = _parsed(request.body)
    with store.lock:
        resource.table(store, parents)  # a 404 of the whole call for an unknown parent
    _check_list(resource, items)
    batch = _Array(store, resource, parents, watch)
    answers = [batch.answer(n, item) for n, item in enumerate(items, 1)]
    answer = json_answer(200, [each for each in answers if each is not None])
    answer.keys, answer.lines = batch.keys, len(items)
    return answer


def _parsed(raw: bytes) -> Any:
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        found = None
    if found is None:
        raise Refusal(400, BAD_JSON)
    return found


def _check_list(resource: Resource, items: Any) -> None:
    wrong = None
    if not isinstance(items, list):
        wrong = ("", "The data must be an array of objects")
    else:
        places = (n for n, item in enumerate(items) if not isinstance(item, dict))
        if (first := next(places, None)) is not None:
            wrong = (f"[{first}]", "The data must be an object")
    if wrong is not None:
        message = f"The list of {plural(resource.noun.lower())} has an invalid format."
        raise Refusal(400, message, errors=[{"property": wrong[0], "message": wrong[1]}])
    if resource.most is not None and len(items) > resource.most:
        raise Refusal(
            413, f"Too many resources to process, {resource.most} is the maximum allowed."
        )


class _Array:
    """The items of one request, one after the other."""

    def __init__(self, store: Store, resource: Resource, parents: Parents, watch: Watch) -> None:
        self._store, self._resource, self._parents = store, resource, parents
        self._watch = watch
        self.keys: list[str] = []

    def answer(self, n: int, item: Body) -> Body | None:
        """Carry out item *n* and return its answer; None when a fault leaves it out."""
        said = item.get(self._resource.key)
        key = said if isinstance(said, str) else ""
        fault = self._watch.fault(n, orjson.dumps(item))
        if fault is not None and not fault.commit:
            return _spoiled(key, fault)
        answer = self._written(key, item)
        return answer if fault is None else _spoiled(key, fault)

    def _check_key(self, key: str, item: Body) -> None:
        name = self._resource.key
        if not key.strip():
            about = name if name in item else ""
            message = (
                f"The {name} must be a text that is not blank" if about else MISSING.format(name)
            )
            headline = f"The {self._resource.noun.lower()} has an invalid format."
            raise Refusal(422, headline, errors=[{"property": about, "message": message}])
        self.keys.append(key)
        self._watch.holding(key)

    def _written(self, key: str, item: Body) -> Body:
        try:
            self._check_key(key, item)
            created, code = upsert(self._store, self._resource, self._parents, key, item)
        except Refusal as refusal:
            return {"code": key, "status_code": refusal.status, **refusal.body("")}
        except Exception:  # noqa: BLE001 - a bug is a 500 of its item, as in a batch of lines
            traceback.print_exc(file=sys.stderr)
            return {"code": key, "status_code": 500, "message": "Internal Server Error"}
        return {"code": code, "status_code": 201 if created else 204}


def _spoiled(key: str, fault: LineFault) -> Body | None:
    if fault.status is None:
        return None
    rest = {} if fault.status < 400 else {"message": fault.message}
    return {"code": key, fault.field: fault.status, **rest}
