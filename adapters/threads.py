"""Threads that carry imports on: what they wait for must never wait for them."""

from __future__ import annotations

from threading import current_thread

LANE_THREAD = "importbus-lane"
"""How the names of lane worker threads begin."""

RECORDER_THREAD = "importbus-recorder"
"""The name of the thread that opens gates, publishes parking rounds and decides the end."""


def carries_imports() -> bool:
    """Whether the current thread is a lane worker or the recorder's.

    Sinks and most listeners run in these. One that waited for room in a lane, for the lock of an
    import or for its end would wait for itself.
    """
    return current_thread().name.startswith((LANE_THREAD, RECORDER_THREAD))
