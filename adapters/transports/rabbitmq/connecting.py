"""How pika connects, and what its errors mean."""

from __future__ import annotations

import ssl
from typing import Any

import pika  # type: ignore[import-untyped]
from pika import exceptions

from importbus.adapters.transports.rabbitmq import failures
from importbus.adapters.transports.rabbitmq.address import Address
from importbus.adapters.transports.rabbitmq.messages import APP
from importbus.bus.errors import BusError, ConfigurationError


def parameters_of(address: Address, purpose: str) -> Any:
    """Return what pika needs to connect to *address*; raises ``ConfigurationError``."""
    return pika.ConnectionParameters(
        host=address.host,
        port=address.port,
        virtual_host=address.vhost,
        credentials=pika.PlainCredentials(address.user, address.password),
        heartbeat=address.heartbeat,
        socket_timeout=address.connection_timeout,
        stack_timeout=address.connection_timeout,
        blocked_connection_timeout=None,
        client_properties={"connection_name": f"{APP}: {purpose}", "product": APP},
        ssl_options=_tls(address),
    )


def _tls(address: Address) -> Any:
    if address.tls is None:
        return None
    try:
        context = ssl.create_default_context(cafile=address.tls.authority)
        if address.tls.certificate:
            context.load_cert_chain(address.tls.certificate, address.tls.key)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(
            f"The certificates of transport.url cannot be used: {error}. They must be PEM files,"
            " the key without a passphrase."
        ) from error
    return pika.SSLOptions(context, address.host)


def translated(address: Address, error: BaseException) -> BusError:
    """Return the error of ours that says what *error* of pika says."""
    match error:
        case exceptions.ConnectionClosedByClient() | exceptions.ChannelClosedByClient():
            return failures.out_of_reach(address, "the connection was closed")
        case exceptions.ProbableAuthenticationError() | exceptions.AuthenticationError():
            return failures.refused_login(address, "")
        case exceptions.ProbableAccessDeniedError():
            return failures.refused_vhost(address, "")
        case exceptions.ConnectionClosed() | exceptions.ChannelClosed():
            return failures.by_code(address, error.reply_code, error.reply_text)
    return failures.out_of_reach(address, _innermost(error))


def _innermost(error: BaseException) -> str:
    """Return the words of what lies behind the errors that pika wraps around each other."""
    while inner := next(iter(_inner(error)), None):
        error = inner
    return str(error).strip(".") or type(error).__name__


def _inner(error: BaseException) -> list[BaseException]:
    nested = [*getattr(error, "exceptions", ()), getattr(error, "exception", None), *error.args]
    return [one for one in nested if isinstance(one, BaseException)][-1:]
