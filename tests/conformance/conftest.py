"""One server for all conformance tests, started over for each, and a client that speaks HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from importbus.adapters.simulated_pim import SimulatedPim
from raw_http import Body, RawClient, value


@pytest.fixture(scope="session")
def server() -> Iterator[SimulatedPim]:
    """A PIM that runs as long as the tests do."""
    with SimulatedPim(option_rate=None) as pim:
        yield pim


@pytest.fixture(scope="session")
def access_token(server: SimulatedPim) -> str:
    """A token that is good for all tests."""
    client = RawClient(server.port)
    try:
        return client.token
    finally:
        client.close()


@pytest.fixture
def pim(server: SimulatedPim) -> SimulatedPim:
    """The PIM, as if just installed, without faults."""
    server.reset()
    server.set_faults(None)
    return server


@pytest.fixture
def raw(pim: SimulatedPim, access_token: str) -> Iterator[RawClient]:
    """A client for the PIM."""
    client = RawClient(pim.port, access_token)
    yield client
    client.close()


def _attribute(code: str, kind: str, **more: object) -> Body:
    return {"code": code, "type": f"pim_catalog_{kind}", "group": "other", **more}


ATTRIBUTES = (
    _attribute("name", "text", localizable=True),
    _attribute("description", "textarea", localizable=True, scopable=True),
    _attribute("note", "text", max_characters=10),
    _attribute("color", "simpleselect"),
    _attribute("size", "simpleselect"),
    _attribute("tags", "multiselect"),
    _attribute("active", "boolean"),
    _attribute("count", "number", decimals_allowed=False, negative_allowed=False),
    _attribute("ratio", "number", decimals_allowed=True, negative_allowed=True),
    _attribute("price", "price_collection", decimals_allowed=True),
    _attribute("released", "date"),
    _attribute("picture", "image"),
    _attribute("ean", "text", unique=True),
    _attribute("claim", "text", scopable=True),
    _attribute(
        "weight",
        "metric",
        metric_family="Weight",
        default_metric_unit="GRAM",
        decimals_allowed=True,
        negative_allowed=False,
    ),
)
OPTIONS = {"color": ("red", "blue"), "size": ("s", "m", "l"), "tags": ("new", "hot", "sale")}
VARIANT = {
    "code": "by_color_size",
    "variant_attribute_sets": [
        {"level": 1, "axes": ["color"], "attributes": ["weight"]},
        {"level": 2, "axes": ["size"], "attributes": ["price", "active"]},
    ],
}
FLAT = {
    "code": "by_size",
    "variant_attribute_sets": [{"level": 1, "axes": ["size"], "attributes": ["price"]}],
}


@pytest.fixture
def shop(raw: RawClient) -> RawClient:
    """The client; the PIM has a channel, attributes, options, a family and family variants."""
    raw.put(
        "/channels",
        {
            "code": "print",
            "category_tree": "master",
            "locales": ["de_DE", "fr_FR"],
            "currencies": ["EUR"],
        },
    )
    raw.put("/attributes", *ATTRIBUTES)
    for attribute, codes in OPTIONS.items():
        raw.put(f"/attributes/{attribute}/options", *({"code": code} for code in codes))
    raw.put("/families", {"code": "shirts", "attributes": [each["code"] for each in ATTRIBUTES]})
    raw.put("/families/shirts/variants", VARIANT, FLAT)
    return raw


@pytest.fixture
def tree(shop: RawClient) -> RawClient:
    """The client; the shop has a tree: tee > tee_red > tee_red_s, and a model tank > tank_m."""
    shop.put(
        "/product-models",
        {
            "code": "tee",
            "family_variant": "by_color_size",
            "values": {"name": value("Tee", "en_US")},
        },
        {"code": "tee_red", "parent": "tee", "values": {"color": value("red")}},
        {"code": "tank", "family_variant": "by_size"},
    )
    shop.put(
        "/products",
        {"identifier": "tee_red_s", "parent": "tee_red", "values": {"size": value("s")}},
        {"identifier": "tank_m", "parent": "tank", "values": {"size": value("m")}},
    )
    return shop
