"""Items that share a call as a JSON array: measurement families, records and assets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
import pytest

from akeneo_batches import JSON, Call, Reply, ScriptedPim, batch_of, refusal
from importbus.bus.errors import SinkUnavailable
from importbus.bus.outcomes import Outcome, OutcomeKind
from importbus.handlers.akeneo import (
    CreateOrUpdateAsset,
    CreateOrUpdateMeasurementFamily,
    CreateOrUpdateProduct,
    CreateOrUpdateReferenceEntityRecord,
)
from importbus.handlers.akeneo.sink import AkeneoSink

BATCH = "/api/rest/v1/reference-entities/"
COUNTRY = {"code": "country", "type": "reference_entity_single_link"}
LINK = {**COUNTRY, "reference_entity_code": "Land"}


def items(call: Call) -> list[dict[str, Any]]:
    """Return the items of the array that was sent."""
    found: list[dict[str, Any]] = orjson.loads(call.body or b"")
    return found


def array(*answers: Any) -> Reply:
    """Return an answer for each item."""
    return Reply(200, JSON, orjson.dumps(answers))


def fine(call: Call) -> Reply:
    """Answer that every item was created."""
    return array(*({"code": item["code"], "status_code": 201} for item in items(call)))


def kinds(outcomes: Iterable[Outcome]) -> list[str]:
    """Return the names of *outcomes*."""
    return [outcome.kind.value for outcome in outcomes]


def record(code: str, entity: str = "brand", **values: Any) -> CreateOrUpdateReferenceEntityRecord:
    """Return a record of a reference entity with *values*, each the same everywhere."""
    said = {
        name: [{"locale": None, "channel": None, "data": data}] for name, data in values.items()
    }
    return CreateOrUpdateReferenceEntityRecord(reference_entity=entity, code=code, values=said)


def missing(attribute: str) -> dict[str, Any]:
    """Return the reason for a value that names what is not there."""
    return {"property": f"values.{attribute}", "message": "It does not exist."}


def refused(code: str, *errors: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to an item that breaks rules."""
    message = "The record has data that does not comply with the business rules."
    return {"code": code, "status_code": 422, "message": message, "errors": errors}


def test_items_are_an_array_in_one_call() -> None:
    """As JSON; measurement families have one collection."""
    families = [CreateOrUpdateMeasurementFamily(code=code) for code in "ab"]
    pim = ScriptedPim([fine])
    written = AkeneoSink(pim).write(batch_of(*families))
    (call,) = pim.calls

    assert (call.method, call.path) == ("PATCH", "/api/rest/v1/measurement-families")
    assert (call.content_type, items(call)) == (JSON, [{"code": "a"}, {"code": "b"}])
    assert kinds(written) == ["created", "created"]


@pytest.mark.parametrize(
    ("inside", "path"),
    [
        (
            lambda parent, code: CreateOrUpdateReferenceEntityRecord(
                reference_entity=parent, code=code
            ),
            "reference-entities/{}/records",
        ),
        (
            lambda parent, code: CreateOrUpdateAsset(asset_family=parent, code=code),
            "asset-families/{}/assets",
        ),
    ],
    ids=["records", "assets"],
)
def test_entries_are_grouped_by_what_they_are_inside(
    inside: Callable[[str, str], Any], path: str
) -> None:
    """A call for each reference entity or asset family, whose case matters."""
    pim = ScriptedPim([fine])
    commands = [inside("A", "1"), inside("b", "2"), inside("a", "3"), inside("A", "4")]
    AkeneoSink(pim).write(batch_of(*commands))

    assert [(call.path, [item["code"] for item in items(call)]) for call in pim.calls] == [
        (f"/api/rest/v1/{path.format('A')}", ["1", "4"]),
        (f"/api/rest/v1/{path.format('b')}", ["2"]),
        (f"/api/rest/v1/{path.format('a')}", ["3"]),
    ]


def test_a_call_has_at_most_a_hundred_items() -> None:
    """More are refused as a whole."""
    pim = ScriptedPim([fine])
    AkeneoSink(pim).write(batch_of(*(record(f"r{n}") for n in range(230))))

    assert [len(items(call)) for call in pim.calls] == [100, 100, 30]


def test_answers_belong_to_the_items_of_their_place() -> None:
    """An answer with another code is none, and so is one that is missing."""
    answers = [
        {"code": "A", "status_code": 201},
        refused("b", {"property": "code", "message": "Only letters, please."}),
        {"code": "d", "status_code": 204},
    ]
    pim = ScriptedPim([array(*answers)])
    written = AkeneoSink(pim).write(batch_of(*map(record, "abcd")))

    assert kinds(written) == ["created", "failed", "unknown", "unknown"]
    assert [outcome.sent for outcome in written[2:]] == [True, True]


def test_a_missing_reference_entity_is_waited_for() -> None:
    """A 404 to the call is the answer to each of its items."""
    pim = ScriptedPim([refusal(404, 'Reference entity "brand" does not exist.')])
    written = AkeneoSink(pim).write(batch_of(*map(record, "ab")))

    assert kinds(written) == ["parked", "parked"]
    assert written[0].wants == ("reference_entity:brand",)


def test_the_right_to_write_is_asked_for_with_an_empty_array() -> None:
    """A 403 can be about the size of the body, so a body without items decides."""
    pim = ScriptedPim([refusal(403, "Forbidden."), array()])
    (outcome,) = AkeneoSink(pim).write(batch_of(record("a")))

    assert [call.body for call in pim.calls][1] == b"[]"
    assert outcome.kind is OutcomeKind.FAILED


