"""The example that writes into a SQL database, beyond its first run."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from source_tree import ROOT

pytestmark = pytest.mark.integration

EXAMPLE = ROOT / "examples" / "08_sql_upsert.py"

POSTGRESQL = os.environ.get("IMPORTBUS_TEST_POSTGRESQL", "")
"""The URL of an empty database of PostgreSQL, to run the example with it, too."""


def run(folder: Path, **settings: str) -> list[str]:
    """Run the example in *folder* and return what it prints."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("IMPORTBUS_")}
    done = subprocess.run(
        [sys.executable, str(EXAMPLE)],
        cwd=folder,
        env={**kept, **settings},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_second_time_everything_is_updated(tmp_path: Path) -> None:
    """One statement writes a row whether or not it is there, and says which it was."""
    first, second = run(tmp_path), run(tmp_path)

    assert first[0] == "finished_with_failures: 106 read, 104 created, 2 failed"
    assert second[0] == "finished_with_failures: 106 read, 2 failed, 104 updated"
    assert first[1:] == second[1:]


@pytest.mark.skipif(
    not POSTGRESQL or importlib.util.find_spec("psycopg") is None,
    reason="needs psycopg, and a database that IMPORTBUS_TEST_POSTGRESQL names",
)
def test_postgresql_takes_the_same_statements(tmp_path: Path) -> None:
    """It refuses the same rows for the same reasons."""
    printed = run(tmp_path, SHOP_DATABASE=POSTGRESQL)

    assert [line.partition(" ")[2] for line in printed[1:]] == [
        "cup: A price is not negative.",
        "fork: There is no category cutlery.",
        "of mugs costs 1001",
    ]
