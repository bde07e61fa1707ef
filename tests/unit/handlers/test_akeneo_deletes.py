"""Deletes: one call an item, and what a missing item means."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from akeneo_batches import JSON, Reply, ScriptedPim, batch_of, refusal
from importbus.bus.errors import SinkPaused, SinkRefused, SinkUnavailable
from importbus.bus.outcomes import Outcome
from importbus.handlers.akeneo import DeleteProduct, DeleteProductModel
from importbus.handlers.akeneo.sink import AkeneoSink

GONE = refusal(404, 'Product "a" does not exist.')
DONE = Reply(204)


def deletes(codes: str) -> list[DeleteProduct]:
    """Return a delete for each letter of *codes*."""
    return [DeleteProduct(identifier=code) for code in codes]


def kinds(outcomes: Iterable[Outcome]) -> list[str]:
    """Return the names of *outcomes*."""
    return [outcome.kind.value for outcome in outcomes]


def test_a_delete_that_is_carried_out_is_deleted() -> None:
    """204, without a body."""
    written = AkeneoSink(ScriptedPim([DONE])).write(batch_of(DeleteProductModel(code="a")))

    assert written == (Outcome.deleted(204),)


def test_a_delete_of_what_was_never_there_fails() -> None:
    """Its owner is told that the code is wrong; the next one goes on."""
    written = AkeneoSink(ScriptedPim([GONE, DONE])).write(batch_of(*deletes("ab")))

    assert kinds(written) == ["failed", "deleted"]
    assert written[0].errors[0].message == 'Product "a" does not exist.'
    assert (written[0].status, written.requests) == (404, 2)


def test_a_delete_whose_answer_was_lost_may_find_nothing() -> None:
    """An earlier send has carried it out."""
    written = AkeneoSink(ScriptedPim([GONE])).write(batch_of(*deletes("a"), sends=1))

    assert written == (Outcome.deleted(404),)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(404, "text/html", b"<h1>Not Found</h1>"),
        Reply(404),
        refusal(405, "No route found: Method Not Allowed"),
        refusal(415),
    ],
    ids=["404 html", "404 empty", "405", "415"],
)
def test_a_pim_that_has_no_such_delete_stops_the_import(reply: Reply) -> None:
    """Also after a lost answer: a page of a front end does not say that the item is gone."""
    with pytest.raises(SinkRefused, match=r"This PIM has no DELETE .*/products/a") as caught:
        AkeneoSink(ScriptedPim([reply])).write(batch_of(*deletes("a"), sends=1))

    assert caught.value.status == reply.status


def test_a_user_without_the_right_stops_the_import() -> None:
    """No item is to blame."""
    pim = ScriptedPim([refusal(403, "Access forbidden.")])

    with pytest.raises(SinkRefused, match="grant the right"):
        AkeneoSink(pim).write(batch_of(*deletes("ab")))
    assert len(pim.calls) == 1


@pytest.mark.parametrize("first", [DONE, GONE], ids=["204", "404"])
def test_an_item_that_may_not_be_deleted_fails_alone(first: Reply) -> None:
    """A user who got an answer about another item has the right, but not over this one."""
    pim = ScriptedPim([first, refusal(403, "Not your product."), DONE])
    written = AkeneoSink(pim).write(batch_of(*deletes("abc")))

    assert kinds(written[1:]) == ["failed", "deleted"]
    assert written[1].errors[0].message == "Not your product."


@pytest.mark.parametrize("status", [400, 409, 414, 422])
def test_a_delete_that_is_refused_fails(status: int) -> None:
    """In the PIM's own words."""
    written = AkeneoSink(ScriptedPim([refusal(status, "No.")])).write(batch_of(*deletes("a")))

    assert (kinds(written), written[0].status) == (["failed"], status)


def test_a_text_in_place_of_nothing_says_nothing() -> None:
    """A page with 200, such as a login: the call may have reached the PIM or not."""
    pim = ScriptedPim([Reply(200, JSON, b"{}")])

    with pytest.raises(SinkUnavailable) as caught:
        AkeneoSink(pim).write(batch_of(*deletes("a")))
    assert caught.value.maybe_running


def test_only_the_delete_that_was_lost_may_have_been_carried_out() -> None:
    """A later 404 of one that was never sent must not be taken for its success."""
    pim = ScriptedPim([DONE, SinkUnavailable("reset", maybe_running=True)])
    written = AkeneoSink(pim).write(batch_of(*deletes("abc")))

    assert kinds(written) == ["deleted", "unknown", "unknown"]
    assert [outcome.sent for outcome in written] == [True, True, False]


def test_a_pause_amid_deletes_carries_none_of_the_rest_out() -> None:
    """429: the call did nothing."""
    written = AkeneoSink(ScriptedPim([DONE, SinkPaused("wait")])).write(batch_of(*deletes("abc")))

    assert written[1:] == (Outcome.unsent(), Outcome.unsent())


def test_a_key_that_no_path_can_carry_fails_alone() -> None:
    """Otherwise the collection would be deleted, or something above it."""
    pim = ScriptedPim([DONE])
    commands = [DeleteProduct(identifier=key) for key in ("", "..", "a")]
    written = AkeneoSink(pim).write(batch_of(*commands))

    assert kinds(written) == ["failed", "failed", "deleted"]
    assert [call.path for call in pim.calls] == ["/api/rest/v1/products/a"]
