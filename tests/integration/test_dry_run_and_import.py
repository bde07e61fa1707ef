"""What a dry run says of a source is what an import of it meets, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from random import Random

import pytest

from checked_rows import FINE, ROWS
from checked_shop import FILES, SHOP, Record, line
from import_desk import config_for
from importbus.adapters.config import Config
from importbus.adapters.dry_run import DryRun, try_out
from importbus.adapters.findings import Findings
from importbus.adapters.import_run import ImportOptions, run_import
from importbus.adapters.progress import ProgressBoard
from importbus.adapters.reading import open_reading
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.adapters.stopping import StopRequest
from importbus.adapters.wiring import open_codec, open_inspector, open_runtime
from importbus.bus.report import Failure

pytestmark = pytest.mark.integration


@pytest.fixture
def pim() -> Iterator[SimulatedPim]:
    """A PIM as just installed."""
    with SimulatedPim(option_rate=None) as pim:
        yield pim


@pytest.fixture
def config(pim: SimulatedPim, tmp_path: Path) -> Config:
    """The way to the PIM, which has the shop."""
    found = config_for(pim, tmp_path)
    assert imported(found, source(tmp_path, "shop", SHOP)) == []
    return found


def source(folder: Path, name: str, records: Sequence[Record]) -> str:
    """Write *records* to a file and return its name."""
    path = folder / f"{name}.jsonl"
    path.write_bytes(b"\n".join(map(line, records)))
    for file, content in FILES.items():
        (folder / file).write_bytes(content)
    return str(path)


def imported(config: Config, path: str) -> list[Failure]:
    """Import a file and return what failed."""
    with open_runtime(config) as runtime:
        options = ImportOptions(import_id=Path(path).stem)
        report = run_import(
            runtime, [path], options, watch=lambda *_: nullcontext(), stop=StopRequest()
        )
        return list(runtime.journal.failures(report.import_id))


@contextmanager
def tried(config: Config, path: str) -> Iterator[DryRun]:
    """Try a file out and give what was found."""
    reading = open_reading([path], open_codec())
    with open_inspector(config.pim) as inspector, Findings() as findings:
        yield try_out(reading, inspector, findings, ProgressBoard(), StopRequest())


def lines_with(found: DryRun, *, error: bool) -> dict[int, str]:
    """Return the lines with findings, and the rule of one of them."""
    return {
        each.position.line: each.finding.rule
        for each in found.findings
        if each.finding.error is error
    }


def everything() -> list[Record]:
    """Return every row and every line that is fine."""
    return [*FINE, *(record for row in ROWS for record in (*row.before, row.record))]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_what_it_calls_an_error_fails_and_all_else_is_taken(
    config: Config, pim: SimulatedPim, tmp_path: Path, seed: int
) -> None:
    """All rows in one source, in any order of those that do not follow each other."""
    records = everything()
    if seed:
        Random(seed).shuffle(records)
    path = source(tmp_path, "rows", records)
    before = pim.state()
    with tried(config, path) as found:
        errors = lines_with(found, error=True)
    asked_only = pim.state() == before
    failed = {each.position.line: each.errors[0].message for each in imported(config, path)}

    assert asked_only
    assert len(errors) == sum(row.error for row in ROWS)
    assert {n: (errors[n], str(records[n - 1])) for n in errors.keys() - failed.keys()} == {}
    assert {n: (failed[n], str(records[n - 1])) for n in failed.keys() - errors.keys()} == {}


def test_what_it_calls_dropped_is_not_stored(
    config: Config, pim: SimulatedPim, tmp_path: Path
) -> None:
    """Each line with a warning is taken by the PIM, and its value is nowhere."""
    rows = [row for row in ROWS if not row.error]
    path = source(tmp_path, "dropped", [row.record for row in rows])
    with tried(config, path) as found:
        warnings, errors = lines_with(found, error=False), lines_with(found, error=True)
    failed = imported(config, path)
    stored = pim.state()
    kept = [
        row
        for row in rows
        for items in [stored["products"], stored["product_models"]]
        for key in [row.record[1].get("identifier", row.record[1].get("code"))]
        if key in items and row.field.removeprefix("values.") in items[key]["values"]
    ]

    assert (list(warnings), errors, failed, kept) == ([1, 2, 3, 4], {}, [], [])


def test_what_an_import_has_stored_is_found_fine(
    config: Config, pim: SimulatedPim, tmp_path: Path
) -> None:
    """The shop once more, and parts of it: nothing that is there needs to be said again."""
    parts: list[Record] = [
        ("Product", {"identifier": "mug_red", "parent": "mug", "values": {}}),
        ("ProductModel", {"code": "cup_red", "parent": "cup"}),
        ("Attribute", {"code": "color", "labels": {"en_US": "Color"}}),
        ("Family", {"code": "mugs", "labels": {"en_US": "Mugs"}}),
    ]
    with tried(config, source(tmp_path, "again", [*SHOP, *parts])) as found:
        assert list(map(str, found.findings)) == []
