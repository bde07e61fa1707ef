"""Programs that the dev extra brings."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path


def dev_program(name: str) -> str:
    """Return where *name* is in the environment of the tests."""
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    assert found, f"{name} is missing: it comes with the dev extra."
    return found
