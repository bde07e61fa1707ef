"""``importbus pim``: a simulated PIM to try things with."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from importbus.adapters.simulated_pim import BadPlan, serve
from importbus.bus.errors import ConfigurationError


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 finds a free one.")
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
    """
    try:
        sys.exit(serve(port, latency_ms, faults, empty, env))
    except BadPlan as error:
        raise ConfigurationError(f"{faults}: {error}") from error
    except OSError as error:
        raise ConfigurationError(f"The simulated PIM cannot start: {error}.") from error
