"""Measurement families.

Source: akeneo/pim-community-dev, the external API end-to-end tests of measurement families and
their validators; akeneo/pim-api-docs, measurement families in the reference.
"""

from __future__ import annotations

from typing import Any

import pytest

from raw_http import Body, RawClient, value
from raw_measurements import FAMILY, PATH, unit


def family(raw: RawClient, code: str = "Torque") -> Any:
    """Return a measurement family, which is there."""
    return next(each for each in raw.item(PATH) if each["code"] == code)


def answer(raw: RawClient, **said: Any) -> Body:
    """Write one family, by default the known one, and return what the PIM says of it."""
    (found,) = raw.array(PATH, {"code": "Torque", **said}).json
    return dict(found)


@pytest.fixture
def torque(raw: RawClient) -> RawClient:
    """The client; there is a family `Torque`."""
    raw.put_array(PATH, FAMILY)
    return raw


def test_a_measurement_family_reads_back_as_written(torque: RawClient) -> None:
    """Labels and symbol of a unit may be left out."""
    pound = {**FAMILY["units"]["POUND_FOOT"], "labels": {}, "symbol": ""}

    assert family(torque) == {**FAMILY, "units": {**FAMILY["units"], "POUND_FOOT": pound}}


def test_a_measurement_family_has_no_path_of_its_own(torque: RawClient) -> None:
    """There is neither GET nor PATCH nor DELETE of one, and no POST."""
    statuses = [
        torque.call(method, f"{PATH}/Torque", {}).status for method in ("GET", "PATCH", "DELETE")
    ]

    assert statuses == [404, 404, 404]
    assert torque.post(PATH, **FAMILY).status == 405


@pytest.mark.parametrize("missing", ["standard_unit_code", "units"])
def test_a_new_measurement_family_needs_its_units(raw: RawClient, missing: str) -> None:
    """And its standard unit: otherwise its format is wrong."""
    (found,) = raw.array(PATH, {name: FAMILY[name] for name in FAMILY if name != missing}).json

    assert found["message"] == "The measurement family has an invalid format."
    assert found["errors"] == [
        {"property": "", "message": f"The required properties ({missing}) are missing"}
    ]


WRONG_FORMAT: list[tuple[Body, str]] = [
    ({"unicorn": 1}, "unicorn"),
    ({"labels": "Torque"}, "labels"),
    ({"units": [unit("A", ("mul", "1"))]}, "units"),
    ({"units": {"A": 1}}, "A"),
    ({"units": {"A": {"code": "A"}}}, "A"),
    ({"units": {"A": {"convert_from_standard": []}}}, "A"),
    ({"units": {"A": {**unit("A"), "colour": "red"}}}, "A"),
    ({"units": {"A": {**unit("A"), "symbol": 1}}}, "symbol"),
    ({"units": {"A": {"code": "A", "convert_from_standard": "mul"}}}, "convert_from_standard"),
    ({"units": {"A": {"code": "A", "convert_from_standard": ["mul"]}}}, "convert_from_standard"),
    (
        {"units": {"A": {"code": "A", "convert_from_standard": [{"operator": "mul", "value": 1}]}}},
        "convert_from_standard",
    ),
]


@pytest.mark.parametrize(("said", "about"), WRONG_FORMAT)
def test_a_measurement_family_has_a_format(torque: RawClient, said: Body, about: str) -> None:
    """Unknown and missing properties and wrong types come first, and name the property."""
    found = answer(torque, **said)

    assert found["status_code"] == 422
    assert found["message"] == "The measurement family has an invalid format."
    assert [error["property"] for error in found["errors"]] == [about]
    assert sorted(found) == ["code", "errors", "message", "status_code"]


BROKEN: list[tuple[Body, str]] = [
    ({"standard_unit_code": "A", "units": {"A": unit("A", ("mul", "1"))}}, "standard_unit_code"),
    ({"standard_unit_code": "UNICORN"}, "standard_unit_code"),
    ({"units": {"A": unit("B", ("mul", "1"))}}, "[units][A]"),
    ({"units": {"A-B": unit("A-B", ("mul", "1"))}}, "[units][A-B]"),
    ({"units": {"A": unit("A", ("root", "1"))}}, "[units][A]"),
    ({"units": {"A": unit("A", ("mul", "one"))}}, "[units][A]"),
    ({"units": {"A": unit("A")}}, "[units][A]"),
    ({"units": {"A": unit("A", *[("mul", "1")] * 6)}}, "[units][A]"),
    ({"units": {f"A{n}": unit(f"A{n}", ("mul", "1")) for n in range(49)}}, "units"),
    ({"units": {"NEWTON_METER": unit("NEWTON_METER", ("mul", "2"))}}, "units"),
    ({"units": {"NEWTON_METER": unit("NEWTON_METER", ("add", "1"))}}, "units"),
    ({"labels": {"xx_XX": "?"}}, "labels"),
    ({"labels": {"en_US": "x" * 101}}, "labels"),
]


