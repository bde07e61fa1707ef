"""Failed commands of a journal as a source: what a retry sends again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import orjson
from attrs import define

from importbus.adapters.codec import JsonCodec
from importbus.adapters.journal.failed import Retryable, SqliteFailures
from importbus.bus.errors import InvalidCommand
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.ports import Rejection

NAME = "failed"
"""The name of the source; its lines are the numbers of failures: ``importbus failed show 17``."""

RAW_BYTES = 2_000
"""Bytes that are kept of what is no command any more."""


@define
class FailedSource:
    """What the retry *import_id* sends again; implements ``importbus.bus.ports.Source``.

    A position is the number of a failure. It has the folder of the source in which the command was
    read, since that is where its files are looked for.
    """

    failed: SqliteFailures
    codec: JsonCodec
    import_id: str
    name: str = NAME
    rereadable: bool = True

    def read(
        self, want: Callable[[str], bool], *, rejections: bool = True
    ) -> Iterator[tuple[Position, LaneCommand | Rejection]]:
        """Yield each wanted command in the order in which they failed."""
        known = frozenset(self.codec.names)
        for one in self.failed.retryable(self.import_id):
            wanted = one.command in known and want(one.command)
            if wanted or (rejections and one.command not in known):
                place = os.path.join(os.path.dirname(one.source), NAME)
                yield Position(place, one.number), self._command(one)

    def _command(self, one: Retryable) -> LaneCommand | Rejection:
        data = orjson.loads(one.data)
        if data is None:  # of a message that nobody understood
            return Rejection("its data is not known: take it from its source", one.command, b"")
        try:
            return self.codec.decode(one.command, data)
        except InvalidCommand as error:
            return Rejection(str(error), one.command, one.data[:RAW_BYTES])
