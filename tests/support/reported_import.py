"""An import in a journal, with failures of several reasons and classes, for reports on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from pathlib import Path

from importbus.adapters.journal import SqliteJournal
from importbus.bus.batches import Batch, Envelope, Settled, Settlement
from importbus.bus.journal import ImportRecord, Moment
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.outcomes import Outcome, ServerError
from importbus.handlers.akeneo import CreateOrUpdateFamily, CreateOrUpdateProduct
from journal_desk import open_journal

OPENED = 1_795_827_600.0
"""2026-11-28 01:00:00 UTC."""

HOSTILE = '"></script><script>document.title="owned"</script><img src=x onerror=alert(1)>\u202e\x07'
"""What breaks out of attributes, scripts and elements, and turns round what follows."""

NO_FAMILY = ServerError('The family does not exist, "mugz" given.', "family")
TOO_LONG = ServerError("Is too long.", "values", "name", "en_US", "ecommerce")


def product(key: str, name: str = "") -> CreateOrUpdateProduct:
    """Return a product command, with a *name* if there is one."""
    if not name:
        return CreateOrUpdateProduct(identifier=key)
    values = {"name": [{"data": name, "locale": None, "scope": None}]}
    return CreateOrUpdateProduct(identifier=key, values=values)


def reported(
    folder: Path, results: Iterable[tuple[LaneCommand, Outcome]], *, label: str = "Spring"
) -> SqliteJournal:
    """Return the journal of an import ``spring`` that has ended with *results*.

    A batch holds up to 100 commands of one class that follow each other, and takes a second of the
    lanes 0 and 1 in turn; structure goes to its own lane. Line 1 of ``b.jsonl`` is rejected.
    """
    journal = open_journal(folder)
    journal.open_import(ImportRecord("spring", label, ("a.jsonl", "b.jsonl"), 2, OPENED))
    seq = first = 0
    for seq, run in enumerate(_runs(results), start=1):
        _settle(journal, seq, first, run)
        first += len(run)
    journal.moment("spring", Moment(OPENED + 1.5, "retry", "no answer", 1))
    journal.moment("spring", Moment(OPENED + seq, "round", "round 1: 1 batches"))
    at = Position("b.jsonl", 1)
    journal.reject("spring", at, command="CreateOrUpdateProduct", reason="No.", raw=b"{}")
    journal.finish("spring", at=OPENED + seq + 1)
    return journal


Results = Sequence[tuple[LaneCommand, Outcome]]


def _runs(results: Iterable[tuple[LaneCommand, Outcome]]) -> Iterator[Results]:
    """Yield the commands of each batch."""
    for _, run in groupby(results, key=lambda one: type(one[0])):
        while batch := list(islice(run, 100)):
            yield batch


def _settle(journal: SqliteJournal, seq: int, first: int, run: Results) -> None:
    envelopes = tuple(
        Envelope[LaneCommand](command, Position("a.jsonl", number), number, 40)
        for number, (command, _) in enumerate(run, start=first + 1)
    )
    kind = type(run[0][0])
    lane = None if kind is CreateOrUpdateFamily else seq % 2
    batch = Batch("spring", "1", seq, lane, kind, envelopes)
    journal.note(batch, accepted=first + len(run))
    settled = tuple(
        Settled(envelope, outcome) for envelope, (_, outcome) in zip(envelopes, run, strict=True)
    )
    journal.settle(Settlement(batch, settled, 1, 1000.0, OPENED + seq))


def usual(failures: int = 6) -> list[tuple[LaneCommand, Outcome]]:
    """Return a family and a product that came through, and *failures* of two reasons."""
    family, mug = CreateOrUpdateFamily(code="mugs"), product("mug")
    bad = [
        (product(f"bad-{n}"), Outcome.failed(TOO_LONG if n % 3 == 0 else NO_FAMILY, status=422))
        for n in range(1, failures)
    ]
    cups = (CreateOrUpdateFamily(code="cups"), Outcome.failed(NO_FAMILY, status=422))
    return [(family, Outcome.created(201)), (mug, Outcome.updated(204)), cups, *bad]
