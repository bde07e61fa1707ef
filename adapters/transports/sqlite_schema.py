"""The tables of a queue file."""

from __future__ import annotations

from importbus.adapters.sqlite_file import Kind
from importbus.bus.errors import TransportUnavailable

TABLES = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT, lane TEXT NOT NULL, batch_id TEXT NOT NULL UNIQUE,
    deliveries INTEGER NOT NULL DEFAULT 0, body BLOB NOT NULL, content BLOB
);
CREATE INDEX IF NOT EXISTS batches_by_lane ON batches (lane, id);
CREATE TABLE IF NOT EXISTS leases (
    name TEXT PRIMARY KEY, holder TEXT NOT NULL, epoch INTEGER NOT NULL, until REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS consumers (
    holder TEXT PRIMARY KEY, at REAL NOT NULL, status BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dead (
    id INTEGER PRIMARY KEY AUTOINCREMENT, lane TEXT NOT NULL, batch_id TEXT NOT NULL,
    reason TEXT NOT NULL, body BLOB NOT NULL, content BLOB
);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, body BLOB NOT NULL
);
"""

DELIVERED = """
CREATE TRIGGER IF NOT EXISTS delivered AFTER UPDATE OF deliveries ON batches
WHEN new.deliveries > old.deliveries BEGIN
    DELETE FROM batches WHERE lane = new.lane AND id < new.id;
END;
"""
"""Lanes are first in, first out: what is delivered next has nothing before it any more."""

FROM_VERSION_2 = """
ALTER TABLE batches ADD COLUMN content BLOB;
ALTER TABLE dead ADD COLUMN content BLOB;
"""

QUEUE = Kind(
    "queue",
    "transport.url",
    TransportUnavailable,
    0x696D7071,
    4,
    TABLES + DELIVERED,
    migrations={1: "", 2: FROM_VERSION_2, 3: ""},
)
"""What makes a file a queue (``impq``)."""