def linking(definition: object, *answers: Reply) -> ScriptedPim:
    """Return a PIM that has *definition* of every attribute, and gives *answers* to writes."""
    left = iter(answers)

    def answer(call: Call) -> Reply:
        if call.method == "GET":
            return Reply(200, JSON, orjson.dumps(definition)) if definition else refusal(404)
        return next(left)

    return ScriptedPim([answer])


def test_a_link_waits_for_the_record_that_it_names() -> None:
    """The PIM knows of which entity; the rest of the record is written at once."""
    refusing = array(refused("acme", missing("country")))
    pim = linking(LINK, refusing, array({"code": "acme", "status_code": 201}))
    command = record("acme", label="Acme", country="it")
    (outcome,) = AkeneoSink(pim).write(batch_of(command))

    assert (outcome.kind, outcome.written) == (OutcomeKind.PARKED, OutcomeKind.CREATED)
    assert outcome.wants == (
        "reference_entity_attribute:brand.country",
        "reference_entity_record:land.it",
    )
    assert outcome.remainder == record("acme", country="it")
    assert items(pim.calls[2]) == [{"code": "acme", "values": record("x", label="Acme").values}]


def test_two_refused_links_remain_together() -> None:
    """Also when the PIM names them one after the other."""
    first, second = refused("a", missing("country")), refused("a", missing("city"))
    pim = linking(LINK, array(first), array(second), array({"code": "a", "status_code": 204}))
    (outcome,) = AkeneoSink(pim).write(batch_of(record("a", country="it", city="rome", label="A")))

    assert outcome.remainder == record("a", country="it", city="rome")
    assert set(outcome.wants) == {
        "reference_entity_attribute:brand.country",
        "reference_entity_record:land.it",
        "reference_entity_attribute:brand.city",
        "reference_entity_record:land.rome",
    }


def test_the_definition_of_an_attribute_is_asked_for_once() -> None:
    """It says for ever what the attribute links to; each ask is a request of the import."""
    refusing = array(refused("a", missing("country")))
    done = array({"code": "a", "status_code": 204})
    pim = linking(LINK, refusing, done, refusing, done)
    sink = AkeneoSink(pim)
    first = sink.write(batch_of(record("a", country="it", label="A")))
    second = sink.write(batch_of(record("a", country="fr", label="A")))

    assert [call.method for call in pim.calls] == ["PATCH", "GET", "PATCH", "PATCH", "PATCH"]
    assert pim.calls[1].path == f"{BATCH}brand/attributes/country"
    assert (first.requests, second.requests) == (3, 2)
    assert "reference_entity_record:land.fr" in second[0].wants


@pytest.mark.parametrize(
    "definition", [{"code": "country", "type": "single_option"}, None, [], {"type": "text"}]
)
def test_an_attribute_that_links_to_nothing_holds_options(definition: object) -> None:
    """An unknown option refuses the whole record, as a product; nothing is written in part."""
    pim = linking(definition, array(refused("a", missing("country"))))
    (outcome,) = AkeneoSink(pim).write(batch_of(record("a", country="it", label="A")))

    assert (outcome.kind, outcome.remainder) == (OutcomeKind.PARKED, None)
    assert outcome.wants == (
        "reference_entity_attribute:brand.country",
        "reference_entity_attribute_option:brand.country.it",
    )


def test_a_pim_that_does_not_answer_the_question_leaves_it_open() -> None:
    """What was answered before stays; the next refusal asks again."""
    refusing = array(refused("a", missing("country")))
    pim = ScriptedPim([refusing, SinkUnavailable("gone", maybe_running=True)])
    (outcome,) = AkeneoSink(pim).write(batch_of(record("a", country="it", label="A")))

    assert outcome.kind is OutcomeKind.PARKED
    assert "reference_entity_attribute_option:brand.country.it" in outcome.wants


@pytest.mark.parametrize(
    ("definition", "wanted"),
    [
        (
            {"type": "akeneo_reference_entity", "reference_data_name": "Brands"},
            "reference_entity_record:brands.acme",
        ),
        (
            {"type": "akeneo_reference_entity_collection", "reference_data_name": "brands"},
            "reference_entity_record:brands.acme",
        ),
        (
            {"type": "pim_catalog_asset_collection", "reference_data_name": "Pics"},
            "asset:pics.acme",
        ),
        (
            {
                "type": "pim_catalog_table",
                "table_configuration": [
                    {"code": "part", "reference_entity_identifier": "parts"},
                    {"code": "n"},
                ],
            },
            "reference_entity_record:parts.acme",
        ),
        (
            {"type": "pim_reference_data_simpleselect", "reference_data_name": "color"},
            "attribute_option:brand.acme",
        ),
    ],
    ids=lambda each: each["type"] if isinstance(each, dict) else "",
)
def test_a_value_of_a_product_waits_for_what_its_attribute_holds(
    definition: object, wanted: str
) -> None:
    """Records, assets, or records in the cells of a table; else options."""
    data = [{"part": "acme", "n": 2}] if "table" in str(definition) else ["acme"]
    values = {"brand": [{"locale": None, "scope": None, "data": data}]}
    said = {"line": 1, "status_code": 422, "errors": [{"attribute": "brand", "message": "unknown"}]}
    reply = Reply(200, "application/vnd.akeneo.collection+json", orjson.dumps(said))
    pim = linking(definition, reply)
    product = CreateOrUpdateProduct(identifier="mug", family="mugs", values=values)
    (outcome,) = AkeneoSink(pim).write(batch_of(product))

    assert outcome.wants == ("attribute:brand", wanted)
    assert outcome.remainder is None
