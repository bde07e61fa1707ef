"""Journals: what is durable about imports."""

from importbus.adapters.journal.sqlite import SqliteJournal

__all__ = ["SqliteJournal"]
