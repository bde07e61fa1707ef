"""One side of a queue file of importbus, with a sink of an application that does nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from attrs import frozen
from loguru import logger

from _sides import DONE, READY, await_go, say
from importbus.adapters.config import Config, JournalConfig, TransportConfig
from importbus.adapters.tuning import PUBLISHED_OBJECTS, YOUNG_OBJECTS, tune
from importbus.adapters.wiring import open_bus, open_consumer, open_journal
from importbus.bus import Batch, CommandBus, Outcome, Report, Upsertable
from importbus.bus.sharing import ENDED

IMPORT = "bench"

LOOK = 0.02
"""Seconds between two looks at whether the import is over."""


@frozen
class SetPrice(Upsertable):
    """Set the price of an article, in cents."""

    article: str
    cents: int

    @property
    def key(self) -> str:
        """The article."""
        return self.article

    def fold(self, newer: Self) -> Self | None:
        """Let the newer price win."""
        return newer


def register(bus: CommandBus) -> None:
    """Register the sink, with the limits that an application gets when it names none."""

    @bus.batch_handler()
    def write(batch: Batch[SetPrice]) -> Iterator[Outcome]:
        """Write nothing."""
        return (Outcome.created() for _ in batch.items)


def config_in(folder: Path) -> Config:
    """Return the settings of both sides; what they do not name is as shipped."""
    transport = TransportConfig(f"sqlite:///{folder / 'queue.db'}")
    return Config(transport=transport, journal=JournalConfig(str(folder / "journal.db")))


def publish(config: Config, count: int) -> None:
    """Dispatch *count* commands in one import, and leave."""
    with open_bus(config, consume=False) as bus:
        register(bus)
        await_go()
        with bus.importing(id=IMPORT, wait=False):
            for number in range(count):
                bus.dispatch(SetPrice(f"article-{number}", number))


def consume(config: Config, count: int) -> None:
    """Work on all lanes, and record, until the import is over."""
    with open_consumer(config, sinks=register) as (consumer, _):
        consumer.start()
        say(READY)
        report = ended(config)
        say(DONE)
    if report.outcomes != {"created": count}:
        raise SystemExit(f"Something went wrong: {report}")


def ended(config: Config) -> Report:
    """Return the account of the import as soon as it is over.

    It is asked for once: adding up an import takes longer the larger it is.
    """
    journal = open_journal(config)
    try:
        while True:
            if not journal.shared.running():
                for report in journal.imports():
                    if report.state in ENDED:
                        return report
            time.sleep(LOOK)
    finally:
        journal.close()


if __name__ == "__main__":
    logger.remove()
    logger.add(sys.stderr, level="WARNING")
    publishes = sys.argv[1] == "publish"
    tune(PUBLISHED_OBJECTS if publishes else YOUNG_OBJECTS)  # as the command line does
    {"publish": publish, "consume": consume}[sys.argv[1]](
        config_in(Path(sys.argv[2])), int(sys.argv[3])
    )
