"""Copies of a PIM, made by exporting it and importing that, and what an export does in trouble."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from akeneo_process import DirectClient
from exported import CODEC, commands_in, comparable, contents, export_to, exported
from exported_shops import FILLS, NAMELESS, Fill, generated, nameless, shop
from import_desk import ImportDesk, config_for, open_desk
from importbus.adapters.export import CLASSES, Export, write_export
from importbus.adapters.export.folder import file_of
from importbus.adapters.pim import PimClient
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.adapters.wiring import open_pim
from importbus.bus.errors import SinkRefused, SinkUnavailable
from library_catalogue import in_order
from raw_http import RawClient, value
from raw_media import PICTURE, place

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def source() -> Iterator[SimulatedPim]:
    """The PIM that is exported."""
    with SimulatedPim(option_rate=None) as pim:
        yield pim


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImportDesk]:
    """Where the copies are made."""
    with open_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture
def desk(source: SimulatedPim, opened: ImportDesk) -> ImportDesk:
    """Both PIMs as just installed."""
    source.reset()
    source.set_faults(None)
    opened.pim.reset()
    return opened


@pytest.fixture
def raw(source: SimulatedPim, desk: ImportDesk) -> Iterator[RawClient]:
    """A client of the PIM that is exported."""
    client = RawClient(source.port)
    yield client
    client.close()


@pytest.mark.parametrize("fill", FILLS, ids=lambda fill: str(fill.__name__))
def test_a_copy_is_exact(
    source: SimulatedPim, desk: ImportDesk, raw: RawClient, tmp_path: Path, fill: Fill
) -> None:
    """The PIM that is made of an export holds the same, and its export has the same bytes."""
    fill(raw)
    export_to(source, tmp_path / "first")
    bring(desk, tmp_path / "first")
    export_to(desk.pim, tmp_path / "second")

    assert comparable(desk.pim.state()) == comparable(source.state())
    assert contents(tmp_path / "second") == contents(tmp_path / "first")


def bring(desk: ImportDesk, folder: Path) -> None:
    """Import what stands in *folder*; nothing may fail."""
    root = Path(desk.config.media.root or ".")
    if (folder / "files").exists():
        shutil.copytree(folder / "files", root / "files", dirs_exist_ok=True)
    run = desk.run(*commands_in(folder))
    assert list(run.failures()) == []


def test_what_is_exported_can_be_dispatched_as_it_comes(desk: ImportDesk) -> None:
    """From PIM to PIM without files, with every class of commands."""
    assert list(desk.run(*in_order()).failures()) == []
    state, found = desk.pim.state(), exported(desk.pim)
    desk.pim.reset()

    assert list(desk.run(*found).failures()) == []
    assert comparable(desk.pim.state()) == comparable(state)


def test_only_what_is_wanted_is_written(
    source: SimulatedPim, raw: RawClient, tmp_path: Path
) -> None:
    """Files are found also where what they belong to is not wanted."""
    generated(raw)
    export_to(source, tmp_path / "all")
    for command in CLASSES:
        export_to(source, tmp_path / command, only=[command])
    together = {
        name: content
        for command in CLASSES
        for name, content in contents(tmp_path / command).items()
    }

    assert together == contents(tmp_path / "all")


@pytest.fixture
def client(source: SimulatedPim, tmp_path: Path) -> Iterator[PimClient]:
    """The client that is shipped."""
    config = config_for(source, tmp_path).pim
    assert config is not None
    with open_pim(config) as client:
        yield client


def export_by(client: PimClient, folder: Path, slept: list[float] | None = None) -> Export:
    """Write what the PIM of *client* holds into *folder*; only the PIM's own pause takes time."""
    waits = [] if slept is None else slept

    def wait(seconds: float) -> None:
        waits.append(seconds)
        time.sleep(seconds if seconds < 0.2 else 0)

    export = Export(client, CODEC, media=folder, told=lambda said: None, sleep=wait)
    write_export(export, folder)
    return export


TROUBLE: list[dict[str, Any]] = [
    {"match": {"method": "GET", "nth": [2, 9]}, "fault": {"kind": "status", "status": 503}},
    {"match": {"method": "GET", "nth": [3]}, "fault": {"kind": "429", "retry_after": 0}},
    {"match": {"method": "GET", "nth": [5]}, "fault": {"kind": "html_200"}},
    {"match": {"method": "GET", "nth": [7, 8]}, "fault": {"kind": "reset_before"}},
    {"match": {"method": "GET", "nth": [12]}, "fault": {"kind": "expire_tokens"}},
    {"match": {"path": "/download$", "nth": [1]}, "fault": {"kind": "html_200"}},
    {"match": {"path": "/products", "nth": [1]}, "fault": {"kind": "status", "status": 500}},
]


def test_trouble_on_the_way_changes_nothing(
    source: SimulatedPim, raw: RawClient, client: PimClient, tmp_path: Path
) -> None:
    """Errors, pauses, pages of maintenance, broken connections, lost tokens: the same bytes."""
    generated(raw)
    export_by(client, tmp_path / "calm")
    source.set_faults(TROUBLE)
    slept: list[float] = []
    export_by(client, tmp_path / "rough", slept)

    assert len(slept) >= 6
    assert contents(tmp_path / "rough") == contents(tmp_path / "calm")


