"""The client of the PIM's REST API."""

from importbus.adapters.pim.client import PROBE_PATH, PimClient
from importbus.adapters.pim.hiding import HidingSink
from importbus.adapters.pim.secrets import Credentials, Secrets

__all__ = ["PROBE_PATH", "Credentials", "HidingSink", "PimClient", "Secrets"]
