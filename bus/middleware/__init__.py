"""The middleware that comes with the bus; each module of it needs its one library."""

from __future__ import annotations

from importbus.bus.middleware.import_id import ImportIdTagging
from importbus.bus.middleware.logging import Logging
from importbus.bus.middleware.retry import Retry

__all__ = ["ImportIdTagging", "Logging", "Retry"]
