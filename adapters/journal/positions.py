"""Sets of positions: as text in a batch's row, as bits when an import is resumed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from operator import attrgetter

import orjson

from importbus.bus.messages import Position

MOST_LINE = 2_000_000_000
"""Lines beyond are not remembered as settled; they are sent again when resuming."""


def encode_positions(positions: Collection[Position]) -> str:
    """Return *positions* as JSON: a list of ``[first, last]`` or line numbers for each source."""
    sources = dict.fromkeys(map(_source, positions))
    if len(sources) == 1:  # as in nearly every batch
        ranges = {source: _ranges(sorted(map(_line, positions))) for source in sources}
    else:
        ranges = {
            source: _ranges(sorted(p.line for p in positions if p.source == source))
            for source in sources
        }
    return orjson.dumps(ranges).decode()


_source, _line = attrgetter("source"), attrgetter("line")


def decode_positions(text: str) -> list[Position]:
    """Return what ``encode_positions`` wrote, as single positions."""
    return [
        Position(source, line)
        for source, ranges in orjson.loads(text).items()
        for one in ranges
        for line in (range(one[0], one[1] + 1) if isinstance(one, list) else (one,))
    ]


def describe_positions(text: str) -> str:
    """Return what ``encode_positions`` wrote as people read it: ``a.jsonl:1-100,120``."""
    return " ".join(
        f"{source}:{','.join(_shown(one) for one in ranges)}"
        for source, ranges in orjson.loads(text).items()
    )


def _shown(lines: int | list[int]) -> str:
    return f"{lines[0]}-{lines[1]}" if isinstance(lines, list) else str(lines)


def _ranges(lines: list[int]) -> list[int | list[int]]:
    """Return the ranges of *lines*, of which there is at least one, in their order."""
    found: list[int | list[int]] = []
    first = last = lines[0]
    for line in lines:
        if line > last + 1:
            found.append(first if first == last else [first, last])
            first = line
        last = line
    found.append(first if first == last else [first, last])
    return found


class PositionSet:
    """Positions as one bit a line: 125 kB for a million lines (I7)."""

    def __init__(self) -> None:
        self._bits: dict[str, bytearray] = defaultdict(bytearray)

    def add(self, source: str, line: int) -> None:
        """Put a position in."""
        if not 0 <= line < MOST_LINE:
            return
        bits, place = self._bits[source], line >> 3
        if place >= len(bits):
            bits.extend(bytes(max(place + 1 - len(bits), len(bits))))
        bits[place] |= 1 << (line & 7)

    def add_encoded(self, text: str) -> None:
        """Put in what ``encode_positions`` wrote."""
        for source, ranges in orjson.loads(text).items():
            for one in ranges:
                first, last = one if isinstance(one, list) else (one, one)
                for line in range(first, last + 1):
                    self.add(source, line)

    def __contains__(self, position: object) -> bool:
        """Whether *position* is in."""
        if not isinstance(position, Position):
            return False
        bits, place = self._bits.get(position.source, b""), position.line >> 3
        return place < len(bits) and bool(bits[place] & (1 << (position.line & 7)))
