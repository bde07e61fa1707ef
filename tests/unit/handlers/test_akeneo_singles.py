"""Items with a call of their own: reference entities, asset families, and what is inside them."""

from __future__ import annotations

from collections.abc import Iterable

import orjson
import pytest

from akeneo_batches import JSON, Call, Reply, ScriptedPim, batch_of, refusal
from importbus.bus.errors import SinkPaused, SinkRefused, SinkUnavailable
from importbus.bus.outcomes import Outcome, OutcomeKind
from importbus.handlers.akeneo import (
    CreateOrUpdateAssetFamily,
    CreateOrUpdateReferenceEntity,
    CreateOrUpdateReferenceEntityAttribute,
    CreateOrUpdateReferenceEntityAttributeOption,
)
from importbus.handlers.akeneo.sink import AkeneoSink

MADE, CHANGED = Reply(201), Reply(204)
ATTRIBUTE = CreateOrUpdateReferenceEntityAttribute(reference_entity="brand", code="country")
OPTION = CreateOrUpdateReferenceEntityAttributeOption(
    reference_entity="brand", attribute="style", code="modern"
)
NO_MEDIA = refusal(
    422,
    "The asset family has data that does not comply with the business rules.",
    errors=[{"property": "attributeAsMainMedia", "message": "The attribute does not exist."}],
)


def entities(codes: str) -> list[CreateOrUpdateReferenceEntity]:
    """Return a reference entity for each letter of *codes*."""
    return [CreateOrUpdateReferenceEntity(code=code) for code in codes]


def kinds(outcomes: Iterable[Outcome]) -> list[str]:
    """Return the names of *outcomes*."""
    return [outcome.kind.value for outcome in outcomes]


def test_each_item_is_a_call_of_its_own() -> None:
    """A PATCH of the item, in the order of the batch; the body repeats its code."""
    pim = ScriptedPim([MADE, CHANGED])
    written = AkeneoSink(pim).write(batch_of(*entities("ab")))

    assert [(call.method, call.path[-21:], call.sent) for call in pim.calls] == [
        ("PATCH", "/reference-entities/a", [{"code": "a"}]),
        ("PATCH", "/reference-entities/b", [{"code": "b"}]),
    ]
    assert {call.content_type for call in pim.calls} == {JSON}
    assert (kinds(written), written.requests) == (["created", "updated"], 2)


def test_what_stands_in_the_path_does_not_stand_in_the_body() -> None:
    """The API knows no such property."""
    pim = ScriptedPim([MADE])
    AkeneoSink(pim).write(batch_of(OPTION))
    (call,) = pim.calls

    assert call.path.endswith("/reference-entities/brand/attributes/style/options/modern")
    assert call.sent == [{"code": "modern"}]


def test_a_refused_item_fails_alone() -> None:
    """I10: with the reasons that the PIM gives; the next one goes on."""
    errors = [{"property": "labels", "message": "This value is too long."}]
    pim = ScriptedPim([refusal(422, "Rules.", errors=errors), MADE])
    written = AkeneoSink(pim).write(batch_of(*entities("ab")))

    assert kinds(written) == ["failed", "created"]
    assert (written[0].status, written[0].errors[0].property) == (422, "labels")


@pytest.mark.parametrize(
    ("command", "wants"),
    [
        (ATTRIBUTE, ("reference_entity:brand",)),
        (OPTION, ("reference_entity:brand", "reference_entity_attribute:brand.style")),
    ],
)
def test_a_missing_parent_is_waited_for(command: object, wants: tuple[str, ...]) -> None:
    """A 404 is about what stands in the path before the item."""
    pim = ScriptedPim([refusal(404, "It is not there.")])
    (outcome,) = AkeneoSink(pim).write(batch_of(command))  # type: ignore[arg-type]

    assert (outcome.kind, outcome.wants) == (OutcomeKind.PARKED, wants)


