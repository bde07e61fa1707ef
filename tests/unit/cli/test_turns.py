"""What the command line asks of Python: lanes must not wait long for whoever reads."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator

import pytest

from importbus.adapters.cli import main
from importbus.adapters.tuning import PUBLISHED_OBJECTS, SWITCH_SECONDS, YOUNG_OBJECTS


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Leave the settings of this process as they were."""
    before, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(0.005)
    yield
    sys.setswitchinterval(before)
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def test_threads_of_a_command_take_turns_often() -> None:
    """It is the program that sets it; who only imports importbus keeps Python's own."""
    before = sys.getswitchinterval()
    with pytest.raises(SystemExit):
        main(["--version"])

    assert before == pytest.approx(0.005)
    assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS)


def test_circles_of_objects_are_looked_for_seldom() -> None:
    """All threads stand still while Python does so, and what is read has none."""
    with pytest.raises(SystemExit):
        main(["--version"])

    assert gc.get_threshold()[0] == YOUNG_OBJECTS


def test_who_only_publishes_looks_for_them_less_often() -> None:
    """It makes no requests, which hold their answers and are held by them."""
    with pytest.raises(SystemExit):
        main(["publish", "catalog.jsonl"])

    assert gc.get_threshold()[0] == PUBLISHED_OBJECTS
