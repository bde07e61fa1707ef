"""A batch on its way to outcomes: folding, unfolding, sending again, parking behind.

Pure: whoever owns a ``BatchWork`` asks it for the next piece, sends that to the sink, and tells it
what came back, until no piece is left.

- Of each key only the first open item is in a piece, so a repeat never overtakes a newer command.
- A folded item that is refused is taken apart and sent again one command at a time, in order.
- A command behind a parked one of its key is parked, too, and not sent.
- A command whose file cannot be had fails and is not sent.
- An item without an answer is sent again; after ``attempts`` it is a suspect, which a parking round
  sends alone, and one that has had its turn alone is dead.

Most batches hold a key once, and every command is answered for good the first time. These are not
taken apart at all: the first piece is the whole batch, and its answers are its results.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from operator import attrgetter
from typing import Any

from attrs import define, evolve, field

from importbus.bus.batches import Batch, Envelope, FirstSends, Settled
from importbus.bus.messages import LaneCommand, Upsertable
from importbus.bus.outcomes import SUSPECT, Outcome, OutcomeKind, behind

ATTEMPTS = 5
"""Sends of one item without an answer before it is a suspect."""


@define
class _Line:
    """The commands of one key that have no outcome yet, in order."""

    envelopes: deque[Envelope[Any]]
    tries: int = 0
    unfolded: bool = False
    isolated: bool = False


@define(eq=False)
class Item:
    """What is sent as one: a command, folded from the first ``covers`` commands of its line."""

    line: _Line = field(repr=False)
    covers: int
    envelope: Envelope[Any]


@define(eq=False)
class _Whole(Sequence[Item]):
    """A batch as it came; its items are made when somebody asks for one of them."""

    size: int
    make: Callable[[], list[Item]]
    _made: list[Item] = field(factory=list, init=False)

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, place: Any) -> Any:
        self._made = self._made or self.make()
        return self._made[place]


class BatchWork:
    """The commands of *batch* and what is known of them so far.

    *leaders* maps the number of a command to the numbers of the parked commands that it must not
    overtake; such commands are not sent.
    """

    def __init__(
        self,
        batch: Batch[Any],
        *,
        leaders: Mapping[int, Sequence[int]] | None = None,
        attempts: int = ATTEMPTS,
    ) -> None:
        self.batch = batch
        self._attempts = attempts
        self._outcomes: dict[int, Settled] = {}
        self._sends: dict[int, int] = {}
        self._lines: dict[str, _Line] = {}
        self._at_once: FirstSends | None = None
        self._is_whole = (
            _are_distinct(batch) and not leaders and not any(map(_attachment, batch.envelopes))
        )
        if not self._is_whole:
            self._take_apart(leaders or {})

    @property
    def open(self) -> int:
        """How many commands have no outcome yet."""
        return len(self.batch) - len(self._outcomes) - len(self._at_once or ())

    def piece(self, size: int) -> Sequence[Item]:
        """Return the next items to send, at most *size*; empty when every command has its outcome.

        An isolated item comes alone.
        """
        if self._at_once is not None:
            return ()
        if self._is_whole and len(self.batch) <= size:
            return _Whole(len(self.batch), self._items)
        self._take_apart({})
        ready = [line for line in self._lines.values() if line.envelopes]
        if alone := next((line for line in ready if line.isolated), None):
            return [self._item(alone)]
        return [self._item(line) for line in ready[:size]]

    def batch_of(self, items: Sequence[Item]) -> Batch[Any]:
        """Return *items* as the batch that a sink gets."""
        if isinstance(items, _Whole):
            return self.batch
        return evolve(self.batch, envelopes=tuple(item.envelope for item in items))

    def learn(self, items: Sequence[Item], outcomes: Sequence[Outcome]) -> None:
        """Take the answers to *items*, in order; an item without one counts as unknown.

        What was not even sent uses up no attempt.
        """
        if self._is_whole and len(outcomes) == len(items) and all(map(_is_final, outcomes)):
            self._at_once = FirstSends(self.batch.envelopes, outcomes)
            return
        for item, outcome in zip(items, chain(outcomes, repeat(Outcome.unknown())), strict=False):
            if outcome.sent:
                self._count_send(item)
                self._learn_one(item, outcome)

    def lost(self, items: Sequence[Item]) -> None:
        """Remember that *items* were sent and may have been carried out, without any answer."""
        for item in items:
            self._count_send(item)

    def isolate(self, items: Sequence[Item]) -> None:
        """Have each of *items* sent alone from now on: one of them spoils the call for all."""
        for item in items:
            item.line.isolated = True

    def suspect(self, item: Item, reason: str) -> None:
        """Give *item* up after too many calls without an answer; see ``ATTEMPTS``."""
        self._give_up(item, Outcome.unknown(reason))

    def results(self) -> Sequence[Settled]:
        """Return what became of every command, in the order of the batch."""
        if self._at_once is not None:
            return self._at_once
        return tuple(self._outcomes[envelope.number] for envelope in self.batch.envelopes)

    def _take_apart(self, leaders: Mapping[int, Sequence[int]]) -> None:
        """Sort the commands by key, once."""
        self._is_whole = False
        if self._sends:
            return
        self._sends = {envelope.number: envelope.sends for envelope in self.batch.envelopes}
        for envelope in self._that_can_be_sent():
            line = self._lines.setdefault(envelope.command.identity, _Line(deque()))
            line.envelopes.append(envelope)
        for line in self._lines.values():
            self._park_behind_leaders(line, leaders)

    def _items(self) -> list[Item]:
        self._take_apart({})
        return [self._item(line) for line in self._lines.values()]

    def _that_can_be_sent(self) -> Iterator[Envelope[Any]]:
        """Yield the commands of the batch but those whose file cannot be had, which fail."""
        for envelope in self.batch.envelopes:
            if problem := _problem(envelope):
                self._settle(envelope, Outcome.failed(problem))
            else:
                yield envelope

    def _item(self, line: _Line) -> Item:
        command, covers, size = line.envelopes[0].command, 1, line.envelopes[0].size
        while not line.unfolded and covers < len(line.envelopes):
            newer = line.envelopes[covers]
            folded = _fold(command, newer.command)
            if folded is None:
                break
            command, covers, size = folded, covers + 1, size + newer.size
        last = line.envelopes[covers - 1]
        sends = max(self._sends[line.envelopes[n].number] for n in range(covers))
        if covers == 1 and sends == last.sends:
            return Item(line, covers, last)  # as it came, which is the rule
        return Item(line, covers, last.carrying(command, size=size, sends=sends))

    def _count_send(self, item: Item) -> None:
        for n in range(item.covers):
            self._sends[item.line.envelopes[n].number] += 1

    def _learn_one(self, item: Item, outcome: Outcome) -> None:
        if outcome.kind is OutcomeKind.UNKNOWN:
            self._again(item, outcome)
        elif item.covers > 1 and (outcome.kind.failure or not outcome.kind.final):
            item.line.unfolded = True
        else:
            self._close(item, outcome)

    def _again(self, item: Item, outcome: Outcome) -> None:
        item.line.tries += 1
        if item.line.tries >= self._attempts:
            self._give_up(item, outcome)

    def _give_up(self, item: Item, outcome: Outcome) -> None:
        item.line.tries, item.line.isolated = 0, False
        if item.covers > 1:
            item.line.unfolded = True
        elif self.batch.round and len(self.batch) == 1:
            self._close(item, evolve(outcome, kind=OutcomeKind.DEAD))
        else:
            self._close(item, evolve(outcome, kind=OutcomeKind.PARKED, wants=(SUSPECT,)))

    def _close(self, item: Item, outcome: Outcome) -> None:
        line = item.line
        line.tries, line.isolated = 0, False
        for _ in range(item.covers - 1):
            self._settle(line.envelopes.popleft(), Outcome.superseded())
        last = line.envelopes.popleft()
        self._settle(last, outcome)
        if not outcome.kind.final:
            self._park_rest(line, [last.number])

    def _park_behind_leaders(self, line: _Line, leaders: Mapping[int, Sequence[int]]) -> None:
        kept: deque[Envelope[Any]] = deque()
        while line.envelopes and not leaders.get(line.envelopes[0].number):
            kept.append(line.envelopes.popleft())
        if line.envelopes:
            self._park_rest(line, leaders[line.envelopes[0].number])
        line.envelopes = kept

    def _park_rest(self, line: _Line, leaders: Sequence[int]) -> None:
        wants = tuple(behind(number) for number in leaders)
        for envelope in line.envelopes:
            self._settle(envelope, Outcome.parked(wants=wants))
        line.envelopes.clear()

    def _settle(self, envelope: Envelope[Any], outcome: Outcome) -> None:
        self._outcomes[envelope.number] = Settled(envelope, outcome, self._sends[envelope.number])


def _are_distinct(batch: Batch[Any]) -> bool:
    """Whether no two commands of *batch*, which are of one class, have the same key."""
    identities = map(_identity, batch.envelopes)
    if batch.command_type.identity is LaneCommand.identity:  # it differs where the key does
        identities = map(str.casefold, map(_key, batch.envelopes))
    return len(set(identities)) == len(batch)


_key, _identity = attrgetter("command.key"), attrgetter("command.identity")
_is_final = attrgetter("kind.final")
_attachment = attrgetter("attachment")


def _problem(envelope: Envelope[Any]) -> str | None:
    return envelope.attachment.problem if envelope.attachment else None


def _fold(older: LaneCommand, newer: LaneCommand) -> LaneCommand | None:
    if isinstance(older, Upsertable) and type(newer) is type(older):
        return older.fold(newer)
    return None
