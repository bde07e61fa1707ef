"""Laws of tables as sources: each row is told once, whatever is wanted, however often one reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from importbus.adapters.progress import ProgressBoard
from importbus.adapters.reading import Reading
from importbus.adapters.sources import TableSource
from importbus.adapters.sources.inputs import FileInput
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.ports import Rejection
from read_sources import CODEC, csv_of, shop_readers

Rows = Sequence[Sequence[str]]


@frozen
class Kind:
    """Files of a kind: a header, and rows that are good or bad in every way."""

    header: Sequence[str]
    rows: Rows


KINDS: Mapping[str, Kind] = {
    "products": Kind(
        ("sku", "stock", "picture", "stok"),
        (
            *(("mug", "5", "mug.png", ""), ("cup", "many", "cup.png", ""), ("", "5", "", "")),
            *(("pan", "5"), ("pot", "", "", "", "surplus"), ("tub", "", "", "")),
        ),
    ),
    "families": Kind(
        ("code", "attributes", "label-en_US"),
        (("mugs", "sku", "Mugs"), ("cups",), ("", "", ""), ("pans", "", "")),
    ),
    "attributes": Kind(
        ("code", "type", "group", "wrong"),
        (("size", "pim_catalog_text", "other", ""), ("", "x", "", ""), ("a", "b")),
    ),
    "unknown": Kind(("code", "label-en_US"), (("a", "b"), ("c",))),
    "html": Kind(("<html>",), (("<body>",),)),
}

TABLES = st.sampled_from(sorted(KINDS)).flatmap(
    lambda kind: st.tuples(
        st.just(kind), st.lists(st.sampled_from(KINDS[kind].rows), max_size=5).map(tuple)
    )
)

CLASSES = st.frozensets(
    st.sampled_from(
        [
            *("CreateOrUpdateProduct", "CreateProductMediaFile", "CreateOrUpdateFamily"),
            "CreateOrUpdateAttribute",
        ]
    )
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for all examples of a law."""
    return tmp_path_factory.mktemp("sources")


def sources(folder: Path, tables: Sequence[tuple[str, Rows]]) -> list[TableSource]:
    """Write *tables* into files and return them."""
    readers = shop_readers()
    found = []
    for number, (kind, rows) in enumerate(tables):
        path = folder / f"{number}-{kind}.csv"
        path.write_text(csv_of(KINDS[kind].header, rows))
        found.append(TableSource(FileInput(str(path)), "csv", CODEC, readers))
    return found


Items = list[tuple[Position, LaneCommand | Rejection]]


def everything(found: Sequence[TableSource], only: frozenset[str] = frozenset()) -> Items:
    """Return what one reading tells of the wanted classes."""
    return [item for each in found for item in each.read(lambda n: not only or n in only)]


@given(st.lists(TABLES, max_size=3), CLASSES)
def test_two_readings_tell_what_one_does(
    folder: Path, tables: list[tuple[str, Rows]], only: frozenset[str]
) -> None:
    """I1: each row, header and file once; structure first, and else in the order of the files."""
    found = sources(folder, tables)
    one = everything(found, only)
    board = ProgressBoard()
    both = list(Reading(found, CODEC, only).items(board))

    def is_structure(item: LaneCommand | Rejection) -> bool:
        name = item.command if isinstance(item, Rejection) else CODEC.name_of(type(item))
        return name is not None and CODEC.is_structure(name)

    assert len({at for at, _ in one}) == len(one)
    assert both == sorted(one, key=lambda each: not is_structure(each[1]))
    commands = [CODEC.name_of(type(i)) for _, i in one if not isinstance(i, Rejection)]
    assert +Counter(board.snapshot().expected) == Counter(commands)


@given(st.lists(TABLES, max_size=2), st.data())
def test_what_is_passed_over_is_all_that_is_missing(
    folder: Path, tables: list[tuple[str, Rows]], data: st.DataObject
) -> None:
    """I2: a reading that goes on tells the rest, nothing twice and nothing less."""
    found = sources(folder, tables)
    whole = everything(found)
    passed = data.draw(st.sets(st.sampled_from([at for at, _ in whole])) if whole else st.just({}))
    for source in found:
        source.pass_over(passed)

    assert everything(found) == [item for item in whole if item[0] not in passed]
