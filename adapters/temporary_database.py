"""A temporary SQLite database on disk, and its errors in our own words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from importbus.bus.errors import ConfigurationError

VARIABLES = ("SQLITE_TMPDIR", "TMPDIR")

FOLDERS = ("/var/tmp", "/usr/tmp", "/tmp", ".")  # noqa: S108 - SQLite's choice, told to people


@contextmanager
def temporary_database() -> Iterator[sqlite3.Connection]:
    """Hold a database that nobody else sees, and that is gone afterwards; memory does not hold it.

    Raises:
        ConfigurationError: It cannot be written, as when the disk is full; names its folder.
    """
    try:
        with closing(sqlite3.connect("", isolation_level=None)) as database:
            yield database
    except sqlite3.Error as error:
        raise ConfigurationError(
            f"The temporary file in {temporary_folder()} cannot be used: {error}. Make room there, "
            "or name a folder on another disk with TMPDIR."
        ) from error


def temporary_folder() -> str:
    """Return where SQLite makes temporary files: the first folder in which it may.

    Source: sqlite.org/tempfiles.html, section 5.
    """
    named = (os.environ.get(name, "") for name in VARIABLES)
    for folder in (*filter(None, named), *FOLDERS):
        if os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK):
            return folder
    return FOLDERS[-1]
