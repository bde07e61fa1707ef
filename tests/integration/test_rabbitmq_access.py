"""Who may use a real broker, by which way, and what those are told who may not."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest
from attrs import evolve
from loguru import logger

from importbus.adapters.transports.contract import LANES, batch, command_codec
from importbus.adapters.transports.rabbitmq.address import Address, address_of
from importbus.adapters.transports.rabbitmq.transport import RabbitTransport
from importbus.bus.errors import ConfigurationError, TransportUnavailable
from importbus.bus.messages import ImportStarted
from rabbit_queues import drained
from rabbit_server import RabbitServer, free_port

pytestmark = pytest.mark.integration

PASSWORD = "s3cret-pass"  # the one that is wrong


def opened(address: Address, lanes: int = LANES) -> RabbitTransport:
    """Return a transport that must not come to be."""
    return RabbitTransport(address, command_codec(), lanes)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            lambda right: evolve(right, password=PASSWORD),
            r"refuses the user 'guest' with the password given \(403\): check both",
        ),
        (
            lambda right: evolve(right, user="ann", password=PASSWORD),
            r"refuses the user 'ann'",
        ),
        (
            lambda right: evolve(right, vhost="night"),
            r"has no vhost 'night' for the user 'guest' \(530\): check the path",
        ),
        (
            lambda right: evolve(right, port=free_port(), password=PASSWORD),
            r"The broker at 127\.0\.0\.1:\d+: .*Connection refused",
        ),
        (
            lambda right: evolve(right, host="no-such-host.invalid", password=PASSWORD),
            r"The broker at no-such-host\.invalid:\d+: .*not known",
        ),
    ],
)
def test_what_a_broker_says_to_a_wrong_address(
    address: Address, wrong: Callable[[Address], Address], said: str
) -> None:
    """One sentence with what to check, and neither a retry nor a password (I9)."""
    logged: list[str] = []
    sink = logger.add(logged.append, level="TRACE")
    with pytest.raises(TransportUnavailable, match=said) as raised:
        opened(wrong(address))
    logger.remove(sink)

    shown = str(raised.value) + repr(raised.value) + "".join(logged)
    assert PASSWORD not in shown


def test_a_user_without_permission_is_told_which(address: Address, broker: RabbitServer) -> None:
    """The broker names the queue and the vhost, and the message the user."""
    user = f"user-{uuid4().hex[:8]}"
    broker.control("add_user", user, "pw")
    broker.control("set_permissions", user, "^$", "^$", ".*")

    with pytest.raises(TransportUnavailable, match=rf"403 ACCESS_REFUSED .* user '{user}' that"):
        opened(evolve(address, user=user, password="pw"))


def test_a_user_needs_no_more_than_its_fleet(address: Address, broker: RabbitServer) -> None:
    """The names of the fleet, the queues of listeners, and the way to a queue by its name."""
    user, own = f"user-{uuid4().hex[:8]}", rf"^({address.name}\..*|amq\.gen.*|amq\.default)$"
    broker.control("add_user", user, "pw")
    broker.control("set_permissions", user, own, own, own)
    transport = opened(evolve(address, user=user, password="pw"))
    listener = transport.events()
    transport.publish(batch(1))
    transport.broadcast(ImportStarted("spring"))
    delivery = transport.lease(0).receive(10)
    assert delivery is not None
    delivery.reject("not today")

    assert listener.receive(10) == ImportStarted("spring")
    assert len(transport.dead_letters_after(0)) == 1
    transport.close()


def test_a_user_who_lost_his_permission_stops_at_once(
    address: Address, broker: RabbitServer
) -> None:
    """Publishing does not try again for a minute what only an administrator can mend."""
    user = f"user-{uuid4().hex[:8]}"
    broker.control("add_user", user, "pw")
    broker.control("set_permissions", user, ".*", ".*", ".*")
    transport = opened(evolve(address, user=user, password="pw"))
    transport.publish(batch(1))
    transport._publisher._link.drop()  # type: ignore[union-attr]
    broker.control("clear_permissions", user)

    with pytest.raises(TransportUnavailable, match=r"403|530"):
        transport.publish(batch(2))
    transport.close()


@pytest.mark.parametrize(("others", "lanes", "word"), [(2, 3, "fewer"), (3, 2, "more")])
def test_another_number_of_lanes_is_refused(
    address: Address, others: int, lanes: int, word: str
) -> None:
    """A key would have two lanes, and its commands no order."""
    opened(address, others).close()

    with pytest.raises(ConfigurationError, match=rf"are for {word} lanes than transport\.lanes"):
        opened(address, lanes)
    opened(address, others).close()


def test_queues_made_with_other_settings_are_told(address: Address) -> None:
    """The setting and both values, as the broker gives them, and what to do."""
    opened(address).close()

    with pytest.raises(
        ConfigurationError, match=r"x-delivery-limit.*received '7' but current is '500'.*delete it"
    ):
        opened(evolve(address, delivery_limit=7))


def test_a_broker_with_small_frames_is_told(address: Address, broker: RabbitServer) -> None:
    """Before a command with a file is sent that would end the connection each time."""
    broker.evaluate("application:set_env(rabbit, frame_max, 65536).")
    try:
        with pytest.raises(ConfigurationError, match=r"frames of 65,536 bytes.*frame_max"):
            opened(address)
    finally:
        broker.evaluate("application:set_env(rabbit, frame_max, 131072).")


def certified(broker: RabbitServer, address: Address, who: str | None, authority: str) -> Address:
    """Return the address of the broker's other port, with the files of *who*."""
    files = {"cacertfile": f"{authority}.pem"}
    files |= {"certfile": f"{who}.pem", "keyfile": f"{who}.key"} if who else {}
    query = "&".join(f"{name}={broker.folder / file}" for name, file in files.items())
    url = f"amqps://guest:guest@127.0.0.1:{broker.tls_port}/?name={address.name}&{query}"
    return address_of(f"{url}&connection_timeout=5")


