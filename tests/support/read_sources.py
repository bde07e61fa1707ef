"""Sources of a small shop for tests: tables in files, what reads them, and what comes of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import define, field

from flat_shop import every, shop
from importbus.adapters.sources import TableSource
from importbus.adapters.sources.inputs import FileInput
from importbus.adapters.sources.ports import SourceOptions
from importbus.adapters.table_readers import FormatReaders, RunStructure
from importbus.adapters.wiring import open_codec
from importbus.bus.messages import LaneCommand
from importbus.bus.ports import Rejection, Source

CODEC = open_codec()


def shop_readers(**options: Any) -> FormatReaders:
    """Return what reads the tables of the shop; no PIM is asked."""
    structure = RunStructure(CODEC)
    structure.known = shop()
    return FormatReaders(SourceOptions(**options), structure)


def table(text: str | bytes, name: str = "p.csv", format: str = "csv") -> TableSource:
    """Write *text* to the file *name* and return it as a source."""
    Path(name).write_bytes(text.encode() if isinstance(text, str) else text)
    return TableSource(FileInput(name), format, CODEC, shop_readers())


def csv_of(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a CSV file."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def told(
    source: Source, want: Callable[[str], bool] = every, *, rejections: bool = True
) -> list[tuple[str, str]]:
    """Return each place, with the command that is there or why there is none."""
    items = source.read(want, rejections=rejections)
    return [(str(at), said(item)) for at, item in items]


def said(item: LaneCommand | Rejection) -> str:
    """Return the class and the key of a command, or the reason of a rejection."""
    if isinstance(item, Rejection):
        return item.reason
    return f"{CODEC.name_of(type(item))} {item.key}"


@define
class ListedPim:
    """A PIM that has *lists*, and notes which it is asked for."""

    lists: Mapping[str, Sequence[Mapping[str, Any]]] = field(factory=dict)
    asked: list[str] = field(factory=list)

    def items(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
        """Yield the items of a list."""
        self.asked.append(path)
        yield from map(dict, self.lists.get(path, ()))
