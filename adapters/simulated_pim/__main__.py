"""`python -m importbus.adapters.simulated_pim`: run a simulated PIM."""

from __future__ import annotations

import argparse
import sys

from importbus.adapters.simulated_pim import serve
from importbus.adapters.simulated_pim.service.faults import BadPlan


def main() -> int:
    """Read the command line and serve until stopped; returns the exit code."""
    parser = argparse.ArgumentParser(prog="simulated_pim", description="Run a simulated PIM.")
    parser.add_argument("--port", type=int, default=0, help="0 finds a free one")
    parser.add_argument("--latency-ms", type=float, default=0)
    parser.add_argument("--faults", metavar="FILE", help="a fault plan in JSON")
    parser.add_argument("--empty", action="store_true", help="without channel and categories")
    parser.add_argument("--env", metavar="FILE", help="write the settings for a shell to source")
    said = parser.parse_args()
    try:
        return serve(said.port, said.latency_ms, said.faults, said.empty, said.env)
    except (BadPlan, OSError) as error:
        sys.stderr.write(f"simulated_pim: {error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
