"""After an import: what was read back is counted, and differences stand at their lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from attrs import define, field

from importbus.adapters import verification
from importbus.adapters.findings import Findings
from importbus.adapters.progress import ProgressBoard
from importbus.adapters.sample import Sample
from importbus.adapters.stopping import StopRequest
from importbus.adapters.verification import Verification, verify
from importbus.adapters.wiring import open_codec
from importbus.bus.errors import SinkUnavailable
from importbus.bus.findings import Difference, Finding, ReadBack, Told
from importbus.bus.messages import Position
from importbus.handlers.akeneo import CreateOrUpdateProduct


@define
class Reader:
    """A verifier to whom all that it is shown differs; the call number *fails* fails."""

    fails: int = 0
    stop: StopRequest | None = None
    calls: list[int] = field(factory=list)

    def compare(self, items: Sequence[Sequence[Told]]) -> ReadBack:
        self.calls.append(len(items))
        if len(self.calls) == self.fails:
            raise SinkUnavailable("The PIM is away.")
        if self.stop:
            self.stop.set()
        finding = Finding("differs", "x", "is odd.", error=False)
        different = [
            Difference(told, finding) for item in items for told in item if told.carried_out
        ]
        return ReadBack(len(items), 2 * len(items), different)


@pytest.fixture
def differences() -> Iterator[Findings]:
    """Where differences go."""
    with Findings() as found:
        yield found


def verified(
    differences: Findings,
    reader: Reader,
    *failed: int,
    board: ProgressBoard | None = None,
    stop: StopRequest | None = None,
) -> Verification:
    """Read back five products, of which those on the lines *failed* had failed."""
    codec = open_codec()
    with Sample(None, codec) as sample:
        for line in range(1, 6):
            sample.add(Position("a", line), CreateOrUpdateProduct(identifier=f"p{line}"))
        positions = [Position("a", line) for line in failed]
        board, stop = board or ProgressBoard(), stop or StopRequest()
        return verify(sample, positions, reader, differences, board, stop)


def test_differences_stand_at_the_lines_that_said_it(differences: Findings) -> None:
    """As warnings, with class and key."""
    found = verified(differences, Reader(), 1, 2, 3, 4)

    assert list(map(str, differences)) == ["a:5: warning: CreateOrUpdateProduct p5: x: is odd."]
    assert (found.items, found.compared, found.count, found.trouble) == (5, 10, 1, "")


def test_items_are_read_in_chunks(differences: Findings, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that memory is bounded; the board shows how far it is."""
    monkeypatch.setattr(verification, "CHUNK", 2)
    reader, board = Reader(), ProgressBoard()
    verified(differences, reader, board=board)

    assert reader.calls == [2, 2, 1]
    assert board.snapshot().read == board.snapshot().done == {"items": 5}


def test_a_pim_that_goes_away_ends_it(
    differences: Findings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was compared before counts, and why it ended is said."""
    monkeypatch.setattr(verification, "CHUNK", 2)
    found = verified(differences, Reader(fails=2))

    assert (found.items, found.count, found.trouble) == (2, 2, "The PIM is away.")


def test_a_signal_ends_it(differences: Findings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two chunks."""
    monkeypatch.setattr(verification, "CHUNK", 2)
    stop = StopRequest()
    found = verified(differences, Reader(stop=stop), stop=stop)

    assert (found.items, found.trouble) == (2, "A signal ended it.")
