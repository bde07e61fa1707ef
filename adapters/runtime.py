"""The parts of an open bus, for those who drive an import themselves."""

from __future__ import annotations

from attrs import frozen

from importbus.adapters.codec import JsonCodec
from importbus.adapters.importer import LaneWorkers
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.open_import import Completion
from importbus.adapters.ownership import Owners
from importbus.adapters.pim import PimClient
from importbus.adapters.upsertable import UpsertableAdapter
from importbus.bus import CommandBus


@frozen
class Runtime:
    """What ``open_runtime`` has put together; ``pim`` is None when none is configured."""

    bus: CommandBus
    adapter: UpsertableAdapter
    completion: Completion
    workers: LaneWorkers
    journal: SqliteJournal
    codec: JsonCodec
    pim: PimClient | None
    owners: Owners
