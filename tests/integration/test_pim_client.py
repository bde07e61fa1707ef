"""The PIM client against the simulated PIM, over real connections."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest

from importbus.adapters.pim import PimClient
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.bus.errors import SinkPaused, SinkRefused, SinkUnavailable

pytestmark = pytest.mark.integration

API = "/api/rest/v1"
TOKEN = "/api/oauth/v1/token"
LINES = "application/vnd.akeneo.collection+json"
PRODUCTS = [{"identifier": code} for code in "abcd"]


@pytest.fixture
def pim() -> Iterator[SimulatedPim]:
    """A PIM as just installed, with all its limits."""
    with SimulatedPim() as pim:
        yield pim


def open_client(pim: SimulatedPim, **other: Any) -> PimClient:
    """Return a client with the credentials of *pim*, apart from *other*."""
    account = {
        "client_id": pim.account.client_id,
        "secret": pim.account.secret,
        "username": pim.account.username,
        "password": pim.account.password,
    }
    return PimClient(url=pim.url, **{**account, **other})


@pytest.fixture
def client(pim: SimulatedPim) -> Iterator[PimClient]:
    """A client of the PIM that has logged in."""
    with open_client(pim) as client:
        client.probe()
        pim.application.trace.reset()
        yield client


def fault(pim: SimulatedPim, kind: str, times: int = 1, path: str = "", **more: Any) -> None:
    """Let the next requests to *path* fail."""
    pim.set_faults([{"match": {"path": path}, "times": times, "fault": {"kind": kind, **more}}])


def patch(client: PimClient, path: str, *items: dict[str, Any], rate: float | None = None) -> Any:
    """Send a batch; return the answer."""
    body = "\n".join(json.dumps(item) for item in items).encode()
    return client.call("PATCH", API + path, body, content_type=LINES, rate=rate)


def statuses(pim: SimulatedPim) -> dict[str, int]:
    """Return how often the PIM gave each status."""
    counts: dict[str, int] = pim.trace()["requests_by_status"]
    return counts


def logins(pim: SimulatedPim) -> int:
    """Return how often the PIM was asked for a token."""
    return int(pim.trace()["requests_by_path"].get(TOKEN, 0))


def all_at_once(call: Callable[[int], object], count: int) -> None:
    """Run *call* in *count* threads."""
    threads = [Thread(target=call, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_what_was_written_is_read_back(client: PimClient, pim: SimulatedPim) -> None:
    """A batch has an answer a line, and lists are read page by page."""
    answer = patch(client, "/products", *PRODUCTS)
    found = [item["identifier"] for item in client.items(f"{API}/products", {"limit": "2"})]

    assert (answer.status, answer.content_type, answer.complete) == (200, LINES, True)
    assert [json.loads(line)["status_code"] for line in answer.body.split(b"\n")] == [201] * 4
    assert found == ["a", "b", "c", "d"]
    assert logins(pim) == 0


def test_lists_of_both_kinds_of_pages_are_read(client: PimClient) -> None:
    """By number and by the last item, whatever the PIM's links say."""
    patch(client, "/categories", *[{"code": f"c{n}"} for n in range(5)])
    patch(client, "/products", *PRODUCTS)
    by_number = client.items(f"{API}/categories", {"limit": "2"})
    by_item = client.items(f"{API}/products", {"limit": "3", "pagination_type": "search_after"})

    assert len({item["code"] for item in by_number} & {f"c{n}" for n in range(5)}) == 5
    assert [item["identifier"] for item in by_item] == ["a", "b", "c", "d"]


def test_single_objects_are_read_or_missing(client: PimClient) -> None:
    """And the PIM tells its version."""
    assert client.get_json(f"{API}/channels/ecommerce")["code"] == "ecommerce"
    assert "version" in client.system_information()
    with pytest.raises(LookupError):
        client.get_json(f"{API}/products/nope")


@pytest.mark.parametrize("refresh_too", [False, True])
def test_tokens_that_end_under_way_are_renewed(
    client: PimClient, pim: SimulatedPim, refresh_too: bool
) -> None:
    """By the refresh token, and by the password when that one is dead as well."""
    fault(pim, "expire_tokens", refresh=refresh_too)

    assert patch(client, "/products", *PRODUCTS).status == 200
    assert logins(pim) == 1 + refresh_too
    assert statuses(pim) == {"401": 1, "200": 2} | ({"422": 1} if refresh_too else {})


