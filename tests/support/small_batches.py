"""A bus with batches of any size that leads to a simulated PIM in the same process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from import_desk import ImportDesk, config_for
from importbus.adapters.batch_run import Patience
from importbus.adapters.config import TransportConfig
from importbus.adapters.pim import PimClient
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.adapters.wiring import open_pim, open_runtime
from importbus.bus.attachments import Attachment
from importbus.handlers.akeneo import COMMANDS
from importbus.handlers.akeneo.port import Answer, UploadAnswer
from importbus.handlers.akeneo.sink import AkeneoSink


@frozen
class Hurried:
    """A client that writes options as fast as it can: here nobody counts them."""

    client: PimClient

    def call(self, method: str, path: str, body: bytes | None = None, **how: Any) -> Answer:
        """Make a call without a rate."""
        return self.client.call(method, path, body, **{**how, "rate": None})

    def upload(self, path: str, fields: Mapping[str, str], file: Attachment) -> UploadAnswer:
        """Send a file."""
        return self.client.upload(path, fields, file)

    def probe(self) -> None:
        """Make one cheap call."""
        self.client.probe()

    def recent_seconds(self) -> float | None:
        """Return the longest of the last calls."""
        return self.client.recent_seconds()


@contextmanager
def open_small(folder: Path, transport: str, size: int) -> Iterator[ImportDesk]:
    """Open a PIM, and a bus whose batches have *size* items at the most."""
    with SimulatedPim(option_rate=None) as pim:
        config = config_for(pim, folder)
        assert config.pim
        bare = evolve(config, pim=None, transport=TransportConfig(transport, lanes=4))
        with (
            open_pim(config.pim) as client,
            open_runtime(bare, patience=Patience(quiet=0.2)) as runtime,
        ):
            for command in COMMANDS:
                runtime.bus.register_sink(command, AkeneoSink(Hurried(client)), size=size)
            yield ImportDesk(pim, runtime.bus, config)
