"""The generated catalogue against a strict PIM, by plain HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import attrs
import pytest

from importbus.adapters.generator import PROFILES, Extras, generate
from importbus.adapters.generator.bad import REASONS
from importbus.adapters.simulated_pim import SimulatedPim
from raw_catalogue import put_again_and_again, put_records
from raw_http import RawClient

pytestmark = pytest.mark.integration

State = dict[str, dict[str, Any]]


def records() -> list[dict[str, Any]]:
    """Return a small catalogue with everything in it."""
    extras = Extras(enterprise=True, media=True)
    return list(generate(products=300, models=30, seed=3, extras=extras))


@pytest.fixture(params=[False, True], ids=["minimal", "empty"])
def pim(request: pytest.FixtureRequest) -> Iterator[SimulatedPim]:
    """A PIM as just installed, and one with nothing but what no PIM can be without."""
    with SimulatedPim(option_rate=None, empty=request.param) as pim:
        yield pim


@pytest.fixture
def raw(pim: SimulatedPim) -> Iterator[RawClient]:
    """A client of the PIM."""
    client = RawClient(pim.port)
    yield client
    client.close()


def test_a_strict_pim_takes_everything_at_once(raw: RawClient) -> None:
    """In the order of the generator every record finds what it refers to."""
    assert put_records(raw, records()) == []


def test_the_order_of_the_lines_does_not_matter(pim: SimulatedPim, raw: RawClient) -> None:
    """Shuffled, and sent again until all is taken, it ends in the same state."""
    put_records(raw, records())
    expected = pim.state()
    pim.reset()
    shuffled = records()
    Random(1).shuffle(shuffled)

    assert put_again_and_again(raw, shuffled) == []
    assert pim.state() == expected


def test_no_value_is_dropped(pim: SimulatedPim, raw: RawClient) -> None:
    """Each value stands at its level; a PIM silently drops those that do not."""
    put_records(raw, records())
    stored: State = pim.state()
    lost = [
        (record["data"], code)
        for record in records()
        for code in values_of(record)
        if code not in kept(stored, record)["values"]
    ]

    assert lost == []


def test_bad_products_are_refused_and_nothing_else(raw: RawClient) -> None:
    """As many as were asked for, for each of the reasons, and no link to one of them."""
    spoiled = list(generate(products=300, models=30, seed=3, extras=Extras(bad=5)))
    refused = put_records(raw, spoiled)

    assert len(refused) == 15
    assert len({record["data"]["identifier"] for record, _ in refused}) == 15
    assert len({text.partition("message")[2] for _, text in refused}) == len(REASONS)


@pytest.mark.parametrize("name", PROFILES)
def test_a_strict_pim_takes_every_profile_in_any_order(
    name: str, pim: SimulatedPim, raw: RawClient
) -> None:
    """At once in the order of the generator; shuffled it ends in the same state."""
    profile = attrs.evolve(PROFILES[name], depth=2, options=7)
    found = list(generate(60, seed=3, extras=Extras.of(profile, enterprise=True)))
    assert put_records(raw, found) == []
    expected = pim.state()
    pim.reset()
    Random(1).shuffle(found)

    assert put_again_and_again(raw, found) == []
    assert pim.state() == expected


def values_of(record: dict[str, Any]) -> list[str]:
    """Return the attributes that a command for a product or model sets, a file included."""
    data = record["data"]
    if record["command"].endswith(("ProductMediaFile", "ProductModelMediaFile")):
        return [data["attribute"]]
    of_goods = record["command"].endswith(("Product", "ProductModel"))
    return list(data.get("values", {})) if of_goods else []


def kept(stored: State, record: dict[str, Any]) -> dict[str, Any]:
    """Return what is stored for the product or model of *record*."""
    data: dict[str, Any] = record["data"]
    if "identifier" in data:
        found: dict[str, Any] = stored["products"][data["identifier"]]
        return found
    model: dict[str, Any] = stored["product_models"][data["code"]]
    return model
