"""Logging in to the PIM, and what a client does when a token is refused."""

from __future__ import annotations

import base64
from collections.abc import Callable
from threading import Barrier, Thread

import httpx
import pytest

from fake_clock import FakeClock
from importbus.adapters.pim import PimClient
from importbus.bus.errors import SinkPaused, SinkRefused, SinkUnavailable
from scripted_pim import (
    CLIENT_ID,
    PASSWORD,
    SECRET,
    TOKEN,
    USERNAME,
    Reply,
    ScriptedPim,
    breaks,
    grants,
    says,
)

LOGIN = {"grant_type": "password", "username": USERNAME, "password": PASSWORD}
PRODUCTS = "/api/rest/v1/products"
EXPIRED = says(401, json={"code": 401, "message": "The access token provided has expired."})
NO_USER = says(422, json={"code": 422, "message": "No user found for the given username and"})


def refresh_with(token: str) -> dict[str, str]:
    """Return the form that hands in a refresh token."""
    return {"grant_type": "refresh_token", "refresh_token": token}


def test_nothing_is_sent_before_the_first_call() -> None:
    """A program that imports nothing needs no PIM."""
    pim = ScriptedPim()
    with pim.client():
        pass

    assert pim.requests == []


def test_a_login_is_json_with_client_id_and_secret_in_the_header() -> None:
    """The Basic scheme names the connection, the body the user."""
    pim = ScriptedPim()
    pim.client().call("GET", PRODUCTS)
    login = pim.requests[0]
    basic = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()

    assert (login.method, login.url.path, pim.forms) == ("POST", TOKEN, [LOGIN])
    assert login.headers["Authorization"] == f"Basic {basic}"
    assert login.headers["Content-Type"] == "application/json"


def test_one_login_serves_all_calls() -> None:
    """Each of them bears the token."""
    pim = ScriptedPim()
    client = pim.client()
    for _ in range(3):
        client.call("GET", PRODUCTS)

    assert pim.forms == [LOGIN]
    assert pim.bearers == ["acc3ss-1"] * 3


@pytest.mark.parametrize(("more", "spell"), [({"expires_in": 600}, 570), ({}, 3570)])
def test_a_token_is_refreshed_when_its_time_is_over(more: dict[str, int], spell: int) -> None:
    """The server says how long; an hour, if it does not."""
    clock, pim = FakeClock(), ScriptedPim(logins=[grants("t0", "r0", **more)])
    client = pim.client(clock)
    for elapsed in (0, spell - 1, spell):
        clock.elapsed = elapsed
        client.call("GET", PRODUCTS)

    assert pim.bearers == ["t0", "t0", "acc3ss-1"]
    assert pim.forms == [LOGIN, refresh_with("r0")]


def test_the_time_of_a_token_counts_from_the_request_for_it() -> None:
    """The server began to count while its answer was on the way."""
    clock = FakeClock()

    def slow(request: httpx.Request) -> httpx.Response:
        clock.elapsed += 100
        return grants("t0", "r0", expires_in=130)(request)

    pim = ScriptedPim(logins=[slow])
    client = pim.client(clock)
    client.call("GET", PRODUCTS)
    client.call("GET", PRODUCTS)

    assert pim.bearers == ["t0", "acc3ss-1"]


def test_a_refused_token_is_refreshed_and_the_call_made_again() -> None:
    """A batch that was answered 401 has done nothing, so it goes again as it was."""
    pim = ScriptedPim(calls=[EXPIRED])
    answer = pim.client().call("PATCH", PRODUCTS, b'{"identifier":"mug"}', content_type="x/y")
    first, second = (r for r in pim.requests if r.url.path != TOKEN)

    assert answer.status == 200
    assert pim.bearers == ["acc3ss-1", "acc3ss-2"]
    assert pim.forms == [LOGIN, refresh_with("r3fresh-1")]
    assert (first.content, first.headers["Content-Type"]) == (b'{"identifier":"mug"}', "x/y")
    assert (second.content, second.headers["Content-Type"]) == (b'{"identifier":"mug"}', "x/y")


@pytest.mark.parametrize("status", [400, 401, 403, 422])
def test_a_refused_refresh_is_followed_by_one_login(status: int) -> None:
    """Also when the refresh token died with the access token."""
    refused = says(status, json={"code": status, "message": "Refresh token is invalid"})
    pim = ScriptedPim(calls=[EXPIRED], logins=[grants("t0", "r0"), refused])

    assert pim.client().call("GET", PRODUCTS).status == 200
    assert pim.forms == [LOGIN, refresh_with("r0"), LOGIN]


def test_a_second_401_stops_the_import() -> None:
    """The call is made again once; a third time would be no other."""
    pim = ScriptedPim(calls=[EXPIRED] * 9)
    with pytest.raises(SinkRefused, match="refuses the token that it has just given") as caught:
        pim.client().call("GET", PRODUCTS)

    assert caught.value.status == 401
    assert len(pim.asked) == len(pim.forms) == 2


