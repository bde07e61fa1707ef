"""Outcomes, questions and moments as JSON, and back; nothing here knows how they travel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import orjson
from attrs import field, frozen
from cattrs import BaseValidationError
from cattrs.preconf.orjson import make_converter

from importbus.adapters.protocol import (
    MOST_WHOLE,
    STRUCTURE,
    VERSION,
    batch_in,
    content_of,
    encode_batch,
    message_in,
)
from importbus.bus.batches import Batch, Settled, Settlement
from importbus.bus.errors import InvalidCommand, UndecodableMessage
from importbus.bus.journal import Moment, ParkedToken
from importbus.bus.outcomes import Outcome, OutcomeKind, ServerError
from importbus.bus.ports import Codec

T = TypeVar("T")

OUTCOMES, STATE, MOMENT, FINISH = "outcomes", "state", "moment", "finish"
"""The kinds of messages between producers, consumers and the recorder."""

UNKNOWN = "unknown"
"""The state of an import that the recorder's journal does not have."""

_converter = make_converter(forbid_extra_keys=True)

_sparse = make_converter(omit_if_default=True)
"""Results are many and nearly always the same; they say only what is to be said."""


@frozen
class Question:
    """What a consumer asks before it carries out a batch.

    Attributes:
        batch_id: The batch that it has; None when it asks about the import alone.
        tokens: Identities of which it wants to know whether parked commands hold them.
    """

    import_id: str
    batch_id: str | None = None
    tokens: tuple[str, ...] = ()


@frozen(kw_only=True)
class Answer:
    """What the recorder says of an import.

    Attributes:
        state: As in ``importbus.bus.report.Report``; ``UNKNOWN`` of an import that was asked about
            without a batch and is not there.
        wanted: Whether the batch is to be carried out; true when none was asked about.
        gate_open: Whether batches that are to go after the structure may go.
        structure_settled_at: When the structure lane settled something last, of whichever import;
            seconds of the wall clock, 0 for never.
        quiet: Seconds that a call may still run whose worker is gone; None when nobody knows.
        parked: Commands that are parked.
        held: Which of the tokens parked commands hold.
    """

    import_id: str
    state: str
    wanted: bool = True
    gate_open: bool = False
    structure_settled_at: float = 0.0
    quiet: float | None = None
    parked: int = 0
    held: tuple[ParkedToken, ...] = ()


@frozen
class Noted:
    """An entry of the timeline of an import, as it travels."""

    import_id: str
    at: float
    moment: str
    detail: str
    lane: int | str | None = None

    def entry(self) -> Moment:
        """Return it as the journal keeps it."""
        lane = self.lane if isinstance(self.lane, int) else None
        return Moment(self.at, self.moment, self.detail, lane)


def noted(import_id: str, moment: Moment) -> Noted:
    """Return *moment* as it travels."""
    lane = STRUCTURE if moment.lane is None else moment.lane
    return Noted(import_id, moment.at, moment.kind, moment.detail, lane)


def encode(kind: str, said: Question | Answer | Noted) -> bytes:
    """Return the message of *kind* that says it."""
    body: dict[str, Any] = _converter.unstructure(said)
    return orjson.dumps({"v": VERSION, "kind": kind, **body})


def decode(message: Mapping[str, Any], said: type[T]) -> T:
    """Return what *message* says; raises ``UndecodableMessage``."""
    body = {name: value for name, value in message.items() if name not in ("v", "kind")}
    try:
        return _converter.structure(body, said)
    except (BaseValidationError, TypeError, ValueError) as error:
        raise UndecodableMessage(f"it is no {said.__name__}") from error


def encode_finish(import_id: str, producer: str, lane: int | None, lanes: int, last: int) -> bytes:
    """Return the word to a lane that *producer* sends no more into it; *last* is its last batch."""
    body = {
        "v": VERSION,
        "kind": FINISH,
        "import_id": import_id,
        "producer": producer,
        "lane": STRUCTURE if lane is None else lane,
        "lanes": lanes,
        "last_seq": last,
    }
    return orjson.dumps(body)