@pytest.mark.parametrize(("said", "about"), BROKEN)
def test_a_measurement_family_has_rules(torque: RawClient, said: Body, about: str) -> None:
    """The standard unit stays and is multiplied by 1; 1 to 50 units of 1 to 5 operations."""
    before = family(torque)
    found = answer(torque, **said)

    assert found["status_code"] == 422
    assert found["message"] == (
        "The measurement family has data that does not comply with the business rules."
    )
    assert {error["property"] for error in found["errors"]} == {about}
    assert family(torque) == before


def test_fifty_units_of_five_operations_are_fine(torque: RawClient) -> None:
    """The limits include their ends."""
    steps = [("mul", "1"), ("div", "2"), ("add", "3"), ("sub", "4"), ("mul", "0.5")]

    assert answer(torque, units={f"A{n}": unit(f"A{n}", *steps) for n in range(48)}) == {
        "code": "Torque",
        "status_code": 204,
    }


def test_the_code_of_a_measurement_family_has_a_form(raw: RawClient) -> None:
    """Letters, digits, underscores; 100 of them."""
    found = raw.array(PATH, *({**FAMILY, "code": code} for code in ("a b", "x" * 101, "x" * 100)))

    assert [each["status_code"] for each in found.json] == [422, 422, 201]


def test_a_measurement_family_is_merged_key_by_key(torque: RawClient) -> None:
    """Labels, units and their properties; a label of null goes, and nothing else does."""
    answer(
        torque,
        labels={"de_DE": None, "fr_FR": "Couple"},
        units={"POUND_FOOT": {"symbol": "lb ft"}, "A": unit("A", ("mul", "2"))},
    )
    found = family(torque)

    assert found["labels"] == {"en_US": "Torque", "fr_FR": "Couple"}
    assert sorted(found["units"]) == ["A", "NEWTON_METER", "POUND_FOOT"]
    assert found["units"]["POUND_FOOT"]["symbol"] == "lb ft"
    assert len(found["units"]["POUND_FOOT"]["convert_from_standard"]) == 2


def test_a_shorter_list_of_operations_keeps_the_old_tail(torque: RawClient) -> None:
    """The PIM merges the list by position, as PHP's `array_replace_recursive` does."""
    answer(torque, units={"POUND_FOOT": unit("POUND_FOOT", ("div", "7"))})

    assert family(torque)["units"]["POUND_FOOT"]["convert_from_standard"] == [
        {"operator": "div", "value": "7"},
        {"operator": "add", "value": "0"},
    ]


def test_conversions_that_an_attribute_uses_stay(torque: RawClient) -> None:
    """Labels, symbols and new units may come; the same conversion again is fine."""
    flags = {"decimals_allowed": True, "negative_allowed": True, "group": "other"}
    kind = {"metric_family": "Torque", "default_metric_unit": "POUND_FOOT"}
    torque.put("/attributes", {"code": "force", "type": "pim_catalog_metric", **flags, **kind})
    changed = answer(torque, units={"POUND_FOOT": unit("POUND_FOOT", ("mul", "2"))})
    more = answer(torque, units={"A": unit("A", ("mul", "2")), **FAMILY["units"]})

    assert [error["property"] for error in changed["errors"]] == ["[units][POUND_FOOT]"]
    assert more["status_code"] == 204


def test_values_know_a_new_unit_at_once(torque: RawClient) -> None:
    """Also after a value with an older unit was checked."""
    flags = {"decimals_allowed": True, "negative_allowed": True, "group": "other"}
    kind = {"metric_family": "Torque", "default_metric_unit": "POUND_FOOT"}
    torque.put("/attributes", {"code": "force", "type": "pim_catalog_metric", **flags, **kind})
    said = {"force": value({"amount": "1", "unit": "A"})}
    before = torque.patch("/products/p", values=said)
    answer(torque, units={"A": unit("A", ("mul", "2"))})

    assert (before.status, torque.patch("/products/p", values=said).status) == (422, 201)


def test_a_pim_holds_a_hundred_measurement_families(raw: RawClient) -> None:
    """Twelve are there from the beginning; known ones can still be changed."""
    more = [{**FAMILY, "code": f"Torque{n}"} for n in range(89)]
    statuses = [each["status_code"] for each in raw.array(PATH, *more).json]

    assert statuses == [201] * 88 + [422]
    assert answer(raw, code="Torque1", labels={"en_US": "One"})["status_code"] == 204