def test_both_sides_know_each_other_by_certificates(broker: RabbitServer, address: Address) -> None:
    """Batches travel as without, also when a lane is left by dropping the connection."""
    transport = opened(certified(broker, address, "client", "ca"))
    for seq in (1, 2, 3):
        transport.publish(batch(seq))
    consumer = transport.lease(0)
    delivery = consumer.receive(10)
    assert delivery is not None
    consumer.close()

    assert drained(transport, 0) == [1, 2, 3]
    transport.close()


@pytest.mark.parametrize(
    ("who", "authority", "said"),
    [
        ("client", "stranger", "CERTIFICATE_VERIFY_FAILED"),
        # A broker that hangs up may do so before its reason has arrived.
        (None, "ca", "CERTIFICATE_REQUIRED|SSLEOFError|reset"),
        ("stranger", "ca", "BAD_CERTIFICATE|UNKNOWN_CA|SSLEOFError|reset"),
    ],
)
def test_a_certificate_that_is_missing_or_of_somebody_else(
    broker: RabbitServer, address: Address, who: str | None, authority: str, said: str
) -> None:
    """Whichever side does not know the other, nothing is sent, and the reason is told."""
    with pytest.raises(TransportUnavailable, match=said):
        opened(certified(broker, address, who, authority))


def test_a_broker_with_a_certificate_for_another_name_is_not_ours(
    broker: RabbitServer, address: Address
) -> None:
    """Whoever has any certificate of the authority cannot pretend to be the broker."""
    same_place = "127.1"  # 127.0.0.1 in another way, which is not what the certificate says
    other = evolve(certified(broker, address, "client", "ca"), host=same_place)

    with pytest.raises(TransportUnavailable, match="CERTIFICATE_VERIFY_FAILED"):
        opened(other)


def test_files_that_are_no_certificates_are_told(
    broker: RabbitServer, address: Address, tmp_path: Path
) -> None:
    """Before anything is connected."""
    (tmp_path / "client.pem").write_text("no certificate")
    url = f"amqps://guest:guest@127.0.0.1:{broker.tls_port}/?certfile={tmp_path}/client.pem"

    with pytest.raises(ConfigurationError, match=r"certificates of transport\.url cannot be used"):
        opened(address_of(url))


def test_a_plain_connection_to_the_port_of_tls_fails(
    broker: RabbitServer, address: Address
) -> None:
    """It says so, and does not hang."""
    plain = evolve(address, port=broker.tls_port, connection_timeout=5)

    with pytest.raises(TransportUnavailable, match=str(broker.tls_port)):
        opened(plain)


def test_processes_that_come_at_the_same_time_make_the_queues_together(address: Address) -> None:
    """None of them takes what another one has not finished for queues of fewer lanes."""
    opened: list[RabbitTransport] = []
    errors: list[Exception] = []

    def come() -> None:
        try:
            opened.append(RabbitTransport(address, command_codec(), 6))
        except Exception as error:
            errors.append(error)

    threads = [Thread(target=come) for _ in range(12)]
    for thread in threads:
        thread.start()
        time.sleep(0.06)  # so that each comes at another moment of the work of the first
    for thread in threads:
        thread.join()
    for transport in opened:
        transport.close()

    assert errors == []
