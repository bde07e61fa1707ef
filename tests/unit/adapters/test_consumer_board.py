"""What a consumer shows of itself."""

from __future__ import annotations

from importbus.adapters.consumer_board import ConsumerBoard
from importbus.adapters.transports.memory import MemoryTransport
from importbus.bus.batches import Batch, Envelope, Settled, Settlement
from importbus.bus.messages import Position
from importbus.bus.outcomes import Outcome
from toy_commands import Put


def test_counts_follow_a_batch_from_receiving_to_settling() -> None:
    """Commands, but for redelivered, which counts batches; retried are sends beyond the first."""
    envelopes = tuple(Envelope(Put(f"p{n}"), Position("a", n), n, 9) for n in (1, 2, 3))
    batch = Batch("spring", "1", 1, 0, Put, envelopes)
    transport, board = MemoryTransport(1), ConsumerBoard()
    transport.publish(batch)
    lost = transport.lease(0)
    assert lost.receive(1)
    lost.close()
    delivery = transport.lease(0).receive(1)
    assert delivery
    board.received(delivery)
    board.working(0, busy=True)
    board.waiting(None, "gate")
    amid = board.snapshot()
    outcomes = (Outcome.created(), Outcome.failed("no"), Outcome.parked("waits"))
    results = tuple(
        Settled(e, o, n) for n, (e, o) in enumerate(zip(envelopes, outcomes, strict=True), 1)
    )
    board.settled(Settlement(batch, results, 2, 5.0, 1.0), {"created": 1, "failed": 1, "parked": 1})
    board.left(0)
    board.working(0, busy=False)
    board.gave_up(1)
    after = board.snapshot()

    assert (amid.received, amid.in_flight, amid.redelivered, amid.busy) == (3, 3, 1, frozenset({0}))
    assert amid.document()["waits"] == {"structure": "gate"}
    assert (after.in_flight, after.written, after.failed, after.parked) == (0, 1, 2, 1)
    assert (after.retried, after.requests) == (3, 2)
