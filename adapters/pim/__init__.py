"""The client of the PIM's REST API."""

from importbus.adapters.pim.client import PROBE_PATH, PimClient
from importbus.adapters.pim.secrets import Credentials

__all__ = ["PROBE_PATH", "Credentials", "PimClient"]
