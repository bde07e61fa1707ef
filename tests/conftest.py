"""What all tests share: how many examples the laws are tried with, a broker and a browser."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from attrs import evolve
from hypothesis import HealthCheck, settings

import browser as headless
from browser import Browser
from cut_wire import CutWire
from go_consumer import GoTools, is_go_installed
from importbus.adapters.transports.rabbitmq.address import Address, address_of
from importbus.adapters.transports.rabbitmq.transport import RabbitTransport
from rabbit_queues import delete_queues, opened
from rabbit_server import RabbitServer, is_installed

# No deadline: what a shared machine does meanwhile says nothing about a law.
settings.register_profile("laptop", max_examples=25, deadline=None)
settings.register_profile(
    "ci",
    max_examples=300,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "laptop")
)


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitServer]:
    """A RabbitMQ of this run's own, started when the first test needs it."""
    if not is_installed():
        missing = "There is no rabbitmq-server here; `make test` says how to install it."
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    server = RabbitServer(tmp_path_factory.mktemp("rabbitmq"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser without a window, started when the first test needs it."""
    if not headless.is_installed():
        missing = "There is no chromium here; `make test` says how to install it."
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with Browser(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


SETTLES = 15.0
"""Seconds after its start in which nothing is deleted in a broker.

It then begins to watch for dead letters, queue by queue; with RabbitMQ 3.10 that ends for all of
them when queues are deleted at that moment, and none can be made any more. What is left behind is
in the way of nobody.
"""


@pytest.fixture
def address(broker: RabbitServer) -> Iterator[Address]:
    """A place in the broker with a name that nobody else uses; what was made there is deleted."""
    name = f"test-{uuid4().hex[:12]}"
    # A machine that is busy with other tests answers late, which is no fault of anybody.
    address = evolve(address_of(broker.url), name=name, connection_timeout=60)
    yield address
    if time.monotonic() - broker.started > SETTLES:
        delete_queues(broker.url, address.name)


@pytest.fixture
def wire(broker: RabbitServer) -> Iterator[CutWire]:
    """What stands between this process and the broker."""
    with CutWire(broker.port) as wire:
        yield wire


@pytest.fixture
def behind(address: Address, wire: CutWire) -> Iterator[RabbitTransport]:
    """The queue as somebody sees it whose wire may be cut."""
    transport = opened(evolve(address, port=wire.port, connection_timeout=5))
    yield transport
    transport.close()


@pytest.fixture(scope="session")
def go_tools(tmp_path_factory: pytest.TempPathFactory) -> GoTools:
    """The tools of Go, where this machine has them."""
    if not is_go_installed():
        missing = "There is no Go with the client of RabbitMQ; `make test` says how to install it."
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return GoTools(tmp_path_factory.mktemp("go"))


@pytest.fixture(scope="session")
def go_program(go_tools: GoTools) -> Path:
    """The consumer in Go, built once."""
    return go_tools.build()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the broker has written when a test that uses it has failed."""
    report = yield
    server = getattr(item, "funcargs", {}).get("broker")
    if report.failed and isinstance(server, RabbitServer):
        report.sections.append(("RabbitMQ", server.logs()))
    return report
