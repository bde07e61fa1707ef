"""Calls that are refused as a whole, and items that are refused for their associations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from attrs import evolve

from akeneo_batches import (
    Call,
    Reply,
    Script,
    ScriptedPim,
    batch_of,
    fine,
    refusal,
    refused,
    stream,
)
from importbus.bus.errors import SinkPaused, SinkRefused, SinkUnavailable
from importbus.bus.outcomes import Outcome, OutcomeKind
from importbus.handlers.akeneo import (
    CreateOrUpdateAttributeOption,
    CreateOrUpdateProduct,
    CreateOrUpdateProductModel,
)
from importbus.handlers.akeneo.parts import only, without
from importbus.handlers.akeneo.resources import ASSOCIATIONS
from importbus.handlers.akeneo.sink import AkeneoSink

UNKNOWN_TARGET = (
    'Property "associations" expects a valid product identifier. The product does not exist, '
    '"lid" given.'
)
UNKNOWN_FAMILY = (
    'Property "family" expects a valid family code. The family does not exist, "mugs" given.'
)


def products(codes: str) -> list[CreateOrUpdateProduct]:
    """Return a product for each letter of *codes*."""
    return [CreateOrUpdateProduct(identifier=code) for code in codes]


def linked(code: str, **more: Any) -> CreateOrUpdateProduct:
    """Return a product with an association, and with *more*."""
    links = {"PACK": {"products": ["lid"]}}
    return CreateOrUpdateProduct(identifier=code, associations=links, **more)


def kinds(outcomes: Iterable[Outcome]) -> list[str]:
    """Return the names of *outcomes*."""
    return [outcome.kind.value for outcome in outcomes]


def at_most(lines: int, otherwise: Reply) -> Script:
    """Answer calls of at most so many *lines*, and *otherwise* those of more."""
    return lambda call: fine(call) if len(call.keys) <= lines else otherwise


def unless_it_holds(code: str, otherwise: Reply) -> Script:
    """Answer calls that do not hold *code*, and *otherwise* those that do."""
    return lambda call: otherwise if code in call.keys else fine(call)


TOO_LARGE = [
    refusal(413, "Too many resources to process."),
    Reply(413, "text/html", b"<h1>Request Entity Too Large</h1>"),
    Reply(403, "text/html", b"<h1>Forbidden</h1>"),
]


@pytest.mark.parametrize("too_large", TOO_LARGE, ids=["413", "413 html", "403"])
def test_a_call_that_is_too_large_is_halved(too_large: Reply) -> None:
    """Until it fits; the order of the lines stays."""
    pim = ScriptedPim([at_most(2, too_large)])
    written = AkeneoSink(pim).write(batch_of(*products("abcde")))
    answered = [call.keys for call in pim.calls if 0 < len(call.keys) <= 2]

    assert kinds(written) == ["updated"] * 5
    assert [key for keys in answered for key in keys] == list("abcde")
    assert written.requests == len(pim.calls)


@pytest.mark.parametrize("too_large", TOO_LARGE, ids=["413", "413 html", "403"])
def test_a_single_item_that_is_too_large_fails_alone(too_large: Reply) -> None:
    """I10: the other items of its call are written."""
    pim = ScriptedPim([unless_it_holds("c", too_large)])
    written = AkeneoSink(pim).write(batch_of(*products("abcde")))

    assert kinds(written) == ["updated", "updated", "failed", "updated", "updated"]
    assert written[2].status == too_large.status
    assert "does not take its 18 bytes" in written[2].errors[0].message


def test_a_413_needs_no_further_question() -> None:
    """Seven calls for four items that go one by one; nobody is asked about rights."""
    pim = ScriptedPim([at_most(1, TOO_LARGE[0])])
    AkeneoSink(pim).write(batch_of(*products("abcd")))

    assert [len(call.keys) for call in pim.calls] == [4, 2, 1, 1, 2, 1, 1]


def test_a_user_without_the_right_stops_the_import() -> None:
    """A body is halved once; then a call without items is refused for lack of rights only."""
    pim = ScriptedPim([refusal(403, "Access forbidden.")])

    with pytest.raises(SinkRefused, match=r"403.*grant the right to the role") as caught:
        AkeneoSink(pim).write(batch_of(*products("abcd")))

    assert caught.value.status == 403
    assert [len(call.keys) for call in pim.calls] == [4, 2, 0]


def test_a_single_item_without_the_right_stops_the_import() -> None:
    """There is nothing to halve."""
    pim = ScriptedPim([refusal(403, "Access forbidden.")])

    with pytest.raises(SinkRefused):
        AkeneoSink(pim).write(batch_of(*products("a")))
    assert [len(call.keys) for call in pim.calls] == [1, 0]


def test_a_right_that_was_there_is_not_asked_about_at_each_half() -> None:
    """A class that was written before may be written: its 403 is about the size."""
    pim = ScriptedPim([at_most(1, TOO_LARGE[2])])
    sink = AkeneoSink(pim)
    sink.write(batch_of(*products("x")))
    sink.write(batch_of(*products("abcd")))

    assert [len(call.keys) for call in pim.calls] == [1, 4, 2, 1, 1, 2, 1, 1]


def test_a_right_that_is_taken_away_is_noticed() -> None:
    """At the latest when a single item is refused."""
    pim = ScriptedPim([fine, refusal(403, "Access forbidden.")])
    sink = AkeneoSink(pim)
    sink.write(batch_of(*products("ab")))

    with pytest.raises(SinkRefused):
        sink.write(batch_of(*products("abcd")))


@pytest.mark.parametrize("status", [404, 405, 415])
def test_a_pim_without_the_endpoint_stops_the_import(status: int) -> None:
    """With what to do about it; no item is to blame."""
    pim = ScriptedPim([refusal(status, "No route found.")])

    with pytest.raises(SinkRefused, match=r"too old.*pim\.url has a path too many") as caught:
        AkeneoSink(pim).write(batch_of(*products("ab")))

    assert caught.value.status == status
    assert len(pim.calls) == 1


def test_an_unknown_parent_in_the_path_is_waited_for() -> None:
    """Some versions answer 404 for the whole call: the attribute may still come."""
    option = CreateOrUpdateAttributeOption(attribute="color", code="red")
    reply = refusal(404, 'Attribute "color" does not exist.')
    written = AkeneoSink(ScriptedPim([reply])).write(batch_of(option))

    assert kinds(written) == ["parked"]
    assert written[0].wants == ("attribute:color",)


@pytest.mark.parametrize("status", [400, 409, 414, 422])
def test_an_item_that_spoils_its_call_is_found(status: int) -> None:
    """A whole call is refused without saying for which item."""
    pim = ScriptedPim([unless_it_holds("b", refusal(status, "Bad."))])
    written = AkeneoSink(pim).write(batch_of(*products("abcd")))

    assert kinds(written) == ["updated", "failed", "updated", "updated"]
    assert (written[1].status, written[1].errors[0].message) == (status, "Bad.")


def test_what_was_written_before_a_half_failed_is_kept() -> None:
    """The first half was answered, the second was lost."""
    lost = SinkUnavailable("reset", maybe_running=True)
    pim = ScriptedPim([TOO_LARGE[0], fine, lost])
    written = AkeneoSink(pim).write(batch_of(*products("abcd")))

    assert kinds(written) == ["updated", "updated", "unknown", "unknown"]
    assert all(outcome.sent for outcome in written)


def links_refused(call: Call) -> Reply:
    """Refuse every line that has associations, take the others."""
    return stream(
        *(
            refused(n, UNKNOWN_TARGET)
            if "associations" in line
            else {"line": n, "status_code": 201}
            for n, line in enumerate(call.sent, 1)
        )
    )


def test_an_item_refused_for_its_associations_is_written_without_them() -> None:
    """They are parked as the remainder; how the rest ended is kept beside it."""
    pim = ScriptedPim([links_refused])
    command = linked("a", family="mugs")
    written = AkeneoSink(pim).write(batch_of(command, *products("b")))

    assert [call.keys for call in pim.calls] == [["a", "b"], ["a"]]
    assert pim.calls[1].sent == [{"identifier": "a", "family": "mugs"}]
    assert kinds(written) == ["parked", "created"]
    assert written[0].remainder == linked("a")
    assert (written[0].written, written[0].wants) == (OutcomeKind.CREATED, ("product:lid",))


def test_what_is_sent_in_part_is_not_the_data_of_the_whole() -> None:
    """It was encoded when the command was taken, and says everything."""
    pim = ScriptedPim([links_refused])
    batch = batch_of(linked("a"))
    data = b'{"identifier":"a","associations":{"PACK":{"products":["lid"]}}}'
    AkeneoSink(pim).write(evolve(batch, envelopes=(evolve(batch.envelopes[0], data=data),)))

    assert [call.body for call in pim.calls] == [data, b'{"identifier":"a"}']


def test_an_item_that_has_nothing_but_associations_is_parked_whole() -> None:
    """It is there already: nothing is written without them, and nobody is told that it came."""
    pim = ScriptedPim([links_refused, fine])
    written = AkeneoSink(pim).write(batch_of(linked("a")))

    assert pim.calls[1].sent == [{"identifier": "a"}]
    assert kinds(written) == ["parked"]
    assert (written[0].remainder, written[0].written) == (None, None)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refused(1, 'Property "foo" does not exist.'), "failed"),
        (refused(1, UNKNOWN_FAMILY), "parked"),
        (refused(1, "Oops.", 500), "unknown"),
    ],
)
def test_a_rest_that_is_refused_as_well_decides(answer: dict[str, Any], kind: str) -> None:
    """Nothing was written, so there is no remainder: the command goes whole, or fails."""
    pim = ScriptedPim([links_refused, stream(answer)])
    written = AkeneoSink(pim).write(batch_of(linked("a", family="mugs")))

    assert kinds(written) == [kind]
    assert written[0].remainder is None
    assert written[0].errors[0].message == answer["message"]


def test_a_rest_whose_call_was_lost_is_unknown() -> None:
    """The other items keep their outcomes."""
    pim = ScriptedPim([links_refused, SinkUnavailable("reset", maybe_running=True)])
    written = AkeneoSink(pim).write(batch_of(linked("a", family="mugs"), *products("b")))

    assert kinds(written) == ["unknown", "created"]
    assert written[0].sent


def test_a_rest_that_is_written_before_an_outage_keeps_its_remainder() -> None:
    """Its associations are not forgotten when the second half of the rest fails."""
    pim = ScriptedPim([links_refused, TOO_LARGE[0], fine, SinkPaused("wait")])
    commands = [linked(code, family="mugs") for code in "ab"]
    written = AkeneoSink(pim).write(batch_of(*commands))

    assert (written[0].kind, written[0].remainder) == (OutcomeKind.PARKED, linked("a"))
    assert written[1] == Outcome.unsent()


def test_parts_of_a_command_are_the_whole() -> None:
    """What is written without associations and the remainder say together what it says."""
    quantified = {"KIT": {"products": [{"identifier": "lid", "quantity": 1}]}}
    whole = linked("a", family="mugs", parent=None, quantified_associations=quantified)
    bare, rest = without(whole, ASSOCIATIONS), only(whole, ASSOCIATIONS)

    assert bare == CreateOrUpdateProduct(identifier="a", family="mugs", parent=None)
    assert rest == linked("a", quantified_associations=quantified)


def test_a_command_that_says_nothing_else_is_its_own_remainder() -> None:
    """Of models as of products; without its associations it says its key."""
    model = CreateOrUpdateProductModel(code="a", associations={"PACK": {"groups": []}})

    assert without(model, ASSOCIATIONS) == CreateOrUpdateProductModel(code="a")
    assert only(model, ASSOCIATIONS) == model
    assert only(linked("a", parent=None), ASSOCIATIONS) == linked("a")
