"""What goes wrong at a broker, told by a reply code or by the network, as errors of ours."""

from __future__ import annotations

from importbus.adapters.transports.rabbitmq.address import Address
from importbus.bus.errors import ConfigurationError, TransportError, TransportUnavailable

ACCESS_REFUSED, NOT_FOUND, PRECONDITION_FAILED, NOT_ALLOWED = 403, 404, 406, 530
"""Reply codes. Source: AMQP 0-9-1, section 1.2, and RabbitMQ's use of them."""


class BrokerRefused(TransportUnavailable):
    """The broker refuses this caller; trying again without mending the cause is of no use."""

    temporary = False


class QueueMissing(TransportUnavailable):
    """There is no queue or exchange of that name."""


class PreconditionFailed(TransportUnavailable):
    """A queue is there with other settings, or a delivery was not settled in time."""


def refused_login(address: Address, said: str) -> BrokerRefused:
    """Return the error of wrong credentials."""
    return BrokerRefused(
        f"The broker at {address.host}:{address.port} refuses the user {address.user!r} with the"
        f" password given (403): check both, and that the user may connect from here. {said}"
    )


def refused_vhost(address: Address, said: str) -> BrokerRefused:
    """Return the error of a virtual host that is not there, or not for this user."""
    return BrokerRefused(
        f"The broker at {address.host}:{address.port} has no vhost {address.vhost!r} for the user"
        f" {address.user!r} (530): check the path of transport.url, and the user's permissions."
        f" {said}"
    )


def by_code(address: Address, code: int, text: str) -> TransportError | ConfigurationError:
    """Return the error of a connection or channel that the broker has closed with *code*."""
    said = f"The broker at {address.host}:{address.port} says: {code} {text}"
    if code == ACCESS_REFUSED:
        return BrokerRefused(f"{said}. Give the user {address.user!r} that permission.")
    if code == NOT_ALLOWED:
        return refused_vhost(address, f"It says: {text}")
    if code == NOT_FOUND:
        return QueueMissing(said)
    if code == PRECONDITION_FAILED:
        return PreconditionFailed(said)
    return TransportUnavailable(said)


def otherwise_declared(address: Address, error: TransportError) -> ConfigurationError:
    """Return the error of a queue that is there with other properties than ours."""
    return ConfigurationError(
        f"{error}. A queue of {address.name!r} was made with other settings than these, such as"
        " delivery_limit; use the same in every process, or delete it when it is empty."
    )


def small_frames(address: Address, allowed: int) -> ConfigurationError:
    """Return the error of a broker whose frames are too small for the headers of a file."""
    return ConfigurationError(
        f"The broker at {address.host}:{address.port} allows frames of {allowed:,} bytes, and"
        " 131,072 are needed: set its frame_max to that, which is its default."
    )


def out_of_reach(address: Address, why: str) -> TransportUnavailable:
    """Return the error of a broker that cannot be reached, or was lost."""
    return TransportUnavailable(f"The broker at {address.host}:{address.port}: {why}.")
