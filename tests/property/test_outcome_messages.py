"""Laws of what consumers and the recorder tell each other: what was said arrives, or is refused."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from attrs import evolve, fields
from hypothesis import given
from hypothesis import strategies as st

from importbus.adapters.outcomes.messages import (
    STATE,
    Answer,
    Question,
    decode,
    decode_settlement,
    encode,
    encode_settlement,
    message_of,
)
from importbus.adapters.transports.contract import Put, batch, command_codec, with_file
from importbus.bus.batches import Batch, Settled, Settlement
from importbus.bus.errors import UndecodableMessage
from importbus.bus.journal import ParkedToken
from importbus.bus.outcomes import Outcome, OutcomeKind, ServerError

CODEC = command_codec()
TEXT = st.text(max_size=20)
COUNTS = st.integers(0, 2**40)
NONE_OR_TEXT = st.none() | TEXT
ERRORS = st.builds(ServerError, TEXT, NONE_OR_TEXT, NONE_OR_TEXT, NONE_OR_TEXT, NONE_OR_TEXT)
TOLD = [kind for kind in OutcomeKind if kind is not OutcomeKind.UNKNOWN]
OUTCOMES = st.builds(
    Outcome,
    st.sampled_from(TOLD),
    st.none() | st.integers(100, 599),
    st.lists(ERRORS, max_size=2).map(tuple),
    st.lists(TEXT, max_size=2).map(tuple),
    st.none() | TEXT.map(Put),
    st.none() | st.sampled_from(TOLD),
    request_id=NONE_OR_TEXT,
)
RESULTS = st.lists(st.tuples(OUTCOMES, st.integers(1, 9)), min_size=1, max_size=4)
HELD = st.builds(ParkedToken, TEXT, COUNTS, st.booleans(), st.booleans())
ANSWERS = st.builds(
    lambda import_id, state, quiet, parked, held: Answer(
        import_id=import_id, state=state, quiet=quiet, parked=parked, held=tuple(held)
    ),
    TEXT,
    TEXT,
    st.none() | st.floats(0, 1e6),
    COUNTS,
    st.lists(HELD, max_size=3),
)


def settlement_of(results: list[tuple[Outcome, int]]) -> Settlement:
    """Return the settlement of a batch of as many commands, with these outcomes and sends."""
    first = batch(1).envelopes[0]
    envelopes = tuple(evolve(first, number=n) for n in range(1, len(results) + 1))
    whole: Batch[Any] = evolve(batch(1), envelopes=envelopes)
    settled = (
        Settled(envelope, outcome, sends)
        for envelope, (outcome, sends) in zip(envelopes, results, strict=True)
    )
    return Settlement(whole, tuple(settled), 3, 12.5, 100.25)


def arrived(settlement: Settlement) -> Settlement:
    """Return what the recorder makes of *settlement*."""
    body, content = encode_settlement(settlement, CODEC, lanes=4)
    return decode_settlement(message_of(body)[1], CODEC, content)


@given(RESULTS)
def test_outcomes_arrive_as_they_left(results: list[tuple[Outcome, int]]) -> None:
    """Whatever became of the commands of a batch, and after how many sends."""
    sent = settlement_of(results)

    assert arrived(sent) == sent


@given(st.sampled_from(TOLD))
def test_the_bytes_of_a_file_go_along_with_a_parked_command(kind: OutcomeKind) -> None:
    """It is sent again with them; nobody needs those of the others any more."""
    whole = with_file(batch(1), b"bytes")
    results = (Settled(whole.envelopes[0], Outcome(kind)),)
    body, content = encode_settlement(Settlement(whole, results, 1, 1.0, 1.0), CODEC, lanes=4)
    found = decode_settlement(message_of(body)[1], CODEC, content).batch.envelopes[0].attachment

    assert found
    assert found.sha256 == whole.envelopes[0].attachment.sha256  # type: ignore[union-attr]
    assert found.content == (b"bytes" if kind is OutcomeKind.PARKED else None)


@given(ANSWERS)
def test_an_answer_arrives_as_it_left(answer: Answer) -> None:
    """All of it is said, so that a reader in another language needs no defaults."""
    kind, message = message_of(encode(STATE, answer))

    assert kind == STATE
    assert decode(message, Answer) == answer
    assert message.keys() - {"v", "kind"} == {field.name for field in fields(Answer)}


@given(TEXT, NONE_OR_TEXT, st.lists(TEXT, max_size=3).map(tuple))
def test_a_question_arrives_as_it_left(
    import_id: str, batch_id: str | None, tokens: tuple[str, ...]
) -> None:
    """With every token."""
    question = Question(import_id, batch_id, tokens)

    assert decode(message_of(encode(STATE, question))[1], Question) == question


def changed(name: str, value: object) -> dict[str, Any]:
    """Return a message of outcomes in which *name* is *value*."""
    body, _ = encode_settlement(settlement_of([(Outcome.created(201), 1)]), CODEC, lanes=4)
    return {**orjson.loads(body), name: value}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("results", []),
        ("results", [{"outcome": "lost"}]),
        ("results", [{"outcome": "unknown"}]),
        ("results", [{"outcome": "created", "colour": "red"}]),
        ("results", [{"outcome": "parked", "remainder": {"command": "Unknown", "data": {}}}]),
        ("results", [{"outcome": "parked", "remainder": {"data": {}}}]),
        ("batch", {}),
        ("batch", {"v": 2}),
        ("requests", "many"),
        ("requests", 2**63),
        ("requests", -1),
        ("results", [{"outcome": "created", "status": 2**63}]),
        ("at", None),
        ("more", 1),
    ],
)
def test_what_are_no_outcomes_is_refused(name: str, value: object) -> None:
    """Nobody guesses what became of a command."""
    with pytest.raises(UndecodableMessage):
        decode_settlement(changed(name, value), CODEC)
