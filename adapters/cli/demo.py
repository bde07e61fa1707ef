"""``importbus demo``: the main job, from a generated catalogue to the check of the result."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import orjson

from importbus.adapters.cli.exits import SOME_FAILED, exit_code_for
from importbus.adapters.cli.progress import watch
from importbus.adapters.cli.read_back import differences
from importbus.adapters.cli.rendering import account, out
from importbus.adapters.cli.session import log_to_console, stopped_by_signals
from importbus.adapters.config import Config, JournalConfig, PimConfig
from importbus.adapters.generator import write
from importbus.adapters.import_run import ImportOptions, run_import
from importbus.adapters.wiring import open_pim
from importbus.bus.errors import SinkUnavailable

SHOWN = 10
"""Differences that are printed."""


@click.command()
@click.option(
    "--products",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    metavar="N",
    help="Products, variants included.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same catalogue.")
@click.pass_context
def command(ctx: click.Context, products: int, seed: int) -> None:
    """Import a generated catalogue into a simulated PIM and check the result.

    Nothing is left behind. Exits with 0 when everything that was sent is stored.
    """
    log_to_console(ctx.obj["log_level"])
    with TemporaryDirectory(prefix="importbus-demo-") as folder, _pim() as pim:
        catalogue = Path(folder) / "catalog.jsonl"
        count = sum(write(str(catalogue), products=products, seed=seed).values())
        click.echo(f"Generated {count:,} commands; importing them into {pim.url}", err=True)
        config = Config(pim=pim, journal=JournalConfig(f"{folder}/journal.db"))
        with stopped_by_signals() as stop:
            options = ImportOptions(import_id="demo")
            report = run_import(config, [str(catalogue)], options, watch=watch, stop=stop.event)
        out().print(account(report))
        code = stop.code or exit_code_for(report) or _check(pim, catalogue)
    sys.exit(code)


def _check(config: PimConfig, catalogue: Path) -> int:
    """Read everything back and say whether it is what was sent."""
    with open_pim(config) as pim, catalogue.open("rb") as lines:
        found = differences(pim, map(orjson.loads, lines))
    for difference in found.texts[:SHOWN]:
        click.echo(f"differs: {difference}")
    verdict = "nothing differs" if not found.texts else f"{len(found.texts):,} values differ"
    click.echo(f"Read back {found.compared:,} values of {found.items:,} items: {verdict}.")
    return SOME_FAILED if found.texts else 0


@contextmanager
def _pim() -> Iterator[PimConfig]:
    """Run a simulated PIM in a process of its own."""
    server = [sys.executable, "-m", "importbus.adapters.simulated_pim", "--port", "0"]
    with subprocess.Popen(  # noqa: S603 - our own server
        server, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            ready = process.stdout.readline().split() if process.stdout else []
            if ready[:1] != ["READY"]:
                raise SinkUnavailable("The simulated PIM did not start.")
            yield PimConfig(ready[1], "importbus", "secret", "admin", "admin")
        finally:
            process.terminate()
