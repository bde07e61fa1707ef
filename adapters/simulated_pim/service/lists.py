"""Reads: one item, and pages of items.

Source: akeneo/pim-api-docs, content/rest-api/pagination.md and filter.md.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from attrs import frozen

from importbus.adapters.simulated_pim.model.refusals import Refusal, not_found
from importbus.adapters.simulated_pim.model.resource import Parents, Resource
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.model.tables import fold
from importbus.adapters.simulated_pim.service.messages import Answer, Request, json_answer
from importbus.adapters.simulated_pim.service.routes import path_of
from importbus.adapters.simulated_pim.service.searches import matching

MAX_LIMIT = 100
"""Most items of a page; the PIM answers 422 to more."""

WINDOW = 10_000
"""Items that offset paging reaches; beyond them only `search_after` does."""


def get_one(
    store: Store, resource: Resource, parents: Parents, key: str, request: Request
) -> Answer:
    """Answer a GET of one item."""
    with store.lock:
        item = resource.table(store, parents).get(key)
        if item is None:
            raise not_found(resource.noun, key)
        shown = resource.show(store, item)
    if resource.download:
        url = f"{request.base}{path_of(resource, parents)}/{quote(shown['code'])}"
        shown = {**shown, "_links": {"download": {"href": f"{url}/download"}}}
    return json_answer(200, shown)


@frozen
class _Page:
    """What one page shows: folded codes, and the query of its neighbours."""

    keys: list[str]
    links: Mapping[str, Mapping[str, str]]
    number: int | None = None
    total: int | None = None


def get_many(store: Store, resource: Resource, parents: Parents, request: Request) -> Answer:
    """Answer a GET of a page of items, in the order of their codes."""
    with store.lock:
        body = _listed(store, resource, parents, request)
    return json_answer(200, body)


def _listed(store: Store, resource: Resource, parents: Parents, request: Request) -> Any:
    table = resource.table(store, parents)
    if resource.plain:
        return [resource.show(store, item) for item in table.values()]
    query = request.query
    keys = matching(table, query.get("search"))
    page = _page(resource, keys, query)
    url = f"{request.base}{path_of(resource, parents)}"
    items = [
        {"_links": _links(resource, url, key), **resource.show(store, item)}
        for key in page.keys
        if (item := table.get(key)) is not None
    ]
    return _body(url, query, page, items)


def _links(resource: Resource, url: str, key: str) -> Body:
    """Return the links of a listed item; slashes in the codes of files stay as they are."""
    if resource.download is None:
        return {"self": {"href": f"{url}/{quote(key, safe='')}"}}
    own = f"{url}/{quote(key)}"
    return {"self": {"href": own}, "download": {"href": f"{own}/download"}}


def _body(url: str, query: Mapping[str, str], page: _Page, items: list[Body]) -> Body:
    body: Body = {
        "_links": {
            name: {"href": f"{url}?{urlencode({**query, **said})}"}
            for name, said in page.links.items()
        }
    }
    if page.number is not None:
        body["current_page"] = page.number
    if page.total is not None:
        body["items_count"] = page.total
    return {**body, "_embedded": {"items": items}}


def _page(resource: Resource, keys: list[str], query: Mapping[str, str]) -> _Page:
    limit = _number(query, "limit", 10 if resource.pages else MAX_LIMIT)
    if limit > MAX_LIMIT:
        raise Refusal(422, f"You cannot request more than {MAX_LIMIT} items.")
    paging = query.get("pagination_type", "page" if resource.pages else "search_after")
    if paging == "search_after" and resource.cursor:
        return _after(keys, query, limit)
    if paging != "page" or not resource.pages:
        raise Refusal(422, "Pagination type does not exist.")
    return _offset(keys, query, limit)


def _offset(keys: list[str], query: Mapping[str, str], limit: int) -> _Page:
    number = _number(query, "page", 1)
    if number * limit > WINDOW:
        raise Refusal(
            422,
            "You have reached the maximum number of pages you can retrieve with the "
            '"page" pagination type. Please use the search after pagination type instead',
            page="http://api.akeneo.com/documentation/pagination.html#the-search-after-method",
        )
    start = (number - 1) * limit
    size = {"limit": str(limit)}
    links = {"self": {"page": str(number), **size}, "first": {"page": "1", **size}}
    if number > 1:
        links["previous"] = {"page": str(number - 1), **size}
    if start + limit < len(keys):
        links["next"] = {"page": str(number + 1), **size}
    total = len(keys) if query.get("with_count") == "true" else None
    return _Page(keys[start : start + limit], links, number, total)


def _after(keys: list[str], query: Mapping[str, str], limit: int) -> _Page:
    last = query.get("search_after")
    start = bisect_right(keys, fold(last)) if last else 0
    chosen = keys[start : start + limit]
    size = {"pagination_type": "search_after", "limit": str(limit)}
    links: dict[str, dict[str, str]] = {"self": dict(size), "first": {**size, "search_after": ""}}
    if start + limit < len(keys):
        links["next"] = {**size, "search_after": chosen[-1]}
    return _Page(chosen, links)


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    said = query.get(name, str(default))
    if not said.isdecimal() or int(said) < 1:
        raise Refusal(422, f'"{said}" is not a valid {name} number.')
    return int(said)
