"""What a fleet needs of its queue, beside what every transport does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from importbus.adapters.fleet_recorder import Letter
from importbus.bus.ports import Transport


class FleetQueue(Transport, Protocol):
    """A queue that processes share; see ``transports/sqlite.py`` and ``rabbitmq/fleet.py``.

    Attributes:
        holder: The name of this process among those who hold lanes: host/process/transport.
    """

    holder: str

    def serve(self, path: str, identity: str) -> None:
        """Have all who use it use the same journal: the file at *path*, which has that name.

        Raises:
            BusError: The batches that are stored belong to another journal.
        """
        ...

    def dead_letters_after(self, number: int) -> Sequence[Letter]:
        """Return the messages that were put aside behind *number* (0: all), oldest first."""
        ...

    def holders(self) -> Mapping[str, str]:
        """Return who holds which lane now, and who is the recorder."""
        ...

    def tell_status(self, status: Mapping[str, object] | None) -> None:
        """Let others see what this consumer is doing; None when it leaves."""
        ...

    def consumers(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what each consumer told last, by its name."""
        ...
