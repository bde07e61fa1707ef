"""What is wrong with the settings of each section: every error, with what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from importbus.adapters.log_config import wrong_log
from importbus.adapters.media import MAX_MESSAGE
from importbus.adapters.transports.rabbitmq.address import address_of
from importbus.bus.errors import ConfigurationError

Origin = Callable[[str], str]
"""Says where a key was set, as messages name it."""

Values = dict[str, Any]

Check = Callable[[Values, Origin], Iterator[str]]

MOST_LANES = 64

MOST_IN_A_MESSAGE = 64 * 1024 * 1024
"""Bytes of a file in one message: half of what RabbitMQ 3 takes, and it is in memory at once."""

MEMORY = "memory:"

SQLITE = "sqlite:///"

AMQP = ("amqp://", "amqps://")

SWITCH = {"true": True, "false": False}
"""What a setting may be that is on or off."""

LANES = 4
"""Catalogue lanes, unless something else is said."""

LEASE_SECONDS = 30.0

SECRETS = ("client_id", "secret", "username", "password")
"""Keys of ``[pim]`` that may also come from a file named by ``..._FILE``."""


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Return a sentence with the name that was probably meant; "" when none is near."""
    close = get_close_matches(name, list(allowed), 1)
    return f" Did you mean {close[0]}?" if close else ""


def _wrong_transport(values: Values, origin: Origin) -> Iterator[str]:
    yield from _wrong_lanes(values, origin)
    url = values.get("url", MEMORY)
    if isinstance(url, str) and url.startswith(AMQP):
        yield from _wrong_broker(url, origin("url"))
    elif url != MEMORY and not (isinstance(url, str) and re.fullmatch(f"{SQLITE}[^?#]+", url)):
        allowed = (
            f"{MEMORY}, {SQLITE}file (four slashes before an absolute path), or "
            "amqp://user:password@host/vhost"
        )
        yield f"{origin('url')} is {_shown(url)}; allowed: {allowed}."
    seconds = values.get("lease_seconds", LEASE_SECONDS)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 1:
        yield f"{origin('lease_seconds')} is {seconds!r}; allowed: seconds, 1 or more."


def _wrong_broker(url: str, origin: str) -> Iterator[str]:
    try:
        address_of(url)
    except ConfigurationError as error:
        yield str(error).replace("transport.url", origin, 1)
    except ValueError:  # it may name the password, as part of what it could not read
        yield f"{origin}: it is no URL; allowed: amqp://user:password@host:port/vhost."


def _wrong_media(media: Values, origin: Origin) -> Iterator[str]:
    root = media.get("root", ".")
    if not isinstance(root, str) or not Path(root).is_dir():
        yield f"{origin('root')} is {root!r}; allowed: a folder that is there."
    most = media.get("max_message", MAX_MESSAGE)
    whole = isinstance(most, int) and not isinstance(most, bool)
    if not whole or not 0 <= most <= MOST_IN_A_MESSAGE:
        yield f"{origin('max_message')} is {most!r}; allowed: bytes, 0 to {MOST_IN_A_MESSAGE:,}."


def _wrong_import(values: Values, origin: Origin) -> Iterator[str]:
    skip = values.get("skip_unchanged", False)
    if str(skip).lower() not in SWITCH:
        yield f"{origin('skip_unchanged')} is {skip!r}; allowed: {' or '.join(SWITCH)}."
    else:
        values["skip_unchanged"] = SWITCH[str(skip).lower()]


def _wrong_lanes(values: Values, origin: Origin) -> Iterator[str]:
    lanes = values.get("lanes", LANES)
    whole = not isinstance(lanes, bool) and re.fullmatch("[0-9]{1,4}", str(lanes))
    if whole and 1 <= int(lanes) <= MOST_LANES:
        values["lanes"] = int(lanes)
    else:
        yield f"{origin('lanes')} is {lanes!r}; allowed: 1 to {MOST_LANES}."


def _wrong_pim(pim: Values, origin: Origin) -> Iterator[str]:
    for key in ("url", *SECRETS) if pim else ():
        if not pim.get(key):
            yield f"pim.{key} is missing: set IMPORTBUS_PIM_{key.upper()} or {key} in [pim]."
        elif not isinstance(pim[key], str):
            yield f"{origin(key)} must be a text, in quotes."
    url = pim.get("url")
    if isinstance(url, str) and url and not url.lower().startswith(("http://", "https://")):
        yield (
            f"{origin('url')} is {_shown(url)}; "
            "allowed: an address that begins with https:// or http://."
        )


def _wrong_journal(values: Values, origin: Origin) -> Iterator[str]:
    path = values.get("path", "-")
    if not isinstance(path, str) or not path:
        yield f"{origin('path')} is {path!r}; allowed: a file's path."


CHECKS: Mapping[str, Check] = {
    "pim": _wrong_pim,
    "transport": _wrong_transport,
    "media": _wrong_media,
    "import": _wrong_import,
    "log": wrong_log,
    "journal": _wrong_journal,
}
"""What looks at the settings of a section, and makes of a text what it stands for."""


def _shown(url: object) -> str:
    """Return an address as an error may show it: without user and password (I9)."""
    return re.sub("//.*@", "//***@", repr(url))
