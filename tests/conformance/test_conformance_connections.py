"""Connections.

Source: RFC 9112 (bodies, chunks, incomplete messages); this page (stopping).
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from threading import Event, Thread

import pytest

from importbus.adapters.simulated_pim import SimulatedPim
from raw_http import API, COLLECTION, JSON, RawClient


def head(raw: RawClient, *more: str) -> bytes:
    """Return the head of a batch of products, with *more* lines."""
    lines = (
        f"PATCH {API}/products HTTP/1.1",
        "Host: x",
        f"Content-Type: {COLLECTION}",
        f"Authorization: Bearer {raw.token}",
        *more,
    )
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode()


def exchange(raw: RawClient, *, leave: bool, sent: bytes) -> bytes:
    """Send bytes over a connection of their own and return the answer's; perhaps leave first."""
    with socket.create_connection(("127.0.0.1", raw.port), timeout=10) as connection:
        connection.sendall(sent)
        if leave:
            connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as answer:
            return answer.read()


def test_a_body_may_come_in_chunks(raw: RawClient) -> None:
    """A body without a length is read to its end."""
    headers = {
        "Authorization": f"Bearer {raw.token}",
        "Content-Type": JSON,
        "Transfer-Encoding": "chunked",
    }
    reply = raw.send(
        "PATCH",
        f"{API}/categories/shoes",
        '10\r\n{"labels":{"en_U\r\nb\r\nS":"Shoe"}}\r\n0\r\n\r\n',
        headers,
    )

    assert reply.status == 201
    assert raw.item("/categories/shoes")["labels"] == {"en_US": "Shoe"}


def test_a_caller_that_waits_before_its_body_is_told_to_go_on(raw: RawClient) -> None:
    """Some callers ask with `Expect: 100-continue` before they send a large body."""
    head = (
        f"PATCH {API}/categories/shoes HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
        f"Content-Type: {JSON}\r\nAuthorization: Bearer {raw.token}\r\nExpect: 100-continue\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", raw.port), timeout=10) as connection:
        connection.sendall(head.encode())
        first = connection.recv(1000)
        connection.sendall(b"{}")
        second = connection.recv(1000)

    assert first.startswith(b"HTTP/1.1 100 ")
    assert second.startswith(b"HTTP/1.1 201 ")


@pytest.mark.parametrize(
    ("length", "body"),
    [
        ("Content-Length: 99", b'{"identifier":"torn"}\n{"identi'),
        ("Transfer-Encoding: chunked", b'16\r\n{"identifier":"torn"}\n\r\n'),
        ("Transfer-Encoding: chunked", b'ff\r\n{"identifier":"torn"}\n'),
        ("Transfer-Encoding: chunked", b'16\r\n{"identifier":"torn"}\n\r\n0\r\n'),
    ],
)
def test_nothing_of_a_torn_request_is_carried_out(
    pim: SimulatedPim, raw: RawClient, length: str, body: bytes
) -> None:
    """A caller that leaves amid its body gets no answer; its first lines may be whole."""
    answer = exchange(raw, leave=True, sent=head(raw, length) + body)

    assert answer == b""
    assert pim.state()["products"] == {}
    assert pim.trace()["count"] == 0


@pytest.mark.parametrize(
    "sent",
    [
        ("Content-Length: many", b"{}"),
        ("Content-Length: -1", b"{}"),
        ("Transfer-Encoding: chunked", b"many\r\n"),
        ("Transfer-Encoding: chunked", b"-2\r\n{}\r\n0\r\n\r\n"),
    ],
)
def test_a_body_of_no_size_is_a_400(raw: RawClient, sent: tuple[str, bytes]) -> None:
    """In HTML, as a web server says it, and the connection ends."""
    length, body = sent
    answer = exchange(raw, leave=False, sent=head(raw, length) + body)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"<html>" in answer


