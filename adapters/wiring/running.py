"""A bus by its configuration: in one process, or on a queue that others share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from importbus.adapters.batch_run import Patience
from importbus.adapters.config import Config
from importbus.adapters.recording import Timeouts
from importbus.adapters.runtime import Runtime
from importbus.adapters.wiring.process import open_process
from importbus.bus import CommandBus


@contextmanager
def open_bus(config: Config, *, consume: bool = True) -> Iterator[CommandBus]:
    """Open a bus whose lane commands go to the transport of *config* and on to their sinks.

    Without ``config.pim`` only the application's own batch handlers can be used. Leaving it
    finishes the standing import, waits for its outcomes, and releases everything.

    With a queue, the bus also works on its lanes and records, as soon as an import is opened here,
    beside any ``importbus consume``; unless *consume* is false, then it publishes only.
    """
    with open_runtime(config, consume=consume) as runtime:
        yield runtime.bus


@contextmanager
def open_runtime(
    config: Config,
    *,
    patience: Patience = Patience(),
    timeouts: Timeouts = Timeouts(),
    consume: bool = True,
) -> Iterator[Runtime]:
    """Open everything that ``open_bus`` opens, and give access to the parts."""
    if not config.transport.is_shared:
        opened = open_process(config, patience=patience, timeouts=timeouts)
    else:
        from importbus.adapters.wiring.fleet import open_fleet

        opened = open_fleet(config, patience=patience, timeouts=timeouts, consume=consume)
    with opened as runtime:
        yield runtime
