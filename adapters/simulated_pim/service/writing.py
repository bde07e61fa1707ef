"""Writes of one item: PATCH, POST and DELETE.

Source: akeneo/pim-api-docs, content/rest-api/update.md and responses.md.
"""

from __future__ import annotations

import orjson

from importbus.adapters.simulated_pim.model.refusals import Refusal, expects, invalid, not_found
from importbus.adapters.simulated_pim.model.resource import Parents, Resource
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.service.messages import JSON, Answer, Request
from importbus.adapters.simulated_pim.service.routes import path_of

BAD_JSON = "Invalid json message received"


def upsert(
    store: Store, resource: Resource, parents: Parents, key: str, body: Body
) -> tuple[bool, str]:
    """Create or update one item; returns whether it is new, and its code."""
    with store.lock:
        if body.get(resource.key, key) != key and not _stored(store, resource, parents, key):
            raise Refusal(
                422,
                f'The {resource.key} "{body[resource.key]}" provided in the request body must '
                f'match the {resource.key} "{key}" provided in the url.',
            )
        written = resource.write(store, parents, key, body)
        if resource.structure:
            store.structure_changed()
    return written


def patch_one(
    store: Store, resource: Resource, parents: Parents, key: str, request: Request
) -> Answer:
    """Answer a PATCH of one item: 201 or 204 without a body, and where it is."""
    check_type(request, JSON)
    created, code = upsert(store, resource, parents, key, _object(request.body))
    return Answer(
        201 if created else 204, b"", None, _location(request, path_of(resource, parents, code))
    )


def post(store: Store, resource: Resource, parents: Parents, request: Request) -> Answer:
    """Answer a POST of one item, which must not exist: 201 without a body, and where it is."""
    check_type(request, JSON)
    body = _object(request.body)
    key = _posted_key(resource, body)
    with store.lock:
        if key and _stored(store, resource, parents, key):
            name, message = resource.taken
            raise invalid([{"property": name, "message": message}])
        _, code = upsert(store, resource, parents, key, body)
    return Answer(201, b"", None, _location(request, path_of(resource, parents, code)), keys=[code])


def _stored(store: Store, resource: Resource, parents: Parents, key: str) -> bool:
    """Tell whether the item is there; what an unknown parent gets is for `write` to say."""
    try:
        return key in resource.table(store, parents)
    except Refusal:
        return False


def _posted_key(resource: Resource, body: Body) -> str:
    """Take the key out of *body*; "" when it is blank, which each resource refuses in its words."""
    key = body.pop(resource.key, None)
    if isinstance(key, (dict, list)):
        raise expects(resource.key, "a scalar", key)
    if key is not None and not isinstance(key, str):
        raise Refusal(422, f"{resource.key} must be of type string.")
    return key if key and key.strip() else ""


def delete(store: Store, resource: Resource, parents: Parents, key: str) -> Answer:
    """Answer a DELETE: 204, or 404 if there is nothing to delete."""
    with store.lock:
        if key not in resource.table(store, parents):
            raise not_found(resource.noun, key)
        resource.delete(store, parents, key)
    return Answer(204, b"", None)


def check_type(request: Request, allowed: str) -> None:
    """Raise a 415 `Refusal` for any content type but *allowed*."""
    sent = request.content_type
    if not sent:
        message = f'The "Content-Type" header is missing. "{allowed}" has to be specified as value.'
        raise Refusal(415, message)
    if sent != allowed:
        raise Refusal(
            415, f'"{sent}" in "Content-Type" header is not valid. Only "{allowed}" is allowed.'
        )


def _object(raw: bytes) -> Body:
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Refusal(400, BAD_JSON) from None
    if body == [] and isinstance(body, list):
        return {}
    if not isinstance(body, dict):
        raise Refusal(400, BAD_JSON)
    return body


def _location(request: Request, path: str) -> dict[str, str]:
    return {"Location": f"{request.base}{path}"}
