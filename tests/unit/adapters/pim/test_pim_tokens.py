"""Who asks for a token, when, and with what; without HTTP."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, Semaphore, Thread
from typing import Any

import orjson
import pytest
from attrs import define, field

from fake_clock import FakeClock
from importbus.adapters.pim.tokens import Form, Token, Tokens, login_refusal, read_token
from importbus.bus.errors import HandlingFailed, SinkPaused, SinkRefused, SinkUnavailable

LOGIN = {"grant_type": "password", "username": "importer", "password": "p4ss"}
PIM = "https://pim.example"


def refresh_with(token: str) -> dict[str, str]:
    """Return the form that hands in a refresh token."""
    return {"grant_type": "refresh_token", "refresh_token": token}


@define
class Server:
    """Grants tokens that last 100 seconds; ``script`` says what it does instead, in turn."""

    clock: FakeClock = field(factory=FakeClock)
    script: list[Callable[[Form], Token | None]] = field(factory=list)
    forms: list[dict[str, str]] = field(factory=list)

    def grant(self, form: Form) -> Token | None:
        self.forms.append(dict(form.fields))
        if self.script:
            return self.script.pop(0)(form)
        return self.token(len(self.forms))

    def token(self, n: int) -> Token:
        return Token(f"a{n}", f"r{n}", self.clock.monotonic() + 100)

    def tokens(self) -> Tokens:
        return Tokens(self.grant, "importer", "p4ss", self.clock.monotonic)


def fails(error: HandlingFailed) -> Callable[[Form], Token | None]:
    """Answer with *error*."""

    def answer(form: Form) -> Token | None:
        raise error

    return answer


def refuses(form: Form) -> None:
    """Answer that the refresh token is no good."""


def test_the_first_token_is_a_login_and_is_kept() -> None:
    """Whoever asks as long as it is valid gets the same one."""
    server = Server()
    tokens = server.tokens()
    assert not tokens.known
    found = {tokens.current().access for _ in range(3)}

    assert (found, server.forms) == ({"a1"}, [LOGIN])
    assert tokens.known


def test_a_token_that_has_ended_is_refreshed_and_both_are_replaced() -> None:
    """The refresh token works once, so the next refresh hands in the newer one."""
    server = Server()
    tokens = server.tokens()
    for _ in range(3):
        tokens.current()
        server.clock.elapsed += 100

    assert server.forms == [LOGIN, refresh_with("r1"), refresh_with("r2")]


def test_a_refused_refresh_falls_back_to_the_password_once() -> None:
    """Refresh tokens end after two weeks, or when the server forgets them."""
    server = Server(script=[lambda _: server.token(1), refuses])
    tokens = server.tokens()
    tokens.current()
    server.clock.elapsed += 100

    assert tokens.current().access == "a3"
    assert server.forms == [LOGIN, refresh_with("r1"), LOGIN]


def test_without_a_refresh_token_the_password_is_used_again() -> None:
    """Not every server gives one."""
    server = Server(script=[lambda _: Token("a1", None, 0.0)])
    tokens = server.tokens()
    tokens.current()
    tokens.current()

    assert server.forms == [LOGIN, LOGIN]


def test_a_token_that_the_server_refuses_is_renewed_once_for_all() -> None:
    """Who comes later with the same old token gets the one that replaced it."""
    server = Server()
    tokens = server.tokens()
    old = tokens.current()
    found = [tokens.renew(old).access for _ in range(4)]

    assert found == ["a2"] * 4
    assert server.forms == [LOGIN, refresh_with("r1")]


def test_a_replacement_that_has_ended_itself_is_renewed() -> None:
    """A call that took longer than a token lives must not be sent with a dead one."""
    server = Server()
    tokens = server.tokens()
    old = tokens.current()
    tokens.renew(old)
    server.clock.elapsed += 100

    assert tokens.renew(old).access == "a3"


class Crowd(FakeClock):
    """Threads that ask at once: ``arrived`` counts how often one has begun to ask."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived = Semaphore(0)
        self.found: list[Any] = []
        self._lock = Lock()

    def monotonic(self) -> float:
        self.arrived.release()
        return super().monotonic()

    def all_here(self, count: int) -> None:
        """Wait until *count* threads have begun to ask; then some time passes."""
        for _ in range(count):
            self.arrived.acquire()
        self.elapsed += 1

    def ask(self, tokens: Tokens) -> None:
        try:
            found: Any = tokens.current().access
        except HandlingFailed as error:
            found = (type(error), str(error), getattr(error, "status", None))
        with self._lock:
            self.found.append(found)

    def send(self, tokens: Tokens, count: int) -> list[Any]:
        """Let *count* threads ask; return what they got."""
        threads = [Thread(target=self.ask, args=(tokens,)) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.found


def test_many_threads_ask_the_server_once() -> None:
    """Single flight: whoever comes while a token is asked for waits for it."""
    crowd = Crowd()

    def late(form: Form) -> Token:
        crowd.all_here(8)
        return server.token(1)

    server = Server(crowd, [late])

    assert crowd.send(server.tokens(), 8) == ["a1"] * 8
    assert server.forms == [LOGIN]


@pytest.mark.parametrize(
    "error",
    [SinkRefused("no", status=422), SinkUnavailable("late", status=502), SinkPaused("wait")],
    ids=lambda error: type(error).__name__,
)
def test_those_who_waited_for_a_failed_attempt_do_not_repeat_it(error: HandlingFailed) -> None:
    """Several threads, one after the other, would lock the user out, or wait for minutes."""
    crowd = Crowd()

    def late(form: Form) -> None:
        crowd.all_here(4)
        raise error

    server = Server(crowd, [late])
    status = getattr(error, "status", None)

    assert crowd.send(server.tokens(), 4) == [(type(error), str(error), status)] * 4
    assert len(server.forms) == 1


def test_a_refused_login_is_not_tried_again_for_half_a_minute() -> None:
    """Other threads come along soon; the PIM must not take them for a break-in."""
    server = Server(script=[fails(SinkRefused("wrong password", status=422))] * 2)
    tokens = server.tokens()
    for elapsed in (0, 0, 10, 29.9):
        server.clock.elapsed = elapsed
        with pytest.raises(SinkRefused, match="wrong password") as caught:
            tokens.current()
        assert caught.value.status == 422
    server.clock.elapsed = 30
    with pytest.raises(SinkRefused):
        tokens.current()

    assert server.forms == [LOGIN, LOGIN]


def test_a_login_without_an_answer_is_tried_again_by_the_next_caller() -> None:
    """Only refusals are remembered; how long to wait is for the caller to know."""
    server = Server(script=[fails(SinkUnavailable("502", retry_after=9.0))])
    tokens = server.tokens()
    with pytest.raises(SinkUnavailable) as caught:
        tokens.current()

    assert tokens.current().access == "a2"
    assert caught.value.retry_after == 9.0


def body(**fields: Any) -> bytes:
    """Return the answer to a login."""
    return orjson.dumps({"access_token": "abc", "refresh_token": "def", **fields})


@pytest.mark.parametrize(
    ("answer", "until"),
    [
        (body(expires_in=3600), 3570),
        (body(expires_in=7200.5), 7170.5),
        (body(expires_in=40), 20),
        (body(), 3570),
        (body(expires_in=0), 3570),
        (body(expires_in=-1), 3570),
        (body(expires_in=None), 3570),
        (body(expires_in="soon"), 3570),
    ],
)
def test_a_token_is_used_as_long_as_the_server_says(answer: bytes, until: float) -> None:
    """Half a minute early, a short one for half its time; an hour when nothing usable is said."""
    assert read_token(answer, 1000.0) == Token("abc", "def", 1000 + until)


@pytest.mark.parametrize("refresh", [None, "", 7])
def test_a_refresh_token_may_be_missing(refresh: object) -> None:
    """Then the next token is a login again."""
    token = read_token(body(refresh_token=refresh), 0.0)

    assert token is not None
    assert token.refresh is None


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>maintenance</html>",
        b"[]",
        b"{}",
        body(access_token=None),
        body(access_token=""),
        body(access_token="a\r\nX-Evil: 1"),
        body(access_token="ünicode"),
    ],
)
def test_an_answer_without_a_token_that_can_be_sent_is_none(answer: bytes) -> None:
    """What stands in a header must not end it."""
    assert read_token(answer, 0.0) is None


