"""How fast files become rows, beside the readers below, and in how much memory.

    python benchmarks/tables.py [--rows 1000000] [--sheet-rows 50000] [--rounds 3]

A CSV file of 20 columns is read by a bare loop over `csv.reader`, and as a table: once from bytes
that are there, as it is, and once as an import reads it the first time, with a digest of every byte
for `--resume`. An XLSX file is read by a bare loop over openpyxl's read-only mode with
`values_only`, and as a table. Every reading is a process of its own: seconds are those of its
processor without the start, megabytes the peak of its resident memory.
"""

from __future__ import annotations

import argparse
import csv
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from time import process_time
from typing import BinaryIO

from attrs import define
from openpyxl import Workbook, load_workbook

from _measure import Limit, environment, limits, machine, medians, ratios
from importbus.adapters.sources.inputs import FileInput
from importbus.adapters.sources.ports import Input, SourceOptions
from importbus.adapters.sources.tables import BadTable, open_tables

COLUMNS = 20

MOST_CSV = {"a table": 1.15, "a table, digested": 1.4}
"""Times the bare loop. The digest is the price of `--resume`, not of the table."""

MOST_XLSX = {"a table": 1.5}

MOST_MEGABYTES = 100.0

WORDS = ("Mug", "stoneware", "red", "kettle", "blue", "ceramic", "bowl", "Tasse", "émaillée")


@define
class PlainInput:
    """The bytes of a file, and nothing else."""

    name: str
    rereadable: bool = True

    def open(self) -> AbstractContextManager[BinaryIO]:
        """Open the file."""
        return Path(self.name).open("rb")


def write_csv(path: Path, rows: int) -> None:
    """Write a table of codes, texts, numbers and empty cells."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([f"column-{number}" for number in range(COLUMNS)])
        writer.writerows(_row(number) for number in range(rows))


def write_xlsx(path: Path, rows: int) -> None:
    """Write a sheet with the same, but for numbers that are numbers."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Products")
    sheet.append([f"column-{number}" for number in range(COLUMNS)])
    for number in range(rows):
        sheet.append([int(cell) if cell.isdigit() else cell or None for cell in _row(number)])
    workbook.save(path)


def _row(number: int) -> list[str]:
    chance = number * 2_654_435_761 % 2**32  # the same for everyone, and no two rows alike
    cells = (WORDS[(chance >> shift) % len(WORDS)] for shift in range(COLUMNS - 4))
    return [f"sku-{number}", str(chance), "1", "", *(f"{cell} {chance % 977}" for cell in cells)]


def bare_csv(path: str) -> None:
    """Read a CSV file as a script would."""
    with Path(path).open(newline="", encoding="utf-8") as file:
        for _ in csv.reader(file, delimiter=";"):
            pass


def bare_xlsx(path: str) -> None:
    """Read an XLSX file as a script would."""
    for sheet in load_workbook(path, read_only=True).worksheets:
        for _ in sheet.iter_rows(values_only=True):
            pass


def table(input: Input, format: str) -> None:
    """Read *input* as an import does."""
    for found in open_tables(input, SourceOptions(), format):
        assert not isinstance(found, BadTable), found.reason
        for _ in found.rows():
            pass


READINGS: Mapping[str, Callable[[str], None]] = {
    "csv: bare loop": bare_csv,
    "csv: a table": lambda path: table(PlainInput(path), "csv"),
    "csv: a table, digested": lambda path: table(FileInput(path), "csv"),
    "xlsx: bare loop": bare_xlsx,
    "xlsx: a table": lambda path: table(FileInput(path), "xlsx"),
}


def read(name: str, path: str) -> None:
    """Do one reading in this process, and print its seconds and megabytes."""
    started = process_time()
    READINGS[name](path)
    seconds = process_time() - started
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measured(name: str, path: Path) -> tuple[float, float]:
    """Return the seconds and megabytes of one reading in a fresh process."""
    call = [sys.executable, __file__, "--read", name, str(path)]
    said = subprocess.run(
        call, capture_output=True, text=True, check=True, env=environment()
    ).stdout.split()
    return float(said[0]), float(said[1])


def compare(format: str, path: Path, rounds: int, most: Mapping[str, float]) -> bool:
    """Print how all readings of *format* do; return whether they are within their bounds."""
    names = [name for name in READINGS if name.startswith(f"{format}: ")]
    found = [{name: measured(name, path) for name in names} for _ in range(rounds)]
    seconds = medians({name: [each[name][0] for each in found] for name in names})
    short = {name.removeprefix(f"{format}: "): figure for name, figure in seconds.items()}
    fast = ratios(f"{format}, {path.stat().st_size / 1e6:,.0f} MB", "seconds", short, most)
    peaks = {name: max(each[name][1] for each in found) for name in names}
    rows = [Limit(n, peak, None if "bare" in n else MOST_MEGABYTES) for n, peak in peaks.items()]
    return limits("peak of resident memory", "megabytes", rows) and fast


def main() -> int:
    """Measure, print, and return 1 if a bound is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--sheet-rows", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--read", nargs=2, metavar=("NAME", "PATH"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read(*options.read)
        return 0
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        rows, sheet = Path(folder) / "rows.csv", Path(folder) / "rows.xlsx"
        write_csv(rows, options.rows)
        met = compare("csv", rows, options.rounds, MOST_CSV)
        write_xlsx(sheet, options.sheet_rows)
        return 0 if compare("xlsx", sheet, options.rounds, MOST_XLSX) and met else 1


if __name__ == "__main__":
    sys.exit(main())
