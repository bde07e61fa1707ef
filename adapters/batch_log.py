"""What the log says of a settled batch, in one process and in a fleet alike."""

from __future__ import annotations

from loguru import logger

from importbus.adapters.consumer_board import lane_name
from importbus.bus.batches import Settled, Settlement
from importbus.bus.middleware.logging import is_recorded

INFO = 20
"""The number of loguru's level."""

_BATCH = "{command} {batch_id}, lane {lane}: {counts} in {milliseconds:.0f} ms"
_COMMAND = "{command} {key} of {position} {kind}: {status} {errors}"


def log_settled(settlement: Settlement, command: str) -> None:
    """Log that a batch of the class *command* is settled, and at DEBUG what failed in it and why.

    The facts stand in the record by name, too, for machines.
    """
    if not is_recorded(INFO):
        return
    batch, outcomes = settlement.batch, settlement.outcomes
    facts = logger.bind(
        import_id=batch.import_id, batch_id=batch.id, lane=lane_name(batch.lane), command=command
    )
    facts.bind(outcomes=outcomes).info(
        _BATCH,
        command=command,
        batch_id=batch.id,
        lane=lane_name(batch.lane),
        counts=", ".join(f"{count} {name}" for name, count in outcomes.items()),
        milliseconds=round(settlement.milliseconds, 1),
        requests=settlement.requests,
    )
    failed = outcomes.keys() & {"failed", "dead"}
    for settled in settlement.results if failed else ():
        if settled.outcome.kind.failure:
            facts.debug(_COMMAND, command=command, **_failure(settled))


def _failure(settled: Settled) -> dict[str, object]:
    outcome, envelope = settled.outcome, settled.envelope
    return {
        "key": envelope.command.key,
        "position": str(envelope.position),
        "kind": outcome.kind.value,
        "status": outcome.status,
        "errors": "; ".join(error.message for error in outcome.errors),
        "attempts": settled.sends,
    }
