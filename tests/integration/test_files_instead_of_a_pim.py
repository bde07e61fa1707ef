"""Imports into files: what they say in the end, whatever dies on the way."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import dying_files
from command_line import Shop
from dying_files import DISK_FULL, POINTS
from dying_import import KILLED
from file_desk import lines_of
from import_desk import open_desk
from importbus.adapters.config import Config, JournalConfig, TransportConfig
from importbus.adapters.file_sink import FileSink
from importbus.adapters.generator import generate
from importbus.adapters.transports.rabbitmq.address import Address
from importbus.adapters.wiring import FileGenerator, open_bus, open_codec
from importbus.bus import LaneCommand
from importbus.handlers.akeneo import (
    COMMANDS,
    CreateOrUpdateProduct,
    DeleteProduct,
)
from rabbit_server import RabbitServer
from tangled_catalogue import tangled

pytestmark = pytest.mark.integration

SOURCE = "tangled.jsonl"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A folder with a catalogue in the worst order, and no PIM."""
    shop = Shop(tmp_path, "", {})
    shop.write(SOURCE, map(json.dumps, catalogue()))
    return shop


def catalogue() -> list[dict[str, Any]]:
    """Return its lines, one a key: which ones are folded into one line is up to chance."""
    return [one for one in tangled(seed=3) if "enabled" not in one["data"]]


def write(shop: Shop, point: str, *more: str) -> subprocess.CompletedProcess[str]:
    """Write the catalogue into files, dying at *point*."""
    program = [sys.executable, dying_files.__file__, point]
    return subprocess.run(
        [*program, "import", SOURCE, "--to", "out", *more],
        cwd=shop.folder,
        env=shop.environment(),
        capture_output=True,
        text=True,
        timeout=120,
    )


def said_in(folder: Path) -> Counter[str]:
    """Return the lines of all files in *folder*."""
    files = (file.read_text().splitlines() for file in folder.iterdir() if file.is_file())
    return Counter(line for lines in files for line in lines)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Counter[str]:
    """The lines of the catalogue, written by an import that nothing happened to."""
    folder = tmp_path_factory.mktemp("whole")
    commands = map(_decoded, catalogue())
    FileGenerator(str(folder / "out"), "csv", str(folder / "journal.db")).run(commands)
    return said_in(folder / "out")


@pytest.mark.parametrize("point", POINTS)
def test_a_crash_neither_doubles_nor_loses_a_line(
    shop: Shop, whole: Counter[str], point: str
) -> None:
    """I2, I8: what is resumed ends with the lines of an import that nothing happened to."""
    died = write(shop, point, "--import-id", "night", "--to-format", "csv")
    resumed = write(shop, "never", "--resume", "night", "--to-format", "csv")

    assert died.returncode == KILLED, died.stderr
    assert resumed.returncode == 0, resumed.stderr
    assert said_in(shop.folder / "out") == whole


def test_a_full_disk_is_exit_3_and_can_be_resumed(shop: Shop) -> None:
    """The message names the folder and how to go on; then everything is there."""
    full = write(shop, DISK_FULL, "--import-id", "night")
    resumed = write(shop, "never", "--resume", "night")

    assert full.returncode == 3, full.stderr
    assert "The disk is full; make room and start again, nothing is lost." in full.stderr
    assert "Continue later with --resume night." in full.stderr
    assert resumed.returncode == 0, resumed.stderr
    assert sum(said_in(shop.folder / "out").values()) == len(catalogue())


def test_an_import_goes_on_where_it_began_only(shop: Shop) -> None:
    """Resumed without --to, the rest would go to the PIM, and the files would lack it."""
    write(shop, "settled", "--import-id", "night")
    said = shop.run("import", SOURCE, "--resume", "night")
    (shop.folder / "out" / ".importbus-spool.db").unlink()
    robbed = write(shop, "never", "--resume", "night")

    assert said.code == 2
    assert f"was begun with {SOURCE}, --to=out: give the same sources" in said.err
    assert robbed.returncode == 2
    assert "holds nothing of import 'night', which has written something" in robbed.stderr


STORY: list[LaneCommand] = [
    CreateOrUpdateProduct(identifier="mug", enabled=True),
    CreateOrUpdateProduct(identifier="cup", enabled=True),
    CreateOrUpdateProduct(identifier="mug", enabled=False, family=None),
    DeleteProduct(identifier="cup"),
    CreateOrUpdateProduct(identifier="cup", enabled=False),
    CreateOrUpdateProduct(identifier="mug", enabled=True),
]
"""Commands whose order matters, and some that no row can say."""


