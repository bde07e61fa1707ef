"""Short forms: an importer by credentials, a publisher by URL, an importer over a queue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from attrs import evolve, frozen

from importbus.adapters.clock import SystemClock
from importbus.adapters.config import Config, JournalConfig, PimConfig, TransportConfig
from importbus.adapters.consume_run import ConsumeRun, Limits, resident_memory
from importbus.adapters.consumer_board import ConsumerSnapshot
from importbus.adapters.pim import Credentials
from importbus.adapters.stopping import StopRequest
from importbus.adapters.wiring.fleet import open_consumer
from importbus.adapters.wiring.running import open_bus
from importbus.bus import LaneCommand, Report

JOURNAL = JournalConfig().path


@frozen
class Importer:
    """Brings commands into a PIM. Each call opens what it needs and releases it again."""

    config: Config

    @classmethod
    def to_pim(
        cls, url: str, credentials: Credentials, *, journal: str = JOURNAL, lanes: int = 4
    ) -> Self:
        """Return an importer of the PIM at *url*, which has no path: ``https://pim.example``."""
        given = credentials
        pim = PimConfig(url, given.client_id, given.secret, given.username, given.password)
        return cls(Config(pim, TransportConfig(lanes=lanes), JournalConfig(journal)))

    def run(
        self, commands: Iterable[LaneCommand], *, label: str | None = None, id: str | None = None
    ) -> Report:
        """Import *commands* in this process and return the account when each has its outcome.

        Raises:
            ImportExists: The journal holds an import of that *id* already.
            ImportFailed: It cannot go on; the message says why.
        """
        with open_bus(self.config) as bus:
            with bus.importing(label=label, id=id) as run:
                for command in commands:
                    run.dispatch(command)
            return run.report

    def consume(
        self,
        url: str,
        *,
        until_idle: float | None = None,
        until_finished: str | None = None,
        stop: StopRequest | None = None,
    ) -> ConsumerSnapshot:
        """Carry out what was published to the queue at *url*, as ``importbus consume`` does.

        It returns when nothing came for *until_idle* seconds, when the import of the name
        *until_finished* is over, or when *stop* is set; without any of them, never.

        Returns:
            What it has done, counted in commands.

        Raises:
            BusError: Nothing can go on. Nothing is lost: what was not settled comes again.
        """
        config = evolve(self.config, transport=evolve(self.config.transport, url=url))
        limits = Limits(idle=until_idle, finished=until_finished)
        with open_consumer(config) as (consumer, _):
            run = ConsumeRun(consumer, SystemClock(), limits, resident_memory)
            run.until_over(stop or StopRequest())
            return consumer.board.snapshot()


@frozen
class Publisher:
    """Publishes commands to a queue, for consumers to carry out now or later."""

    config: Config

    def publish(
        self, commands: Iterable[LaneCommand], *, label: str | None = None, id: str | None = None
    ) -> Report:
        """Publish *commands* as one import and return its account as it stands then.

        When it returns, everything is in the queue, and the end of the input is announced.

        Raises:
            ImportExists: The journal holds an import of that *id* already.
            TransportUnavailable: The queue cannot be written.
        """
        with open_bus(self.config, consume=False) as bus:
            with bus.importing(label=label, id=id, wait=False) as run:
                for command in commands:
                    run.dispatch(command)
            return run.report


def publisher(url: str, *, journal: str = JOURNAL, lanes: int = 4) -> Publisher:
    """Return a publisher to the queue at *url*, e.g. ``sqlite:///queue.db``.

    Whoever consumes uses the same *journal* and number of *lanes*.
    """
    return Publisher(Config(transport=TransportConfig(url, lanes), journal=JournalConfig(journal)))
