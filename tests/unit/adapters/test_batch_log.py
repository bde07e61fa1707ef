"""What the log says of a settled batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from loguru import logger

from importbus.bus.outcomes import Outcome
from recorded_scene import RecordedScene
from toy_commands import Put

if TYPE_CHECKING:
    from loguru import Message, Record


@pytest.fixture
def records() -> Iterator[list[Record]]:
    """All records from DEBUG on."""
    found: list[Record] = []

    def keep(message: Message) -> None:
        found.append(message.record)

    sink = logger.add(keep, level="DEBUG")
    yield found
    logger.remove(sink)


@pytest.mark.parametrize(("lane", "name"), [(1, "1"), (None, "structure")])
def test_a_settled_batch_is_one_record_with_its_facts(
    tmp_path: Path, records: list[Record], lane: int | None, name: str
) -> None:
    """Import, batch, lane, class, counts and milliseconds, as text and by name."""
    scene = RecordedScene(tmp_path)
    batch = scene.note(1, Put("a"), Put("b"), lane=lane)
    scene.settle(batch, Outcome.created(), Outcome.updated())
    (record,) = records

    text = f"Put spring/1/1, lane {name}: 1 created, 1 updated in 5 ms"
    assert (record["level"].name, record["message"]) == ("INFO", text)
    assert record["extra"] == {
        "import_id": "spring",
        "batch_id": "spring/1/1",
        "lane": name,
        "command": "Put",
        "outcomes": {"created": 1, "updated": 1},
        "counts": "1 created, 1 updated",
        "milliseconds": 5.0,
        "requests": 1,
    }


def test_a_failed_command_is_a_record_for_whoever_looks_closely(
    tmp_path: Path, records: list[Record]
) -> None:
    """At DEBUG, as there may be many: the journal has them anyway."""
    scene = RecordedScene(tmp_path)
    batch = scene.note(1, Put("a"), Put("b"))
    scene.settle(batch, Outcome.created(), Outcome.failed("No such family.", status=422))
    _, record = records

    assert record["level"].name == "DEBUG"
    assert record["message"] == "Put b of a:2 failed: 422 No such family."
    assert (record["extra"]["batch_id"], record["extra"]["key"]) == ("spring/1/1", "b")