@pytest.mark.parametrize("format_", ["jsonl", "csv"])
def test_files_of_python_say_what_was_dispatched(tmp_path: Path, format_: Any) -> None:
    """In one line of code, with an account like that of any import."""
    report = FileGenerator(str(tmp_path / "out"), format_, str(tmp_path / "j.db")).run(STORY)

    assert (report.state, report.read, report.balanced) == ("finished", 6, True)
    assert list((tmp_path / "out").glob(".*")) == []


@pytest.mark.parametrize("transport", ["memory:", "sqlite:///{}/queue.db"])
def test_a_bus_writes_files_whatever_carries_its_batches(tmp_path: Path, transport: str) -> None:
    """An application attaches the sink; each import that finishes brings the files up to date."""
    dispatch_story(tmp_path, transport.format(tmp_path))

    assert_story(tmp_path / "out")


def test_a_bus_writes_files_over_a_broker(
    tmp_path: Path, broker: RabbitServer, address: Address
) -> None:
    """As long as it is the one process that works on the lanes."""
    dispatch_story(tmp_path, f"{broker.url}?name={address.name}")

    assert_story(tmp_path / "out")


def dispatch_story(folder: Path, transport: str) -> None:
    """Dispatch ``STORY`` in two imports to a bus with files at its end."""
    config = Config(
        transport=TransportConfig(transport),
        journal=JournalConfig(str(folder / "journal.db")),
    )
    with closing(FileSink(str(folder / "out"), open_codec())) as sink, open_bus(config) as bus:
        sink.attach(bus, COMMANDS)
        for part in (STORY[:3], STORY[3:]):
            with bus.importing():
                for command in part:
                    bus.dispatch(command)
        sink.flush()


def assert_story(out: Path) -> None:
    """Make sure that *out* says what ``STORY`` says."""
    written = [(name, data["identifier"]) for _, name, data in lines_of(out)]
    assert ("DeleteProduct", "cup") in written
    assert 2 <= written.count(("CreateOrUpdateProduct", "mug")) <= 3, "two were perhaps folded"
    assert written.count(("CreateOrUpdateProduct", "cup")) == 2


def test_pictures_are_copied_beside_what_names_them(tmp_path: Path) -> None:
    """Each content once, under a name that no other content has; a missing one fails alone."""
    (tmp_path / "a").mkdir()
    for name, content in (("mug.png", b"one"), ("a/mug.png", b"two"), ("same.png", b"one")):
        (tmp_path / name).write_bytes(content)
    names = ("mug.png", "a/mug.png", "same.png", "mug.png", "none.png")
    lines = [
        json.dumps(
            {
                "command": "CreateProductMediaFile",
                "data": {"identifier": f"p{n}", "attribute": "picture", "file": name},
            }
        )
        for n, name in enumerate(names)
    ]
    shop = Shop(tmp_path, "", {})
    said = shop.run("import", shop.write("in.jsonl", lines), "--to", "out")
    files = {data["identifier"]: data["file"] for *_, data in lines_of(tmp_path / "out")}

    assert said.code == 1, said.err
    assert "none.png is no file in" in said.err
    assert "Write all files again once that is mended: importbus import in.jsonl --to=" in said.err
    assert "failed retry" not in said.err
    assert sorted(files) == ["p0", "p1", "p2", "p3"]
    assert files["p0"] == files["p3"] != files["p1"]
    assert [(tmp_path / "out" / files[f"p{n}"]).read_bytes() for n in range(3)] == [
        b"one",
        b"two",
        b"one",
    ]


def test_files_lead_to_the_state_that_the_import_would_have(tmp_path: Path) -> None:
    """The proof: a PIM that was given the files holds what one holds that was given the source."""
    commands = [*map(_decoded, generate(30, 6)), *STORY]
    states = []
    for number, given in enumerate((commands, _written(tmp_path, commands))):
        folder = tmp_path / str(number)
        folder.mkdir()
        with open_desk(folder) as desk:
            run = desk.run(*given)
            assert run.report.balanced
            states.append(desk.pim.state())

    assert states[0] == states[1]


def _decoded(record: dict[str, Any]) -> LaneCommand:
    return open_codec().decode(record["command"], record["data"])


def _written(folder: Path, commands: list[LaneCommand]) -> Iterator[LaneCommand]:
    out = folder / "out"
    FileGenerator(str(out), journal=str(folder / "journal.db")).run(commands)
    for _, name, data in lines_of(out):
        yield open_codec().decode(name, data)
