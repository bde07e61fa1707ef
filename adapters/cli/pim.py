"""``importbus pim``: a simulated PIM to try things with."""

from __future__ import annotations

import sys
from errno import EADDRINUSE
from pathlib import Path

import click

from importbus.adapters.simulated_pim import BadPlan, serve
from importbus.bus.errors import ConfigurationError

EXAMPLES = """\b
Examples:
  importbus pim --port 8080 --env pim.env
  . ./pim.env                       # in another shell, for import and doctor
  importbus pim --latency-ms 200 --faults outage.json
"""


@click.command(epilog=EXAMPLES)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default=True,
    metavar="P",
    help="Port of the loopback interface; 0 finds a free one.",
)
@click.option(
    "--latency-ms",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="N",
    help="Least milliseconds from the end of a request to its answer.",
)
@click.option(
    "--faults", type=click.Path(path_type=Path), metavar="FILE", help="A fault plan in JSON."
)
@click.option("--empty", is_flag=True, help="Begin without channel and categories.")
@click.option(
    "--env",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the IMPORTBUS_PIM_* settings for a shell to source.",
)
def command(
    port: int, latency_ms: float, faults: Path | None, empty: bool, env: Path | None
) -> None:
    """Run a simulated PIM on this machine until it is stopped.

    It prints READY and its address. Client id importbus, secret secret, user admin, password admin.
    It keeps everything in memory: what was imported is gone when it ends.
    """
    try:
        sys.exit(serve(port, latency_ms, faults, empty, env))
    except BadPlan as error:
        reason = str(error).removeprefix(f"{faults}: ")
        raise ConfigurationError(f"{faults}: {reason}.") from error
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ConfigurationError(_why(error, port, faults, env)) from error


def _why(error: OSError, port: int, faults: Path | None, env: Path | None) -> str:
    """Return why the PIM does not start, and what to change."""
    name = str(error.filename)
    if error.errno == EADDRINUSE:
        return f"Port {port} is in use: choose another --port, or 0 for a free one."
    if faults and name == str(faults):
        return f"{faults}: cannot be read: {error.strerror}."
    if env and name.startswith(str(env)):  # it is written under another name first
        return f"{env}: cannot be written: {error.strerror}."
    return f"The simulated PIM cannot start: {error.strerror}."
