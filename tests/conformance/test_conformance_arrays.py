"""Batches that are one JSON array.

Source: akeneo/pim-community-dev, the external API end-to-end tests of measurement families;
akeneo/pim-api-docs, records and assets in the reference, and content/rest-api/update.md.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from importbus.adapters.simulated_pim import SimulatedPim
from raw_http import API, COLLECTION, RawClient
from raw_measurements import FAMILY, PATH


def test_each_item_of_an_array_is_answered_in_its_order(raw: RawClient) -> None:
    """With its code and status, and with nothing else when it succeeded."""
    reply = raw.array(PATH, {**FAMILY, "code": "b"}, {"code": "a"}, FAMILY, FAMILY)
    good, bad, *rest = reply.json

    assert reply.headers["Content-Type"] == "application/json"
    assert good == {"code": "b", "status_code": 201}
    assert (bad["code"], bad["status_code"]) == ("a", 422)
    assert rest == [{"code": "Torque", "status_code": 201}, {"code": "Torque", "status_code": 204}]


def test_an_item_that_fails_hinders_no_other(raw: RawClient) -> None:
    """What was written stays."""
    raw.array(PATH, FAMILY, {"code": "a"}, {**FAMILY, "code": "b"})
    codes = {each["code"] for each in raw.item(PATH)}

    assert {"Torque", "b"} <= codes
    assert "a" not in codes


@pytest.mark.parametrize(
    ("item", "about"),
    [({}, ""), ({"labels": {}}, ""), ({"code": None}, "code"), ({"code": 1}, "code")],
)
def test_an_item_needs_a_code(raw: RawClient, item: Any, about: str) -> None:
    """Its answer has an empty one."""
    (answer,) = raw.array(PATH, item).json

    assert (answer["code"], answer["status_code"]) == ("", 422)
    assert answer["message"] == "The measurement family has an invalid format."
    assert answer["errors"][0]["property"] == about


@pytest.mark.parametrize(
    ("body", "about"),
    [("{}", ""), ('{"code": "a"}', ""), ('"a"', ""), ('[{"code": "a"}, 1]', "[1]")],
)
def test_a_batch_must_be_a_list_of_objects(raw: RawClient, body: str, about: str) -> None:
    """A 400 of the whole call that names the resource; nothing is done."""
    reply = raw.call("PATCH", PATH, body)

    assert (reply.status, reply.json["code"]) == (400, 400)
    assert reply.message == "The list of measurement families has an invalid format."
    assert [error["property"] for error in reply.json["errors"]] == [about]
    assert "a" not in {each["code"] for each in raw.item(PATH)}


@pytest.mark.parametrize("body", ["[", "", "null"])
def test_an_array_that_is_no_json_is_a_400(raw: RawClient, body: str) -> None:
    """With the words that single writes get."""
    reply = raw.call("PATCH", PATH, body)

    assert (reply.status, reply.message) == (400, "Invalid json message received")


def test_an_empty_array_is_answered_by_an_empty_one(raw: RawClient) -> None:
    """Nothing was asked."""
    assert (raw.array(PATH).status, raw.array(PATH).json) == (200, [])


def test_an_array_needs_the_json_content_type(raw: RawClient) -> None:
    """The type of batches of lines is refused."""
    reply = raw.call("PATCH", PATH, json.dumps([FAMILY]), COLLECTION)

    assert (reply.status, reply.message) == (
        415,
        '"application/vnd.akeneo.collection+json" in "Content-Type" header is not valid. Only '
        '"application/json" is allowed.',
    )


def test_an_array_stands_in_the_trace_as_a_batch(pim: SimulatedPim, raw: RawClient) -> None:
    """With how many items it had and the keys of those that had one."""
    raw.array(PATH, FAMILY, {}, {"code": "a"})
    call = pim.trace()["requests"][-1]

    assert (call["path"], call["lines"], call["keys"]) == (API + PATH, 3, ["Torque", "a"])


def test_faults_of_lines_hit_items_of_arrays(pim: SimulatedPim, raw: RawClient) -> None:
    """An item may fail, with its work done or not, and its answer may be missing."""
    rule = {"kind": "line_status", "lines": [2], "status": 500, "commit": True}
    pim.set_faults([{"fault": rule}])
    spoiled = raw.array(PATH, FAMILY, {**FAMILY, "code": "b"}).json
    pim.set_faults([{"fault": {"kind": "line_status", "contains": '"c"', "missing": True}}])
    missing = raw.array(PATH, FAMILY, {**FAMILY, "code": "c"}).json
    pim.set_faults(None)
    codes = {each["code"] for each in raw.item(PATH)}

    assert [each["status_code"] for each in spoiled] == [201, 500]
    assert missing == [{"code": "Torque", "status_code": 204}]
    assert "b" in codes
    assert "c" not in codes
