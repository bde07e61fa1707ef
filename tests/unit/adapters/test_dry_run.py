"""A dry run: what an import would send, and which lines it would reject for which reason."""

from __future__ import annotations

import io
import json

import pytest

from importbus.adapters import dry_run
from importbus.adapters.codec import JsonCodec
from importbus.adapters.dry_run import DryRun, try_out
from importbus.adapters.progress import ProgressBoard
from importbus.adapters.reading import Reading
from importbus.adapters.sources import JsonlSource
from importbus.adapters.stopping import StopRequest
from importbus.adapters.wiring import open_codec
from importbus.bus.batching import LINE_BYTES
from importbus.bus.messages import Position

CODEC = open_codec()


def product(**data: object) -> bytes:
    """Return a line for a product."""
    command = {"command": "CreateOrUpdateProduct", "data": {"identifier": "p"} | data}
    return json.dumps(command).encode()


def tried(*lines: bytes, codec: JsonCodec = CODEC, **choice: bool) -> DryRun:
    """Return what an import of *lines* would do."""
    source = JsonlSource("-", codec, stdin=io.BytesIO(b"\n".join(lines)))
    reading = Reading([source], codec, **choice)  # type: ignore[arg-type]
    return try_out(reading, codec, ProgressBoard(), StopRequest())


def test_commands_are_counted_by_class() -> None:
    """As many as an import would send."""
    family = b'{"command": "CreateOrUpdateFamily", "data": {"code": "f"}}'
    found = tried(product(), family, product())

    assert found.commands == {"CreateOrUpdateProduct": 2, "CreateOrUpdateFamily": 1}
    assert (found.rejected, found.complete) == ({}, True)


def test_rejected_lines_are_grouped_by_reason() -> None:
    """What follows each other is one range; a message that differs shows where."""
    found = tried(b"{", product(famly=1), product(famly=2), product(), product(famly=3), b"[,")
    groups = [(lines.message, lines.count, lines.ranges) for lines in found.rejected.values()]

    assert groups == [
        (groups[0][0], 1, [("-", 1, 1)]),
        ("famly: is unknown. Did you mean family?", 3, [("-", 2, 3), ("-", 5, 5)]),
        (groups[2][0], 1, [("-", 6, 6)]),
    ]


def test_alike_messages_are_one_reason() -> None:
    """A star stands for what differs."""
    found = tried(*(f'{{"command": "Spaceship{n}", "data": {{}}}}'.encode() for n in range(3)))
    (lines,) = found.rejected.values()

    assert (lines.count, lines.message[:22]) == (3, "command: * is unknown.")


def test_strictly_it_ends_at_the_first_bad_line() -> None:
    """As an import would; it says that there may be more."""
    found = tried(product(), b"{", product(), strict=True)

    assert (sum(found.commands.values()), found.complete) == (1, False)


def test_data_that_is_too_large_to_send_is_found() -> None:
    """A number that is written short can be long; the line is within its limit."""
    numbers = b",".join([b"1e15"] * 100_000)
    line = (
        b'{"command": "CreateOrUpdateProduct", "data": {"identifier": "p", "values": {"x": '
        b'[{"locale": null, "scope": null, "data": [' + numbers + b"]}]}}}"
    )
    (lines,) = tried(line).rejected.values()

    assert len(line) < LINE_BYTES
    assert lines.message.endswith("bytes; at most 1,000,000 can be sent.")


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """I7: of a source that is bad throughout, only so many reasons and places are kept."""
    monkeypatch.setattr(dry_run, "MOST_REASONS", 2)
    monkeypatch.setattr(dry_run, "MOST_RANGES", 3)
    found = DryRun()
    for line in range(0, 20, 2):
        found.reject(Position("a", line), "one")
    for reason in ("two", "three", "four"):
        found.reject(Position("a", 99), reason)

    one, two, other = found.rejected.values()
    assert (one.count, len(one.ranges), one.unlisted) == (10, 3, 7)
    assert (two.message, other.message, other.count) == ("two", dry_run.OTHER_REASONS, 2)


def test_a_signal_ends_it() -> None:
    """What was counted so far is not the whole."""
    stop = StopRequest()
    stop.request()
    source = JsonlSource("-", CODEC, stdin=io.BytesIO(product()))
    found = try_out(Reading([source], CODEC), CODEC, ProgressBoard(), stop)

    assert (found.commands, found.complete) == ({}, False)


def test_the_board_shows_how_far_it_is() -> None:
    """What was read and checked is done; what was rejected is counted."""
    board = ProgressBoard()
    source = JsonlSource("-", CODEC, stdin=io.BytesIO(product() + b"\n{"))
    try_out(Reading([source], CODEC), CODEC, board, StopRequest())
    seen = board.snapshot()

    assert (seen.read, seen.done, seen.rejected, seen.reading) == (
        {"CreateOrUpdateProduct": 1},
        {"CreateOrUpdateProduct": 1},
        1,
        False,
    )
