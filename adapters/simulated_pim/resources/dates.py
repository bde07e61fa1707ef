"""Points in time as the API shows them."""

from __future__ import annotations

from datetime import UTC, datetime


def shown_time(seconds: float) -> str:
    """Return *seconds* since 1970 as an ISO 8601 time in UTC, without fractions."""
    return datetime.fromtimestamp(int(seconds), UTC).isoformat()
