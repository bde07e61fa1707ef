"""The consumer in Go on real lanes: what the PIM ends with is what an import by itself ends with."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fake_recorder import FakeRecorder, recording
from fleet_shop import comparable, result_of
from go_consumer import (
    LANES,
    GoConsumer,
    GoTools,
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


@pytest.fixture
def shipped(
    transport: RabbitTransport, address: Address, catalogue: Path
) -> Callable[[int], list[Batch[Any]]]:
    """Publishes the catalogue in batches of so many keys, with a finish behind."""

    def ship(size: int) -> list[Batch[Any]]:
        batches = batches_of(catalogue, size)
        publish(transport, batches)
        with with_channel(address) as channel:
            finish(channel, address.name)
        return batches

    return ship


def must_finish(recorder: FakeRecorder, seconds: float = 30) -> None:
    """Wait until every command has its outcome; no message was wrong."""
    assert recorder.finished.wait(seconds), recorder.messages
    assert not recorder.wrong


def test_the_program_is_as_the_tools_of_go_want_it(tools: GoTools) -> None:
    """Formatted, and without what ``go vet`` knows as mistakes."""
    assert tools.run("gofmt", "-l", ".") == ""
    tools.run("go", "vet", ".")


def test_an_import_finishes_with_it_alone(
    consumer: GoConsumer,
    transport: RabbitTransport,
    address: Address,
    pim: SimulatedPim,
    shipped: Callable[[int], list[Batch[Any]]],
    expected: dict[str, Any],
) -> None:
    """I1: on all lanes, behind the gate, with files, and with what refers to what comes later."""
    batches = shipped(30)
    with recording(transport, address, batches) as recorder:
        consumer.start()
        must_finish(recorder)

        assert consumer.stop() == 143
    assert comparable(pim.state()) == expected
    assert recorder.outcomes.total() == sum(map(len, batches))
    assert recorder.outcomes.keys() <= {"created", "updated", "uploaded"}


def test_killed_amid_an_import_it_goes_on_where_it_was(
    consumer: GoConsumer,
    transport: RabbitTransport,
    address: Address,
    pim: SimulatedPim,
    shipped: Callable[[int], list[Batch[Any]]],
    expected: dict[str, Any],
) -> None:
    """I2, I8: what was not acknowledged comes again, and writing it again changes nothing."""
    with recording(transport, address, shipped(10)) as recorder:
        for settled in (5, 25):
            consumer.start("-gather", "4")
            until(lambda settled=settled: recorder.messages["outcomes"] >= settled)  # type: ignore[misc]
            consumer.kill()
        consumer.start("-gather", "4")
        must_finish(recorder)
    assert comparable(pim.state()) == expected
