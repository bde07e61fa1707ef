"""An import that cannot go on: what was in flight counts, and the error says how to resume."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from import_desk import config_for, open_desk
from importbus.adapters.import_run import ImportOptions, run_import
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.adapters.stopping import StopRequest
from importbus.adapters.wiring import open_journal, open_runtime
from importbus.bus import ImportFailed, JournalError
from importbus.handlers.akeneo import CreateOrUpdateProduct

pytestmark = pytest.mark.integration

SLOW = {"match": {"body_contains": '"identifier":"first"'}, "fault": {"kind": "slow"}}
FORBIDDEN = {
    "match": {"method": "PATCH", "path": "/products$"},
    "fault": {"kind": "status", "status": 403},
}


def test_calls_in_flight_end_when_another_lane_must_stop(tmp_path: Path) -> None:
    """I2: one lane learns that the rights are missing; the answer that another waits for counts."""
    commands = [CreateOrUpdateProduct(identifier=key) for key in ("first", "other")]
    with open_desk(tmp_path) as desk:
        desk.pim.set_faults([SLOW, FORBIDDEN])
        with pytest.raises(ImportFailed, match="grant the right"):
            desk.run(*commands)
    journal = open_journal(desk.config)
    report = journal.report("import-1")
    journal.close()

    assert dict(report.outcomes) == {"created": 1}
    assert (report.read, report.open) == (2, 1)


def test_an_end_that_cannot_be_announced_is_one_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal fails at the last moment, and nobody waits for an end that never comes."""

    def fail(*_: Any, **__: Any) -> None:
        raise JournalError("The journal is full.")

    monkeypatch.setattr(SqliteJournal, "announce", fail)
    source = tmp_path / "empty.jsonl"
    source.touch()
    options = ImportOptions(import_id="night")
    with SimulatedPim() as pim, open_runtime(config_for(pim, tmp_path)) as runtime:  # noqa: SIM117
        with pytest.raises(ImportFailed, match=r"full\. Continue later with --resume night"):
            run_import(
                runtime, [str(source)], options, watch=lambda *_: nullcontext(), stop=StopRequest()
            )
