"""The broker users of a fleet, made by the script that is given out."""

from __future__ import annotations

from urllib.parse import quote

from attrs import evolve

from importbus.adapters.transports.rabbitmq.address import Address
from rabbit_server import RabbitServer
from source_tree import ROOT

SCRIPT = ROOT / "deploy" / "rabbitmq-users.sh"

ROLES = ("producer", "consumer", "recorder")


def make_users(broker: RabbitServer, address: Address) -> str:
    """Make the users of the fleet of *address*; return what the script says.

    One password is told, and the others are in the environment.
    """
    told, *others = ROLES
    passwords = {f"{role.upper()}_PASSWORD": in_role(address, role).password for role in others}
    said = in_role(address, told).password + "\n"
    return broker.run(SCRIPT, address.name, address.vhost, said=said, **passwords)


def in_role(address: Address, role: str) -> Address:
    """Return *address* with the user of *role*."""
    return evolve(address, user=f"{address.name}-{role}", password=f"{role}'s \"pass$word")


def url_of(address: Address) -> str:
    """Return *address* as a URL, its password included."""
    account = f"{address.user}:{quote(address.password, safe='')}"
    return f"amqp://{account}@{address.host}:{address.port}/?name={address.name}"
