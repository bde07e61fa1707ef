"""Facts of a run, set once per import and read where they are needed."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from importbus.bus.messages import Position


@frozen
class ImportContext:
    """What is true for every command of one import by one producer.

    Attributes:
        import_id: The name of the import.
        producer: The name of this producer within the import; part of each batch id.
        label: What people call the import.
        trace: A W3C ``traceparent``, if the caller has one.
    """

    import_id: str
    producer: str = "1"
    label: str | None = None
    trace: str | None = None


current_import: ContextVar[ImportContext | None] = ContextVar("importbus_import", default=None)
"""The import that lane commands dispatched here belong to; None: the standing import."""

current_position: ContextVar[Position | None] = ContextVar("importbus_position", default=None)
"""Where the command being dispatched was read; None: dispatched by application code."""

current_attempt: ContextVar[int] = ContextVar("importbus_attempt", default=1)
"""How often a sink has been asked for what it is asked for now, this time included."""
