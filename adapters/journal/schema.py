"""The tables of the journal."""

from __future__ import annotations

from importbus.adapters.sqlite_file import Kind
from importbus.bus.errors import JournalError

APPLICATION_ID = 0x696D7062
"""Marks a file as a journal (``impb``), so that no other database is taken for one."""

VERSION = 6

PRODUCERS = """
CREATE TABLE IF NOT EXISTS producers (
    import_id TEXT NOT NULL, producer TEXT NOT NULL, accepted INTEGER NOT NULL DEFAULT 0,
    last_number INTEGER NOT NULL DEFAULT 0, last_seq INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (import_id, producer)
) WITHOUT ROWID;
"""

TABLES = (
    PRODUCERS  # noqa: S608 - no user's text in it
    + """
CREATE TABLE IF NOT EXISTS imports (
    import_id TEXT PRIMARY KEY, label TEXT, sources TEXT NOT NULL, lanes INTEGER NOT NULL,
    state TEXT NOT NULL, opened REAL NOT NULL, ended REAL, read INTEGER NOT NULL DEFAULT 0,
    requests INTEGER NOT NULL DEFAULT 0, event_id TEXT,
    parked INTEGER NOT NULL DEFAULT 0, parked_structure INTEGER NOT NULL DEFAULT 0,
    shared INTEGER NOT NULL DEFAULT 0, producers INTEGER NOT NULL DEFAULT 1,
    gate_open INTEGER NOT NULL DEFAULT 0, told INTEGER NOT NULL DEFAULT 0,
    settlements INTEGER NOT NULL DEFAULT 0, settled_at REAL NOT NULL DEFAULT 0,
    round INTEGER NOT NULL DEFAULT 0, round_size INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batches (
    import_id TEXT NOT NULL, producer TEXT NOT NULL, seq INTEGER NOT NULL, lane INTEGER,
    command TEXT NOT NULL, round INTEGER NOT NULL, reason TEXT NOT NULL, commands INTEGER NOT NULL,
    positions TEXT, confirmed INTEGER NOT NULL DEFAULT 0, settled REAL, milliseconds REAL,
    place INTEGER, PRIMARY KEY (import_id, producer, seq)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS batches_by_place ON batches (import_id, place);
CREATE TABLE IF NOT EXISTS lane_activity (lane INTEGER PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
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
CREATE TABLE IF NOT EXISTS attachments (
    import_id TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL,
    sha256 TEXT NOT NULL, path TEXT, reference TEXT, content BLOB,
    PRIMARY KEY (import_id, number)
);
CREATE TABLE IF NOT EXISTS media_codes (
    import_id TEXT NOT NULL, kind TEXT NOT NULL, sha256 TEXT NOT NULL, name TEXT NOT NULL,
    code TEXT NOT NULL, PRIMARY KEY (import_id, kind, sha256, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lane_entries (
    import_id TEXT NOT NULL, identity TEXT NOT NULL, lane INTEGER NOT NULL, tree TEXT,
    PRIMARY KEY (import_id, identity)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS moments (
    id INTEGER PRIMARY KEY, import_id TEXT NOT NULL, at REAL NOT NULL, kind TEXT NOT NULL,
    detail TEXT NOT NULL, lane INTEGER
);
CREATE INDEX IF NOT EXISTS moments_by_import ON moments (import_id);
CREATE TABLE IF NOT EXISTS identity (id TEXT NOT NULL);
INSERT INTO identity SELECT lower(hex(randomblob(16))) WHERE NOT EXISTS (SELECT 1 FROM identity);
"""
)

FROM_VERSION_1 = (
    PRODUCERS  # noqa: S608 - no user's text in it
    + """
INSERT INTO producers
SELECT import_id, '1', read - (
    SELECT count(*) FROM rejected WHERE rejected.import_id = imports.import_id), last_number, 0
FROM imports;
ALTER TABLE imports ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN producers INTEGER NOT NULL DEFAULT 1;
ALTER TABLE imports ADD COLUMN gate_open INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN settlements INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN settled_at REAL NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN round_size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE batches ADD COLUMN place INTEGER;
"""
)

OF_AN_IMPORT = (
    "producers", "batches", "announcements", "outcomes", "failures", "rejected", "parked",
    "parked_tokens", "wants", "behind", "attachments", "media_codes", "lane_entries", "moments",
    "imports",
)  # fmt: skip
"""Every table, for deleting an import; ``imports`` comes last."""

JOURNAL = Kind(
    "journal",
    "journal.path",
    JournalError,
    APPLICATION_ID,
    VERSION,
    TABLES,
    migrations={1: FROM_VERSION_1, 2: "", 3: "", 4: "", 5: ""},
)
"""What makes a file a journal."""