@frozen
class _Result:
    """The outcome of one command, as it travels."""

    outcome: OutcomeKind
    status: int | None = None
    errors: tuple[ServerError, ...] = ()
    wants: tuple[str, ...] = ()
    sends: int | None = None
    written: OutcomeKind | None = None
    remainder: dict[str, Any] | None = None
    request_id: str | None = None


@frozen
class _Outcomes:
    batch: dict[str, Any]
    results: tuple[_Result, ...]
    requests: int
    milliseconds: float
    at: float = field(kw_only=True)


def encode_settlement(
    settlement: Settlement, codec: Codec, *, lanes: int
) -> tuple[bytes, bytes | None]:
    """Return the message of *settlement*, and the bytes of a file that has to go along.

    They have to when the command is parked, since it is sent again with them.
    """
    batch = settlement.batch
    results = (_result(settled, codec) for settled in settlement.results)
    body = {
        "v": VERSION,
        "kind": OUTCOMES,
        "batch": orjson.Fragment(encode_batch(batch, codec, lanes=lanes)),
        "results": [_sparse.unstructure(result) for result in results],
        "requests": settlement.requests,
        "milliseconds": settlement.milliseconds,
        "at": settlement.at,
    }
    parked = any(not settled.outcome.kind.final for settled in settlement.results)
    return orjson.dumps(body), content_of(batch) if parked else None


def decode_settlement(
    message: Mapping[str, Any], codec: Codec, content: bytes | None = None
) -> Settlement:
    """Return the settlement that *message* says, with the *content* of a file that came along.

    Raises:
        UndecodableMessage: It is none; the message says why.
    """
    said = decode(message, _Outcomes)
    version = said.batch.get("v")
    if version != VERSION:
        raise UndecodableMessage(f"the version of its batch is {version!r}, not {VERSION}")
    batch = batch_in(said.batch, codec, content)
    if len(batch) != len(said.results):
        raise UndecodableMessage(f"{len(said.results)} results are there for {len(batch)} commands")
    if any(number > MOST_WHOLE or number < 0 for number in _numbers(said)):
        raise UndecodableMessage(f"a number of it is below 0 or above {MOST_WHOLE}")
    results = _settled(batch, said.results, codec)
    return Settlement(batch, results, said.requests, said.milliseconds, said.at)


def _numbers(said: _Outcomes) -> Iterator[float]:
    yield from (said.requests, said.milliseconds, said.at)
    for result in said.results:
        yield from (result.status or 0, result.sends or 0)


def _result(settled: Settled, codec: Codec) -> _Result:
    outcome = settled.outcome
    rest = outcome.remainder
    remainder = rest and {
        "command": codec.name_of(type(rest)),
        "data": orjson.loads(codec.encode(rest)),
    }
    sends = None if settled.sends == 1 + settled.envelope.sends else settled.sends
    return _Result(
        outcome.kind, outcome.status, outcome.errors, outcome.wants, sends, outcome.written,
        remainder or None, outcome.request_id,
    )  # fmt: skip


def _settled(batch: Batch[Any], results: Sequence[_Result], codec: Codec) -> tuple[Settled, ...]:
    try:
        return tuple(
            Settled(
                envelope,
                _outcome(result, codec),
                1 + envelope.sends if result.sends is None else result.sends,
            )
            for envelope, result in zip(batch.envelopes, results, strict=True)
        )
    except (InvalidCommand, KeyError, TypeError) as error:
        raise UndecodableMessage(f"a remainder is no command: {error}") from error


def _outcome(said: _Result, codec: Codec) -> Outcome:
    if said.outcome is OutcomeKind.UNKNOWN:
        raise UndecodableMessage("an outcome is unknown, which is none")
    rest = said.remainder
    remainder = codec.decode(rest["command"], rest["data"]) if rest is not None else None
    return Outcome(
        said.outcome, said.status, said.errors, said.wants, remainder, said.written,
        request_id=said.request_id,
    )  # fmt: skip


def message_of(body: bytes) -> tuple[str, dict[str, Any]]:
    """Return the kind of the message in *body*, and all it says; raises ``UndecodableMessage``."""
    message = message_in(body)
    return str(message.get("kind")), message
