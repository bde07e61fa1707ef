"""``importbus doctor``: what is wrong, and what to do about it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime

import click
import orjson
from attrs import asdict, frozen

from importbus.adapters.cli.exits import DONE, exit_code_of
from importbus.adapters.cli.session import load
from importbus.adapters.config import Config, PimConfig
from importbus.adapters.pim import PROBE_PATH, PimClient
from importbus.adapters.wiring import open_journal, open_pim
from importbus.bus.errors import BusError, ConfigurationError, SinkUnavailable

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


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Check configuration, journal, PIM, credentials and clock.

    Each line says what was found or what to do. Exits with 0 when all is fine, with 2 when the
    configuration is wrong, with 3 when PIM or journal are out of reach.
    """
    checks = list(_checks(ctx))
    if as_json:
        document = {"checks": [asdict(check) for check in checks]}
        sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE))
    else:
        for check in checks:
            click.echo(str(check))
    sys.exit(max(check.code for check in checks))


def _checks(ctx: click.Context) -> Iterator[Check]:
    try:
        config = load(ctx)
    except ConfigurationError as error:
        for line in str(error).splitlines():
            yield Check("configuration", False, line, exit_code_of(error))
        return
    yield Check("configuration", True, f"{config.transport.url}, {config.transport.lanes} lanes")
    yield _tried("journal", lambda: _journal(config))
    if config.pim is None:
        reason = "no PIM is configured: set IMPORTBUS_PIM_URL and the others"
        yield Check("PIM", False, reason, exit_code_of(ConfigurationError()))
    else:
        with open_pim(config.pim) as pim:
            yield from _pim_checks(config.pim, pim)


def _pim_checks(config: PimConfig, pim: PimClient) -> Iterator[Check]:
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
    journal = open_journal(config)
    try:
        journal.check()
        return f"{config.journal.path}, {len(journal.imports())} imports, undamaged"
    finally:
        journal.close()


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
