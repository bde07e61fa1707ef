"""Which reader a table gets, and where the structure comes from that it is read by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import define

from importbus.adapters.reading import Item, Means, open_reading
from importbus.adapters.sources.inputs import FileInput
from importbus.adapters.sources.jsonl import JsonlSource
from importbus.adapters.sources.ports import SourceOptions
from importbus.adapters.sources.rows import Want
from importbus.adapters.table_readers import RunStructure
from importbus.bus.errors import ConfigurationError, SinkUnavailable
from importbus.bus.ports import Rejection
from read_sources import CODEC, ListedPim, said

IN_PIM = ListedPim(
    {
        "/api/rest/v1/attributes": [
            {"code": "sku", "type": "pim_catalog_identifier"},
            {"code": "size", "type": "pim_catalog_number"},
        ],
        "/api/rest/v1/channels": [{"code": "shop", "locales": ["en_US"], "currencies": ["EUR"]}],
    }
)
"""In this PIM a size is a number."""

SIZES = "sku;size\nmug;XL\n"


@pytest.fixture(autouse=True)
def pim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ListedPim:
    """Work in a folder with a table, and with a PIM that nobody has asked."""
    monkeypatch.chdir(tmp_path)
    Path("p.csv").write_text(SIZES)
    return ListedPim(IN_PIM.lists)


def attribute(code: str, type: str, **more: object) -> str:
    """Return a line of JSONL."""
    data = {"code": code, "type": f"pim_catalog_{type}", **more}
    return json.dumps({"command": "CreateOrUpdateAttribute", "data": data}) + "\n"


def read(pim: ListedPim | None, *names: str, **options: Any) -> list[str]:
    """Return what comes of *names*, in the order of their reading."""
    reading = open_reading(names, CODEC, Means(SourceOptions(**options), pim=pim))
    return [said(item) for source in reading.sources for _, item in source.read(lambda name: True)]


def test_the_pim_tells_the_types(pim: ListedPim) -> None:
    """Each list once, for all tables of a run, and only what columns need."""
    Path("q.csv").write_text(SIZES)

    assert read(pim, "p.csv", "q.csv") == 2 * ["size: expected a number, not 'XL'"]
    assert pim.asked == ["/api/rest/v1/attributes"]


def test_commands_alone_ask_nobody(pim: ListedPim) -> None:
    """Nor does a table whose columns need no structure."""
    Path("a.jsonl").write_text(attribute("size", "text", group="other"))
    Path("c.csv").write_text("code;parent\nmaster;\n")

    assert len(read(pim, "a.jsonl", "c.csv", kind="categories")) == 2
    assert pim.asked == []


def test_what_the_run_brings_stands_above_the_pim(pim: ListedPim) -> None:
    """Also when it is named behind the table; the PIM is asked for the rest."""
    Path("a.jsonl").write_text(attribute("size", "text", group="other"))

    assert read(pim, "p.csv", "a.jsonl") == [
        "CreateOrUpdateProduct mug",
        "CreateOrUpdateAttribute size",
    ]
    assert pim.asked == ["/api/rest/v1/attributes"]


def test_structure_may_itself_come_as_a_table(pim: ListedPim) -> None:
    """A file of attributes is read before the products that need it."""
    Path("attributes.csv").write_text("code;type;group\nsize;pim_catalog_text;other\n")

    assert read(pim, "p.csv", "attributes.csv")[0] == "CreateOrUpdateProduct mug"


def test_a_file_of_structure_replaces_the_pim(pim: ListedPim) -> None:
    """For the lists of which it says something."""
    Path("s.jsonl").write_text(attribute("sku", "identifier") + attribute("size", "text"))

    assert read(pim, "p.csv", structure="s.jsonl") == ["CreateOrUpdateProduct mug"]
    assert pim.asked == []


def test_the_pim_tells_the_lists_that_a_file_of_structure_leaves_out(pim: ListedPim) -> None:
    """A file of attributes need not repeat the channels."""
    name = attribute("name", "text", localizable=True)
    Path("s.jsonl").write_text(attribute("sku", "identifier") + name)
    Path("n.csv").write_text("sku;name-en_US\nmug;Mug\n")

    assert read(pim, "n.csv", structure="s.jsonl") == ["CreateOrUpdateProduct mug"]
    assert pim.asked == ["/api/rest/v1/channels"]


@define
class Counted:
    """A source of nothing that notes how often it is read."""

    name: str = "a.jsonl"
    rereadable: bool = True
    reads: int = 0

    def read(self, want: Want, *, rejections: bool = True) -> Iterator[Item]:
        self.reads += 1
        return iter(())


def test_sources_are_looked_through_once_for_all_lists() -> None:
    """They may be long."""
    given, brought = Counted(), Counted()
    structure = RunStructure(CODEC, [given], None, [brought])
    structure.known.attribute("size")
    structure.known.channel("shop")

    assert (given.reads, brought.reads) == (1, 1)


def test_a_file_of_structure_stands_above_the_run(pim: ListedPim) -> None:
    """Who names one means it."""
    Path("s.jsonl").write_text(attribute("sku", "identifier") + attribute("size", "text"))
    Path("a.jsonl").write_text(attribute("size", "number", group="other"))

    assert read(pim, "a.jsonl", "p.csv", structure="s.jsonl")[1] == "CreateOrUpdateProduct mug"


def test_a_folder_of_structure_is_read_whole() -> None:
    """As an export writes it; what is no source in it is left alone."""
    folder = Path("copy")
    folder.mkdir()
    (folder / "1.jsonl").write_text(attribute("sku", "identifier"))
    (folder / "2.csv").write_text("code;type;group\nsize;pim_catalog_text;other\n")
    (folder / "mug.png").write_bytes(b"\x89PNG")

    assert read(None, "p.csv", structure="copy") == ["CreateOrUpdateProduct mug"]


def test_a_folder_without_structure_is_a_mistake() -> None:
    """A slip in the name would else be an import of nothing."""
    Path("empty").mkdir()

    with pytest.raises(ConfigurationError, match=r"^--structure empty: there is no file of"):
        read(None, "p.csv", structure="empty")


def test_without_a_pim_the_header_tells_what_is_missing() -> None:
    """First of all, and with the way out."""
    reason, *_ = read(None, "p.csv")

    assert reason.startswith("No attribute is known: configure the PIM that has them, or name a ")


class NoPim:
    """A PIM out of reach."""

    def items(self, path: str, params: object = None) -> list[dict[str, object]]:
        raise SinkUnavailable("The PIM does not answer.")


def test_a_pim_out_of_reach_ends_the_reading() -> None:
    """It is no fault of the rows: they are not rejected."""
    reading = open_reading(["p.csv"], CODEC, Means(pim=NoPim()))  # type: ignore[arg-type]

    with pytest.raises(SinkUnavailable, match="does not answer"):
        list(reading.sources[0].read(lambda name: True))


def test_a_mapping_reads_every_table(pim: ListedPim) -> None:
    """Whatever its header would be taken for, and of the kind that the mapping says."""
    Path("m.toml").write_text('kind = "products"\nkey = "Article"\n[columns]\nName = "size"\n')
    Path("x.csv").write_text("Article;Name\nmug;5\ncup;XL\n")
    reading = open_reading(["x.csv"], CODEC, Means(SourceOptions(mapping="m.toml"), pim=pim))
    (_, good), (_, bad) = reading.sources[0].read(lambda name: True)

    assert said(good) == "CreateOrUpdateProduct mug"
    assert isinstance(bad, Rejection)
    assert bad.command == "CreateOrUpdateProduct"


def test_a_mapping_that_is_wrong_is_told_before_anything_is_read() -> None:
    """With its place."""
    Path("m.toml").write_text("kind = 5")

    with pytest.raises(ConfigurationError, match=r"^m\.toml"):
        read(None, "p.csv", mapping="m.toml")


def test_structure_that_could_not_be_read_is_read_again() -> None:
    """A disk that fails once must not make all attributes unknown."""
    path = Path("structure.jsonl")
    path.write_text(attribute("size", "text"))
    source = JsonlSource(FileInput(str(path)), CODEC)
    structure = RunStructure(CODEC, given=[source])
    path.rename("away.jsonl")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        structure.known.attribute("size")
    Path("away.jsonl").rename(path)

    assert structure.known.attribute("size") is not None
