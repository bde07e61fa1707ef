"""The door to all ways of running, and what passing it loads."""

from __future__ import annotations

import subprocess
import sys

import pytest

from importbus.adapters import wiring

SPARED = (
    "importbus.adapters.dry_run",
    "importbus.adapters.file_sink",
    "importbus.adapters.generator",
    "importbus.adapters.schema",
    "importbus.adapters.transports.sqlite",
    "importbus.handlers.akeneo.checks.inspector",
)
"""What an import into a PIM, in one process, has no use for."""


def test_all_is_there_and_listed() -> None:
    """What loads late is found by its name, and an editor completes it."""
    assert [name for name in wiring.__all__ if not hasattr(wiring, name)] == []
    assert set(wiring.__all__) <= set(dir(wiring))


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    """The late loading does not change what Python says."""
    with pytest.raises(AttributeError, match=r"'importbus\.adapters\.wiring' has no attribute 'x'"):
        wiring.x  # type: ignore[attr-defined]  # noqa: B018


def test_an_import_loads_only_what_it_needs() -> None:
    """A tenth of a second is much where unchanged products are passed over."""
    code = "import sys, importbus.adapters.cli.import_command; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert [name for name in SPARED if name in done.stdout.split()] == []
