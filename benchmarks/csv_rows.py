"""Rows of Akeneo's flat format to commands, as multiples of reading and the same dictionaries.

    python benchmarks/csv_rows.py [--rows 1000000] [--rounds 3]

A CSV file of twenty columns is written: six texts, two localized texts, a select, a multi-select,
a date, a number, a truth value, an amount with its unit, a price, and the properties. Each side
reads it in a fresh process: seconds are those of the processor, megabytes the peak of resident
memory. The first side knows nothing of headers, types or bad cells: it is `csv.reader` and the
dictionaries of the data, written out by hand. The last one is what an import reads: the file with
its digest for `--resume`, as a source of commands with their positions.
"""

from __future__ import annotations

import argparse
import csv
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import process_time
from typing import Any

from _measure import Limit, environment, in_turn, limits, machine, medians, ratios
from importbus.adapters.flat import FlatStructure, read_flat
from importbus.adapters.sources import FileInput, TableSource
from importbus.adapters.sources.ports import RowReader, SourceOptions
from importbus.adapters.table_readers import FormatReaders, RunStructure
from importbus.adapters.wiring import open_codec

MOST_TIMES = 2.0
"""Most that commands may take, as a multiple of reading and the same dictionaries."""

MOST_MEGABYTES = 100.0

BASE, DATA, COMMANDS, WHOLE = (
    *("csv.reader and the same dictionaries", "data of rows", "commands of rows"),
    "commands of the file, as an import reads it",
)

HEADER = [
    *("sku", "family", "categories", "enabled", *(f"t{n}" for n in range(6))),
    *("name-en_US", "name-fr_FR", "color", "tags", "released", "stock", "fresh"),
    *("weight", "weight-unit", "price-EUR"),
]

TYPES: Mapping[str, Mapping[str, Any]] = {
    "sku": {"type": "pim_catalog_identifier"},
    **{f"t{n}": {"type": "pim_catalog_text"} for n in range(6)},
    "name": {"type": "pim_catalog_text", "localizable": True},
    "color": {"type": "pim_catalog_simpleselect"},
    "tags": {"type": "pim_catalog_multiselect"},
    "released": {"type": "pim_catalog_date"},
    "stock": {"type": "pim_catalog_number", "decimals_allowed": False},
    "fresh": {"type": "pim_catalog_boolean"},
    "weight": {"type": "pim_catalog_metric", "decimals_allowed": True},
    "price": {"type": "pim_catalog_price_collection", "decimals_allowed": True},
}

CHANNEL = {"code": "ecommerce", "locales": ["en_US", "fr_FR"], "currencies": ["EUR"]}

Rows = Iterator[list[str]]


def row(n: int) -> list[str]:
    """Return the *n*-th row."""
    texts = [f"some text {n} of column {column}" for column in range(6)]
    of_all = [("red", "blue", "green")[n % 3], "hot,new" if n % 2 else "sale"]
    limited = [f"2026-01-{n % 28 + 1:02}", str(n % 500), "1", f"{n % 90}.5", "KILOGRAM"]
    return [
        *(f"mug-{n}", "mugs", "master,sale", "1", *texts, f"Mug {n}", f"Tasse {n}"),
        *(*of_all, *limited, f"{n % 3000}.99"),
    ]


