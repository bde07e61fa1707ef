"""Failed commands sent again: their files, several of one key, and who reads meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from attrs import evolve, frozen

from command_line import line
from import_desk import config_for
from importbus.adapters.config import PimConfig
from importbus.adapters.failed_source import NAME
from importbus.adapters.import_run import ImportOptions, run_import
from importbus.adapters.journal.selecting import Selection
from importbus.adapters.retry_run import Retried, RetryOptions, run_retry
from importbus.adapters.runtime import Runtime
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.adapters.stopping import StopRequest
from importbus.adapters.wiring import open_journal, open_runtime
from importbus.bus import ConfigurationError, Report, SinkUnavailable
from importbus.bus.journal import ImportRecord

pytestmark = pytest.mark.integration

PICTURE = {"type": "pim_catalog_image", "group": "other", "allowed_extensions": ["png"]}


@frozen
class Scene:
    """A PIM, an importer, and a folder with its sources and files."""

    pim: SimulatedPim
    runtime: Runtime
    folder: Path

    def run(self, import_id: str, *lines: str) -> Report:
        """Import *lines* from a file of the folder."""
        source = self.folder / "files" / f"{import_id}.jsonl"
        source.write_text("\n".join(lines))
        options = ImportOptions(import_id=import_id)
        return run_import(
            self.runtime, [str(source)], options, watch=_unwatched, stop=StopRequest()
        )

    def retry(self, options: RetryOptions = RetryOptions()) -> Retried:  # noqa: B008 - frozen
        """Send everything that failed again."""
        stop = StopRequest()
        retried = run_retry(self.runtime, Selection(), options, watch=_unwatched, stop=stop)
        assert retried is not None
        return retried


def _unwatched(*_: Any) -> nullcontext[None]:
    return nullcontext()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A scene with a PIM as just installed."""
    (tmp_path / "files").mkdir()
    with SimulatedPim() as pim, open_runtime(config_for(pim, tmp_path)) as runtime:
        yield Scene(pim, runtime, tmp_path)


def product(**data: object) -> str:
    """Return a line for the product ``mug``."""
    return line("CreateOrUpdateProduct", identifier="mug", **data)


def test_a_file_is_found_beside_the_source_that_named_it(scene: Scene) -> None:
    """Wherever the retry is started."""
    (scene.folder / "files" / "mug.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    picture = line("CreateProductMediaFile", identifier="mug", attribute="picture", file="mug.png")
    first = scene.run("first", picture)
    scene.run("mended", line("CreateOrUpdateAttribute", code="picture", **PICTURE), product())
    retried = scene.retry()

    assert dict(first.outcomes) == {"failed": 1}
    assert (retried.cured, retried.left) == (1, 0)
    assert dict(retried.report.outcomes) == {"uploaded": 1}


def test_of_one_key_the_latest_stays(scene: Scene) -> None:
    """What failed in two imports is sent in its order: the later family, and both values."""
    scene.run("first", product(family="china", enabled=False))
    scene.run("second", product(family="steel"))
    families = [line("CreateOrUpdateFamily", code=code) for code in ("china", "steel")]
    scene.run("mended", *families)
    retried = scene.retry()
    mug = scene.pim.state()["products"]["mug"]

    assert (retried.cured, retried.left) == (2, 0)
    assert (mug["family"], mug["enabled"]) == ("steel", False)
    assert list(scene.runtime.journal.failed.parents(retried.report.import_id)) == [
        "first",
        "second",
    ]


def test_a_retry_that_was_cancelled_is_not_continued(scene: Scene) -> None:
    """Nor is another import: its account is closed, and what it had not sent counts as given up."""
    scene.run("first", product(family="china"))
    journal, lanes = scene.runtime.journal, scene.runtime.workers.transport.lanes
    journal.failed.begin_retry(Selection(), "again")
    journal.open_import(ImportRecord("again", None, (NAME,), lanes, 1.0))
    journal.shared.cancel("again", at=2.0)

    with pytest.raises(ConfigurationError, match="'again' was cancelled and cannot be continued"):
        scene.retry(RetryOptions(resume="again"))


@pytest.mark.parametrize(
    ("pim", "error"),
    [
        (PimConfig("http://127.0.0.1:1", "id", "secret", "user", "word"), SinkUnavailable),
        (None, ConfigurationError),
    ],
)
def test_a_retry_that_cannot_begin_takes_nothing_from_another(
    scene: Scene, pim: PimConfig | None, error: type[Exception]
) -> None:
    """What an interrupted retry had chosen is what it sends when it is continued."""
    scene.run("first", product(family="china"))
    journal = scene.runtime.journal
    journal.failed.begin_retry(Selection(), "again")
    config = evolve(config_for(scene.pim, scene.folder), pim=pim)
    with open_runtime(config) as runtime, pytest.raises(error):
        evolve(scene, runtime=runtime).retry()

    assert len(list(journal.failed.retryable("again"))) == 1


def test_what_is_no_command_any_more_stays_open(scene: Scene) -> None:
    """A class that a later version does not have is rejected by the retry, and does not stop it."""
    scene.run("first", product(family="china"))
    with scene.runtime.journal._database.transaction() as connection:
        connection.execute(
            "INSERT INTO failures (import_id, source, line, command, key, kind, errors, reason,"
            " attempts, data, since, at) SELECT import_id, source, 9, 'CreateOrUpdateTeapot', key,"
            " kind, errors, reason, attempts, data, since, at FROM failures"
        )
    scene.run("mended", line("CreateOrUpdateFamily", code="china"))
    retried = scene.retry()

    assert (retried.cured, retried.left, retried.report.rejected) == (1, 1, 1)


def test_others_read_the_journal_while_an_import_writes(scene: Scene) -> None:
    """Each look sees whole batches: what is listed is what the account counts, or less."""
    lines = [line("CreateOrUpdateProduct", identifier=f"p{n}", family="china") for n in range(400)]
    writer = Thread(target=scene.run, args=("first", *lines))
    writer.start()
    looks = []
    while writer.is_alive():
        reader = open_journal(config_for(scene.pim, scene.folder))
        listed = sum(group.count for group in reader.failed.groups(Selection()))
        counted = {one.import_id: one for one in reader.imports()}.get("first")
        looks.append(listed <= (counted.failures if counted else 0))
        reader.close()
    writer.join()

    assert looks
    assert all(looks)
    assert sum(group.count for group in scene.runtime.journal.failed.groups(Selection())) == 400
