"""Codes of uploaded files in the journal, for all processes that share it.

Implements what the Akeneo sink asks of who remembers codes. Source of the rule that a code can be
used again: akeneo/pim-api-docs, media files.
"""

from __future__ import annotations

from attrs import frozen

from importbus.adapters.sqlite_file import Database


@frozen
class SqliteMediaCodes:
    """The codes of files by import, kind, content and name; deleted with their import.

    Every method raises ``JournalError`` when the journal cannot be read or written.
    """

    database: Database

    def get(self, import_id: str, kind: str, sha256: str, name: str) -> str | None:
        """Return the code of a file that was uploaded in the import; None when none is known."""
        with self.database.looking() as connection:
            row = connection.execute(
                "SELECT code FROM media_codes"
                " WHERE import_id = ? AND kind = ? AND sha256 = ? AND name = ?",
                (import_id, kind, sha256, name),
            ).fetchone()
        return str(row[0]) if row else None

    def put(self, import_id: str, kind: str, sha256: str, name: str, code: str) -> None:
        """Remember *code*; a later one replaces it."""
        with self.database.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO media_codes VALUES (?, ?, ?, ?, ?)",
                (import_id, kind, sha256, name, code),
            )

    def forget(self, import_id: str, kind: str, sha256: str, name: str) -> None:
        """Forget the code of a file."""
        with self.database.transaction() as connection:
            connection.execute(
                "DELETE FROM media_codes"
                " WHERE import_id = ? AND kind = ? AND sha256 = ? AND name = ?",
                (import_id, kind, sha256, name),
            )
