"""Outcomes that somebody may have to look up keep what the PIM calls the request."""

from __future__ import annotations

import pytest
from attrs import evolve

from akeneo_batches import JSON, Reply, ScriptedPim, batch_of, refusal, stream
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo import (
    CreateOrUpdateProduct,
    CreateOrUpdateReferenceEntity,
    DeleteProduct,
)
from importbus.handlers.akeneo.sink import AkeneoSink

LINES = stream({"line": 1, "status_code": 204}, {"line": 2, "status_code": 422, "message": "no"})
MUG, CUP = (CreateOrUpdateProduct(identifier=code) for code in ("mug", "cup"))


def request_ids(commands: list[LaneCommand], *replies: Reply) -> list[str | None]:
    """Return the request ids of the outcomes when the calls are called r1, r2 and so on."""
    named = [evolve(reply, request_id=f"r{n}") for n, reply in enumerate(replies, 1)]
    outcomes = AkeneoSink(ScriptedPim(named)).write(batch_of(*commands))
    return [outcome.request_id for outcome in outcomes]


def test_a_refused_line_keeps_it_and_a_written_one_does_not() -> None:
    """What is written is counted and nothing else."""
    assert request_ids([MUG, CUP], LINES) == [None, "r1"]


def test_a_call_refused_as_a_whole_is_the_last_one_of_the_item() -> None:
    """Halved until the item is alone."""
    whole, alone = refusal(413), refusal(413)

    assert request_ids([MUG, CUP], whole, alone, alone) == ["r2", "r3"]


@pytest.mark.parametrize(
    "command", [CreateOrUpdateReferenceEntity(code="brand"), DeleteProduct(identifier="mug")]
)
def test_a_call_for_one_item_names_it(command: LaneCommand) -> None:
    """Items with a call of their own, and deletes."""
    assert request_ids([command], Reply(422, JSON, b'{"message":"no"}')) == ["r1"]


def test_an_answer_without_one_leaves_none() -> None:
    """Not every server names its requests."""
    outcomes = AkeneoSink(ScriptedPim([LINES])).write(batch_of(MUG, CUP))

    assert [outcome.request_id for outcome in outcomes] == [None, None]
