"""Reading from the PIM: single objects, lists page by page, what the server says of itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

from importbus.adapters.pim.answer import Answer
from importbus.bus.errors import SinkPaused, SinkRefused, SinkUnavailable

PATIENCE = 5
"""How often a read waits when the PIM asks everyone to."""

SYSTEM_INFORMATION = "/api/rest/v1/system-information"


class Reading(ABC):
    """What a client of the PIM can read, built on its ``call``.

    A read waits when the PIM asks everyone to, up to five times; all else that ``call`` raises is
    raised.
    """

    @abstractmethod
    def call(self, method: str, path: str) -> Answer:
        """Make one call; see the client."""

    @abstractmethod
    def _sleep(self, seconds: float) -> None: ...

    def get_json(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the object at *path*, which begins with ``/api``.

        Raises:
            LookupError: The PIM answered 404.
            SinkUnavailable: The answer is no whole JSON object.
            SinkRefused: Any other answer than 200.
        """
        found = self._read_json(_with_query(path, params))
        if not isinstance(found, dict):
            raise SinkUnavailable(f"GET {path} did not answer an object.", status=200)
        return found

    def items(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
        """Yield the items of a list, page by page; also of the lists that have no pages.

        Of a link to the next page only path and query count, so that no call leaves the host: a
        PIM behind a proxy may name itself differently. Raises as ``get_json`` does.
        """
        target = _with_query(path, params)
        while target:
            page = self._read_json(target)
            yield from _items(page, target)
            following = _next(page, target)
            target = following if following != target else ""

    def system_information(self) -> dict[str, Any]:
        """Return version and edition; empty before version 6.0, which does not tell."""
        try:
            return self.get_json(SYSTEM_INFORMATION)
        except LookupError:
            return {}

    def _read_json(self, target: str) -> Any:
        answer = self._get(target)
        if answer.status == 404:
            raise LookupError(target)
        if answer.status != 200:
            raise SinkRefused(f"GET {target} answered {answer.status}.", status=answer.status)
        try:
            return orjson.loads(answer.body)
        except orjson.JSONDecodeError as error:
            kind = answer.content_type or "something"
            reason = f"GET {target} answered {kind} instead of whole JSON."
            raise SinkUnavailable(reason, status=200) from error

    def _get(self, target: str) -> Answer:
        for _ in range(PATIENCE):
            try:
                return self.call("GET", target)
            except SinkPaused as pause:
                self._sleep(pause.retry_after or 1.0)
        return self.call("GET", target)


def _with_query(path: str, params: Mapping[str, str] | None) -> str:
    return f"{path}?{urlencode(params)}" if params else path


def _items(page: Any, target: str) -> list[dict[str, Any]]:
    try:
        found = page if isinstance(page, list) else page["_embedded"]["items"]
    except (KeyError, TypeError):
        found = None
    if not isinstance(found, list):
        raise SinkUnavailable(f"GET {target} did not answer a list.", status=200)
    return found


def _next(page: Any, target: str) -> str:
    """Return path and query of the page after the one at *target*; empty when there is none."""
    links = page.get("_links") if isinstance(page, dict) else None
    link = links.get("next") if isinstance(links, dict) else None
    href = link.get("href") if isinstance(link, dict) else None
    if not isinstance(href, str) or not href:
        return ""
    path, query = _split(href)
    if (api := path.find("/api/")) < 0:
        raise SinkUnavailable(f"GET {target} names a next page that is none.", status=200)
    return f"{path[api:]}?{query}" if query else path[api:]


def _split(href: str) -> tuple[str, str]:
    """Return path and query of *href*; empty when it is no link."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return "", ""
    return parts.path, parts.query
