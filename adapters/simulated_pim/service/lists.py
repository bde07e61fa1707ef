"""Reading: one item, and pages of items.

Source: akeneo/pim-api-docs, content/rest-api/pagination.md and filter.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from ..model.refusals import Refusal, not_found
from ..model.resource import Parents, Resource
from ..model.store import Body, Item, Store
from ..model.tables import fold
from .messages import Answer, Request, json_answer

MAX_LIMIT = 100
"""Most items of a page; the PIM answers 422 to more."""

WINDOW = 10_000
"""Items that offset paging reaches; beyond them only `search_after` does."""


def get_one(store: Store, resource: Resource, parents: Parents, key: str) -> Answer:
    """Answer a GET of one item."""
    item = resource.table(store, parents).get(key)
    if item is None:
        raise not_found(resource.noun, key)
    return json_answer(200, resource.show(store, item))


def get_many(store: Store, resource: Resource, parents: Parents, request: Request) -> Answer:
    """Answer a GET of a page of items, in the order of their codes."""
    query = request.query
    limit = _number(query, "limit", 10)
    if limit > MAX_LIMIT:
        raise Refusal(422, f"You cannot request more than {MAX_LIMIT} items.")
    table = resource.table(store, parents)
    keys = _matching(table, query.get("search"))
    paging = query.get("pagination_type", "page")
    if paging not in ("page", "search_after") or (paging != "page" and not resource.cursor):
        raise Refusal(422, "Pagination type does not exist.")
    pages = _after if paging == "search_after" else _offset
    chosen, page = pages(keys, query, limit)
    links = {name: {"href": _href(request, query, said)} for name, said in page.items()}
    found = [item for item in (table.get(key) for key in chosen) if item is not None]
    body: Body = {"_links": links}
    if paging == "page":
        body["current_page"] = _number(query, "page", 1)
        if query.get("with_count") == "true":
            body["items_count"] = len(keys)
    shown = [{"_links": _self(request, resource, parents, each), **each} for each in (resource.show(store, item) for item in found)]
    body["_embedded"] = {"items": shown}
    return json_answer(200, body)
