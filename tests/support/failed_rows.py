"""Imports with failures in a journal, and a plain description of what a selection means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from attrs import evolve

from importbus.adapters.journal import SqliteJournal
from importbus.adapters.journal.selecting import Selection
from importbus.bus.batches import Batch, Envelope, Settled, Settlement
from importbus.bus.journal import ImportRecord
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.outcomes import Outcome, OutcomeKind
from importbus.bus.report import Failure
from importbus.handlers.akeneo import CreateOrUpdateProduct

Refused = tuple[Position, LaneCommand, Outcome]
"""Where a command was read, the command, and how it ended."""


def refused(line: int, key: str, reason: str = "no", *, source: str = "a.jsonl") -> Refused:
    """Return a product that failed for *reason*."""
    command = CreateOrUpdateProduct(identifier=key, family="mugs")
    return Position(source, line), command, Outcome.failed(reason, status=422)


def written(line: int, key: str) -> Refused:
    """Return a product that was written."""
    position, command, _ = refused(line, key)
    return position, command, Outcome.updated(204)


def run(journal: SqliteJournal, import_id: str, *rows: Refused, at: float = 101.0) -> None:
    """Let an import begin, end its commands as *rows* say, a batch for each class, and finish."""
    for settlement in begun(journal, import_id, *rows, at=at):
        journal.settle(settlement)
    journal.finish(import_id, at=at)


def begun(
    journal: SqliteJournal, import_id: str, *rows: Refused, at: float = 101.0
) -> list[Settlement]:
    """Let an import begin and note its commands; return what settles them as *rows* say."""
    journal.open_import(ImportRecord(import_id, None, ("a.jsonl",), 4, at - 1))
    kinds = dict.fromkeys(type(command) for _, command, _ in rows)
    settlements = []
    for seq, kind in enumerate(kinds, 1):
        mine = [(number, row) for number, row in enumerate(rows, 1) if type(row[1]) is kind]
        envelopes = tuple(_envelope(number, row) for number, row in mine)
        batch = Batch(import_id, "1", seq, 0, kind, envelopes)
        journal.note(batch, accepted=len(rows))
        results = tuple(
            Settled(envelope, row[2]) for envelope, (_, row) in zip(envelopes, mine, strict=True)
        )
        settlements.append(Settlement(batch, results, 1, 1.0, at))
    return settlements


def send_again(
    journal: SqliteJournal,
    selection: Selection,
    import_id: str,
    *,
    still: Iterable[str] = (),
    reason: str = "still no",
    at: float = 201.0,
) -> tuple[int, int]:
    """Let a retry send what is selected; commands of the keys *still* fail once more."""
    journal.failed.begin_retry(selection, import_id)
    rows = [
        _again(row.number, row.data, set(still), reason) for row in retryable(journal, import_id)
    ]
    run(journal, import_id, *rows, at=at)
    return journal.failed.end_retry(import_id, at=at)


def retryable(journal: SqliteJournal, import_id: str) -> Iterator[Failure]:
    """Yield what a retry is to send, as failures."""
    for one in journal.failed.retryable(import_id):
        yield next(journal.failed.each(Selection(number=one.number, state="all")))


def keys(journal: SqliteJournal, selection: Selection) -> list[str | None]:
    """Return the keys of what is selected, None for rejected lines."""
    return [failure.key for failure in journal.failed.each(selection)]


def is_meant(selection: Selection, failure: Failure) -> bool:
    """Whether a failure of an import that is no retry fulfils all conditions."""
    state, place = failure.closed or "open", failure.position
    wanted = {
        selection.import_id: failure.import_id,
        selection.command: failure.command,
        selection.source: place.source,
        selection.number: failure.number,
        None if selection.state == "all" else selection.state: state,
    }
    first, last = selection.lines or (place.line, place.line)
    at = failure.at or 0.0
    return (
        all(given is None or given == found for given, found in wanted.items())
        and first <= place.line <= last
        and (selection.since is None or at >= selection.since)
        and (selection.until is None or at < selection.until)
        and (selection.key is None or _fits(selection.key, failure.key))
        and (selection.error is None or _says(failure, f"*{selection.error}*"))
    )


def _says(failure: Failure, pattern: str) -> bool:
    return any(_fits(pattern, error.message) for error in failure.errors)


def _fits(pattern: str, text: str | None) -> bool:
    parts = map(re.escape, pattern.split("*"))
    flags = re.DOTALL | re.IGNORECASE | re.ASCII
    return text is not None and re.fullmatch(".*".join(parts), text, flags) is not None


def _again(number: int | None, data: object, still: set[str], reason: str) -> Refused:
    assert number is not None
    assert isinstance(data, dict)
    key = data["identifier"]
    position, command, outcome = (refused if key in still else written)(number, key)
    if outcome.kind is OutcomeKind.FAILED:
        outcome = Outcome.failed(reason, status=409)
    return evolve(position, source="failed"), command, outcome


def _envelope(number: int, row: Refused) -> Envelope[LaneCommand]:
    return Envelope(row[1], row[0], number, 40)
