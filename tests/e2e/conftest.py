"""A shop per test; the PIM's process is shared and emptied between tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import Shop, settings_for, simulated_pim


@pytest.fixture(scope="session")
def pim_url() -> Iterator[str]:
    """The address of a PIM that lives as long as the tests."""
    with simulated_pim() as url:
        yield url


@pytest.fixture
def shop(pim_url: str, tmp_path: Path) -> Shop:
    """A folder with a fresh PIM."""
    shop = Shop(tmp_path, pim_url, settings_for(pim_url))
    shop.ask("/_reset", "POST")
    shop.ask("/_faults", "POST", [])
    shop.ask("/_trace", "DELETE")
    return shop
