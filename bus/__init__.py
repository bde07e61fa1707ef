"""The command bus: commands, events, middleware, imports. This is the one door to it.

Everything in ``__all__`` is public; the modules behind it may move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from importbus.bus.chain import Middleware, Next, only
from importbus.bus.command_bus import CommandBus
from importbus.bus.context import ImportContext, current_import, current_position
from importbus.bus.discovery import handles
from importbus.bus.errors import (
    AlreadySettled,
    BusClosed,
    BusError,
    ConfigurationError,
    DuplicateHandler,
    HandlerNotFound,
    HandlingFailed,
    ImportExists,
    ImportFailed,
    InvalidCommand,
    JournalError,
    JournalMismatch,
    LaneHeld,
    LaneLost,
    Recoverable,
    SinkPaused,
    SinkRefused,
    SinkUnavailable,
    TransportClosed,
    TransportError,
    TransportUnavailable,
    UndecodableMessage,
    UnknownImport,
    Unrecoverable,
    WiringError,
)
from importbus.bus.importing import ImportRun, checked_import_id, new_import_id
from importbus.bus.later import later
from importbus.bus.messages import (
    BatchSettled,
    Command,
    Event,
    FinishImport,
    ImportFinished,
    ImportProgress,
    ImportStalled,
    ImportStarted,
    LaneCommand,
    PhaseSettled,
    PimPaused,
    Position,
    Receipt,
    Upsertable,
)

if TYPE_CHECKING:
    from importbus.bus.attachments import Attachment
    from importbus.bus.batches import STRUCTURE_LANE, Batch, Envelope, Settled, Settlement
    from importbus.bus.outcomes import Outcome, OutcomeKind, ServerError, Written
    from importbus.bus.ports import (
        Clock,
        Codec,
        Delivery,
        EventConsumer,
        Imports,
        LaneConsumer,
        Probe,
        Rejection,
        Sink,
        Source,
        Transport,
    )
    from importbus.bus.report import CommandFailed, Failure, FailureGroup, Report

__all__ = [
    "STRUCTURE_LANE",
    "AlreadySettled",
    "Attachment",
    "Batch",
    "BatchSettled",
    "BusClosed",
    "BusError",
    "Clock",
    "Codec",
    "Command",
    "CommandBus",
    "CommandFailed",
    "ConfigurationError",
    "Delivery",
    "DuplicateHandler",
    "Envelope",
    "Event",
    "EventConsumer",
    "Failure",
    "FailureGroup",
    "FinishImport",
    "HandlerNotFound",
    "HandlingFailed",
    "ImportContext",
    "ImportExists",
    "ImportFailed",
    "ImportFinished",
    "ImportProgress",
    "ImportRun",
    "ImportStalled",
    "ImportStarted",
    "Imports",
    "InvalidCommand",
    "JournalError",
    "JournalMismatch",
    "LaneCommand",
    "LaneConsumer",
    "LaneHeld",
    "LaneLost",
    "Middleware",
    "Next",
    "Outcome",
    "OutcomeKind",
    "PhaseSettled",
    "PimPaused",
    "Position",
    "Probe",
    "Receipt",
    "Recoverable",
    "Rejection",
    "Report",
    "ServerError",
    "Settled",
    "Settlement",
    "Sink",
    "SinkPaused",
    "SinkRefused",
    "SinkUnavailable",
    "Source",
    "Transport",
    "TransportClosed",
    "TransportError",
    "TransportUnavailable",
    "UndecodableMessage",
    "UnknownImport",
    "Unrecoverable",
    "Upsertable",
    "WiringError",
    "Written",
    "checked_import_id",
    "current_import",
    "current_position",
    "handles",
    "new_import_id",
    "only",
]

# Only an import needs these: loading them at once would nearly double what loading the bus costs
# on top of attrs, see benchmarks/startup.py. Hidden from type checkers, which would otherwise
# believe in any name.
if not TYPE_CHECKING:
    __getattr__, __dir__ = later(
        globals(),
        {
            "STRUCTURE_LANE": "importbus.bus.batches",
            "Attachment": "importbus.bus.attachments",
            "Batch": "importbus.bus.batches",
            "Clock": "importbus.bus.ports",
            "Codec": "importbus.bus.ports",
            "CommandFailed": "importbus.bus.report",
            "Delivery": "importbus.bus.ports",
            "Envelope": "importbus.bus.batches",
            "EventConsumer": "importbus.bus.ports",
            "Failure": "importbus.bus.report",
            "FailureGroup": "importbus.bus.report",
            "Imports": "importbus.bus.ports",
            "LaneConsumer": "importbus.bus.ports",
            "Outcome": "importbus.bus.outcomes",
            "OutcomeKind": "importbus.bus.outcomes",
            "Probe": "importbus.bus.ports",
            "Rejection": "importbus.bus.ports",
            "Report": "importbus.bus.report",
            "ServerError": "importbus.bus.outcomes",
            "Settled": "importbus.bus.batches",
            "Settlement": "importbus.bus.batches",
            "Sink": "importbus.bus.ports",
            "Source": "importbus.bus.ports",
            "Transport": "importbus.bus.ports",
            "Written": "importbus.bus.outcomes",
        },
    )
