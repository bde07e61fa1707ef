"""Which refusals are parked and what for, in the words of the known versions of the PIM."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from akeneo_broken_rules import NEVER_SENTENCES, NEVER_VIOLATIONS
from akeneo_refusals import (
    ASSOCIATION_TYPE,
    LOGO,
    OPTION,
    PRODUCT,
    SENTENCES,
    VARIANT,
    VIOLATIONS,
)
from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import Outcome, OutcomeKind, ServerError
from importbus.handlers.akeneo import DeleteProduct
from importbus.handlers.akeneo.answers import (
    concerns_only,
    outcome_of,
    property_of,
)
from importbus.handlers.akeneo.replies import ItemAnswer, read_refusal
from importbus.handlers.akeneo.resources import ASSOCIATIONS
from library_refusals import (
    ASSET,
    ENTITY_OPTION,
    LIBRARY_NEVER,
    LIBRARY_SENTENCES,
    LIBRARY_VIOLATIONS,
    RECORD,
)

HINT = " Check the expected format on the API documentation."
NOT_ALL = 'Property "family" expects a valid family code.'


def said(command: LaneCommand, message: str, status: int = 422) -> Outcome:
    """Return what becomes of *command* when the PIM says one sentence."""
    body = b'{"code":422,"message":%s}' % _json(message)
    return outcome_of(command, read_refusal(status, body))


def violated(command: LaneCommand, *violations: dict[str, Any]) -> Outcome:
    """Return what becomes of *command* when the PIM lists *violations*."""
    body = b'{"message":"Validation failed.","errors":%s}' % _json(list(violations))
    return outcome_of(command, read_refusal(422, body))


def _json(data: Any) -> bytes:
    return orjson.dumps(data)


@pytest.mark.parametrize(("command", "message", "wants"), [*SENTENCES, *LIBRARY_SENTENCES])
@pytest.mark.parametrize("hint", ["", HINT], ids=["", "with hint"])
def test_an_unknown_reference_is_waited_for(
    command: LaneCommand, message: str, wants: set[str], hint: str
) -> None:
    """The command is parked for what the sentence names."""
    outcome = said(command, message + hint)

    assert outcome.kind is OutcomeKind.PARKED
    assert set(outcome.wants) == wants


@pytest.mark.parametrize(("command", "violation", "wants"), [*VIOLATIONS, *LIBRARY_VIOLATIONS])
def test_a_violation_that_something_can_cure_is_waited_for(
    command: LaneCommand, violation: dict[str, Any], wants: set[str]
) -> None:
    """The words say that what the property or the attribute names is missing."""
    outcome = violated(command, violation)

    assert outcome.kind is OutcomeKind.PARKED
    assert set(outcome.wants) == wants


@pytest.mark.parametrize(("command", "message"), NEVER_SENTENCES)
def test_a_sentence_about_something_else_fails(command: LaneCommand, message: str) -> None:
    """Nothing that is still to come makes it right, so it is not sent again."""
    assert said(command, message + HINT).kind is OutcomeKind.FAILED


@pytest.mark.parametrize(("command", "violation"), [*NEVER_VIOLATIONS, *LIBRARY_NEVER])
def test_a_violation_of_a_rule_fails(command: LaneCommand, violation: dict[str, Any]) -> None:
    """Rules about values and what cannot be changed are not cured by waiting."""
    outcome = violated(command, violation)

    assert outcome.kind is OutcomeKind.FAILED
    assert outcome.errors[0].message == violation["message"]


def test_one_reason_that_cannot_be_cured_is_enough_to_fail() -> None:
    """Sending it again would be refused for that one again."""
    option = {
        "property": "values",
        "attribute": "color",
        "message": "It is not in the option list.",
    }
    rule = {"property": "values", "attribute": "name", "message": "This value is too long."}

    assert violated(PRODUCT, option).kind is OutcomeKind.PARKED
    assert violated(PRODUCT, option, rule).kind is OutcomeKind.FAILED


def test_several_reasons_wait_for_everything_they_name() -> None:
    """All of it has to come."""
    option = {
        "property": "values",
        "attribute": "color",
        "message": "It is not in the option list.",
    }
    tag = {
        "property": "values",
        "message": "The hot value is not in the tags attribute option list.",
    }

    assert set(violated(PRODUCT, option, tag).wants) == {
        "attribute:color",
        "attribute_option:color.red",
        "attribute_option:tags.hot",
    }


@pytest.mark.parametrize(
    ("command", "message", "wants"),
    [
        (OPTION, 'Attribute "color" does not exist.', ("attribute:color",)),
        (OPTION, "Nothing here, in the words of a version to come.", ("attribute:color",)),
        (VARIANT, 'Family "mugs" does not exist.', ("family:mugs",)),
        (RECORD, 'Reference entity "brand" does not exist.', ("reference_entity:brand",)),
        (ASSET, "Not here.", ("asset_family:pics",)),
        (
            ENTITY_OPTION,
            "Not here.",
            ("reference_entity:brand", "reference_entity_attribute:brand.style"),
        ),
    ],
)
def test_a_404_waits_for_the_parent_in_the_path(
    command: LaneCommand, message: str, wants: tuple[str, ...]
) -> None:
    """The status says it; words do not matter."""
    outcome = said(command, message, 404)

    assert (outcome.kind, outcome.wants) == (OutcomeKind.PARKED, wants)


def test_a_404_to_a_file_waits_for_what_it_belongs_to() -> None:
    """It was asked for; the reference entity of a record may be what is missing."""
    wants = said(LOGO, 'Reference entity record "acme" does not exist.', 404).wants

    assert wants == ("reference_entity_record:brand.acme", "reference_entity:brand")


@pytest.mark.parametrize("command", [PRODUCT, ASSOCIATION_TYPE, DeleteProduct(identifier="mug")])
def test_a_404_without_a_parent_fails(command: LaneCommand) -> None:
    """There is nothing that it could wait for."""
    assert said(command, "It does not exist.", 404).kind is OutcomeKind.FAILED


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, OutcomeKind.UPDATED),
        (201, OutcomeKind.CREATED),
        (204, OutcomeKind.UPDATED),
        (400, OutcomeKind.FAILED),
        (403, OutcomeKind.FAILED),
        (408, OutcomeKind.UNKNOWN),
        (409, OutcomeKind.FAILED),
        (413, OutcomeKind.FAILED),
        (429, OutcomeKind.UNKNOWN),
        (500, OutcomeKind.UNKNOWN),
        (503, OutcomeKind.UNKNOWN),
    ],
)
def test_the_status_of_an_item_decides(status: int, kind: OutcomeKind) -> None:
    """Only a 422, or a 404 with a parent, needs a look at what is said."""
    outcome = outcome_of(PRODUCT, ItemAnswer(status, (ServerError(NOT_ALL, "family"),)))

    assert (outcome.kind, outcome.status) == (kind, status)


def test_an_item_without_an_answer_is_unknown() -> None:
    """Nobody can tell whether it was written: it has no status, so whoever repeats it waits."""
    outcome = outcome_of(PRODUCT, None)

    assert (outcome.kind, outcome.status) == (OutcomeKind.UNKNOWN, None)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("quantifiedAssociations.PACK.products", "quantified_associations"),
        ("associations[0]", "associations"),
        ("[units][KILO]", "units"),
        ("attributeAsLabel", "attribute_as_label"),
        ("family", "family"),
        ("", None),
        (None, None),
    ],
)
def test_names_of_the_servers_own_become_names_of_the_api(
    name: str | None, found: str | None
) -> None:
    """Errors name properties now as the API does, now as PHP does."""
    assert property_of(ServerError("no", name)) == found


@pytest.mark.parametrize(
    ("properties", "only"),
    [
        (["associations"], True),
        (["associations", "quantifiedAssociations.SET.products"], True),
        (["associations", "values"], False),
        (["values"], False),
    ],
)
def test_associations_can_be_what_all_is_about(properties: list[str], only: bool) -> None:
    """Then the rest of the product can be written without them."""
    errors = (ServerError("The products don't exist.", name) for name in properties)
    outcome = Outcome.parked(*errors)

    assert concerns_only(outcome, ASSOCIATIONS) is only


def test_a_failed_item_is_not_written_without_its_associations() -> None:
    """What breaks a rule is shown to its owner as it is."""
    failed = Outcome.failed(ServerError("no", "associations"))

    assert not concerns_only(failed, ASSOCIATIONS)
