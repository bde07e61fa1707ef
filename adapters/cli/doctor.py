"""``importbus doctor``: what is wrong, and what to do about it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path

import click
from attrs import asdict, frozen

from importbus.adapters.cli.exits import DONE, exit_code_of
from importbus.adapters.cli.rendering import many
from importbus.adapters.cli.session import load, reading_journal
from importbus.adapters.cli.streams import show, show_document
from importbus.adapters.config import Config, PimConfig
from importbus.adapters.file_systems import network_file_system
from importbus.adapters.import_run import NO_PIM
from importbus.adapters.pim import PROBE_PATH, PimClient
from importbus.adapters.recorder_duty import RECORDER
from importbus.adapters.transports.sqlite import SqliteTransport
from importbus.adapters.wiring import open_codec, open_pim, open_queue
from importbus.bus.errors import BusError, ConfigurationError, JournalError, SinkUnavailable

SKEW = 30.0
"""Seconds between two clocks that nobody has to care about."""


@frozen
class Check:
    """One thing looked at: whether it is fine, and what was found or is to be done.

    What is not fine and has the code 0 is a warning.
    """

    name: str
    fine: bool
    found: str
    code: int = DONE

    def __str__(self) -> str:
        """Read as a line of the result."""
        verdict = "ok  " if self.fine else "FAIL" if self.code else "WARN"
        return f"{verdict}  {self.name}: {self.found}"


EXAMPLES = """\b
Examples:
  importbus doctor
  importbus doctor --json | jq '.checks[] | select(.fine | not)'
"""


@click.command(epilog=EXAMPLES)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Check configuration, journal, queue, PIM, credentials and clock.

    Each line says what was found or what to do. Exits with 0 when all is fine, with 2 when the
    configuration is wrong, with 3 when PIM, queue or journal are out of reach.
    """
    checks = list(_checks(ctx))
    if as_json:
        show_document({"checks": [asdict(check) for check in checks]})
    else:
        show(*map(str, checks))
    sys.exit(max(check.code for check in checks))


def _checks(ctx: click.Context) -> Iterator[Check]:
    try:
        config = load(ctx)
    except ConfigurationError as error:
        for line in str(error).splitlines():
            yield Check("configuration", False, line, exit_code_of(error))
        return
    yield Check("configuration", True, f"{config.transport.shown}, {config.transport.lanes} lanes")
    yield _tried("journal", lambda: _journal(config))
    if config.transport.is_shared:
        yield _tried("queue", lambda: _queue(config))
    try:
        yield from _pim_checks(config)
    except ConfigurationError as error:
        yield Check("PIM", False, str(error), exit_code_of(error))


def _pim_checks(config: Config) -> Iterator[Check]:
    if config.pim is None:
        raise ConfigurationError(NO_PIM)
    with open_pim(config.pim) as pim:
        yield from _calls(config.pim, pim)


def _calls(config: PimConfig, pim: PimClient) -> Iterator[Check]:
    """Check what needs the PIM; the rest is left out when it is not there."""
    reached = _tried("PIM", lambda: _reach(config, pim))
    yield reached
    if reached.fine:
        yield _tried("version", lambda: _version(pim))
        yield _clock(pim)


def _tried(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name, True, check())
    except SinkUnavailable as error:
        reason = f"{error} Check pim.url, and whether this machine may call it."
        return Check(name, False, reason, exit_code_of(error))
    except BusError as error:
        return Check(name, False, str(error), exit_code_of(error))


def _journal(config: Config) -> str:
    path = config.journal.path
    _must_be_local(path, "journal.path")
    with reading_journal(config) as journal:
        if journal is None:
            return _new_journal(path)
        journal.check()
        return f"{path}, {many(len(journal.imports()), 'import')}, undamaged"


def _new_journal(path: str) -> str:
    """Say that the journal will be made; raises ``JournalError`` when it cannot be."""
    folder = Path(path).absolute().parent
    if not folder.is_dir():
        raise JournalError(f"{path}: there is no folder {folder}: make it, or set journal.path.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise JournalError(f"{path}: you may not write to {folder}: choose another journal.path.")
    return f"{path}, which the first import makes"


def _queue(config: Config) -> str:
    path = config.transport.file
    if path is not None:
        _must_be_local(path, "transport.url")
        if not Path(path).exists():
            return f"{path}, which the first publish makes"
    queue = open_queue(config, open_codec())
    try:
        waiting = many(sum(queue.depths().values()), "batch")
        found = _file(queue) if isinstance(queue, SqliteTransport) else _holders(queue.holders())
    finally:
        queue.close()
    return f"{path or config.transport.shown}, {waiting} waiting{found}"


def _file(queue: SqliteTransport) -> str:
    queue.check()
    dead = len(queue.dead_letters())
    letters = f", {many(dead, 'dead letter')}" if dead else ""
    return f"{letters}, undamaged"


def _holders(holders: Mapping[str, str]) -> str:
    recorder = "a recorder" if RECORDER in holders else "no recorder"
    return f", {many(len(holders.keys() - {RECORDER}), 'lane')} held, {recorder}"


def _must_be_local(path: str, setting: str) -> None:
    """Raise ``ConfigurationError`` for a file that processes on several machines might share."""
    if kind := network_file_system(path):
        raise ConfigurationError(
            f"{path} is on a network file system ({kind}), on which SQLite's locks do not hold: "
            f"choose a local disk for {setting}."
        )


def _reach(config: PimConfig, pim: PimClient) -> str:
    pim.probe()
    return f"{config.url}, logged in as {config.username}"


def _version(pim: PimClient) -> str:
    try:
        about = pim.system_information()
    except LookupError:
        return "unknown, older than 6.0"
    return " ".join(str(about[key]) for key in ("edition", "version") if key in about) or "unknown"


def _clock(pim: PimClient) -> Check:
    """Compare the clocks: a pause until a date would be too long or too short."""
    try:
        date = parsedate_to_datetime(pim.call("GET", PROBE_PATH).headers.get("date", ""))
        skew = date.timestamp() - time.time()
    except (BusError, TypeError, ValueError):
        return Check("clock", True, "the PIM does not tell its time")
    if abs(skew) <= SKEW:
        return Check("clock", True, f"within {SKEW:.0f} s of the PIM's")
    way = "behind" if skew > 0 else "ahead of"
    return Check("clock", False, f"{abs(skew):.0f} s {way} the PIM's; set both by NTP")
