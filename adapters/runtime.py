"""The parts of an open bus, for those who drive an import themselves."""

from __future__ import annotations

from attrs import frozen

from importbus.adapters.codec import JsonCodec
from importbus.adapters.importer import Importer
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.ownership import Owners
from importbus.adapters.pim import PimClient
from importbus.adapters.recording import Recording
from importbus.adapters.upsertable import UpsertableAdapter
from importbus.bus import CommandBus


@frozen
class Runtime:
    """What ``open_runtime`` has put together; ``pim`` is None when none is configured."""

    bus: CommandBus
    adapter: UpsertableAdapter
    recording: Recording
    importer: Importer
    journal: SqliteJournal
    codec: JsonCodec
    pim: PimClient | None
    owners: Owners
