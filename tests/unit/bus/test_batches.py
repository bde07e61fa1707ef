"""What became of a batch, made when somebody asks."""

from __future__ import annotations

from importbus.bus.batches import Envelope, FirstSends, Settled
from importbus.bus.messages import Position
from importbus.bus.outcomes import Outcome
from toy_commands import Put

ENVELOPES = tuple(Envelope(Put(str(n)), Position("a", n), n, 10, sends=n) for n in range(3))
OUTCOMES = (Outcome.created(), Outcome.updated(), Outcome.created())


def test_first_sends_are_a_sequence_of_what_became_of_each_command() -> None:
    """Each has been sent once more than before."""
    made = FirstSends(ENVELOPES, OUTCOMES)
    expected = [Settled(e, o, e.sends + 1) for e, o in zip(ENVELOPES, OUTCOMES, strict=True)]

    assert (len(made), list(made), made[-1]) == (3, expected, expected[2])
    assert list(made[1:]) == expected[1:]
