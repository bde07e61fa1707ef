"""A journal as version 1 of its tables had it, with one import that was interrupted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

APPLICATION_ID = 0x696D7062

TABLES = """
CREATE TABLE IF NOT EXISTS imports (
    import_id TEXT PRIMARY KEY, label TEXT, sources TEXT NOT NULL, lanes INTEGER NOT NULL,
    state TEXT NOT NULL, opened REAL NOT NULL, ended REAL, read INTEGER NOT NULL DEFAULT 0,
    last_number INTEGER NOT NULL DEFAULT 0, requests INTEGER NOT NULL DEFAULT 0, event_id TEXT,
    parked INTEGER NOT NULL DEFAULT 0, parked_structure INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batches (
    import_id TEXT NOT NULL, producer TEXT NOT NULL, seq INTEGER NOT NULL, lane INTEGER,
    command TEXT NOT NULL, round INTEGER NOT NULL, reason TEXT NOT NULL, commands INTEGER NOT NULL,
    positions TEXT, confirmed INTEGER NOT NULL DEFAULT 0, settled REAL, milliseconds REAL,
    PRIMARY KEY (import_id, producer, seq)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS announcements (
    import_id TEXT NOT NULL, producer TEXT NOT NULL, kind TEXT NOT NULL, last_seq INTEGER NOT NULL,
    read INTEGER NOT NULL, PRIMARY KEY (import_id, producer, kind)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outcomes (
    import_id TEXT NOT NULL, command TEXT NOT NULL, kind TEXT NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (import_id, command, kind)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS failures (
    id INTEGER PRIMARY KEY, import_id TEXT NOT NULL, source TEXT NOT NULL, line INTEGER NOT NULL,
    command TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL, status INTEGER,
    errors TEXT NOT NULL, reason TEXT NOT NULL, attempts INTEGER NOT NULL, data BLOB NOT NULL,
    since REAL NOT NULL, at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS failures_by_reason ON failures (import_id, status, reason);
CREATE TABLE IF NOT EXISTS rejected (
    import_id TEXT NOT NULL, source TEXT NOT NULL, line INTEGER NOT NULL, command TEXT,
    message TEXT NOT NULL, reason TEXT NOT NULL, raw BLOB NOT NULL,
    PRIMARY KEY (import_id, source, line)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parked (
    import_id TEXT NOT NULL, number INTEGER NOT NULL, source TEXT NOT NULL, line INTEGER NOT NULL,
    command TEXT NOT NULL, key TEXT NOT NULL, lane INTEGER, rank INTEGER NOT NULL,
    remainder INTEGER NOT NULL, suspect INTEGER NOT NULL, written TEXT, status INTEGER,
    errors TEXT NOT NULL, reason TEXT NOT NULL, attempts INTEGER NOT NULL, size INTEGER NOT NULL,
    data BLOB NOT NULL, since REAL NOT NULL, tree TEXT, round INTEGER, seq INTEGER,
    PRIMARY KEY (import_id, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS parked_by_round ON parked (import_id, round, seq);
CREATE TRIGGER IF NOT EXISTS parked_more AFTER INSERT ON parked BEGIN
    UPDATE imports SET parked = parked + 1, parked_structure = parked_structure + (new.lane IS NULL)
    WHERE import_id = new.import_id;
END;
CREATE TRIGGER IF NOT EXISTS parked_less AFTER DELETE ON parked BEGIN
    UPDATE imports SET parked = parked - 1, parked_structure = parked_structure - (old.lane IS NULL)
    WHERE import_id = old.import_id;
END;
CREATE TABLE IF NOT EXISTS parked_tokens (
    import_id TEXT NOT NULL, token TEXT NOT NULL, number INTEGER NOT NULL, own INTEGER NOT NULL,
    upsert INTEGER NOT NULL, PRIMARY KEY (import_id, token, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS parked_tokens_by_number ON parked_tokens (import_id, number);
CREATE TABLE IF NOT EXISTS wants (
    import_id TEXT NOT NULL, number INTEGER NOT NULL, token TEXT NOT NULL, cured INTEGER NOT NULL,
    PRIMARY KEY (import_id, number, token)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS wants_by_token ON wants (import_id, token);
CREATE TABLE IF NOT EXISTS behind (
    import_id TEXT NOT NULL, number INTEGER NOT NULL, leader INTEGER NOT NULL,
    PRIMARY KEY (import_id, number, leader)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS behind_by_leader ON behind (import_id, leader);
CREATE TABLE IF NOT EXISTS lane_entries (
    import_id TEXT NOT NULL, identity TEXT NOT NULL, lane INTEGER NOT NULL, tree TEXT,
    PRIMARY KEY (import_id, identity)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS moments (
    id INTEGER PRIMARY KEY, import_id TEXT NOT NULL, at REAL NOT NULL, kind TEXT NOT NULL,
    detail TEXT NOT NULL, lane INTEGER
);
CREATE INDEX IF NOT EXISTS moments_by_import ON moments (import_id);
"""

ROWS = """
INSERT INTO imports (import_id, label, sources, lanes, state, opened, read, last_number, requests)
VALUES ('spring', 'Spring', '["a.jsonl"]', 4, 'running', 100.0, 4, 3, 1);
INSERT INTO batches (import_id, producer, seq, lane, command, round, reason, commands, positions,
                     settled, milliseconds)
VALUES ('spring', '1', 1, 0, 'Put', 0, 'full', 2, '{"a.jsonl":[[1,2]]}', 101.0, 5.0),
       ('spring', '1', 2, 0, 'Put', 0, 'full', 1, '{"a.jsonl":[3]}', NULL, NULL);
INSERT INTO outcomes VALUES ('spring', 'Put', 'created', 2);
INSERT INTO rejected VALUES ('spring', 'a.jsonl', 4, NULL, 'is not JSON', 'is not JSON', x'7b');
"""


def write_journal(path: Path) -> None:
    """Write the journal to *path*."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            f"PRAGMA journal_mode = WAL; {TABLES} {ROWS}"
            f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 1;"
        )
