"""Limits and latency.

Source: akeneo/pim-api-docs, content/rest-api/good-practices.md (four calls a connection, three
writes of options a second) and limitations.md.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Condition, Event

import pytest

from importbus.adapters.simulated_pim import SimulatedPim
from raw_http import Body, RawClient, Reply, value


class Held:
    """A `sleep` that lasts until it is released, so that calls stay in flight."""

    def __init__(self) -> None:
        """Hold from the first call on."""
        self.released = Event()
        self._waiting = 0
        self._changed = Condition()

    def __call__(self, seconds: float) -> None:
        """Wait for the release."""
        with self._changed:
            self._waiting += not self.released.is_set()
            self._changed.notify_all()
        assert self.released.wait(10)

    def until(self, count: int) -> None:
        """Wait until *count* answers are held."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._waiting >= count, 10)


@pytest.fixture
def held() -> Held:
    """What the calls of the slow server wait for."""
    return Held()


@pytest.fixture
def slow(held: Held) -> Iterator[SimulatedPim]:
    """A server whose answers wait until they are released."""
    with SimulatedPim(latency_ms=1, monotonic=lambda: 0.0, sleep=held) as pim:
        yield pim
        held.released.set()


def read(pim: SimulatedPim, token: str) -> Reply:
    """Read something over a connection of its own."""
    client = RawClient(pim.port, token)
    try:
        return client.get("/channels")
    finally:
        client.close()


def ask(pim: SimulatedPim) -> Reply:
    """Ask for a token over a connection of its own."""
    client = RawClient(pim.port)
    try:
        return client.token_request()
    finally:
        client.close()


def write(pim: SimulatedPim, token: str, path: str) -> Reply:
    """Write something over a connection of its own."""
    client = RawClient(pim.port, token)
    try:
        return client.patch(path)
    finally:
        client.close()


def access(pim: SimulatedPim, held: Held) -> str:
    """Return a token; from then on answers are held."""
    held.released.set()
    client = RawClient(pim.port)
    try:
        return client.token
    finally:
        client.close()
        held.released.clear()


def test_a_fifth_call_at_once_is_a_429(slow: SimulatedPim, held: Held) -> None:
    """Four are answered; the fifth may come again after a second."""
    token = access(slow, held)
    with ThreadPoolExecutor(6) as threads:
        calls = [threads.submit(read, slow, token) for _ in range(4)]
        held.until(4)
        fifth = threads.submit(read, slow, token)
        held.until(5)
        assert slow.trace()["in_flight"] == 5
        held.released.set()
        replies = [call.result(10) for call in calls]

    assert [reply.status for reply in replies] == [200] * 4
    assert (fifth.result().status, fifth.result().headers["Retry-After"]) == (429, "1")
    assert slow.trace()["max_concurrent"] == 5


def test_a_token_can_be_had_while_four_calls_are_under_way(slow: SimulatedPim, held: Held) -> None:
    """The limit is about calls with a token, so a refresh is never in its own way."""
    token = access(slow, held)
    with ThreadPoolExecutor(5) as threads:
        calls = [threads.submit(read, slow, token) for _ in range(4)]
        held.until(4)
        fifth = threads.submit(ask, slow)
        held.until(5)
        held.released.set()

        assert [call.result(10).status for call in [*calls, fifth]] == [200] * 5


def test_the_limit_on_calls_can_be_lifted(held: Held) -> None:
    """For tests that are about something else."""
    with SimulatedPim(latency_ms=1, monotonic=lambda: 0.0, sleep=held, concurrency=None) as pim:
        token = access(pim, held)
        with ThreadPoolExecutor(6) as threads:
            calls = [threads.submit(read, pim, token) for _ in range(6)]
            held.until(6)
            held.released.set()

            assert [call.result(10).status for call in calls] == [200] * 6


def test_a_fourth_write_of_options_in_a_second_is_a_429() -> None:
    """Reads do not count, and neither do refused writes."""
    now = [100.0]
    with SimulatedPim(monotonic=lambda: now[0]) as pim:
        client = RawClient(pim.port)
        client.post("/attributes", code="c", type="pim_catalog_simpleselect", group="other")
        burst = [client.patch(f"/attributes/c/options/o{n}").status for n in range(5)]
        reading = client.get("/attributes/c/options").status
        now[0] += 1
        later = client.lines("/attributes/c/options", {"code": "x"}).status
        client.close()

    assert burst == [201, 201, 201, 429, 429]
    assert (reading, later) == (200, 200)


def test_a_429_says_when_to_come_again() -> None:
    """In seconds, with a JSON body."""
    with SimulatedPim(option_rate=0) as strict:
        client = RawClient(strict.port)
        client.post("/attributes", code="c", type="pim_catalog_simpleselect", group="other")
        reply = client.patch("/attributes/c/options/o")
        client.close()

    assert (reply.status, reply.headers["Retry-After"]) == (429, "1")
    assert reply.message == "You have exceeded the limit of API requests per second."


@pytest.mark.parametrize(("work", "slept"), [(0.0, 0.2), (0.15, 0.05), (0.5, 0.0)])
def test_latency_counts_the_work_of_the_server(work: float, slept: float) -> None:
    """It is the least time from request to answer, not an extra."""
    naps: list[float] = []
    ticks = iter([0.0, work, 0.0, work, 0.0, work])
    with SimulatedPim(latency_ms=200, sleep=naps.append, monotonic=lambda: next(ticks, 0.0)) as pim:
        client = RawClient(pim.port)
        client.send("GET", "/api/rest/v1/system-information")
        client.close()

    assert naps == ([pytest.approx(slept)] if slept else [])


def test_writes_of_others_go_on_while_one_answer_waits(slow: SimulatedPim, held: Held) -> None:
    """Latency is waited for outside of the lock on what is stored."""
    token = access(slow, held)
    with ThreadPoolExecutor(2) as threads:
        waiting = [threads.submit(write, slow, token, f"/products/p{n}") for n in range(2)]
        held.until(2)
        meanwhile = list(slow.state()["products"])
        held.released.set()

        assert sorted(meanwhile) == ["p0", "p1"]
        assert [call.result(10).status for call in waiting] == [201, 201]


def test_a_reset_forgets_the_writes_of_the_last_second() -> None:
    """A test need not wait for the one before it."""
    with SimulatedPim(option_rate=1, monotonic=lambda: 0.0) as pim:
        client = RawClient(pim.port)
        statuses = []
        for _ in range(2):
            pim.reset()
            client.post("/attributes", code="c", type="pim_catalog_simpleselect", group="other")
            statuses.append(client.patch("/attributes/c/options/o").status)
        client.close()

    assert statuses == [201, 201]


def test_a_stored_product_takes_little_memory() -> None:
    """500 bytes and what its values take as JSON, here 420: a million fit into one gigabyte."""
    texts = [{"code": f"t{n}", "type": "pim_catalog_text", "group": "other"} for n in range(10)]
    with SimulatedPim(trace_limit=1, trace_keys=False) as pim:
        client = RawClient(pim.port)
        client.put("/attributes", *texts)
        tracemalloc.start()
        for batch in range(10):
            client.put("/products", *(wordy(f"{batch}-{n}") for n in range(100)))
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        client.close()

    assert taken / 1000 < 1000


def wordy(identifier: str) -> Body:
    """Return a product with ten texts of forty characters."""
    text = identifier.ljust(40, ".")
    return {"identifier": identifier, "values": {f"t{n}": value(text) for n in range(10)}}
