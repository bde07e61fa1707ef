"""Every error that the library raises, as one tree.

```text
BusError
├── WiringError                 fix the program
│   ├── HandlerNotFound
│   ├── DuplicateHandler
│   └── BusClosed
├── ConfigurationError          fix the configuration or the command line
│   ├── ImportExists
│   └── UnknownImport
├── InvalidCommand              fix the input; the rest goes on
├── HandlingFailed
│   ├── Recoverable             again later, perhaps after .retry_after seconds
│   │   ├── SinkUnavailable     no usable answer for the whole call
│   │   └── SinkPaused          the sink asked everyone to wait
│   └── Unrecoverable           set the command aside, tell someone
│       └── SinkRefused         the sink refuses this caller: the import must stop
├── ImportFailed                an import could not go on; its journal is kept
├── JournalError                the journal cannot be read or written: stop before acknowledging
│   └── JournalMismatch         what arrives belongs to another journal
└── TransportError
    ├── TransportClosed         misuse: used after close()
    ├── AlreadySettled          misuse: a second ack or reject
    ├── LaneLost                another worker holds the lane now
    ├── TransportUnavailable    not confirmed; trying again is safe
    │   └── LaneHeld            another worker holds the lane; wait for it
    └── UndecodableMessage      what arrived is no message that we know
```
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class BusError(Exception):
    """Any error of this library."""


class WiringError(BusError):
    """The program is put together wrongly; no retry helps."""


class HandlerNotFound(WiringError):
    """No handler is registered for a command; ``nearest`` are the registered types like it."""

    def __init__(self, command_type: type, nearest: Sequence[str] = (), hint: str = "") -> None:
        self.command_type = command_type
        self.nearest = tuple(nearest)
        likely = f" Registered and alike: {', '.join(self.nearest)}." if self.nearest else ""
        advice = hint or "Register one with bus.register or @bus.handler."
        super().__init__(f"No handler for {command_type.__name__}.{likely} {advice}")


class DuplicateHandler(WiringError):
    """A command type was given a second handler."""

    def __init__(self, command_type: type, first: str, second: str) -> None:
        self.command_type = command_type
        super().__init__(
            f"{command_type.__name__} is handled by {first} already; {second} cannot handle it too."
        )


class BusClosed(WiringError):
    """The bus was used after ``close()``."""

    def __init__(self) -> None:
        super().__init__("The bus is closed; open a new one.")


class ConfigurationError(BusError):
    """The configuration or the command line is wrong; the message says what is allowed."""


class ImportExists(ConfigurationError):
    """An import of that id is in the journal already."""

    def __init__(self, import_id: str) -> None:
        self.import_id = import_id
        super().__init__(
            f"Import {import_id!r} exists already. Continue it with --resume {import_id}, "
            f"begin anew with --restart, or choose another --import-id."
        )


class UnknownImport(ConfigurationError):
    """The journal holds no import of that id."""

    def __init__(self, import_id: str, journal: str) -> None:
        self.import_id = import_id
        super().__init__(f"The journal {journal} holds no import {import_id!r}.")


class InvalidCommand(BusError):
    """Data that is no valid command; ``field`` is where, None for the whole."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        self.field = field
        self.reason = message
        super().__init__(f"{field}: {message}" if field else message)


class HandlingFailed(BusError):
    """A handler or sink could not carry out what it was given."""


class Recoverable(HandlingFailed):
    """Trying again later may succeed; ``retry_after`` is the least wait in seconds, if known."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class SinkUnavailable(Recoverable):
    """The sink gave no usable answer for a whole call: out of reach, overloaded, or cut off.

    ``maybe_running`` is true when the call may still be in progress over there, so that whoever
    repeats it must wait first. ``status`` is the HTTP status, if there was an answer.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        maybe_running: bool = False,
    ) -> None:
        self.status = status
        self.maybe_running = maybe_running
        super().__init__(message, retry_after=retry_after)


class SinkPaused(Recoverable):
    """The sink asked everyone to wait (HTTP 429); the call did nothing."""


class Unrecoverable(HandlingFailed):
    """No retry helps."""


class SinkRefused(Unrecoverable):
    """The sink refuses this caller (credentials, rights, wrong address): the import must stop.

    Nothing sent is lost; after mending the cause the import can be resumed.
    """

    def __init__(self, message: str, *, status: int | None = None) -> None:
        self.status = status
        super().__init__(message)


class ImportFailed(BusError):
    """An import could not go on. Its journal is kept, and it can be resumed."""


class JournalError(BusError):
    """The journal cannot be read or written; nothing was acknowledged that it does not hold."""


class JournalMismatch(JournalError):
    """What arrives belongs to another journal than the one at hand: nothing of it was taken."""

    def __init__(self, what: str, place: str | None, here: str) -> None:
        where = f"the journal {place}" if place else "another journal"
        super().__init__(
            f"{what} belongs to {where}, and this is {here}: use that journal (journal.path or "
            "IMPORTBUS_JOURNAL, on that machine), or other queues."
        )


class TransportError(BusError):
    """The transport could not do what it was asked."""


class TransportClosed(TransportError):
    """The transport was used after ``close()``."""


class AlreadySettled(TransportError):
    """A delivery was acknowledged or rejected a second time."""


class LaneLost(TransportError):
    """The lease of a lane has ended and somebody else may hold it: settle nothing more of it."""


class TransportUnavailable(TransportError):
    """Not confirmed as stored. Publishing again is safe, but a batch may then arrive twice.

    ``temporary`` is false when trying again is of no use before somebody has mended the cause.
    """

    temporary: ClassVar[bool] = True


class LaneHeld(TransportUnavailable):
    """Another worker holds the lane; it may be taken when that one leaves it or dies."""


class UndecodableMessage(TransportError):
    """What arrived is no message of the protocol, or of a newer version; it is set aside."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"A message cannot be understood: {reason}.")