def test_many_threads_with_a_dead_token_renew_it_once(client: PimClient, pim: SimulatedPim) -> None:
    """The others go on with the new one."""
    pim.expire_tokens()
    found: list[int] = []
    all_at_once(lambda n: found.append(patch(client, "/products", PRODUCTS[0]).status), 12)

    assert found == [200] * 12
    assert logins(pim) == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"client_id": "x"}, r"HTTP 422\): client id and secret do not fit"),
        ({"secret": "x"}, r"HTTP 422\): client id and secret do not fit"),
        ({"username": "x"}, r"HTTP 422\): username and password do not fit"),
        ({"password": "x"}, r"HTTP 422\): username and password do not fit"),
        ({"password": "x" * 300}, r"HTTP 413\): it takes 300 bytes"),
    ],
)
def test_wrong_credentials_are_said_once(
    pim: SimulatedPim, wrong: dict[str, str], words: str
) -> None:
    """With what is wrong, and without a second attempt."""
    with open_client(pim, **wrong) as client:
        for _ in range(3):
            with pytest.raises(SinkRefused, match=words):
                client.probe()

    assert logins(pim) == 1


def test_twelve_threads_never_make_more_than_four_calls_at_once() -> None:
    """The PIM would answer 429 to a fifth."""
    with SimulatedPim(latency_ms=20) as pim, open_client(pim) as client:
        all_at_once(lambda n: patch(client, "/products", {"identifier": f"p{n}"}), 12)
        trace = pim.trace()

    assert trace["max_concurrent"] == 4
    assert trace["requests_by_status"] == {"200": 13}


def test_options_are_written_as_slowly_as_the_pim_wants(
    client: PimClient, pim: SimulatedPim
) -> None:
    """Three calls a second, or it answers 429."""
    color = {"code": "color", "type": "pim_catalog_simpleselect", "group": "other"}
    patch(client, "/attributes", color)
    for n in range(7):
        patch(client, "/attributes/color/options", {"code": f"o{n}"}, rate=3)
    calls = [c["started"] for c in pim.trace()["requests"] if c["path"].endswith("options")]

    assert statuses(pim) == {"200": 8}
    assert 2.0 < calls[-1] - calls[0] < 4.0


@pytest.mark.parametrize(
    ("more", "least", "most"),
    [
        ({"retry_after": 30}, 30.0, 30.0),
        ({"retry_after": 30, "retry_after_as": "date"}, 28.0, 31.0),
        ({"body": "slow down"}, 1.0, 1.0),
    ],
)
def test_a_429_is_a_pause(
    client: PimClient, pim: SimulatedPim, more: dict[str, Any], least: float, most: float
) -> None:
    """As long as it says, in seconds or until a date, or a guess."""
    fault(pim, "429", **more)

    with pytest.raises(SinkPaused) as caught:
        client.probe()
    assert least <= (caught.value.retry_after or 0) <= most


def test_during_a_pause_nothing_is_sent(client: PimClient, pim: SimulatedPim) -> None:
    """By no thread."""
    fault(pim, "429", retry_after=300)

    def turned_away(n: int) -> None:
        with pytest.raises(SinkPaused):
            client.probe()

    turned_away(0)
    all_at_once(turned_away, 8)

    assert statuses(pim) == {"429": 1}


@pytest.mark.parametrize(
    ("kind", "more", "stored"),
    [
        ("reset_before", {}, 0),
        ("reset_after", {}, 4),
        ("html", {"status": 502}, 0),
        ("html", {"status": 504, "commit": True}, 4),
        ("html", {"status": 503, "commit": True}, 4),
        ("truncate", {"lines": 0, "abrupt": True, "commit": True}, 4),
    ],
)
def test_a_lost_answer_may_hide_a_success(
    client: PimClient, pim: SimulatedPim, kind: str, more: dict[str, Any], stored: int
) -> None:
    """So whoever repeats the call waits until it has ended; the next one is answered."""
    fault(pim, kind, path="products", **more)
    with pytest.raises(SinkUnavailable) as caught:
        patch(client, "/products", *PRODUCTS)

    assert caught.value.maybe_running is True
    assert len(pim.state()["products"]) == stored
    assert patch(client, "/products", *PRODUCTS).status == 200


@pytest.mark.parametrize("abrupt", [False, True])
def test_a_stream_that_ends_early_keeps_its_lines(
    client: PimClient, pim: SimulatedPim, abrupt: bool
) -> None:
    """Whether it broke off is known only when the connection did."""
    fault(pim, "truncate", path="products", lines=2, abrupt=abrupt)
    answer = patch(client, "/products", *PRODUCTS)

    assert [json.loads(line)["line"] for line in answer.body.split(b"\n")] == [1, 2]
    assert answer.complete is not abrupt


def test_a_redirect_is_not_followed(client: PimClient, pim: SimulatedPim) -> None:
    """Not even to the same host."""
    fault(pim, "redirect", location=f"{pim.url}{API}/channels")
    with pytest.raises(SinkRefused, match=r"is redirected \(HTTP 302\)"):
        client.probe()

    assert pim.trace()["count"] == 1


def test_a_pim_that_is_stopped_is_out_of_reach(client: PimClient, pim: SimulatedPim) -> None:
    """No call has begun, so nothing may be running."""
    pim.stop()

    with pytest.raises(SinkUnavailable, match="is out of reach: ") as caught:
        client.probe()
    assert caught.value.maybe_running is False
