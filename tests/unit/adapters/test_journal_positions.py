"""Sets of positions: what was put in is in, and nothing else."""

from __future__ import annotations

from importbus.adapters.journal.positions import PositionSet, encode_positions
from importbus.bus.messages import Position


def test_neighbours_are_written_as_ranges() -> None:
    """A source that is read in order takes a few bytes a batch."""
    lines = [Position("a", n) for n in (3, 1, 2, 9)] + [Position("b", 5)]

    assert encode_positions(lines) == '{"a":[[1,3],9],"b":[5]}'


def test_what_was_put_in_is_in() -> None:
    """And no neighbour of it, and no other source."""
    found = PositionSet()
    found.add_encoded('{"a":[[7,9],1000000]}')

    assert [n for n in range(1, 20) if Position("a", n) in found] == [7, 8, 9]
    assert Position("a", 1_000_000) in found
    assert Position("b", 8) not in found


def test_a_million_lines_take_little_memory() -> None:
    """I7: one bit a line."""
    found = PositionSet()
    found.add_encoded('{"a":[[1,1000000]]}')

    assert sum(len(bits) for bits in found._bits.values()) < 300_000


def test_a_line_that_no_file_has_is_not_remembered() -> None:
    """It would take all memory; its command is sent again when resuming."""
    found = PositionSet()
    found.add("a", 10**15)

    assert Position("a", 10**15) not in found