@pytest.mark.parametrize(
    ("status", "message", "hint"),
    [
        (
            422,
            'Parameter "client_id" is missing or does not match any client, or secret is invalid',
            "client id and secret do not fit",
        ),
        (
            422,
            "No user found for the given username and password",
            "username and password do not fit",
        ),
        (
            422,
            "This grant type is not authorized for this client",
            "its connection may not log in with a password",
        ),
        (413, "Request content exceeded", "it takes 300 bytes; choose a shorter"),
        (400, "Invalid json message received", "check pim.url, client id, secret, username"),
    ],
)
def test_a_refused_login_says_what_to_mend(status: int, message: str, hint: str) -> None:
    """The status is the same for all, so the words tell; none of them is repeated."""
    answer = orjson.dumps({"code": status, "message": message})
    error = login_refusal(PIM, status, answer)

    assert str(error).startswith(f"The PIM at {PIM} refuses the login (HTTP {status}): {hint}")
    assert error.status == status


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b'{"message":null}', b"\xff"])
def test_a_refusal_without_words_is_a_refusal(answer: bytes) -> None:
    """A front end may answer in place of the PIM."""
    assert "check pim.url" in str(login_refusal(PIM, 403, answer))


def test_forms_and_tokens_do_not_show_themselves() -> None:
    """I9: a traceback with values prints their representation."""
    shown = repr([Form(LOGIN), Token("acc3ss", "r3fresh", 9.0)])

    assert shown == "[Form(), Token(until=9.0)]"
