"""429: everyone waits."""

from __future__ import annotations

import httpx
import pytest

from fake_clock import FakeClock
from importbus.adapters.pim import PimClient
from importbus.bus.errors import SinkPaused
from scripted_pim import Reply, ScriptedPim, says

OPTIONS = "/api/rest/v1/attributes/color/options"


def turned_away(client: PimClient) -> float | None:
    """Make a call that is turned away; return the seconds to wait."""
    with pytest.raises(SinkPaused, match=r"everyone to wait \(HTTP 429\)") as caught:
        client.call("GET", OPTIONS)
    return caught.value.retry_after


def asks_to_wait(value: str | None = None, **content: object) -> Reply:
    """Answer 429, with a Retry-After if there is a *value*."""
    headers = {} if value is None else {"Retry-After": value}
    return says(429, headers=headers, **content)


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        (asks_to_wait("7", json={"code": 429, "message": "You have exceeded the limit"}), 7.0),
        (asks_to_wait("Fri, 15 Jan 2027 08:00:30 GMT"), 30.0),
        (asks_to_wait(None, text="slow down"), 1.0),
        (asks_to_wait("-5"), 1.0),
        (asks_to_wait("soon"), 1.0),
        (asks_to_wait("999999999999"), 3600.0),
        (asks_to_wait("0"), 0.1),
    ],
)
def test_a_pause_is_as_long_as_the_pim_says(reply: Reply, seconds: float) -> None:
    """As a number, as a date, or a guess."""
    client = ScriptedPim(calls=[reply]).client()

    assert turned_away(client) == pytest.approx(seconds)


def test_while_it_lasts_no_call_is_made() -> None:
    """Each one learns how long it has to wait still."""
    clock, pim = FakeClock(), ScriptedPim(calls=[asks_to_wait("7")])
    client = pim.client(clock)
    waits = [turned_away(client)]
    for elapsed in (0.0, 2.0, 6.5):
        clock.elapsed = elapsed
        waits.append(turned_away(client))

    assert waits == [7.0, 7.0, 5.0, 0.5]
    assert len(pim.asked) == 1


def test_afterwards_calls_are_made_again() -> None:
    """At the very second."""
    clock = FakeClock()
    client = ScriptedPim(calls=[asks_to_wait("7")]).client(clock)
    turned_away(client)
    clock.elapsed = 7.0

    assert client.call("GET", OPTIONS).status == 200


def test_while_it_lasts_no_token_is_asked_for() -> None:
    """A login counts as a call."""
    clock, pim = FakeClock(), ScriptedPim()
    client = pim.client(clock)
    client.call("GET", OPTIONS)
    clock.elapsed = 3600.0 - 31
    pim.calls.append(asks_to_wait("60"))
    turned_away(client)
    clock.elapsed += 2

    assert turned_away(client) == 58.0
    assert len(pim.forms) == 1


def test_calls_under_way_are_turned_away_together() -> None:
    """Four lanes that are refused at once count as one refusal: the next guess is 2 s, not 16."""
    clock = FakeClock()

    def overtaken(request: httpx.Request) -> httpx.Response:
        turned_away(client)
        clock.elapsed += 0.25
        return httpx.Response(429)

    client = ScriptedPim(calls=[overtaken, overtaken, overtaken, says(429), says(429)]).client(
        clock
    )

    assert turned_away(client) == 1.0
    clock.elapsed += 1
    assert turned_away(client) == 2.0


def test_an_answer_makes_the_next_guess_short_again() -> None:
    """The trouble is over; what comes later is another one."""
    clock = FakeClock()
    client = ScriptedPim(calls=[says(429)] * 3 + [says(200), says(429)]).client(clock)
    waits = []
    for _ in range(3):
        waits.append(turned_away(client))
        clock.elapsed += 100
    client.call("GET", OPTIONS)
    clock.elapsed += 100

    assert waits == [1.0, 2.0, 4.0]
    assert turned_away(client) == 1.0


def test_whoever_wants_to_know_is_told_the_time_of_day() -> None:
    """The clock of calls is not that of people."""
    told: list[float] = []
    client = ScriptedPim(calls=[asks_to_wait("7")]).client(on_pause=told.append)
    for _ in range(3):
        turned_away(client)

    assert told == [FakeClock.BEGAN + 7]


def test_a_call_that_waited_for_its_turn_sees_a_pause_that_began_meanwhile() -> None:
    """It is not sent into it."""
    clock, pim = FakeClock(), ScriptedPim(calls=[says(200), asks_to_wait("9")])
    client = pim.client(clock)
    client.call("PATCH", OPTIONS, b"{}", rate=1)
    clock.meanwhile = lambda: turned_away(client)
    with pytest.raises(SinkPaused) as caught:
        client.call("PATCH", OPTIONS, b"{}", rate=1)

    assert caught.value.retry_after == pytest.approx(9 - 1.1)
    assert len(pim.asked) == 2


def test_a_call_that_waited_for_its_turn_was_made_after_its_turn() -> None:
    """A 429 that it meets is another one than the one that others met while it waited."""
    clock, pim = FakeClock(), ScriptedPim(calls=[says(200), asks_to_wait(), asks_to_wait()])
    client = pim.client(clock)
    client.call("PATCH", OPTIONS, b"{}", rate=1)
    clock.meanwhile = lambda: turned_away(client)
    with pytest.raises(SinkPaused) as caught:
        client.call("PATCH", OPTIONS, b"{}", rate=1)

    assert caught.value.retry_after == 2.0


def test_a_pause_that_another_process_was_told_holds_here_too() -> None:
    """Until that time of day; a shorter one does not end a longer one."""
    clock, pim = FakeClock(), ScriptedPim(calls=[says(200)])
    client = pim.client(clock)
    client.pause_until(FakeClock.BEGAN + 9)
    client.pause_until(FakeClock.BEGAN + 2)
    waits = turned_away(client)
    clock.elapsed += 9
    client.call("GET", OPTIONS)

    assert waits == pytest.approx(9.0)
    assert len(pim.asked) == 1
