"""One server for all conformance tests, started over for each, and a client that speaks HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from importbus.adapters.simulated_pim import SimulatedPim
from raw_http import RawClient, value
from raw_libraries import put_attributes, put_brands
from raw_shop import put_shop


@pytest.fixture(scope="session")
def server() -> Iterator[SimulatedPim]:
    """A PIM that runs as long as the tests do."""
    with SimulatedPim(option_rate=None) as pim:
        yield pim


@pytest.fixture
def pim(server: SimulatedPim) -> SimulatedPim:
    """The PIM, as if just installed, without faults."""
    server.reset()
    server.set_faults(None)
    return server


@pytest.fixture
def raw(pim: SimulatedPim) -> Iterator[RawClient]:
    """A client for the PIM that has a token; its request for one is not in the trace."""
    client = RawClient(pim.port)
    assert client.token
    client.send("DELETE", "/_trace")
    yield client
    client.close()


@pytest.fixture
def shop(raw: RawClient) -> RawClient:
    """The client; the PIM has a channel, attributes, options, a family and family variants."""
    put_shop(raw)
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


@pytest.fixture
def mug(shop: RawClient) -> RawClient:
    """The client; there is a product `mug` without a picture."""
    shop.put("/products", {"identifier": "mug"})
    return shop


@pytest.fixture
def brands(raw: RawClient) -> RawClient:
    """The client; there are a reference entity and an asset family, both called `brand`."""
    put_brands(raw)
    return raw


@pytest.fixture
def library(brands: RawClient) -> RawClient:
    """The client; both families called `brand` have attributes of every type, with options."""
    put_attributes(brands)
    return brands
