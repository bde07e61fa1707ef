"""The benchmark of the million at a size for every day: what is right in it does not take long."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "million.py"

PRODUCTS = 50_000

MOST_MEGABYTES = 150.0


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the benchmark has found: both ways of importing, memory looked at often."""
    out = tmp_path_factory.mktemp("million")
    command = [sys.executable, str(BENCHMARK), "--products", str(PRODUCTS), "--every", "0.2"]
    subprocess.run(
        [*command, "--out", str(out)], stdout=subprocess.DEVNULL, timeout=600, check=False
    )
    return orjson.loads((out / "million.json").read_bytes())


@pytest.mark.parametrize("mode", ["sync", "sqlite"])
def test_state_and_account_of_many_products_are_right(figures: Any, mode: str) -> None:
    """I1: one of a hundred items is bad and named by its line; the PIM holds all the others."""
    found = figures["modes"][mode]
    report = found["report"]

    assert found["wrong"] == []
    assert figures["refused"] > PRODUCTS / 250
    assert (report["read"], report["open"]) == (figures["lines"], 0)
    assert report["outcomes"]["failed"] == figures["refused"]
    assert report["rejected"] == figures["rejected"]


@pytest.mark.parametrize("mode", ["sync", "sqlite"])
def test_memory_stays_within_its_bound(figures: Any, mode: str) -> None:
    """I7: of each process of importbus, whichever way the products go."""
    memory = figures["modes"][mode]["memory"]
    peaks = {name: max(size for _, size in samples) for name, samples in memory.items()}
    del peaks["simulated PIM"]

    assert peaks
    assert {name: size for name, size in peaks.items() if size > MOST_MEGABYTES} == {}
