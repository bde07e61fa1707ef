"""From a batch to requests: items grouped by path, lines of NDJSON within the API's limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from attrs import frozen

from importbus.bus.batches import Envelope
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo.resources import body_of, path_of

NDJSON = "application/vnd.akeneo.collection+json"

MAX_LINES = 100
"""Most lines in a call; more are answered 413. Source: akeneo/pim-api-docs, responses.md."""

MAX_LINE_BYTES = 1_000_000
"""Most bytes in a line. Source: akeneo/pim-community-dev, StreamResourceResponse."""


@frozen
class Line:
    """One item of a call: its envelope and its bytes."""

    envelope: Envelope[Any]
    body: bytes

    @property
    def command(self) -> LaneCommand:
        """The command."""
        command: LaneCommand = self.envelope.command
        return command


def line_of(envelope: Envelope[Any]) -> Line:
    """Return *envelope* as a line of NDJSON."""
    return Line(envelope, orjson.dumps(body_of(envelope.command)))


def calls_of(envelopes: Sequence[Envelope[Any]]) -> Iterator[tuple[str, list[Line]]]:
    """Yield each path with at most 100 lines, in the order of the first of each path."""
    groups: dict[str, list[Line]] = {}
    for envelope in envelopes:
        groups.setdefault(path_of(envelope.command), []).append(line_of(envelope))
    for path, lines in groups.items():
        for start in range(0, len(lines), MAX_LINES):
            yield path, lines[start : start + MAX_LINES]