@pytest.mark.parametrize("status", [404, 405, 415])
def test_a_pim_that_has_no_such_resource_stops_the_import(status: int) -> None:
    """Reference entities belong to some editions only; the error says what to look at."""
    pim = ScriptedPim([refusal(status, "No route found.")])

    with pytest.raises(SinkRefused, match=r"edition lacks it.*pim\.url") as caught:
        AkeneoSink(pim).write(batch_of(*entities("ab")))

    assert caught.value.status == status
    assert len(pim.calls) == 1


def test_a_user_without_the_right_stops_the_import() -> None:
    """No item is to blame; once one was written, a 403 is about the item."""
    forbidden = refusal(403, "Access forbidden.")

    with pytest.raises(SinkRefused, match="grant the right"):
        AkeneoSink(ScriptedPim([forbidden])).write(batch_of(*entities("ab")))
    written = AkeneoSink(ScriptedPim([MADE, forbidden])).write(batch_of(*entities("ab")))
    assert kinds(written) == ["created", "failed"]


@pytest.mark.parametrize("code", ["", ".", "..", "a/b", "a\ud800"])
def test_a_code_that_no_path_can_carry_fails_alone(code: str) -> None:
    """A PIM that has no such route would look like one that has no reference entities."""
    pim = ScriptedPim([MADE])
    odd = CreateOrUpdateReferenceEntity(code=code)
    written = AkeneoSink(pim).write(batch_of(odd, *entities("b")))

    assert kinds(written) == ["failed", "created"]
    assert "cannot be written in a URL" in written[0].errors[0].message
    assert len(pim.calls) == 1


def test_a_page_in_place_of_nothing_says_nothing() -> None:
    """A front end answered: the call may have reached the PIM or not."""
    pim = ScriptedPim([Reply(200, "text/html", b"<h1>Maintenance</h1>")])

    with pytest.raises(SinkUnavailable, match="a text instead of nothing") as caught:
        AkeneoSink(pim).write(batch_of(*entities("a")))

    assert caught.value.maybe_running


def test_what_was_written_before_a_pause_is_kept() -> None:
    """Of three items the first is done, the second was refused its turn, the third not sent."""
    pim = ScriptedPim([MADE, SinkPaused("wait")])
    written = AkeneoSink(pim).write(batch_of(*entities("abc")))

    assert kinds(written) == ["created", "unknown", "unknown"]
    assert written[1] == written[2] == Outcome.unsent()


def without_media(call: Call) -> Reply:
    """Refuse what names its main media, take all else."""
    return NO_MEDIA if b"main_media" in (call.body or b"") else MADE


def test_a_family_is_written_before_the_attributes_that_it_names() -> None:
    """They stand inside it and cannot come first; the field that names them remains."""
    family = CreateOrUpdateAssetFamily(
        code="Pics", labels={"en_US": "Pictures"}, attribute_as_main_media="front"
    )
    pim = ScriptedPim([without_media])
    (outcome,) = AkeneoSink(pim).write(batch_of(family))

    assert [orjson.loads(call.body or b"").keys() for call in pim.calls] == [
        {"code", "labels", "attribute_as_main_media"},
        {"code", "labels"},
    ]
    assert (outcome.kind, outcome.written) == (OutcomeKind.PARKED, OutcomeKind.CREATED)
    assert outcome.wants == ("asset_family_attribute:pics.front",)
    assert outcome.remainder == CreateOrUpdateAssetFamily(
        code="Pics", attribute_as_main_media="front"
    )


def test_a_family_that_has_nothing_else_to_say_is_parked_whole() -> None:
    """It is there already, and nobody is told that it came."""
    family = CreateOrUpdateAssetFamily(code="pics", attribute_as_main_media="front")
    pim = ScriptedPim([NO_MEDIA, CHANGED])
    (outcome,) = AkeneoSink(pim).write(batch_of(family))

    assert (outcome.kind, outcome.remainder, outcome.written) == (OutcomeKind.PARKED, None, None)
