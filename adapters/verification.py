"""After an import: is what the PIM stores what was sent?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from attrs import define

from importbus.adapters.findings import Findings
from importbus.adapters.progress import ProgressBoard
from importbus.adapters.sample import Sample
from importbus.adapters.stopping import Interrupted, StopRequest
from importbus.bus.errors import HandlingFailed
from importbus.bus.findings import Difference, Located, Told, Verifier
from importbus.bus.messages import Position

CHUNK = 400
"""Items that are read together: four pages of a list at a time."""

READ_BACK = "items"
"""What the progress calls them."""


@define
class Verification:
    """What reading back has shown.

    Attributes:
        differences: What differs, each at the command that said it.
        items: How many items were read back.
        compared: How many properties and values of them were compared.
        trouble: Why it ended early; empty when it did not.
    """

    differences: Findings
    items: int = 0
    compared: int = 0
    trouble: str = ""

    @property
    def count(self) -> int:
        """How many differences there are."""
        return self.differences.count(error=False)


def verify(
    sample: Sample,
    failed: Iterable[Position],
    verifier: Verifier,
    differences: Findings,
    board: ProgressBoard,
    stop: StopRequest,
) -> Verification:
    """Read back what *sample* holds and compare it; *board* shows how far it is.

    What *failed* is not compared, nor what it says expected of others. When the PIM cannot be read
    any more, or *stop* is set, it ends and says so; it raises nothing.
    """
    found = Verification(differences)
    sample.settle(failed)
    board.accepted(READ_BACK, sample.count())
    try:
        for chunk in _chunks(sample):
            result = stop.interruptible(partial(verifier.compare, chunk))
            found.items += result.items
            found.compared += result.compared
            for each in result.differences:
                differences.add(_located(each))
            board.settled(READ_BACK, {"read": len(chunk)}, requests=0)
    except HandlingFailed as error:
        found.trouble = str(error)
    except Interrupted:
        found.trouble = "A signal ended it."
    board.reading = False
    return found


def _located(difference: Difference) -> Located:
    told = difference.told
    return Located(told.position, told.name, told.command.key, difference.finding)


def _chunks(sample: Sample) -> Iterator[list[list[Told]]]:
    chunk: list[list[Told]] = []
    for commands in sample:
        chunk.append(commands)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
