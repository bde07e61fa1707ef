"""The consumer in Go on real lanes: what the PIM ends with is what an import by itself ends with."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from command_line import settings_for
from fake_recorder import FakeRecorder, recording
from fleet_shop import comparable, result_of
from go_consumer import (
    LANES,
    GoConsumer,
    GoTools,
    batches_from,
    batches_of,
    finish,
    is_go_installed,
    publish,
    stopped_at_the_end,
)
from importbus.adapters.generator import Extras, write
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.adapters.transports.rabbitmq.address import Address
from importbus.adapters.transports.rabbitmq.transport import RabbitTransport
from importbus.adapters.wiring.parts import open_codec
from importbus.bus.batches import Batch
from rabbit_queues import until, with_channel

pytestmark = pytest.mark.integration


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> GoTools:
    """The tools of Go."""
    if not is_go_installed():
        missing = "There is no Go with the client of RabbitMQ; `make test` says how to install it."
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return GoTools(tmp_path_factory.mktemp("go"))


@pytest.fixture(scope="session")
def program(tools: GoTools) -> Path:
    """The consumer, built."""
    return tools.build()


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small catalogue with everything in it, files included."""
    path = tmp_path_factory.mktemp("catalogue") / "catalogue.jsonl"
    write(str(path), products=60, models=6, seed=3, extras=Extras(enterprise=True, media=True))
    return path


@pytest.fixture(scope="session")
def expected(catalogue: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a PIM has after the catalogue was imported in sync mode."""
    return result_of(tmp_path_factory.mktemp("sync"), catalogue)


@pytest.fixture
def pim() -> Iterator[SimulatedPim]:
    """A PIM as just installed."""
    with SimulatedPim(option_rate=None) as pim:
        yield pim


@pytest.fixture
def transport(address: Address) -> Iterator[RabbitTransport]:
    """The queue as a producer sees it."""
    transport = RabbitTransport(address, open_codec(), LANES)
    yield transport
    transport.close()


@pytest.fixture
def consumer(
    program: Path, address: Address, pim: SimulatedPim, tmp_path: Path
) -> Iterator[GoConsumer]:
    """The consumer, not yet started."""
    with stopped_at_the_end(GoConsumer(program, address, pim.url, tmp_path / "log")) as consumer:
        yield consumer
