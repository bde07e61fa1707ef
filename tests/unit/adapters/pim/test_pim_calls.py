"""What a call sends, how many are made at once and in a second, and what it returns."""

from __future__ import annotations

import contextlib
from threading import Barrier, BrokenBarrierError, Event, Thread

import httpx
import pytest

from fake_clock import FakeClock
from importbus.adapters.pim import PimClient
from importbus.adapters.pim.answer import Answer
from importbus.adapters.right_of_way import RightOfWay
from importbus.bus.errors import SinkRefused, SinkUnavailable, Unrecoverable
from scripted_pim import LINES, TOKEN, Reply, ScriptedPim, lines_until, says

PRODUCTS = "/api/rest/v1/products"


def test_a_call_sends_what_it_is_given() -> None:
    """Path and query as they are, body and its type; JSON is what answers may be."""
    pim = ScriptedPim()
    pim.client().call("PATCH", f"{PRODUCTS}/a%2Fb?x=1", b"{}\n{}", content_type=LINES)
    sent = pim.requests[-1]

    assert pim.asked == [f"PATCH {PRODUCTS}/a%2Fb?x=1"]
    assert (sent.content, sent.headers["Content-Type"]) == (b"{}\n{}", LINES)
    assert sent.headers["Accept"] == "application/json"
    assert sent.headers["User-Agent"].startswith("importbus/")


def test_a_call_without_a_body_has_no_type() -> None:
    """A DELETE has nothing to describe."""
    pim = ScriptedPim()
    pim.client().call("DELETE", f"{PRODUCTS}/mug")

    assert "Content-Type" not in pim.requests[-1].headers


def test_the_address_may_have_a_path_and_a_slash_at_its_end() -> None:
    """Some PIMs live below a path."""
    pim = ScriptedPim()
    pim.client(url="https://pim.example/pim/").call("GET", PRODUCTS)

    assert pim.asked == [f"GET /pim{PRODUCTS}"]


@pytest.mark.parametrize("status", [200, 201, 204, 400, 403, 404, 405, 409, 413, 415, 422])
def test_an_answer_to_what_was_asked_is_returned(status: int) -> None:
    """Whether it is good news is for the caller to say."""
    pim = ScriptedPim(calls=[says(status, text="said", headers={"X-Thing": "1"})])
    answer = pim.client().call("GET", PRODUCTS)

    assert (answer.status, answer.body, answer.complete) == (status, b"said", True)
    assert answer.headers["x-thing"] == "1"


def test_where_something_was_created_is_in_the_answer() -> None:
    """The place of an uploaded file is told in no other way."""
    pim = ScriptedPim(calls=[says(201, headers={"Location": "https://pim.example/x"})])

    assert pim.client().call("POST", PRODUCTS).headers["location"] == "https://pim.example/x"


@pytest.mark.parametrize(
    ("headers", "kind"),
    [({"content-type": " Text/HTML; charset=utf-8"}, "text/html"), ({}, "")],
)
def test_the_type_of_an_answer_is_without_its_parameters(
    headers: dict[str, str], kind: str
) -> None:
    """It is compared with what was expected."""
    assert Answer(200, headers, b"", 0.0).content_type == kind


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadError("reset"),
        httpx.ReadTimeout("silence"),
        httpx.RemoteProtocolError("peer closed connection"),
        httpx.DecodingError("invalid stored block lengths"),
    ],
)
def test_of_a_stream_that_breaks_off_the_lines_are_kept(error: Exception) -> None:
    """Each line is the answer to an item, and the others are sent again."""
    pim = ScriptedPim(calls=[lines_until(error, b'{"line":1}\n', b'{"line":2}\n{"li')])
    answer = pim.client().call("PATCH", PRODUCTS, b"{}\n{}\n{}", content_type=LINES)

    assert answer.body == b'{"line":1}\n{"line":2}\n{"li'
    assert (answer.status, answer.content_type, answer.complete) == (200, LINES, False)


def test_a_stream_that_breaks_off_before_its_first_line_says_nothing() -> None:
    """The PIM may be working still."""
    pim = ScriptedPim(calls=[lines_until(httpx.ReadError("reset"))])

    with pytest.raises(SinkUnavailable) as caught:
        pim.client().call("PATCH", PRODUCTS, b"{}", content_type=LINES)
    assert caught.value.maybe_running is True


def test_a_refusal_whose_body_breaks_off_is_a_refusal() -> None:
    """Its status says enough."""

    def cut(request: httpx.Request) -> httpx.Response:
        answer = lines_until(httpx.ReadError("reset"))(request)
        answer.status_code = 413
        return answer

    answer = ScriptedPim(calls=[cut]).client().call("PATCH", PRODUCTS, b"{}")

    assert (answer.status, answer.body, answer.complete) == (413, b"", False)


