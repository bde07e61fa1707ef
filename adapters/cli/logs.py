"""Where log records go: standard error and a file, as lines for people or for machines."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from datetime import UTC
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import orjson
from loguru import logger

from importbus.adapters.cli.streams import note, on_terminal
from importbus.adapters.config import Config
from importbus.adapters.log_config import LogConfig
from importbus.adapters.pim import Secrets
from importbus.adapters.visible_text import visible, visible_line
from importbus.bus.errors import ConfigurationError
from importbus.bus.middleware import ImportIdTagging

if TYPE_CHECKING:
    from loguru import Message, Record

ROTATION = 10_000_000
"""Bytes after which a log file is set aside under the time of that moment, and a new one begun."""

KEPT = 5
"""How many files that were set aside are kept."""

OWN = frozenset({"time", "level", "message", "module", "process", "thread", "exception"})
"""What a record for machines always calls so; facts of these names would hide it."""

Line = Callable[["Record"], str]
"""Writes a record as text without a line end."""


def begin_logging(log: LogConfig, secrets: Secrets | None = None) -> None:
    """Log to standard error, above any progress bar that is shown there, and to a file, if any.

    *secrets* are taken out of every line, whoever wrote them into it (I9).

    Raises:
        ConfigurationError: The file cannot be written.
    """
    hide = (secrets or Secrets()).hide
    logger.remove()
    logger.configure(patcher=ImportIdTagging.patch)
    _add_console(log, _hiding(human if _is_for_people(log) else machine, hide))
    if log.file:
        _add_file(log, log.file, _hiding(human if log.format == "human" else machine, hide))


def secrets_of(config: Config) -> Secrets:
    """Return what must stand in no line: secret and password of the PIM, password of the broker."""
    known = [unquote(urlsplit(config.transport.url).password or "")]
    if config.pim:
        known += [config.pim.secret, config.pim.password]
        known.append(f"{config.pim.client_id}:{config.pim.secret}")
    return Secrets(*filter(None, known))


def human(record: Record) -> str:
    """Return *record* as people read it; what belongs to no import has a dash in that place."""
    import_id = record["extra"].get("import_id", "-")
    message = visible_line(record["message"])  # a line end would look like a further record
    line = f"{record['time']:HH:mm:ss} {record['level'].name: <7} {import_id} {message}"
    return "\n".join(filter(None, [line, visible(_traceback(record))]))


def machine(record: Record) -> str:
    """Return *record* as one JSON object; the facts of a record are keys of their own."""
    facts = {str(name): fact for name, fact in record["extra"].items() if name not in OWN}
    failure = _traceback(record)
    document: dict[str, Any] = {
        "time": record["time"].astimezone(UTC).isoformat(timespec="milliseconds"),
        "level": record["level"].name,
        "message": record["message"],
        **facts,
        "module": record["name"],
        "process": record["process"].id,
        "thread": record["thread"].name,
        **({"exception": failure} if failure else {}),
    }
    line = orjson.dumps(document, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    return visible(line)  # escapes of JSON, which mean the same


def _is_for_people(log: LogConfig) -> bool:
    return log.format == "human" or (log.format == "auto" and on_terminal())


def _hiding(line: Line, hide: Callable[[str], str]) -> Line:
    return lambda record: hide(line(record))


def _add_console(log: LogConfig, line: Line) -> None:
    def write(message: Message) -> None:
        note(line(message.record))

    logger.add(write, level=(log.level or "warning").upper(), **_PLAIN)


def _add_file(log: LogConfig, file: str, line: Line) -> None:
    def written(record: Record) -> str:
        record["extra"]["_line"] = line(record)
        return "{extra[_line]}\n"

    try:
        logger.add(
            file,
            level=(log.level or "info").upper(),
            **{**_PLAIN, "format": written},
            rotation=ROTATION,
            retention=KEPT,
            opener=_open_for_owner,
            encoding="utf-8",
        )
    except OSError as error:
        raise ConfigurationError(
            f"log.file: {file}: cannot be written: {error.strerror}."
        ) from error


_PLAIN: dict[str, Any] = {
    "format": "{message}",
    "colorize": False,
    "diagnose": False,  # no values of variables: these may be secrets
    "backtrace": False,
}


def _open_for_owner(path: str, flags: int) -> int:
    """Open a log file, which is readable and writable by its owner only; it names products."""
    return os.open(path, flags, 0o600)


def _traceback(record: Record) -> str:
    """Return the traceback of *record*, if any, without values of variables."""
    failure = record["exception"]
    if failure is None or failure.value is None:
        return ""
    return "".join(traceback.format_exception(failure.value)).rstrip("\n")
