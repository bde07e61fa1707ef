"""The sink that writes files: which file a command goes to, folders that may be used, repeats."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from file_desk import FileDesk, lines_of
from importbus.adapters.file_sink.places import file_of, natural_place
from importbus.adapters.generator import FILES
from importbus.bus import ConfigurationError, LaneCommand, Outcome, SinkRefused
from importbus.handlers.akeneo import (
    COMMANDS,
    CreateOrUpdateAttribute,
    CreateOrUpdateCategory,
    CreateOrUpdateMeasurementFamily,
    CreateOrUpdateProduct,
    CreateOrUpdateProductModel,
    DeleteProduct,
    DeleteProductModel,
)

MUG = CreateOrUpdateProduct(identifier="mug", enabled=True)
NO_FAMILY = CreateOrUpdateProduct(identifier="mug", family=None)
CUP = CreateOrUpdateProduct(identifier="cup")

LAST = "99-deletes-and-what-follows.jsonl"


def names(folder: Path) -> list[str]:
    """Return what a user sees in *folder*."""
    return sorted(name for name in os.listdir(folder) if not name.startswith("."))


def test_a_class_has_a_file_that_is_called_as_the_generator_calls_it(tmp_path: Path) -> None:
    """Each command is created; the spool is gone in the end."""
    desk = FileDesk.opened(tmp_path)
    outcomes = desk.write((1, CreateOrUpdateCategory(code="master")), (2, MUG), (3, CUP))
    counts = desk.sink.flush()
    desk.sink.close()

    assert outcomes == [Outcome.created()] * 3
    assert counts == {"01-categories.jsonl": 1, FILES["CreateOrUpdateProduct"]: 2}
    assert sorted(os.listdir(tmp_path)) == names(tmp_path) == sorted(counts)


def test_a_command_that_comes_again_is_there_once(tmp_path: Path) -> None:
    """A lost answer or a crash lets the same position come again."""
    desk = FileDesk.opened(tmp_path)
    desk.write((1, MUG), (2, CUP), (1, MUG))
    desk.sink.flush()

    assert [data["identifier"] for *_, data in lines_of(tmp_path)] == ["mug", "cup"]


def test_lines_stand_as_they_were_dispatched(tmp_path: Path) -> None:
    """Whichever lane is faster."""
    desk = FileDesk.opened(tmp_path)
    desk.write((2, CUP), (1, MUG))
    desk.sink.flush()

    assert [data["identifier"] for *_, data in lines_of(tmp_path)] == ["mug", "cup"]


def test_nothing_has_its_name_before_it_is_complete(tmp_path: Path) -> None:
    """Without a flush there is the spool alone, and closing keeps it."""
    desk = FileDesk.opened(tmp_path)
    desk.write((1, MUG))
    desk.sink.close()

    assert names(tmp_path) == []
    assert (tmp_path / ".importbus-spool.db").exists()


def test_what_comes_after_a_flush_is_not_thrown_away(tmp_path: Path) -> None:
    """The files lack it, so the spool stays; the next flush would write all of it."""
    desk = FileDesk.opened(tmp_path)
    desk.write((1, MUG))
    desk.sink.flush()
    desk.write((2, CUP))
    desk.sink.close()

    assert (tmp_path / ".importbus-spool.db").exists()
    again = FileDesk.opened(tmp_path, resume=True)
    assert again.sink.flush() == {"18-products.jsonl": 2}
    again.sink.close()


def test_a_sink_that_got_nothing_leaves_nothing(tmp_path: Path) -> None:
    """An import that could not begin can be tried again."""
    FileDesk.opened(tmp_path).sink.close()

    assert os.listdir(tmp_path) == []


def test_after_a_delete_a_key_goes_on_behind_it(tmp_path: Path) -> None:
    """Else the delete, whose file comes last, would undo it; other keys stay where they are."""
    desk = FileDesk.opened(tmp_path)
    desk.write((1, MUG), (2, DeleteProduct(identifier="MUG")), (3, MUG), (4, CUP))
    desk.sink.flush()

    assert [(file, name) for file, name, _ in lines_of(tmp_path)] == [
        ("18-products.jsonl", "CreateOrUpdateProduct"),
        ("18-products.jsonl", "CreateOrUpdateProduct"),
        (LAST, "DeleteProduct"),
        (LAST, "CreateOrUpdateProduct"),
    ]


def test_what_is_deleted_with_a_model_goes_on_behind_it_too(tmp_path: Path) -> None:
    """A variant that is made again after its model was deleted and made again."""
    model = CreateOrUpdateProductModel(code="m", family_variant="v")
    variant = CreateOrUpdateProduct(identifier="a", parent="m")
    desk = FileDesk.opened(tmp_path)
    desk.write((1, model), (2, variant), (3, DeleteProductModel(code="m")))
    desk.write((4, model), (5, variant))
    desk.sink.flush()

    assert [name for file, name, _ in lines_of(tmp_path) if file == LAST] == [
        "DeleteProductModel",
        "CreateOrUpdateProductModel",
        "CreateOrUpdateProduct",
    ]


def test_csv_has_beside_it_what_no_row_can_say(tmp_path: Path) -> None:
    """From the first such command on also the rows of its key, which come after it."""
    desk = FileDesk.opened(tmp_path, "csv")
    desk.write((1, MUG), (2, NO_FAMILY), (3, MUG), (4, CUP))
    desk.write((5, CreateOrUpdateMeasurementFamily(code="Weight")))
    counts = desk.sink.flush()

    assert (tmp_path / "18-products.csv").read_text() == "sku;enabled\nmug;1\ncup;\n"
    assert [dict(data) for file, _, data in lines_of(tmp_path) if "not-in-csv" in file] == [
        {"identifier": "mug", "family": None},
        {"identifier": "mug", "enabled": True},
    ]
    assert counts == {
        "18-products.csv": 2,
        "18-products.not-in-csv.jsonl": 2,
        "21-measurement-families.jsonl": 1,
    }
    assert names(tmp_path) == sorted(counts), "in this order they are imported"


def test_products_are_identified_by_the_attribute_that_does_so(tmp_path: Path) -> None:
    """The main one of several; `sku` when the import brings none."""
    desk = FileDesk.opened(tmp_path, "csv")
    for number, (code, main) in enumerate([("ean", False), ("number", True)], 1):
        attribute = CreateOrUpdateAttribute(
            code=code, type="pim_catalog_identifier", is_main_identifier=main
        )
        desk.write((number, attribute))
    named = {"number": [{"locale": None, "scope": None, "data": "mug"}]}
    desk.write((3, CreateOrUpdateProduct(identifier="mug", enabled=True, values=named)))
    desk.sink.flush()

    assert (tmp_path / "18-products.csv").read_text() == "number;enabled\nmug;1\n"


@pytest.mark.parametrize("command_type", COMMANDS)
def test_every_class_has_a_file(command_type: type[LaneCommand]) -> None:
    """None but deletes share the last one."""
    name = file_of(natural_place(command_type), tables={})

    assert (name == LAST) == command_type.__name__.startswith("Delete")


def test_a_folder_with_files_is_refused_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    """Then files of our names go, and those of others stay."""
    for name in ("notes.txt", "01-categories.jsonl"):
        (tmp_path / name).touch()
    with pytest.raises(ConfigurationError, match=r"holds files already, as 01-cat.*--force"):
        FileDesk.opened(tmp_path)
    desk = FileDesk.opened(tmp_path, fresh=True)
    desk.write((1, MUG))
    desk.sink.flush()

    assert names(tmp_path) == ["18-products.jsonl", "notes.txt"]


def test_what_an_import_has_begun_is_gone_on_with_by_itself_only(tmp_path: Path) -> None:
    """Neither by one that does not say so, nor by another one."""
    first = FileDesk.opened(tmp_path, import_id="spring")
    first.write((1, MUG))
    first.sink.close()
    with pytest.raises(ConfigurationError, match="has begun to write"):
        FileDesk.opened(tmp_path, import_id="spring")
    with pytest.raises(ConfigurationError, match="what import 'spring' has begun"):
        FileDesk.opened(tmp_path, import_id="summer", resume=True)
    again = FileDesk.opened(tmp_path, import_id="spring", resume=True)
    again.write((2, CUP))
    again.sink.flush()
    again.sink.close()

    assert [data["identifier"] for *_, data in lines_of(tmp_path)] == ["mug", "cup"]
    with pytest.raises(ConfigurationError, match="is complete: it holds 18-products"):
        FileDesk.opened(tmp_path, import_id="spring", resume=True)


def test_two_sinks_do_not_write_to_a_folder(tmp_path: Path) -> None:
    """Not even when the second one is to replace what is there; the first one goes on."""
    first = FileDesk.opened(tmp_path)
    first.write((1, MUG))
    with pytest.raises(ConfigurationError, match=r"process \d+ on .* writes to it"):
        FileDesk.opened(tmp_path, fresh=True)
    first.sink.flush()
    first.sink.close()

    assert os.listdir(tmp_path) == ["18-products.jsonl"]


def test_a_full_disk_leaves_files_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The spool holds everything still, and the next flush writes it."""
    desk = FileDesk.opened(tmp_path)
    desk.write((1, MUG))

    def full(descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(SinkRefused, match=r"cannot be written: No space.*Make room there"):
            desk.sink.flush()
    assert not list(tmp_path.glob(".*.part"))
    assert names(tmp_path) == []
    desk.sink.flush()

    assert names(tmp_path) == ["18-products.jsonl"]


def test_a_path_that_is_no_folder_is_named(tmp_path: Path) -> None:
    """A mistake of the command line."""
    (tmp_path / "file").touch()

    with pytest.raises(ConfigurationError, match="file: cannot be written: "):
        FileDesk.opened(tmp_path / "file")
