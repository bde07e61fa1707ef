"""The client of the PIM's REST API."""

from importbus.adapters.pim.client import PROBE_PATH, PimClient

__all__ = ["PROBE_PATH", "PimClient"]
