"""Laws of the schemas of what consumers and the recorder tell each other: all that is sent fits."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from importbus.adapters.outcomes.messages import (
    MOMENT,
    STATE,
    Answer,
    Question,
    encode,
    encode_finish,
    encode_settlement,
    noted,
)
from importbus.adapters.wiring.parts import open_codec
from importbus.bus.batches import Batch, Envelope, Settled, Settlement
from importbus.bus.journal import Moment, ParkedToken
from importbus.bus.messages import Position
from importbus.bus.outcomes import Outcome, OutcomeKind, ServerError
from importbus.handlers.akeneo import CreateOrUpdateProduct as Product
from schema_validation import payload_validator

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SOME_TEXT = st.none() | TEXT
COUNTS = st.integers(0, 2**40)
TIMES = st.floats(0, 2e9)
LANES = st.none() | st.integers(0, 7)
TOLD = st.sampled_from([kind for kind in OutcomeKind if kind is not OutcomeKind.UNKNOWN])

ERRORS = st.builds(ServerError, TEXT, SOME_TEXT, SOME_TEXT, SOME_TEXT, SOME_TEXT)
OUTCOMES = st.builds(
    Outcome,
    TOLD,
    st.none() | st.integers(100, 599),
    st.lists(ERRORS, max_size=2).map(tuple),
    st.lists(TEXT, max_size=2).map(tuple),
    st.none() | TEXT.map(lambda identifier: Product(identifier=identifier, enabled=False)),
    st.none() | TOLD,
)
HELD = st.builds(ParkedToken, TEXT, COUNTS, st.booleans(), st.booleans())


def faults(name: str, body: bytes) -> list[str]:
    """Return what the schema of the message called *name* finds wrong in *body*."""
    found = payload_validator(name).iter_errors(orjson.loads(body))
    return [f"{error.json_path}: {error.message}" for error in found]


@given(st.lists(st.tuples(OUTCOMES, st.integers(0, 9)), min_size=1, max_size=4), TIMES)
def test_outcomes_fit(results: list[tuple[Outcome, int]], at: float) -> None:
    """Whatever became of the commands."""
    settled = tuple(
        Settled(Envelope(Product(identifier="mug"), Position("test", n), n, 20), outcome, sends)
        for n, (outcome, sends) in enumerate(results, 1)
    )
    whole: Batch[Any] = Batch("night", "1", 1, 0, Product, tuple(one.envelope for one in settled))
    body, _ = encode_settlement(Settlement(whole, settled, 1, 2.5, at), open_codec(), lanes=8)

    assert faults("outcomes", body) == []


@given(st.none() | COUNTS, st.lists(TEXT, max_size=3))
def test_questions_fit(seq: int | None, tokens: list[str]) -> None:
    """About a batch, or about an import alone."""
    batch_id = None if seq is None else f"night/1/{seq}"

    assert faults("question", encode(STATE, Question("night", batch_id, tuple(tokens)))) == []


@given(st.booleans(), TIMES, st.none() | TIMES, COUNTS, st.lists(HELD, max_size=3))
def test_answers_fit(
    said: bool, at: float, quiet: float | None, parked: int, held: list[ParkedToken]
) -> None:
    """Whatever the journal knows."""
    found = Answer(
        import_id="night",
        state="running",
        wanted=said,
        gate_open=not said,
        structure_settled_at=at,
        quiet=quiet,
        parked=parked,
        held=tuple(held),
    )

    assert faults("answer", encode(STATE, found)) == []


@given(TIMES, TEXT, TEXT, LANES)
def test_moments_fit(at: float, kind: str, detail: str, lane: int | None) -> None:
    """In the structure lane, too."""
    told = noted("night", Moment(at, kind, detail, lane))

    assert faults("moment", encode(MOMENT, told)) == []


@given(LANES, COUNTS)
def test_finishes_fit(lane: int | None, last: int) -> None:
    """Into every lane; a producer may have sent nothing."""
    assert faults("finish", encode_finish("night", "1", lane, 8, last)) == []
