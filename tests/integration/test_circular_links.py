"""Associations that go round in a circle, sent before the products that they belong to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from akeneo_batches import batch_of
from importbus.adapters.pim import PimClient
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.bus.outcomes import OutcomeKind
from importbus.handlers.akeneo import CreateOrUpdateProduct
from importbus.handlers.akeneo.sink import AkeneoSink

pytestmark = pytest.mark.integration

RING = {"a": "b", "b": "c", "c": "a"}


@pytest.fixture
def pim() -> Iterator[SimulatedPim]:
    """A PIM as just installed."""
    with SimulatedPim() as server:
        yield server


@pytest.fixture
def sink(pim: SimulatedPim) -> Iterator[AkeneoSink]:
    """A sink that leads to it."""
    with PimClient(
        url=pim.url,
        client_id="importbus",
        secret="secret",
        username="admin",
        password="admin",
    ) as client:
        yield AkeneoSink(client)


def linked(product: str, *targets: str) -> CreateOrUpdateProduct:
    """Return a command that says nothing but associations."""
    return CreateOrUpdateProduct(
        identifier=product, associations={"X_SELL": {"products": list(targets)}}
    )


def test_products_that_wait_for_each_other_come_to_be(pim: SimulatedPim, sink: AkeneoSink) -> None:
    """I4: each is created without its associations, which are tried again when all are there."""
    ring = batch_of(*(linked(*pair) for pair in RING.items()))
    first, second = sink.write(ring), sink.write(ring)

    assert [o.written for o in first] == [OutcomeKind.CREATED] * 3
    assert [o.kind for o in second] == [OutcomeKind.UPDATED] * 3
    assert pim.state()["products"]["c"]["associations"]["X_SELL"]["products"] == ["a"]


def test_links_to_what_never_comes_wake_nobody(sink: AkeneoSink) -> None:
    """Nothing changes when they are sent again, so nobody who waits is told so."""
    batch = batch_of(linked("a", "b", "never"), linked("b", "a", "never"))
    first, second = sink.write(batch), sink.write(batch)

    assert [o.written for o in first] == [OutcomeKind.CREATED] * 2
    assert [(o.kind, o.written) for o in second] == [(OutcomeKind.PARKED, None)] * 2
