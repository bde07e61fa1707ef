"""A batch becomes calls, and what is answered becomes an outcome an item."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from akeneo_batches import (
    COLLECTION,
    Reply,
    ScriptedPim,
    batch_of,
    fine,
    refusal,
    refused,
    stream,
)
from importbus.bus.errors import Recoverable, SinkPaused, SinkRefused, SinkUnavailable
from importbus.bus.outcomes import Outcome, OutcomeKind
from importbus.handlers.akeneo import (
    CreateOrUpdateAttributeOption,
    CreateOrUpdateFamilyVariant,
    CreateOrUpdateProduct,
    DeleteProduct,
)
from importbus.handlers.akeneo.sink import AkeneoSink

PATH = "/api/rest/v1/products"

PAUSED = SinkPaused("wait", retry_after=7.0)
LOST = SinkUnavailable("the connection broke", maybe_running=True)
DOWN = SinkUnavailable("out of reach")
BUSY = SinkUnavailable("answered 503", status=503)


def products(count: int) -> list[CreateOrUpdateProduct]:
    """Return products called 1, 2, 3 and so on."""
    return [CreateOrUpdateProduct(identifier=str(n)) for n in range(1, count + 1)]


def options(*attributes: str) -> list[CreateOrUpdateAttributeOption]:
    """Return an option of each of *attributes*, called 1, 2, 3 and so on."""
    return [
        CreateOrUpdateAttributeOption(attribute=attribute, code=str(n))
        for n, attribute in enumerate(attributes, 1)
    ]


def kinds(outcomes: Iterable[Outcome]) -> list[str]:
    """Return the names of *outcomes*."""
    return [outcome.kind.value for outcome in outcomes]


def test_a_batch_is_one_call_of_the_collection() -> None:
    """A PATCH of lines, in their order, as the API wants them."""
    pim = ScriptedPim([fine])
    AkeneoSink(pim).write(batch_of(*products(3)))
    (call,) = pim.calls

    assert (call.method, call.path, call.content_type) == ("PATCH", PATH, COLLECTION)
    assert call.keys == ["1", "2", "3"]
    assert call.rate is None


def test_every_item_has_its_outcome_by_the_number_of_its_line() -> None:
    """Whatever the order of the answers, and whatever code they carry."""
    reply = stream(
        refused(3, 'Property "foo" does not exist.'),
        {"line": 1, "identifier": "3", "status_code": 201},
        {"line": 2, "status_code": 204},
    )
    written = AkeneoSink(ScriptedPim([reply])).write(batch_of(*products(4)))

    assert kinds(written) == ["created", "updated", "failed", "unknown"]
    assert written.requests == 1


def test_a_stream_that_ends_early_leaves_unknown_items() -> None:
    """They may have been written: no status, so whoever repeats them waits first."""
    reply = Reply(200, COLLECTION, b'{"line":1,"status_code":201}\n{"line":2,"sta')
    written = AkeneoSink(ScriptedPim([reply])).write(batch_of(*products(3)))

    assert kinds(written) == ["created", "unknown", "unknown"]
    assert [(outcome.status, outcome.sent) for outcome in written[1:]] == [(None, True)] * 2


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_line_that_asks_to_come_again_is_unknown(status: int) -> None:
    """As a whole call with this status would be."""
    reply = stream(refused(1, "Later.", status), {"line": 2, "status_code": 204})
    written = AkeneoSink(ScriptedPim([reply])).write(batch_of(*products(2)))

    assert kinds(written) == ["unknown", "updated"]
    assert written[0].status == status


def test_items_of_one_path_share_a_call() -> None:
    """Options go by attribute, at the rate that the PIM allows."""
    pim = ScriptedPim([fine])
    written = AkeneoSink(pim).write(batch_of(*options("color", "size", "color")))

    assert [(call.path[-14:], call.keys) for call in pim.calls] == [
        ("/color/options", ["1", "3"]),
        ("s/size/options", ["2"]),
    ]
    assert {call.rate for call in pim.calls} == {3.0}
    assert (kinds(written), written.requests) == (["updated"] * 3, 2)


def test_a_call_has_at_most_a_hundred_lines() -> None:
    """Whatever the size of the batch."""
    pim = ScriptedPim([fine])
    written = AkeneoSink(pim).write(batch_of(*products(230)))

    assert [len(call.keys) for call in pim.calls] == [100, 100, 30]
    assert kinds(written) == ["updated"] * 230


def test_a_body_does_not_repeat_what_stands_in_the_path() -> None:
    """A family variant with its family in the body would be refused."""
    pim = ScriptedPim([fine])
    AkeneoSink(pim).write(batch_of(CreateOrUpdateFamilyVariant(family="shirts", code="a")))

    assert pim.calls[0].sent == [{"code": "a"}]


def test_an_item_that_cannot_be_sent_fails_alone() -> None:
    """I10: the others share a call without it."""
    pim = ScriptedPim([fine])
    bad = CreateOrUpdateProduct(identifier="bad", categories=["x" * 1_000_000])
    written = AkeneoSink(pim).write(batch_of(bad, *products(2)))

    assert kinds(written) == ["failed", "updated", "updated"]
    assert pim.calls[0].keys == ["1", "2"]


def test_nothing_to_send_is_no_call() -> None:
    """The PIM takes an empty body, but it costs a call."""
    pim = ScriptedPim([fine])
    written = AkeneoSink(pim).write(batch_of(*options("", "..")))

    assert (kinds(written), pim.calls, written.requests) == (["failed", "failed"], [], 0)


@pytest.mark.parametrize("error", [PAUSED, LOST, DOWN, BUSY, SinkRefused("wrong secret")])
def test_a_call_that_fails_as_a_whole_is_the_callers_business(error: Exception) -> None:
    """Nothing was answered: wait, brake or stop, as the error says."""
    with pytest.raises(type(error)) as caught:
        AkeneoSink(ScriptedPim([error])).write(batch_of(*products(2)))

    assert caught.value is error


@pytest.mark.parametrize("error", [PAUSED, LOST, DOWN, BUSY])
def test_what_was_answered_before_an_outage_is_kept(error: Recoverable) -> None:
    """The items of calls that were never made are as if nothing had been tried."""
    pim = ScriptedPim([fine, error])
    written = AkeneoSink(pim).write(batch_of(*options("a", "b", "b", "c")))

    assert kinds(written) == ["updated", "unknown", "unknown", "unknown"]
    assert written[3] == Outcome.unsent()
    assert written.requests == len(pim.calls) == 2


@pytest.mark.parametrize(
    ("error", "sent"), [(PAUSED, False), (DOWN, False), (BUSY, False), (LOST, True)]
)
def test_a_lost_call_may_have_written_its_items(error: Recoverable, sent: bool) -> None:
    """One that the PIM did not carry out has not; a lost one has no status."""
    written = AkeneoSink(ScriptedPim([fine, error])).write(batch_of(*options("a", "b", "b")))

    assert [outcome.sent for outcome in written[1:]] == [sent, sent]
    assert {outcome.status for outcome in written[1:]} == {None}


def test_the_second_half_of_a_lost_first_half_was_not_sent() -> None:
    """The whole call was refused as too large, so only the half may have been carried out."""
    pim = ScriptedPim([fine, refusal(413), LOST])
    written = AkeneoSink(pim).write(batch_of(*options("a", "b", "b", "b", "b")))

    assert [outcome.sent for outcome in written] == [True, True, True, False, False]


def test_a_refused_caller_stops_the_import_amid_a_batch() -> None:
    """What was answered is sent again when the import is resumed, which is harmless (I8)."""
    pim = ScriptedPim([fine, SinkRefused("wrong secret")])

    with pytest.raises(SinkRefused, match="wrong secret"):
        AkeneoSink(pim).write(batch_of(*options("a", "b")))


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, "text/html", b"<h1>Maintenance</h1>"),
        Reply(200, "application/json", b'{"line":1,"status_code":201}'),
        Reply(200, "", b'{"line":1,"status_code":201}'),
        Reply(204),
        Reply(202, COLLECTION),
    ],
    ids=["html", "json", "no type", "204", "202"],
)
def test_an_answer_that_is_no_stream_says_nothing(reply: Reply) -> None:
    """A page of a front end: the call may have reached the PIM or not."""
    with pytest.raises(SinkUnavailable) as caught:
        AkeneoSink(ScriptedPim([reply])).write(batch_of(*products(2)))

    assert caught.value.maybe_running
    assert caught.value.status == reply.status


def test_a_page_in_place_of_a_later_answer_loses_the_items_of_that_call() -> None:
    """What was answered before it is kept."""
    pim = ScriptedPim([fine, Reply(200, "text/html", b"<h1>Maintenance</h1>")])
    written = AkeneoSink(pim).write(batch_of(*options("a", "b", "c")))

    assert [outcome.kind is OutcomeKind.UNKNOWN for outcome in written] == [False, True, True]
    assert [outcome.sent for outcome in written] == [True, True, False]


def test_deletes_have_calls_of_their_own() -> None:
    """Without a body, in the order of the batch."""
    pim = ScriptedPim([Reply(204)])
    AkeneoSink(pim).write(batch_of(DeleteProduct(identifier="a"), DeleteProduct(identifier="b")))

    made: list[Any] = [(call.method, call.path, call.body) for call in pim.calls]
    assert made == [("DELETE", f"{PATH}/a", None), ("DELETE", f"{PATH}/b", None)]


def test_the_sink_asks_its_client_how_the_pim_is() -> None:
    """A probe is one cheap call; how long calls took tells how long a lost one may run."""
    pim = ScriptedPim([DOWN])
    sink = AkeneoSink(pim)

    assert sink.recent_seconds() == pim.recent_seconds()
    with pytest.raises(SinkUnavailable):
        sink.probe()
