"""Products by uuid and measurement families: lines that break one rule each, and fine ones."""

from __future__ import annotations

from typing import Any

from checked_media import picture
from checked_shop import Record, value
from checked_structure import Row, product


def uuid(number: int) -> str:
    """Return a uuid of version 4."""
    return f"00000000-0000-4000-8000-{number:012}"


def by_uuid(number: int, **data: Any) -> Record:
    """Return a product by its uuid."""
    return "ProductByUuid", {"uuid": uuid(number), **data}


def unit(code: str, *steps: tuple[str, str]) -> dict[str, Any]:
    """Return the unit of a measurement family, by default the standard one."""
    operations = [{"operator": each, "value": number} for each, number in steps or [("mul", "1")]]
    return {code: {"code": code, "convert_from_standard": operations}}


def measures(code: str, units: dict[str, Any] | None = None, **more: Any) -> Record:
    """Return a measurement family."""
    data = {"code": code, "standard_unit_code": "NEWTON", "units": units or unit("NEWTON"), **more}
    return "MeasurementFamily", {name: each for name, each in data.items() if each is not None}


_PARTS = {"SET": {"products": [{"identifier": "lid", "quantity": 1}]}}
_STEPS = [("mul", "2")] * 6

UUID_ROWS = (
    Row("unknown-family", "family", by_uuid(1, family="nothing")),
    Row("value-type", "values.note", by_uuid(2, values={"note": value(5)})),
    Row("axis-missing", "values.color", by_uuid(3, parent="mug")),
    Row("unknown-target", "associations.PACK.products", by_uuid(
        4, associations={"PACK": {"products": [uuid(99)]}})),
    Row("unknown-target", "associations.PACK.products", by_uuid(
        5, associations={"PACK": {"products": ["lid"]}})),
    Row("quantified-shape", "quantified_associations.SET.products[0]", by_uuid(
        6, quantified_associations=_PARTS)),
    Row("unknown-target", "associations.PACK.products", product(
        "no_uuid", associations={"PACK": {"products": [uuid(10)]}})),
    Row("associated-with-itself", "associations.TWIN.products", by_uuid(
        7, associations={"TWIN": {"products": [uuid(7)]}})),
)  # fmt: skip
"""Each breaks one rule of products by uuid."""

MEASUREMENT_ROWS = (
    Row("code-format", "code", measures("bad-code")),
    Row("missing", "standard_unit_code", measures("no_standard", standard_unit_code=None)),
    Row("measurement-unit", "standard_unit_code", measures("other_standard", unit("POUND"))),
    Row("fixed-at-creation", "standard_unit_code", (
        "MeasurementFamily", {"code": "Weight", "standard_unit_code": "GRAM"})),
    Row("unit-shape", "units.NEWTON.code", measures(
        "miscoded", {"NEWTON": {**unit("OTHER")["OTHER"]}})),
    Row("missing", "units.TON.convert_from_standard", measures(
        "unconverted", {**unit("NEWTON"), "TON": {"code": "TON"}})),
    Row("unit-conversion", "units.NEWTON.convert_from_standard", measures(
        "doubled", unit("NEWTON", ("mul", "2")))),
    Row("unit-conversion", "units.TON.convert_from_standard[0].operator", measures(
        "powered", {**unit("NEWTON"), **unit("TON", ("pow", "2"))})),
    Row("unit-conversion", "units.TON.convert_from_standard[0].value", measures(
        "worded", {**unit("NEWTON"), **unit("TON", ("mul", "two"))})),
    Row("unit-limits", "units.TON.convert_from_standard", measures(
        "lengthy", {**unit("NEWTON"), **unit("TON", *_STEPS)})),
    Row("unit-limits", "units", measures("countless", {
        **unit("NEWTON"), **{code: each for n in range(50) for code, each in unit(f"U{n}").items()}
    })),
    Row("code-format", "units.bad-unit", measures(
        "bad_unit", {**unit("NEWTON"), **unit("bad-unit", ("mul", "2"))})),
)  # fmt: skip
"""Each breaks one rule of measurement families."""

UUID_FINE: tuple[Record, ...] = (
    by_uuid(20, family="lids", values={"sku": value("twenty"), "name": value("x", "en_US")}),
    by_uuid(21, values={"sku": value("twentyone")}, associations={"PACK": {
        "products": [uuid(20), uuid(21), uuid(22)], "product_models": ["mug"]}}),
    by_uuid(23, values={"sku": value("twentythree")}, quantified_associations={
        "SET": {"products": [{"uuid": uuid(20).upper(), "quantity": 2}]}}),
    product("twentytwo", uuid=uuid(22), associations={"PACK": {"products": ["twenty"]}}),
    picture("twenty"),
    measures("Force", {**unit("NEWTON"), **unit("TON", ("mul", "9.8"), ("add", "0"))}),
)  # fmt: skip
"""Lines that the PIM takes."""

DELETES: tuple[Record, ...] = (
    ("DeleteProduct", {"identifier": "plain"}),
    ("DeleteProductByUuid", {"uuid": uuid(20)}),
    ("DeleteProductModel", {"code": "mug"}),
    ("DeleteAsset", {"asset_family": "Packshots", "code": "front"}),
)
"""Deletes, of which there is nothing to check."""
