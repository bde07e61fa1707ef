"""The queue that the configuration names."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from importbus.adapters.codec import JsonCodec
from importbus.adapters.config import Config, files_of
from importbus.adapters.transports.sqlite import SqliteTransport
from importbus.bus import ConfigurationError

if TYPE_CHECKING:
    from importbus.adapters.transports.rabbitmq.fleet import RabbitQueue


Queue: TypeAlias = "SqliteTransport | RabbitQueue"
"""What processes of a fleet share: a file, or what a broker has for them."""


def must_be_shared(config: Config) -> None:
    """Raise ``ConfigurationError`` when ``transport.url`` names no queue.

    A command that needs a queue asks before it opens anything.
    """
    if not config.transport.is_shared:
        raise ConfigurationError(
            f"transport.url is {config.transport.url}, which is for one process only: set "
            "IMPORTBUS_TRANSPORT=sqlite:///queue.db, or amqp://user:password@host/vhost, here and "
            "in every process of this queue."
        )


def open_queue(config: Config, codec: JsonCodec) -> Queue:
    """Open the queue of *config*; what is missing of it is made.

    Raises:
        ConfigurationError: ``transport.url`` names no queue, or the queue has another number of
            lanes.
        TransportUnavailable: It cannot be read or written.
    """
    must_be_shared(config)
    lanes, files = config.transport.lanes, files_of(config)
    if address := config.transport.broker:
        from importbus.adapters.transports.rabbitmq.fleet import RabbitQueue

        return RabbitQueue(address, codec, lanes, files=files)
    return SqliteTransport(
        config.transport.file or "",
        codec,
        lanes,
        lease_seconds=config.transport.lease_seconds,
        files=files,
    )
