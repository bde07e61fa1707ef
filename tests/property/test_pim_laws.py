"""Laws of the PIM client: rates, pauses, and secrets of any kind."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from html import escape
from traceback import TracebackException
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loguru import logger

from fake_clock import FakeClock
from importbus.adapters.pim.limits import LONGEST_PAUSE, Pause, RateLimit, retry_after
from importbus.adapters.pim.secrets import Secrets
from importbus.bus.errors import BusError
from scripted_pim import ScriptedPim

MOMENTS = st.lists(st.floats(0, 20), min_size=1, max_size=40)
RATES = st.sampled_from([1.0, 2.0, 3.0, 5.0])
TINY = 1e-6


def planned(rate: float, moments: Sequence[float]) -> list[float]:
    """Return when the calls that came at *moments* may be made, in order of their coming."""
    limit = RateLimit(rate)
    return [moment + limit.reserve(moment) for moment in moments]


@given(RATES, MOMENTS)
def test_no_second_has_more_calls_than_the_rate_allows(rate: float, moments: list[float]) -> None:
    """Over any window, also when threads come with times in a wrong order."""
    starts = sorted(planned(rate, moments))

    busiest = max(sum(first <= at <= first + 1 for at in starts) for first in starts)
    assert busiest <= rate


@given(RATES, MOMENTS)
def test_a_call_waits_only_while_its_window_is_full(rate: float, moments: list[float]) -> None:
    """The limit is not needlessly slow: just before it may go there was no room for one more."""
    moments = sorted(moments)
    starts = planned(rate, moments)

    for n, (came, start) in enumerate(zip(moments, starts, strict=True)):
        recent = [at for at in starts[:n] if start - 1.1 - TINY <= at]
        assert start == came or len(recent) >= rate


@given(st.text(), st.text(), st.floats(0, 4e9))
def test_no_header_breaks_the_reading_of_a_pause(value: str, date: str, now: float) -> None:
    """Whatever a server says, it is a number of seconds or nothing."""
    found = retry_after({"retry-after": value, "date": date}, now)

    assert found is None or 0 <= found <= LONGEST_PAUSE


STEPS = st.lists(st.tuples(st.none() | st.floats(0, 3600), st.floats(0, 5000)), max_size=30)


@given(STEPS)
def test_a_pause_is_never_shorter_than_asked_and_never_endless(
    steps: list[tuple[float | None, float]],
) -> None:
    """Whoever was told to wait can rely on it, and after an hour at most it is over."""
    pause, now = Pause(), 0.0
    for asked, later in steps:
        wait = pause.extend(asked, now, called=now)
        assert max(asked or 0.0, 0.1) - TINY <= wait <= LONGEST_PAUSE + TINY
        assert pause.left(now) == pytest.approx(wait)
        now += later


TRICKY = """ !"#$%&'()+,-./:;<=>?@[\\]^_`{|}~aZ09\t\n\x7fäßŉ中😀\u2028"""
SECRETS = st.text(TRICKY, min_size=3, max_size=30).map("Zq-{}-qZ".format)
"""Marked at both ends: in a text of ours a part of a word might stand by chance."""

WRITTEN: dict[str, Callable[[str], str]] = {
    "plain": str,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "url": lambda text: quote(text, safe=""),
    "json": json.dumps,
    "php": lambda text: json.dumps(text).replace("/", "\\/"),
    "html": escape,
}


@pytest.mark.parametrize("form", WRITTEN)
@given(secrets=st.lists(SECRETS, min_size=1, max_size=3), around=st.text("ab ", max_size=3))
def test_no_secret_is_left_in_a_text(form: str, secrets: list[str], around: str) -> None:
    """Several may stand side by side, and one in another."""
    write = WRITTEN[form]
    text = around.join(write(secret) for secret in secrets)
    hidden = Secrets(*secrets).hide(text)

    assert [secret for secret in secrets if secret in hidden or write(secret) in hidden] == []


def talkative(request: httpx.Request) -> httpx.Response:
    """Repeat all that was sent, in an error page."""
    basic = request.headers["Authorization"].rpartition(" ")[2]
    said = [basic, base64.b64decode(basic + "==").decode("utf-8", "replace")]
    return httpx.Response(500, text=" ".join([*said, request.content.decode()]))


def everything_shown(pim: ScriptedPim, secret: str, password: str) -> str:
    """Let a call fail; return all that error, traceback with values and log show."""
    logged: list[str] = []
    sink = logger.add(logged.append, level=0, diagnose=True, backtrace=False)
    try:
        client = pim.client(FakeClock(), secret=secret, password=password)
        del secret, password
        with pytest.raises(BusError) as caught:
            client.call("GET", "/api/rest/v1/products")
        logger.opt(exception=caught.value).error("{}", caught.value)
    finally:
        logger.remove(sink)
    trace = TracebackException.from_exception(caught.value, capture_locals=True)
    return "".join([*logged, *trace.format()])


@given(SECRETS, SECRETS, st.booleans())
def test_i9_no_failed_call_shows_a_secret(secret: str, password: str, known: bool) -> None:
    """I9: whatever characters it is made of, in clear, quoted or in base64."""
    pim = ScriptedPim(calls=[talkative]) if known else ScriptedPim(logins=[talkative])
    shown = everything_shown(pim, secret, password)

    words = [secret, password, repr(secret)[1:-1], repr(password)[1:-1]]
    coded = [base64.b64encode(word.encode()).decode().rstrip("=") for word in words]
    assert [word for word in (*words, *coded, "Zq-") if word in shown] == []
