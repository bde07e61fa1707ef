"""Times and ages as people type them."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import click

AGE = re.compile(r"([0-9]{1,6})([mhdw])")

SECONDS = {"m": 60.0, "h": 3_600.0, "d": 86_400.0, "w": 604_800.0}


def read_age(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """Return the seconds of an age such as ``90d``."""
    seconds = None if value is None else age_of(value)
    if value is not None and seconds is None:
        allowed = "30m, 12h, 90d or 8w"
        raise click.BadParameter(f"{value!r} is no age; allowed: {allowed}.", ctx, param)
    return seconds


def read_when(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """Return a time in seconds since 1970: one without a zone is UTC, an age is so long ago."""
    if value is None:
        return None
    if (seconds := age_of(value)) is not None:
        return time.time() - seconds
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except ValueError:
        allowed = "2026-11-28, 2026-11-28T14:30 (UTC), or an age such as 30m, 12h or 7d"
        said = f"{value!r} is no time; allowed: {allowed}."
        raise click.BadParameter(said, ctx, param) from None


def age_of(text: str) -> float | None:
    """Return the seconds of an age; None when *text* is none."""
    found = AGE.fullmatch(text)
    return int(found[1]) * SECONDS[found[2]] if found else None


def shown(at: float | None) -> str:
    """Return a time in UTC as people read it; empty when there is none."""
    if at is None:
        return ""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
