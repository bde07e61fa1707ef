"""``importbus doctor``: what is wrong, and what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import click
import orjson
from attrs import asdict, frozen

from importbus.adapters.cli.exits import DONE, exit_code_of
from importbus.adapters.cli.session import load
from importbus.adapters.config import Config, PimConfig
from importbus.adapters.wiring import open_journal, open_pim
from importbus.bus.errors import BusError, ConfigurationError


@frozen
class Check:
    """One thing looked at: whether it is fine, and what was found or is to be done."""

    name: str
    fine: bool
    found: str
    code: int = DONE


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Check configuration, journal, PIM and credentials.

    Exits with 0 when all is fine, with 2 when the configuration is wrong, with 3 when PIM or
    journal are out of reach.
    """
    checks = list(_checks(ctx))
    if as_json:
        document = {"checks": [asdict(check) for check in checks]}
        sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE))
    else:
        for check in checks:
            click.echo(f"{'ok  ' if check.fine else 'FAIL'}  {check.name}: {check.found}")
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
        pim = config.pim
        yield _tried("PIM", lambda: _pim(pim))


def _tried(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name, True, check())
    except BusError as error:
        return Check(name, False, str(error), exit_code_of(error))


def _journal(config: Config) -> str:
    journal = open_journal(config)
    try:
        journal.check()
        return f"{config.journal.path}, {len(journal.imports())} imports, undamaged"
    finally:
        journal.close()


def _pim(config: PimConfig) -> str:
    with open_pim(config) as pim:
        pim.probe()
        try:
            about = pim.system_information()
        except LookupError:
            about = {}
    edition = " ".join(str(about[key]) for key in ("edition", "version") if key in about)
    return f"{config.url}, logged in as {config.username}, {edition or 'version unknown'}"
