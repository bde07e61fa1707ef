"""What the log says of a request that failed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest
from loguru import logger

from fake_clock import FakeClock
from importbus.bus.context import current_attempt
from importbus.bus.errors import BusError
from scripted_pim import Reply, ScriptedPim, breaks, grants, says

if TYPE_CHECKING:
    from loguru import Message, Record

PRODUCTS = "/api/rest/v1/products"


@pytest.fixture
def records() -> Iterator[list[Record]]:
    """All records."""
    found: list[Record] = []

    def keep(message: Message) -> None:
        found.append(message.record)

    sink = logger.add(keep, level=0)
    yield found
    logger.remove(sink)


def fail(*calls: Reply, attempt: int = 1, method: str = "PATCH") -> None:
    """Make a call that the PIM answers with *calls*."""
    client = ScriptedPim(calls=list(calls), logins=[grants("a"), grants("b")]).client(FakeClock())
    before = current_attempt.set(attempt)
    try:
        client.call(method, PRODUCTS, b"{}")
    except BusError:
        pass
    finally:
        current_attempt.reset(before)


@pytest.mark.parametrize("status", [302, 400, 422, 429, 503])
def test_a_refused_request_is_a_record_with_its_facts(records: list[Record], status: int) -> None:
    """Method, path, status, milliseconds, request id, attempt, and what was answered."""
    fail(says(status, text="No.", headers={"X-Request-Id": "r-1"}), attempt=3)
    record = records[0]

    assert record["level"].name == "WARNING"
    assert record["extra"].pop("milliseconds") >= 0
    assert record["extra"] == {
        "method": "PATCH",
        "path": PRODUCTS,
        "status": status,
        "request_id": "r-1",
        "attempt": 3,
        "answer": "No.",
    }
    assert record["message"].startswith(f"PATCH {PRODUCTS} answered {status} in ")
    assert record["message"].endswith(" ms, request id r-1, attempt 3: No.")


def test_a_call_that_is_repeated_with_a_new_token_is_a_further_attempt(
    records: list[Record],
) -> None:
    """As the PIM saw it twice."""
    fail(says(401), says(500), attempt=2)

    assert [record["extra"]["attempt"] for record in records] == [3]


def test_a_request_without_an_answer_is_a_record_with_its_facts(records: list[Record]) -> None:
    """There is no status then, and the reason stands in its place."""
    fail(breaks(httpx.ReadTimeout("")), attempt=4)
    (record,) = records

    assert record["extra"] == {
        "method": "PATCH",
        "path": PRODUCTS,
        "milliseconds": record["extra"]["milliseconds"],
        "attempt": 4,
        "error": f"PATCH {PRODUCTS} was not answered in time.",
    }


def test_what_is_not_there_is_no_trouble(records: list[Record]) -> None:
    """Whoever reads asks for things to see whether they are there."""
    fail(says(404), method="GET")

    assert [record["level"].name for record in records] == ["DEBUG"]
