"""Where a broker is, read from a URL."""

from __future__ import annotations

from pathlib import Path

import pytest

from importbus.adapters.transports.rabbitmq.address import OPTIONS, Tls, address_of
from importbus.bus.errors import ConfigurationError


def test_a_url_says_where_and_who() -> None:
    """Parts that have a sign of URLs in them are written with %-codes."""
    address = address_of("amqp://an%40na:p%2Fss@mq.example:5673/shop%2Fnight?name=night")

    assert (address.host, address.port, address.vhost) == ("mq.example", 5673, "shop/night")
    assert (address.user, address.password, address.name) == ("an@na", "p/ss", "night")


@pytest.mark.parametrize(
    ("url", "host", "port", "vhost"),
    [
        ("amqp://mq.example", "mq.example", 5672, "/"),
        ("amqp://mq.example/", "mq.example", 5672, "/"),
        ("amqp://mq.example/%2F", "mq.example", 5672, "/"),
        ("amqps://mq.example/shop", "mq.example", 5671, "shop"),
        ("amqp://[::1]:7/", "::1", 7, "/"),
    ],
)
def test_what_a_url_leaves_out(url: str, host: str, port: int, vhost: str) -> None:
    """The port is that of the scheme, and the vhost is the first one of every broker."""
    address = address_of(url)

    assert (address.host, address.port, address.vhost) == (host, port, vhost)
    assert (address.user, address.password, address.name) == ("guest", "guest", "importbus")


def test_credentials_beside_the_url_come_first() -> None:
    """A password that stands in a file of its own need not stand in a URL."""
    address = address_of("amqp://ann:old@mq.example/", user="bob", password="new")

    assert (address.user, address.password) == ("bob", "new")


def test_numbers_of_a_url(tmp_path: Path) -> None:
    """Seconds of heartbeats and waits, and the deliveries that the broker allows."""
    address = address_of("amqp://mq/?heartbeat=5&connection_timeout=3&delivery_limit=20")

    assert (address.heartbeat, address.connection_timeout, address.delivery_limit) == (5, 3, 20)


def test_files_for_tls(tmp_path: Path) -> None:
    """They are those of the options that RabbitMQ's own clients have."""
    files = {name: tmp_path / name for name in ("cacertfile", "certfile", "keyfile")}
    for file in files.values():
        file.touch()
    query = "&".join(f"{name}={file}" for name, file in files.items())

    assert address_of(f"amqps://mq.example/?{query}").tls == Tls(*map(str, files.values()))
    assert address_of("amqps://mq.example/").tls == Tls()
    assert address_of("amqp://mq.example/").tls is None


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://mq.example/", "it begins with 'http'; allowed: amqp:// and amqps://"),
        ("amqp://mq.example/#1", "write %23"),
        ("amqp://mq.example/a/b", "write %2F"),
        ("amqp://mq.example:port/", "its port is not a number"),
        ("amqp://mq/?ssl=1", f"there is no option 'ssl'; allowed: {', '.join(OPTIONS)}"),
        ("amqp://mq/?heartbeat=soon", "heartbeat is 'soon'; allowed: 1 to 600"),
        ("amqp://mq/?heartbeat=0", "heartbeat is '0'; allowed: 1 to 600"),
        ("amqp://mq/?heartbeat=601", "heartbeat is '601'; allowed: 1 to 600"),
        ("amqp://mq/?delivery_limit=0", "delivery_limit is '0'; allowed: 1 to 1,000,000"),
        ("amqps://mq/?cacertfile=/no/such", "cacertfile is no file that is there"),
        ("amqps://mq/?keyfile=/etc/hostname", "keyfile needs certfile"),
        ("amqp://mq/?cacertfile=/etc/hostname", "cacertfile is for amqps://"),
        ("amqp://mq/?name=", "name has other than"),
        ("amqp://mq/?name=a%20b", "name has other than"),
    ],
)
def test_what_a_url_may_not_have(url: str, said: str) -> None:
    """Each mistake is told with what is allowed."""
    with pytest.raises(ConfigurationError) as raised:
        address_of(url)

    assert str(raised.value).startswith("transport.url: ")
    assert said in str(raised.value)


def test_all_mistakes_of_a_url_are_told_at_once() -> None:
    """Nobody mends one to be told of the next."""
    with pytest.raises(ConfigurationError, match=r"'http'.*'ssl'.*heartbeat is"):
        address_of("http://mq/?ssl=1&heartbeat=x")


def test_a_password_is_never_shown() -> None:
    """Neither what is printed of an address nor an error about one has it (I9)."""
    address = address_of("amqp://ann:s3cret@mq.example/night")
    with pytest.raises(ConfigurationError) as raised:
        address_of("amqp://ann:s3cret@mq.example:s3cret/?x=1")

    assert str(address) == "amqp://ann@mq.example:5672/night"
    assert "s3cret" not in repr(address) + str(raised.value) + repr(raised.value)