def test_a_pim_that_stays_away_leaves_no_half_file(
    source: SimulatedPim, raw: RawClient, client: PimClient, tmp_path: Path
) -> None:
    """What was whole before stands there, and nothing else."""
    shop(raw)
    fault = {"kind": "status", "status": 503}
    source.set_faults([{"match": {"path": "/attributes", "after": 0}, "fault": fault}])

    with pytest.raises(SinkUnavailable, match="answered 503"):
        export_by(client, tmp_path / "out")
    assert list(contents(tmp_path / "out")) == sorted(map(file_of, CLASSES[:4]))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, "This PIM has no list reference-entities."),
        (403, "This user may not read the list reference-entities (HTTP 403)."),
    ],
)
def test_a_list_that_is_not_there_is_passed_over(
    source: SimulatedPim,
    raw: RawClient,
    client: PimClient,
    tmp_path: Path,
    status: int,
    said: str,
) -> None:
    """It is told once, and the rest is written."""
    generated(raw)
    fault = {"kind": "status", "status": status}
    source.set_faults([{"match": {"path": "/reference-entities"}, "fault": fault}])
    export = export_by(client, tmp_path / "out")

    assert export.account.passed_over == [said]
    assert export.account.count == 0
    assert file_of("CreateOrUpdateProduct") in contents(tmp_path / "out")
    assert file_of("CreateOrUpdateReferenceEntity") not in contents(tmp_path / "out")


def test_a_refusal_amid_a_list_is_no_end_of_it(
    source: SimulatedPim, raw: RawClient, client: PimClient, tmp_path: Path
) -> None:
    """A page that is missing must not look like a short list."""
    raw.put("/products", *({"identifier": f"mug{n}"} for n in range(100)))
    raw.put("/products", {"identifier": "last"})
    fault = {"kind": "status", "status": 403}
    source.set_faults([{"match": {"path": r"/products\?.*search_after="}, "fault": fault}])

    with pytest.raises(SinkRefused, match="403"):
        export_by(client, tmp_path / "out")
    assert file_of("CreateOrUpdateProduct") not in contents(tmp_path / "out")


def test_a_file_that_the_pim_has_lost_is_told(
    source: SimulatedPim, raw: RawClient, client: PimClient, tmp_path: Path
) -> None:
    """Its product is there without it; the others have theirs, each content once."""
    raw.put("/attributes", {"code": "picture", "type": "pim_catalog_image", "group": "other"})
    raw.put("/products", *({"identifier": name} for name in ("cup", "mug", "pot")))
    for name in ("cup", "mug", "pot"):
        content = b"a cup" if name == "cup" else PICTURE
        assert raw.upload("/media-files", content, product=place(name)).status == 201
    lost = raw.item("/products/cup")["values"]["picture"][0]["data"]
    fault = {"kind": "status", "status": 404}
    source.set_faults([{"match": {"path": lost}, "fault": fault}])
    export = export_by(client, tmp_path / "out")

    assert export.account.problems == [f"The file {lost} could not be downloaded (HTTP 404)."]
    assert [name for name in contents(tmp_path / "out") if name.endswith("red.png")] == [
        next(name for name in contents(tmp_path / "out") if name.startswith("files/"))
    ]
    assert len(list(commands_in(tmp_path / "out"))[-2:]) == 2


def test_what_no_command_can_say_is_told(
    source: SimulatedPim, raw: RawClient, client: PimClient, tmp_path: Path
) -> None:
    """The API takes no file for a product without an identifier."""
    nameless(raw)
    raw.put("/attributes", {"code": "picture", "type": "pim_catalog_image", "group": "other"})
    code = raw.upload("/media-files", PICTURE, product=place("friend")).headers["Location"]
    picture = value(code.partition("/media-files/")[2])
    raw.put("/products-uuid", {"uuid": NAMELESS, "values": {"picture": picture}})
    export = export_by(client, tmp_path / "out")

    (problem,) = export.account.problems
    assert NAMELESS in problem
    assert file_of("CreateProductMediaFile") in contents(tmp_path / "out")


def test_four_lists_are_read_at_once_and_no_more(tmp_path: Path) -> None:
    """As many as a connection may have."""
    with SimulatedPim(option_rate=None, latency_ms=30) as pim:
        put_structure(pim)
        config = config_for(pim, tmp_path).pim
        assert config is not None
        with open_pim(config) as client:
            export_by(client, tmp_path / "out")
        trace = pim.trace()

    assert 2 <= trace["max_concurrent"] <= 4
    assert list(trace["requests_by_status"]) == ["200"]


def put_structure(pim: SimulatedPim) -> None:
    """Give *pim* attributes with options, and nobody counts the calls."""
    client = DirectClient(pim)
    for n in range(6):
        color = {"code": f"color{n}", "type": "pim_catalog_simpleselect", "group": "other"}
        client.put("/attributes", color)
    pim.application.trace.reset()
