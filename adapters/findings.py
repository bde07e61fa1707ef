"""Findings of a whole source: any number of them, in the order of the lines, in little memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from attrs import frozen

from importbus.adapters.journal.reasons import reason_of
from importbus.bus.findings import Finding, Located
from importbus.bus.messages import Position
from importbus.bus.outcomes import ServerError

TABLE = """
CREATE TABLE findings (
    source TEXT, line INTEGER, rule TEXT, field TEXT, message TEXT, error INTEGER,
    command TEXT, key TEXT, reason TEXT, PRIMARY KEY (source, line, rule, field, message)
) WITHOUT ROWID
"""


@frozen
class Group:
    """Findings with one reason; a ``*`` stands for what differs from line to line."""

    reason: str
    count: int
    error: bool


class Findings:
    """Keeps findings, each once, in a file of its own that is gone when it is closed.

    To be used by one thread.
    """

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)  # a private file, made when needed
        self._file.execute(TABLE)
        self._file.execute("BEGIN")

    def add(self, found: Located) -> bool:
        """Keep *found*; return whether it is new."""
        finding = found.finding
        done = self._file.execute(
            "INSERT OR IGNORE INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                found.position.source,
                found.position.line,
                finding.rule,
                finding.field,
                finding.message,
                finding.error,
                found.command,
                found.key,
                _reason(finding),
            ),
        )
        return bool(done.rowcount)

    def __iter__(self) -> Iterator[Located]:
        """Yield all, by source and line."""
        rows = self._file.execute(
            "SELECT source, line, command, key, rule, field, message, error FROM findings"
            " ORDER BY source, line, error DESC, field, message"
        )
        for source, line, command, key, rule, field, message, error in rows:
            finding = Finding(rule, field, message, bool(error))
            yield Located(Position(source, line), command, key, finding)

    def count(self, *, error: bool) -> int:
        """Return how many errors there are, or how many warnings."""
        query = "SELECT count(*) FROM findings WHERE error = ?"
        (count,) = self._file.execute(query, (error,)).fetchone()
        return int(count)

    def groups(self, most: int) -> list[Group]:
        """Return the *most* frequent reasons, errors first."""
        rows = self._file.execute(
            "SELECT reason, count(*) AS n, error FROM findings GROUP BY reason, error"
            " ORDER BY error DESC, n DESC, reason LIMIT ?",
            (most,),
        )
        return [Group(reason, count, bool(error)) for reason, count, error in rows]

    def close(self) -> None:
        """Forget everything."""
        self._file.close()

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Forget everything."""
        self.close()


def _reason(finding: Finding) -> str:
    """Return what is alike in findings of one reason."""
    field = finding.field.partition(" ")[0]
    return reason_of([ServerError(f"{field}: {finding.message}" if field else finding.message)])
