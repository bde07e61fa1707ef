"""Opening an import in the journal, by one producer or by several."""

from __future__ import annotations

from importbus.adapters.open_import import Way
from importbus.bus.context import ImportContext
from importbus.bus.errors import ImportExists
from importbus.bus.journal import ImportRecord

NUMBERS_EACH = 1 << 40
"""Numbers of commands that a producer has for itself, so that no two give out the same."""


def open_or_join(
    way: Way, context: ImportContext, sources: tuple[str, ...], producers: int, now: float
) -> None:
    """Open an import with its first of *producers*, or add one more to it.

    Raises:
        ImportExists: It was opened for another number of producers, or this one has joined before.
    """
    import_id, shared = context.import_id, way.shared is not None
    record = ImportRecord(
        import_id, context.label, sources, way.transport.lanes, now, shared, producers
    )
    try:
        way.journal.open_import(record)
    except ImportExists:
        known = way.journal.record(import_id)
        if producers == 1 or (known.shared, known.producers) != (shared, producers):
            raise
    if way.shared:
        way.shared.join(import_id, context.producer)


def first_number(producer: str) -> int:
    """Return the number before the first command of *producer* (``1``, ``2``, ...)."""
    return (int(producer.partition(".")[0]) - 1) * NUMBERS_EACH
