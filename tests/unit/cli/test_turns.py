"""Threads of the command line take turns often: lanes do not wait long for whoever reads."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from importbus.adapters.cli import SWITCH_SECONDS, main


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Leave the interval of this process as it was."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.005)
    yield
    sys.setswitchinterval(before)


def test_threads_of_a_command_take_turns_often() -> None:
    """It is the program that sets it; who only imports importbus keeps Python's own."""
    before = sys.getswitchinterval()
    with pytest.raises(SystemExit):
        main(["--version"])

    assert before == pytest.approx(0.005)
    assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS)
