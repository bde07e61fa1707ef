"""Threads that carry imports on: what they wait for must never wait for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread, current_thread, local

from loguru import logger

from importbus.bus.errors import BusError, TransportClosed

LANE_THREAD = "importbus-lane"
"""How the names of lane worker threads begin."""

RECORDER_THREAD = "importbus-recorder"
"""The name of the thread that opens gates, publishes parking rounds and decides the end."""


_this_thread = local()


def carries_imports() -> bool:
    """Whether the current thread is a lane worker or the recorder's.

    Sinks and most listeners run in these. One that waited for room in a lane, for the lock of an
    import or for its end would wait for itself.
    """
    carries: bool | None = getattr(_this_thread, "carries", None)
    if carries is None:  # looked up once a thread: it is asked for every command
        name = current_thread().name
        carries = _this_thread.carries = name.startswith((LANE_THREAD, RECORDER_THREAD))
    return carries


@contextmanager
def alongside(run: Callable[[Event], object], name: str) -> Iterator[None]:
    """Let *run* work in a thread while the context is entered; it returns when its event is set."""
    over = Event()
    thread = Thread(target=run, args=(over,), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def recording_unless_it_fails(fail: Callable[[BusError], object]) -> Iterator[None]:
    """End in silence when the transport is closed; tell any other error to *fail* and end.

    Nobody must wait for the thread of a recorder that is gone.
    """
    try:
        yield
    except TransportClosed:
        return
    except BusError as error:
        fail(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, someone waits
        logger.exception("The recorder stops after an unexpected error.")
        fail(BusError(f"The recorder stopped: {type(error).__name__}: {error}"))