@pytest.mark.parametrize(
    ("length", "body"),
    [
        (f"Content-Length: {2**27 + 1}", b""),
        ("Transfer-Encoding: chunked", b"8000001\r\n"),
    ],
)
def test_a_body_has_a_largest_size(raw: RawClient, length: str, body: bytes) -> None:
    """128 MiB, which is more than a hundred lines of the largest size have; then it is a 413."""
    answer = exchange(raw, leave=False, sent=head(raw, length) + body)

    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(("size", "status"), [(8_190, 200), (8_191, 414)])
def test_a_path_has_a_longest_length(raw: RawClient, size: int, status: int) -> None:
    """A long `search` is refused by the web server, in HTML."""
    headers = {"Authorization": f"Bearer {raw.token}"}
    reply = raw.send("GET", f"{API}/products?odd=".ljust(size, "x"), None, headers)

    assert reply.status == status
    assert reply.text.startswith("<html>" if status == 414 else "{")


class Slow:
    """A `sleep` that says when it is called, and lasts until it is released."""

    def __init__(self) -> None:
        """Hold the first answer."""
        self.reached, self.released = Event(), Event()

    def __call__(self, seconds: float) -> None:
        """Wait for the release."""
        self.reached.set()
        assert self.released.wait(10)


@pytest.fixture
def slow() -> Iterator[Slow]:
    """What the answers of a server wait for."""
    slow = Slow()
    yield slow
    slow.released.set()


def ask(pim: SimulatedPim, answers: list[bytes]) -> Thread:
    """Ask for the version in a thread of its own."""

    def exchange() -> None:
        with socket.create_connection(("127.0.0.1", pim.port), timeout=10) as connection:
            connection.sendall(f"GET {API}/system-information HTTP/1.1\r\n\r\n".encode())
            with connection.makefile("rb") as answer:
                answers.append(answer.read())

    thread = Thread(target=exchange)
    thread.start()
    return thread


def test_a_stop_lets_requests_under_way_end(slow: Slow) -> None:
    """They are answered, the last word on their connection; nobody else is let in."""
    answers: list[bytes] = []
    pim = SimulatedPim(latency_ms=1, monotonic=lambda: 0.0, sleep=slow).start()
    caller = ask(pim, answers)
    slow.reached.wait(10)
    port, stopping = pim.port, Thread(target=pim.stop)
    stopping.start()
    while not refused(port):
        pass
    slow.released.set()
    stopping.join(10)
    caller.join(10)

    assert answers[0].startswith(b"HTTP/1.1 200 ")
    assert b"\r\nConnection: close\r\n" in answers[0]


def test_a_stop_waits_no_longer_than_its_grace(slow: Slow) -> None:
    """What is not answered by then is torn off."""
    answers: list[bytes] = []
    pim = SimulatedPim(latency_ms=1, monotonic=lambda: 0.0, sleep=slow).start()
    caller = ask(pim, answers)
    slow.reached.wait(10)
    pim.stop(grace=0)
    caller.join(10)

    assert answers == [b""]


def test_a_stop_ends_idle_connections_at_once(slow: Slow) -> None:
    """Also while somebody else is being answered, so that nothing new begins."""
    pim = SimulatedPim(latency_ms=1, monotonic=lambda: 0.0, sleep=slow).start()
    with socket.create_connection(("127.0.0.1", pim.port), timeout=5) as idle:
        idle.sendall(b"GET /_trace HTTP/1.1\r\n\r\n")
        answered = idle.recv(100_000)
        caller = ask(pim, [])
        slow.reached.wait(10)
        stopping = Thread(target=pim.stop, kwargs={"grace": 60})
        stopping.start()
        ended = idle.recv(1)
        slow.released.set()
        stopping.join(10)
        caller.join(10)

    assert (answered[:15], ended) == (b"HTTP/1.1 200 OK", b"")
    assert not stopping.is_alive()


def refused(port: int) -> bool:
    """Tell whether nobody listens on *port*."""
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) != 0
