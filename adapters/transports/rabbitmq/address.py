"""Where a broker is and who calls it, from a URL; nothing here shows a password."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from attrs import field, frozen

from importbus.bus.errors import ConfigurationError

DELIVERY_LIMIT = 500
"""Deliveries after which the broker itself gives a batch up.

Workers do so much earlier, by the number of deliveries that a batch comes with. The broker counts
those, too, that were given back or taken away: while the PIM is out of reach it takes a lane from
its worker each time that ``consumer_timeout`` is over, every 30 minutes as shipped, and 500 of
these are ten days.
"""

PORTS = {"amqp": 5672, "amqps": 5671}

FILES = ("cacertfile", "certfile", "keyfile")
"""Options that name files. Source: rabbitmq.com/docs/uri-query-parameters."""

NUMBERS = {"heartbeat": (1, 600), "connection_timeout": (1, 600), "delivery_limit": (1, 1_000_000)}
"""Options that are whole numbers, with the least and the most: seconds, seconds, deliveries."""

OPTIONS = ("name", *NUMBERS, *FILES)

NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")


@frozen
class Tls:
    """How to know the broker, and how to be known by it; each is the path of a PEM file.

    Attributes:
        authority: Who must have signed the broker's certificate; None: whom the machine trusts.
        certificate: The certificate of this client; None when it needs none.
        key: The key of that certificate; None when it stands in the same file.
    """

    authority: str | None = None
    certificate: str | None = None
    key: str | None = None


@frozen
class Address:
    """Where a broker is and who calls it.

    Attributes:
        host: Its name or number.
        port: 5672 by itself, and 5671 with TLS.
        vhost: The virtual host.
        user: Who calls.
        password: Never shown.
        tls: None for a connection that anyone on the way can read.
        name: What every exchange and queue begins with: one fleet has one name.
        heartbeat: Seconds between signs of life; after two without any a connection is lost.
        connection_timeout: Seconds to connect, and for any one answer of the broker.
        delivery_limit: Deliveries after which the broker puts a batch aside.
    """

    host: str
    port: int
    vhost: str = "/"
    user: str = "guest"
    password: str = field(default="guest", repr=False)
    tls: Tls | None = None
    name: str = "importbus"
    heartbeat: int = 30
    connection_timeout: int = 10
    delivery_limit: int = DELIVERY_LIMIT

    def __str__(self) -> str:
        """Name the place and the caller, and no secret."""
        scheme = "amqps" if self.tls else "amqp"
        return f"{scheme}://{self.user}@{self.host}:{self.port}/{self.vhost.removeprefix('/')}"


def address_of(url: str, *, user: str | None = None, password: str | None = None) -> Address:
    """Return what ``amqp://user:password@host:port/vhost?option=value`` says.

    ``amqps://`` asks for TLS. A vhost is written with %2F for a slash; without one it is ``/``.

    Args:
        url: The URL; its options are those of ``OPTIONS``.
        user: Who calls, in place of the user of the URL.
        password: In place of the password of the URL, which then need not stand there.

    Raises:
        ConfigurationError: With everything that is wrong, what is allowed, and no password.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if wrong := [*_wrong_place(parts), *_wrong_options(parts.scheme, options)]:
        raise ConfigurationError(f"transport.url: {'; '.join(wrong)}.")
    return Address(
        host=parts.hostname or "localhost",
        port=parts.port or PORTS[parts.scheme],
        vhost=unquote(parts.path.removeprefix("/")) or "/",
        user=user or unquote(parts.username or "guest"),
        password=password or unquote(parts.password or "guest"),
        tls=Tls(*(options.get(name) for name in FILES)) if parts.scheme == "amqps" else None,
        name=options.get("name", "importbus"),
        **{name: int(options[name]) for name in NUMBERS if name in options},
    )


def _wrong_place(parts: SplitResult) -> list[str]:
    wrong = []
    if parts.scheme not in PORTS:
        wrong.append(f"it begins with {parts.scheme!r}; allowed: amqp:// and amqps://")
    if parts.fragment:
        wrong.append("it has a part behind #; write %23 for that sign")
    if "/" in parts.path.removeprefix("/"):
        wrong.append("its vhost has a slash; write %2F for it")
    try:
        _ = parts.port
    except ValueError:
        wrong.append("its port is not a number from 1 to 65535; a password has %-codes for signs")
    return wrong


def _wrong_options(scheme: str, options: Mapping[str, str]) -> list[str]:
    allowed = f"allowed: {', '.join(OPTIONS)}"
    wrong = [f"there is no option {name!r}; {allowed}" for name in options if name not in OPTIONS]
    wrong += [problem for name in NUMBERS if (problem := _wrong_number(name, options.get(name)))]
    files = [name for name in FILES if name in options]
    if files and scheme == "amqp":
        wrong.append(f"{', '.join(files)} is for amqps://")
    wrong += [f"{name} is no file that is there" for name in files if not _is_file(options[name])]
    if "keyfile" in files and "certfile" not in files:
        wrong.append("keyfile needs certfile")
    if not NAME.fullmatch(options.get("name", "importbus")):
        wrong.append("name has other than 1 to 100 letters, digits, '.', '_' or '-'")
    return wrong


def _wrong_number(name: str, value: str | None) -> str | None:
    least, most = NUMBERS[name]
    if value is None or (re.fullmatch("[0-9]{1,9}", value) and least <= int(value) <= most):
        return None
    return f"{name} is {value[:40]!r}; allowed: {least} to {most:,}"


def _is_file(path: str) -> bool:
    return os.path.isfile(path)
