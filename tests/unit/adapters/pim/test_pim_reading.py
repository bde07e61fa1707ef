"""Reading single objects, and lists page by page."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest

from fake_clock import FakeClock
from importbus.bus.errors import SinkPaused, SinkRefused, SinkUnavailable
from scripted_pim import LINES, URL, Reply, ScriptedPim, lines_until, says

PRODUCTS = "/api/rest/v1/products"


def page(*codes: str, after: object = None) -> Reply:
    """Answer a page of a list; *after* is the link to the next one."""
    links: dict[str, Any] = {"self": {"href": f"{URL}{PRODUCTS}"}}
    if after is not None:
        links["next"] = {"href": after}
    return says(200, json={"_links": links, "_embedded": {"items": [{"code": c} for c in codes]}})


def read(pim: ScriptedPim, path: str = PRODUCTS, **params: str) -> list[str]:
    """Return the codes of a list."""
    return [item["code"] for item in pim.client().items(path, params or None)]


def test_an_object_is_read_as_it_is() -> None:
    """Parameters are encoded."""
    pim = ScriptedPim(calls=[says(200, json={"code": "mug"})])
    found = pim.client().get_json(f"{PRODUCTS}/a%2Fb", {"search": '{"a": "ü&"}', "limit": "1"})

    assert found == {"code": "mug"}
    assert pim.asked == [f"GET {PRODUCTS}/a%2Fb?search=%7B%22a%22%3A+%22%C3%BC%26%22%7D&limit=1"]


def test_a_list_is_read_page_by_page() -> None:
    """The link to the next page is followed as it stands, up to the last."""
    pim = ScriptedPim(
        calls=[
            page("a", "b", after=f"{URL}{PRODUCTS}?search_after=b%2F1&limit=2"),
            page("c", "d", after=f"{URL}{PRODUCTS}?search_after=d&limit=2"),
            page("e"),
        ]
    )

    assert read(pim, limit="2") == ["a", "b", "c", "d", "e"]
    assert [target.partition("?")[2] for target in pim.asked] == [
        "limit=2",
        "search_after=b%2F1&limit=2",
        "search_after=d&limit=2",
    ]


def test_pages_are_asked_for_when_they_are_needed() -> None:
    """A list may be longer than memory."""
    pim = ScriptedPim(calls=[page("a", "b", after=f"{PRODUCTS}?page=2"), page("c")])
    items = pim.client().items(PRODUCTS)
    next(items)
    next(items)
    assert len(pim.asked) == 1
    next(items)

    assert len(pim.asked) == 2


def test_a_list_without_pages_is_read_too() -> None:
    """Some resources answer with an array."""
    pim = ScriptedPim(calls=[says(200, json=[{"code": "a"}, {"code": "b"}])])

    assert read(pim) == ["a", "b"]


@pytest.mark.parametrize(
    ("href", "target"),
    [
        (f"{URL}{PRODUCTS}?page=2", f"{PRODUCTS}?page=2"),
        (f"http://internal.example:8080{PRODUCTS}?page=2", f"{PRODUCTS}?page=2"),
        (f"https://evil.example/pim{PRODUCTS}?page=2", f"{PRODUCTS}?page=2"),
        (f"//evil.example{PRODUCTS}?page=2", f"{PRODUCTS}?page=2"),
        (f"//api/{PRODUCTS}?page=2", f"{PRODUCTS}?page=2"),
        (f"https://user@evil.example{PRODUCTS}?page=2", f"{PRODUCTS}?page=2"),
        (f"{PRODUCTS}?page=2#/api/", f"{PRODUCTS}?page=2"),
        (f"{PRODUCTS}/page/2", f"{PRODUCTS}/page/2"),
    ],
)
def test_a_link_to_the_next_page_never_leaves_the_host(href: str, target: str) -> None:
    """Of it only path and query count: a PIM behind a proxy may name itself differently."""
    pim = ScriptedPim(calls=[page("a", after=href), page("b")])

    assert read(pim) == ["a", "b"]
    assert pim.asked[1] == f"GET {target}"
    assert {request.url.host for request in pim.requests} == {"pim.example"}


@pytest.mark.parametrize(
    "href",
    [
        ".evil.example/x",
        "@evil.example/x",
        ":1@evil.example/x",
        "https://evil.example/x?page=/api/",
        "/login",
        "http://[bad/api/rest",
    ],
)
def test_a_link_that_is_no_page_of_the_api_is_not_followed(href: str) -> None:
    """Put behind the address it would name another host, which would get the token."""
    pim = ScriptedPim(calls=[page("a", after=href), page("b")])

    with pytest.raises(SinkUnavailable, match=f"GET {PRODUCTS} names a next page that is none"):
        read(pim)
    assert len(pim.asked) == 1


@pytest.mark.parametrize("href", [None, "", 7, PRODUCTS])
def test_a_link_that_leads_nowhere_ends_the_list(href: object) -> None:
    """So does one to the page itself, or the list would never end."""
    pim = ScriptedPim(calls=[page("a", after=href), page("b")])

    assert read(pim) == ["a"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"_embedded": {}},
        {"_embedded": None},
        {"_embedded": {"items": {"a": 1}}},
        "text",
        7,
        None,
    ],
)
def test_what_is_no_list_is_no_answer(body: object) -> None:
    """Something in between answered; later the PIM may."""
    pim = ScriptedPim(calls=[says(200, content=orjson.dumps(body))])

    with pytest.raises(SinkUnavailable, match=f"GET {PRODUCTS} did not answer a list"):
        read(pim)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (says(200, json=["a"]), "did not answer an object"),
        (says(200, html="<h1>Soon</h1>"), "answered text/html instead of whole JSON"),
        (says(200), "answered something instead of whole JSON"),
        (lines_until(httpx.ReadError("cut"), b'{"code":"m'), f"{LINES} instead of whole JSON"),
    ],
)
def test_what_is_no_whole_object_is_no_answer(reply: Reply, words: str) -> None:
    """Half an object could be taken for another one."""
    client = ScriptedPim(calls=[reply]).client()

    with pytest.raises(SinkUnavailable, match=words.replace("+", r"\+")):
        client.get_json(PRODUCTS)


def test_what_is_not_there_is_a_lookup_error() -> None:
    """The caller may have expected that; the target is in it."""
    client = ScriptedPim(calls=[says(404, json={})]).client()

    with pytest.raises(LookupError, match=f"{PRODUCTS}/mug"):
        client.get_json(f"{PRODUCTS}/mug")


@pytest.mark.parametrize("status", [204, 403, 406, 422])
def test_any_other_answer_is_a_refusal(status: int) -> None:
    """It has its status and the target."""
    client = ScriptedPim(calls=[says(status, json={})]).client()

    with pytest.raises(SinkRefused, match=f"GET {PRODUCTS} answered {status}") as caught:
        client.get_json(PRODUCTS)
    assert caught.value.status == status


def test_a_read_waits_when_the_pim_asks_everyone_to() -> None:
    """As long as it asks, five times."""
    clock = FakeClock()
    waits = [says(429, headers={"Retry-After": str(n)}) for n in (1, 2, 3, 4, 5)]
    pim = ScriptedPim(calls=[*waits, says(200, json={"code": "mug"})])

    assert pim.client(clock).get_json(PRODUCTS) == {"code": "mug"}
    assert clock.slept == [1, 2, 3, 4, 5]


def test_a_read_does_not_wait_for_ever() -> None:
    """The sixth pause is the caller's."""
    clock, pim = FakeClock(), ScriptedPim(calls=[says(429)] * 9)
    with pytest.raises(SinkPaused):
        pim.client(clock).get_json(PRODUCTS)

    assert len(clock.slept) == 5
    assert len(pim.asked) == 6


def test_what_the_pim_says_of_itself() -> None:
    """Before version 6.0 it says nothing."""
    about = {"version": "7.0.12", "edition": "CE"}
    pim = ScriptedPim(calls=[says(200, json=about), says(404, json={})])
    client = pim.client()

    assert [client.system_information(), client.system_information()] == [about, {}]
    assert pim.asked == ["GET /api/rest/v1/system-information"] * 2