def all_at_once(client: PimClient, count: int) -> None:
    """Make *count* calls, each in a thread of its own."""
    threads = [Thread(target=client.call, args=("GET", PRODUCTS)) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Leaving(RightOfWay):
    """Tells when it is left."""

    def __init__(self) -> None:
        super().__init__()
        self.left = Event()

    def leave(self) -> None:
        self.left.set()


def test_who_waits_for_a_place_lets_others_go_on() -> None:
    """With more lanes than calls at once, somebody always does."""
    way, seen = Leaving(), list[bool]()

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(way.left.wait(5))
        return httpx.Response(200)

    pim = ScriptedPim(calls=[answer] * 2)
    all_at_once(pim.client(slots=1, right_of_way=way), 2)

    assert seen == [True, True]


def test_a_place_that_is_free_is_taken_without_leaving() -> None:
    """What is on its way goes on."""
    way = Leaving()
    ScriptedPim(calls=[says()]).client(right_of_way=way).call("GET", PRODUCTS)

    assert not way.left.is_set()


def test_four_calls_are_made_at_once() -> None:
    """Each waits until there are four of them."""
    together = Barrier(4)

    def meet(request: httpx.Request) -> httpx.Response:
        together.wait(10)
        return httpx.Response(200)

    pim = ScriptedPim(calls=[meet] * 8)
    all_at_once(pim.client(), 8)

    assert len(pim.asked) == 8
    assert not together.broken


def test_a_fifth_call_at_once_is_never_made() -> None:
    """Not even when there is time for it: the PIM allows a connection four."""
    five = Barrier(5)

    def meet(request: httpx.Request) -> httpx.Response:
        with contextlib.suppress(BrokenBarrierError):
            five.wait(0.2)
        return httpx.Response(200)

    pim = ScriptedPim(calls=[meet] * 10)
    all_at_once(pim.client(), 10)

    assert len(pim.asked) == 10
    assert five.broken


def test_a_failed_call_gives_its_slot_back() -> None:
    """Or four failures would stop everything."""
    pim = ScriptedPim(calls=[says(500)] * 9)
    client = pim.client()
    for _ in range(9):
        with pytest.raises(SinkUnavailable):
            client.call("GET", PRODUCTS)

    assert client.call("GET", PRODUCTS).status == 200


def starts(rates: list[float | None]) -> list[float]:
    """Make a call for each rate; return when each reached the PIM, in seconds."""
    clock, found = FakeClock(), list[float]()

    def note(request: httpx.Request) -> httpx.Response:
        found.append(round(clock.elapsed, 3))
        return httpx.Response(200)

    client = ScriptedPim(calls=[note] * len(rates)).client(clock)
    for rate in rates:
        client.call("PATCH", PRODUCTS, b"{}", rate=rate)
    return found


def test_calls_with_a_rate_wait_for_their_turn() -> None:
    """Options: three calls a second."""
    assert starts([3] * 7) == [0, 0, 0, 1.1, 1.1, 1.1, 2.2]


def test_calls_without_a_rate_do_not_wait_nor_count() -> None:
    """Nor do those with another rate."""
    assert starts([3, 3, None, None, None, 5, 3, None, 3]) == [0] * 8 + [1.1]


def lasts(clock: FakeClock, seconds: float, status: int = 200) -> Reply:
    """Answer after *seconds*."""

    def reply(request: httpx.Request) -> httpx.Response:
        clock.elapsed += seconds
        return httpx.Response(status)

    return reply


def test_the_longest_of_the_last_twenty_writes_is_known() -> None:
    """Whoever repeats a lost call waits twice that time; reads and failures do not count."""
    clock, pim = FakeClock(), ScriptedPim()
    client = pim.client(clock)
    pim.calls += [lasts(clock, 60), lasts(clock, 3), *[lasts(clock, 0.5)] * 20]
    client.call("GET", PRODUCTS)
    assert client.recent_seconds() is None
    client.call("PATCH", PRODUCTS, b"{}")
    longest = client.recent_seconds()
    for _ in range(20):
        client.call("PATCH", PRODUCTS, b"{}")

    assert longest == pytest.approx(3.0)
    assert client.recent_seconds() == pytest.approx(0.5)


def test_a_probe_is_one_cheap_call() -> None:
    """A list of one channel; that this user may not read channels does not matter."""
    pim = ScriptedPim(calls=[says(200, json={}), says(403, json={})])
    client = pim.client()
    client.probe()
    client.probe()

    assert pim.asked == ["GET /api/rest/v1/channels?limit=1"] * 2


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (says(200, html="<h1>Soon</h1>"), SinkUnavailable, "answers text/html instead of JSON"),
        (says(200), SinkUnavailable, "answers something instead of JSON"),
        (says(404, json={}), SinkRefused, r"not answer like an Akeneo PIM \(HTTP 404\)"),
        (says(502), SinkUnavailable, "answered 502"),
    ],
)
def test_a_probe_of_what_is_no_pim_fails(reply: Reply, error: type[Exception], words: str) -> None:
    """Maintenance may end; a wrong address does not mend itself."""
    with pytest.raises(error, match=words):
        ScriptedPim(calls=[reply]).client().probe()


@pytest.mark.parametrize("path", ["products", ".evil.example/x", "@evil.example/", "", "//\x00"])
def test_a_path_that_would_be_another_address_is_not_called(path: str) -> None:
    """The token would go there; a command with such a path fails alone."""
    pim = ScriptedPim()

    with pytest.raises(Unrecoverable, match="cannot be sent"):
        pim.client().call("GET", path)
    assert pim.asked == []


def test_a_closed_client_makes_no_calls() -> None:
    """A lane that was still at work finds out, and its batch is repeated by the next run."""
    pim = ScriptedPim()
    with pim.client() as client:
        client.call("GET", PRODUCTS)

    with pytest.raises(SinkUnavailable, match="the client was closed"):
        client.call("GET", PRODUCTS)
    assert [r.url.path for r in pim.requests] == [TOKEN, PRODUCTS]