def all_at_once(*calls: Callable[[], object]) -> None:
    """Run *calls* in a thread each."""
    threads = [Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def meets(barrier: Barrier, reply: Reply) -> Reply:
    """Answer when as many requests have come as *barrier* waits for."""

    def wait(request: httpx.Request) -> httpx.Response:
        barrier.wait(10)
        return reply(request)

    return wait


def test_calls_that_meet_one_dead_token_cause_one_refresh() -> None:
    """All four lanes are answered 401 together, and all four go again with the same new token."""
    together = Barrier(4)
    pim = ScriptedPim(calls=[meets(together, EXPIRED)] * 4)
    client = pim.client()
    statuses: list[int] = []
    all_at_once(*[lambda: statuses.append(client.call("GET", PRODUCTS).status)] * 4)

    assert statuses == [200] * 4
    assert pim.forms == [LOGIN, refresh_with("r3fresh-1")]
    assert pim.bearers == ["acc3ss-1"] * 4 + ["acc3ss-2"] * 4


def refused(client: PimClient, found: list[SinkRefused]) -> None:
    """Make a call that is refused."""
    with pytest.raises(SinkRefused) as caught:
        client.call("GET", PRODUCTS)
    found.append(caught.value)


def test_a_refused_login_is_tried_once_and_not_by_every_thread() -> None:
    """Wrong credentials are 422; the PIM locks a user who fails too often."""
    pim = ScriptedPim(logins=[NO_USER] * 9)
    client, found = pim.client(), list[SinkRefused]()
    all_at_once(*[lambda: refused(client, found)] * 8)

    assert len(pim.requests) == 1
    assert {error.status for error in found} == {422}
    assert {"username and password do not fit" in str(error) for error in found} == {True}


def test_credentials_that_are_too_long_are_named() -> None:
    """The PIM takes 300 bytes for all of them."""
    too_long = {"code": 413, "message": "Request content exceeded the maximum allowed size"}
    pim = ScriptedPim(logins=[says(413, json=too_long)])

    with pytest.raises(SinkRefused, match=r"HTTP 413\): it takes 300 bytes"):
        pim.client().call("GET", PRODUCTS)


def test_a_paused_login_pauses_everyone() -> None:
    """429 counts for tokens as for all else, and nobody tries to log in meanwhile."""
    pim = ScriptedPim(logins=[says(429, headers={"Retry-After": "7"})])
    client = pim.client()
    for _ in range(3):
        with pytest.raises(SinkPaused) as caught:
            client.call("GET", PRODUCTS)
        assert caught.value.retry_after == 7.0

    assert len(pim.requests) == 1


@pytest.mark.parametrize(
    "reply",
    [
        says(408),
        says(500, html="<h1>Oops</h1>"),
        says(502),
        says(503, headers={"Retry-After": "7"}),
        breaks(httpx.ReadTimeout("")),
        breaks(httpx.ReadError("reset")),
        breaks(httpx.ConnectError("refused")),
    ],
)
@pytest.mark.parametrize("known", [False, True])
def test_a_login_without_an_answer_leaves_nothing_running(reply: Reply, known: bool) -> None:
    """I3: the call that needs the token has not begun, so who repeats it need not wait."""
    pim = ScriptedPim(calls=[EXPIRED], logins=[grants("t0", "r0"), reply] if known else [reply])

    with pytest.raises(SinkUnavailable) as caught:
        pim.client().call("PATCH", PRODUCTS, b"{}")
    assert caught.value.maybe_running is False


def test_a_busy_login_says_when_to_come_again() -> None:
    """As any other call that is answered 503."""
    pim = ScriptedPim(logins=[says(503, headers={"Retry-After": "7"})])

    with pytest.raises(SinkUnavailable) as caught:
        pim.client().call("GET", PRODUCTS)
    assert (caught.value.status, caught.value.retry_after) == (503, 7.0)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirected_login_is_not_followed(status: int) -> None:
    """It would carry the secret to another server."""
    pim = ScriptedPim(logins=[says(status, headers={"Location": "https://evil.example/"})])
    with pytest.raises(SinkRefused, match=r"is redirected \(HTTP 30\d\); set pim.url"):
        pim.client().call("GET", PRODUCTS)

    assert [r.url.host for r in pim.requests] == ["pim.example"]


@pytest.mark.parametrize("reply", [says(200, html="<h1>Welcome</h1>"), says(404), says(200)])
def test_what_is_no_pim_is_a_wrong_address(reply: Reply) -> None:
    """A login page, or another application."""
    with pytest.raises(SinkRefused, match=r"like an Akeneo PIM \(HTTP \d+\); check pim\.url"):
        ScriptedPim(logins=[reply]).client().call("GET", PRODUCTS)


@pytest.mark.parametrize("reply", [says(200, html="<h1>Back soon</h1>"), says(404), says(200)])
def test_a_pim_that_was_one_before_is_under_maintenance(reply: Reply) -> None:
    """Its address was right, so waiting may help."""
    pim = ScriptedPim(calls=[EXPIRED], logins=[grants("t0"), reply])

    with pytest.raises(SinkUnavailable, match="maintenance, perhaps"):
        pim.client().call("GET", PRODUCTS)
