"""Followers: a command waits behind the parked commands that it must not overtake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from importbus.bus.batches import Batch
from importbus.bus.journal import Journal, ParkedToken
from importbus.bus.messages import LaneCommand, Upsertable


def leaders_of(batch: Batch[Any], journal: Journal) -> Mapping[int, list[int]]:
    """Return which parked commands each command of *batch* must not overtake, by number.

    A command waits behind an earlier one of its own key, and, unless both are upserts, behind one
    that touches what it touches. Empty without a query when nothing of the import is parked.
    """
    if not journal.parked(batch.import_id):
        return {}
    tokens = {e.number: _tokens(e.command) for e in batch.envelopes}
    held = journal.parked_tokens(batch.import_id, set().union(*tokens.values()))
    sent = tokens.keys()
    ahead = [token for token in held if token.number not in sent]
    found = {
        e.number: [t.number for t in ahead if _must_follow(e.command, e.number, tokens, t)]
        for e in batch.envelopes
    }
    return {number: leaders for number, leaders in found.items() if leaders}


def _tokens(command: LaneCommand) -> set[str]:
    follows = command.follows
    return {command.identity, *command.touches, *([follows] if follows else [])}


def _must_follow(
    command: LaneCommand, number: int, tokens: Mapping[int, set[str]], held: ParkedToken
) -> bool:
    if held.number > number or held.token not in tokens[number]:
        return False
    same_key = held.own and held.token == command.identity
    return same_key or not (held.upsert and isinstance(command, Upsertable))
