"""Files on their way to a sink, in one process and through a queue."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from attrs import define, field

from importbus.adapters.batch_run import Patience
from importbus.adapters.config import Config, JournalConfig, MediaConfig, TransportConfig
from importbus.adapters.runtime import Runtime
from importbus.adapters.wiring import open_runtime
from importbus.bus import Batch, Envelope, LaneCommand, Outcome, Position, Report, SinkUnavailable
from importbus.bus.context import current_position
from toy_commands import Picture, Put

pytestmark = pytest.mark.integration

MOST = 1000
"""Bytes that travel in a message here."""


@define
class Gallery:
    """A sink that hangs pictures of things that are there, and parks the others."""

    things: set[str] = field(factory=set)
    pictures: dict[str, bytes] = field(factory=dict)
    failing: int = 0
    _lock: Lock = field(factory=Lock)

    def write(self, batch: Batch[Any], /) -> Iterator[Outcome]:
        """Write the items of *batch*."""
        with self._lock:
            return iter([self._write(envelope) for envelope in batch.envelopes])

    def _write(self, envelope: Envelope[Any]) -> Outcome:
        command = envelope.command
        if isinstance(command, Put):
            self.things.add(command.sku)
            return Outcome.created()
        if self.failing:
            self.failing -= 1
            raise SinkUnavailable("no answer")
        if command.sku not in self.things:
            return Outcome.parked("no such thing", status=422, wants=(f"thing:{command.sku}",))
        assert envelope.attachment
        with envelope.attachment.open() as content:
            self.pictures[command.sku] = content.read()
        return Outcome.uploaded()


@define
class Shop:
    """A folder with pictures that is there while it is published, and gone afterwards."""

    folder: Path
    transport: str
    gallery: Gallery = field(factory=Gallery)

    def __attrs_post_init__(self) -> None:
        for name in ("shop", "shared"):
            (self.folder / name).mkdir()

    def add(self, name: str, content: bytes, *, shared: bool = False) -> None:
        """Put a file beside the source, or into the folder that all processes share."""
        (self.folder / ("shared" if shared else "shop") / name).write_bytes(content)

    def carry(self, *commands: LaneCommand) -> Report:
        """Import *commands*; through a queue, the shop is gone before anything is carried out."""
        if self.transport == "memory:":
            with self._open(consume=True) as runtime:
                return self._dispatch(runtime, commands, wait=True)
        with self._open(consume=False) as runtime:
            self._dispatch(runtime, commands, wait=False)
        shutil.rmtree(self.folder / "shop")
        with self._open(consume=True) as runtime:
            with runtime.bus.importing(id="last"):
                pass
            runtime.completion.wait("spring")
            return runtime.journal.report("spring")

    def _dispatch(
        self, runtime: Runtime, commands: tuple[LaneCommand, ...], *, wait: bool
    ) -> Report:
        with runtime.bus.importing(id="spring", wait=wait) as run:
            for line, command in enumerate(commands, 1):
                at = current_position.set(Position(str(self.folder / "shop/a.jsonl"), line))
                run.dispatch(command)
                current_position.reset(at)
        return run.report

    def _open(self, *, consume: bool) -> _Opened:
        config = Config(
            transport=TransportConfig(self.transport.format(self.folder), lanes=2),
            journal=JournalConfig(str(self.folder / "journal.db")),
            media=MediaConfig(str(self.folder / "shared"), MOST),
        )
        return _Opened(config, self.gallery, consume)


class _Opened:
    """A bus with the sink for things and pictures."""

    def __init__(self, config: Config, gallery: Gallery, consume: bool) -> None:
        self._opened = open_runtime(config, consume=consume, patience=Patience(quiet=0.01))
        self._gallery = gallery

    def __enter__(self) -> Runtime:
        runtime = self._opened.__enter__()
        for kind in (Put, Picture):
            runtime.bus.register_sink(kind, self._gallery, size=10, linger=0.05)
        return runtime

    def __exit__(self, *error: Any) -> None:
        self._opened.__exit__(*error)


@pytest.fixture(params=["memory:", "sqlite:///{}/queue.db"])
def shop(tmp_path: Path, request: pytest.FixtureRequest) -> Shop:
    """A shop in one process, and one with a queue."""
    return Shop(tmp_path, request.param)


def test_files_arrive_byte_by_byte(shop: Shop) -> None:
    """Small ones by message, large ones by way of the folder that all processes share."""
    small, large = bytes(range(256)), b"film" * MOST
    shop.add("small.png", small)
    shop.add("large.mp4", large, shared=True)
    report = shop.carry(Put("a"), Put("b"), Picture("a", "small.png"), Picture("b", "large.mp4"))

    assert report.outcomes == {"created": 2, "uploaded": 2}
    assert shop.gallery.pictures == {"a": small, "b": large}


def test_a_file_whose_thing_comes_later_waits_for_it(shop: Shop) -> None:
    """It is parked with its bytes, which arrive in the round although the shop is gone."""
    shop.add("a.png", b"a")
    shop.add("b.mp4", b"b" * 2 * MOST, shared=True)
    report = shop.carry(Picture("a", "a.png"), Picture("b", "b.mp4"), Put("b"), Put("a"))

    assert report.outcomes == {"created": 2, "uploaded": 2}
    assert shop.gallery.pictures == {"a": b"a", "b": b"b" * 2 * MOST}


def test_each_file_that_cannot_be_had_fails_alone(shop: Shop) -> None:
    """I10: with its position and the reason; nothing outside is read, and the rest goes on."""
    shop.add("a.png", b"a")
    (shop.folder / "secret").write_text("secret")
    files = ("a.png", "none.png", "../secret", "../shared/none.mp4")
    report = shop.carry(Put("a"), *(Picture("a", name) for name in files))
    with shop._open(consume=False) as runtime:
        failures = list(runtime.journal.failures("spring"))

    assert report.outcomes == {"created": 1, "uploaded": 1, "failed": 3}
    assert [(failure.position.line, failure.errors[0].message) for failure in failures] == [
        (3, f"none.png is no file in {shop.folder}/shop and is no file in {shop.folder}/shared."),
        (4, f"../secret leads outside of {shop.folder}/shop"
            f" and leads outside of {shop.folder}/shared."),
        (5, f"../shared/none.mp4 leads outside of {shop.folder}/shop"
            f" and is no file in {shop.folder}/shared."),
    ]  # fmt: skip


def test_a_file_without_an_answer_is_sent_again(shop: Shop) -> None:
    """Its bytes are read anew for each call."""
    shop.add("a.png", b"a")
    shop.gallery.failing = 2
    report = shop.carry(Put("a"), Picture("a", "a.png"))

    assert report.outcomes == {"created": 1, "uploaded": 1}
    assert shop.gallery.pictures == {"a": b"a"}


def test_through_a_queue_a_file_must_fit_into_a_message_or_be_shared(tmp_path: Path) -> None:
    """What nobody else could read fails before it is published; in one process it has no limit."""
    for name in ("one", "many"):
        (tmp_path / name).mkdir()
    reports = []
    for shop in (Shop(tmp_path / "one", "memory:"), Shop(tmp_path / "many", "sqlite:///{}/q.db")):
        shop.add("a.mp4", b"a" * (MOST + 1))
        reports.append(shop.carry(Put("a"), Picture("a", "a.mp4")))
    with shop._open(consume=False) as runtime:
        (failure,) = runtime.journal.failures("spring")

    assert reports[0].outcomes == {"created": 1, "uploaded": 1}
    assert reports[1].outcomes == {"created": 1, "failed": 1}
    assert "1,001 bytes, and 1,000 travel in a message" in failure.errors[0].message
