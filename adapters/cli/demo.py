"""``importbus demo``: the main job, from a generated catalogue to the check of the result."""

from __future__ import annotations

import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

import click

from importbus.adapters.cli.exits import DONE, SOME_FAILED, exit_code_for
from importbus.adapters.cli.logs import begin_logging
from importbus.adapters.cli.own_pim import own_pim
from importbus.adapters.cli.progress import watch
from importbus.adapters.cli.read_back import read_back, told
from importbus.adapters.cli.rendering import account, many
from importbus.adapters.cli.session import stopped_by_signals
from importbus.adapters.cli.streams import note, show
from importbus.adapters.config import Config, JournalConfig, PimConfig
from importbus.adapters.generator import Extras, write
from importbus.adapters.import_run import ImportOptions, run_import
from importbus.adapters.log_config import LogConfig
from importbus.adapters.runtime import Runtime
from importbus.adapters.sample import Sample
from importbus.adapters.stopping import Interrupted, StopRequest
from importbus.adapters.wiring import open_runtime

EXAMPLES = """\b
Examples:
  importbus demo
  importbus demo --products 100000 --seed 7
"""


@click.command(epilog=EXAMPLES)
@click.option(
    "--products",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    metavar="N",
    help="Products, variants included.",
)
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    metavar="S",
    help="Same seed, same catalogue.",
)
@click.pass_context
def command(ctx: click.Context, products: int, seed: int) -> None:
    """Import a generated catalogue into a simulated PIM and check the result.

    Nothing is left behind. Exits with 0 when everything that was sent is stored.
    """
    begin_logging(LogConfig.of_options(ctx.obj["overrides"]))
    with (
        _tidy_when_terminated(),
        TemporaryDirectory(prefix="importbus-demo-") as folder,
        own_pim() as url,
    ):
        pim = PimConfig(url, "importbus", "secret", "admin", "admin")
        code = _run(pim, Path(folder), products, seed)
    sys.exit(code)


def _run(pim: PimConfig, folder: Path, products: int, seed: int) -> int:
    """Generate, import, show the account and read back; return the exit code."""
    catalogue = folder / "catalog.jsonl"
    extras = Extras(enterprise=True, media=True)
    count = sum(write(str(catalogue), products=products, seed=seed, extras=extras).values())
    note(f"Generated {many(count, 'command')}; importing them into a simulated PIM, {pim.url}")
    config = Config(pim=pim, journal=JournalConfig(str(folder / "journal.db")))
    clean = partial(shutil.rmtree, folder, ignore_errors=True)
    with (
        stopped_by_signals(clean) as stop,
        open_runtime(config) as runtime,
        Sample(None, runtime.codec) as sample,
    ):
        options = ImportOptions(import_id="demo")
        try:
            report = run_import(
                runtime,
                [str(catalogue)],
                options,
                watch=watch,
                stop=stop.request,
                heard=sample.add,
            )
        except Interrupted:
            return stop.code
        show(account(report, kept=False))
        code = stop.code or exit_code_for(report) or _check(sample, runtime, stop.request)
        return stop.code or code


def _check(sample: Sample, runtime: Runtime, stop: StopRequest) -> int:
    """Read everything back and say whether it is what was sent."""
    if runtime.pim is None:
        return DONE
    with read_back(sample, "demo", runtime.journal, runtime.pim, stop) as found:
        show(*told(found))
        return SOME_FAILED if found.count or found.trouble else DONE


@contextmanager
def _tidy_when_terminated() -> Iterator[None]:
    """Let SIGTERM unwind like Ctrl-C does, so that nothing is left behind.

    Also where a shell has started it in the background, in which SIGINT is ignored at first.
    """
    wanted = {signal.SIGTERM: _exit, signal.SIGINT: signal.default_int_handler}
    before = {number: signal.signal(number, handler) for number, handler in wanted.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _exit(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)
