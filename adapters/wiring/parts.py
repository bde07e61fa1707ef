"""The parts that every way of running needs: codec, journal, PIM."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any

from importbus.adapters.codec import JsonCodec
from importbus.adapters.config import Config, PimConfig
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.pim import HidingSink, PimClient
from importbus.adapters.right_of_way import RightOfWay
from importbus.bus import Batch, CommandBus, Outcome, Sink, SinkRefused
from importbus.handlers.akeneo import COMMANDS
from importbus.handlers.akeneo.port import MediaCodes
from importbus.handlers.akeneo.sink import AkeneoSink


def open_codec() -> JsonCodec:
    """Return a codec that knows the Akeneo commands."""
    codec = JsonCodec()
    for command in COMMANDS:
        codec.register(command)
    return codec


def open_journal(config: Config) -> SqliteJournal:
    """Open the journal, which is made when it is missing.

    Raises:
        JournalError: It cannot be read or written; the message says what to do.
    """
    return SqliteJournal(config.journal.path, open_codec())


def open_pim(
    config: PimConfig,
    *,
    on_pause: Callable[[float], object] | None = None,
    right_of_way: RightOfWay | None = None,
) -> PimClient:
    """Return a client of the PIM; it logs in at the first call.

    *on_pause* is told until when everyone has to wait, in seconds of the wall clock.
    """
    return PimClient(
        url=config.url,
        client_id=config.client_id,
        secret=config.secret,
        username=config.username,
        password=config.password,
        on_pause=on_pause,
        right_of_way=right_of_way,
    )


def attach_pim(
    config: Config,
    bus: CommandBus,
    stack: ExitStack,
    codes: MediaCodes,
    *,
    on_pause: Callable[[float], object] | None = None,
    right_of_way: RightOfWay | None = None,
) -> PimClient | None:
    """Let the PIM of *config*, if any, carry out the Akeneo commands of *bus*.

    *codes* remember what the files that were uploaded are called.
    """
    if config.pim is None:
        return None
    pim = open_pim(config.pim, on_pause=on_pause, right_of_way=right_of_way)
    stack.callback(pim.close)
    _register(bus, HidingSink(AkeneoSink(pim, codes), pim.hide))
    return pim


def attach_publishing(bus: CommandBus) -> None:
    """Let *bus* take the Akeneo commands without a PIM: other processes carry them out."""
    _register(bus, _Elsewhere())


class _Elsewhere:
    """Stands for the sink that consumers have."""

    def write(self, batch: Batch[Any], /) -> Iterable[Outcome]:
        """Refuse: a bus that publishes only gets no batches."""
        raise SinkRefused(f"Batch {batch.id} came to a process that publishes only.")


def _register(bus: CommandBus, sink: Sink) -> None:
    for command in COMMANDS:
        bus.register_sink(command, sink)