def write(path: Path, rows: int) -> None:
    """Write the file."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(HEADER)
        writer.writerows(map(row, range(rows)))


@contextmanager
def opened(path: Path) -> Iterator[Rows]:
    """Yield the rows of the file, behind its header."""
    with path.open(newline="", encoding="utf-8") as stream:
        rows = csv.reader(stream, delimiter=";")
        next(rows)
        yield rows


def by_hand(cells: list[str]) -> dict[str, Any]:
    """Return the data of a row, by code that knows this one file."""
    sku, family, categories, enabled, *rest = cells
    t0, t1, t2, t3, t4, t5, english, french, color, tags, *rest = rest
    released, stock, fresh, weight, unit, price = rest
    return {
        "identifier": sku,
        "family": family,
        "categories": categories.split(","),
        "enabled": enabled == "1",
        "values": {
            "t0": [{"locale": None, "scope": None, "data": t0}],
            "t1": [{"locale": None, "scope": None, "data": t1}],
            "t2": [{"locale": None, "scope": None, "data": t2}],
            "t3": [{"locale": None, "scope": None, "data": t3}],
            "t4": [{"locale": None, "scope": None, "data": t4}],
            "t5": [{"locale": None, "scope": None, "data": t5}],
            "name": [
                {"locale": "en_US", "scope": None, "data": english},
                {"locale": "fr_FR", "scope": None, "data": french},
            ],
            "color": [{"locale": None, "scope": None, "data": color}],
            "tags": [{"locale": None, "scope": None, "data": tags.split(",")}],
            "released": [{"locale": None, "scope": None, "data": released}],
            "stock": [{"locale": None, "scope": None, "data": int(stock)}],
            "fresh": [{"locale": None, "scope": None, "data": fresh == "1"}],
            "weight": [{"locale": None, "scope": None, "data": {"amount": weight, "unit": unit}}],
            "price": [
                {"locale": None, "scope": None, "data": [{"amount": price, "currency": "EUR"}]}
            ],
        },
    }


def structure() -> FlatStructure:
    """Return what is known of the columns."""
    found = FlatStructure()
    for code, said in TYPES.items():
        found.learn("CreateOrUpdateAttribute", {"code": code, **said})
    found.learn("CreateOrUpdateChannel", CHANNEL)
    return found


def reader() -> RowReader:
    """Return the reader of the file."""
    return read_flat(HEADER, "products", SourceOptions(), structure())


def source(path: Path) -> TableSource:
    """Return the file as the source of an import."""
    codec = open_codec()
    run = RunStructure(codec)
    run.known = structure()
    return TableSource(FileInput(str(path)), "csv", codec, FormatReaders(SourceOptions(), run))


def every(name: str) -> bool:
    """Want commands of all classes."""
    return True


def build_by_hand(path: Path) -> None:
    """Make the data of each row by hand."""
    with opened(path) as rows:
        for cells in rows:
            by_hand(cells)


def make_data(path: Path) -> None:
    """Make the data of each row by its header."""
    read = reader().read
    with opened(path) as rows:
        for cells in rows:
            for _ in read(cells, every):
                pass


def make_commands(path: Path) -> None:
    """Make a command of each row."""
    read, build = reader().read, open_codec().build
    with opened(path) as rows:
        for cells in rows:
            for _, name, data in read(cells, every):
                build(name, data)  # type: ignore[arg-type] # the file has no bad row


def read_whole(path: Path) -> None:
    """Read the file as an import does."""
    for _ in source(path).read(every):
        pass


SIDES: Mapping[str, Callable[[Path], None]] = {
    BASE: build_by_hand,
    DATA: make_data,
    COMMANDS: make_commands,
    WHOLE: read_whole,
}


def measure(side: str, path: Path) -> None:
    """Print the seconds and megabytes of one side."""
    started = process_time()
    SIDES[side](path)
    print(process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measured(side: str, path: Path, peaks: dict[str, float]) -> float:
    """Return the seconds of a side in a process of its own; note its peak."""
    call = [sys.executable, __file__, "--side", side, str(path)]
    said = subprocess.run(
        call, env=environment(), check=True, capture_output=True, text=True
    ).stdout.split()
    peaks[side] = max(peaks.get(side, 0.0), float(said[1]))
    return float(said[0])


def compare(rows: int, rounds: int) -> bool:
    """Print seconds and megabytes of all sides; return whether the bounds are met."""
    ((_, _, data),) = reader().read(row(1), every)
    if data != by_hand(row(1)):
        raise SystemExit("The sides do not make the same.")
    peaks: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "products.csv"
        write(path, rows)
        print(f"{machine()}\n{rows:,} rows of {len(HEADER)} columns, {path.stat().st_size:,} bytes")
        sides = {side: lambda side=side: measured(side, path, peaks) for side in SIDES}
        found = medians(in_turn(sides, rounds))
    met = ratios("rows of a CSV file", "s", found, {COMMANDS: MOST_TIMES, WHOLE: MOST_TIMES})
    memory = [Limit(side, peak, MOST_MEGABYTES) for side, peak in peaks.items()]
    return limits("peak memory", "MB", memory) and met


def main() -> int:
    """Measure and print; return 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.side:
        measure(chosen.side[0], Path(chosen.side[1]))
        return 0
    return 0 if compare(chosen.rows, chosen.rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
