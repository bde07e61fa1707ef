"""Followers: a command waits behind the parked commands that it must not overtake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from importbus.bus.batches import Batch, Envelope
from importbus.bus.journal import ParkedToken, WorkerJournal
from importbus.bus.messages import LaneCommand, Upsertable


def leaders_of(batch: Batch[Any], journal: WorkerJournal) -> Mapping[int, list[int]]:
    """Return which parked commands each command of *batch* must not overtake, by number.

    A command waits behind an earlier one of its own key, and, unless both are upserts, behind one
    that touches what it touches or belongs to its tree. Empty without a query when nothing of the
    import is parked.
    """
    if not journal.parked(batch.import_id):
        return {}
    tokens = {e.number: {e.command.identity, *touched_by(e)} for e in batch.envelopes}
    held = journal.parked_tokens(batch.import_id, set().union(*tokens.values()))
    sent = tokens.keys()
    ahead = [token for token in held if token.number not in sent]
    found = {
        e.number: [t.number for t in ahead if _must_follow(e.command, e.number, tokens, t)]
        for e in batch.envelopes
    }
    return {number: leaders for number, leaders in found.items() if leaders}


def touched_by(envelope: Envelope[Any]) -> set[str]:
    """Return what a command must keep its order with besides its own key, its tree included."""
    command = envelope.command
    tree = [f"tree:{envelope.tree}"] if envelope.tree else []
    return {*command.touches, *([command.follows] if command.follows else []), *tree}


def _must_follow(
    command: LaneCommand, number: int, tokens: Mapping[int, set[str]], held: ParkedToken
) -> bool:
    if held.number > number or held.token not in tokens[number]:
        return False
    same_key = held.own and held.token == command.identity
    return same_key or not (held.upsert and isinstance(command, Upsertable))
