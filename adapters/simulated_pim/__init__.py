"""A simulated Akeneo PIM."""

from __future__ import annotations

from importbus.adapters.simulated_pim.server import (
    SimulatedPim,
    environment,
    serve,
    write_environment,
)
from importbus.adapters.simulated_pim.service.faults import BadPlan
from importbus.adapters.simulated_pim.service.tokens import Account

__all__ = ["Account", "BadPlan", "SimulatedPim", "environment", "serve", "write_environment"]
