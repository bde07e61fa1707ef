"""Readings of a JSONL file that divide the classes between them, as structure first needs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from importbus.adapters.codec import JsonCodec
from importbus.adapters.sources import JsonlSource
from importbus.adapters.sources.inputs import FileInput
from importbus.bus.ports import Rejection
from importbus.handlers.akeneo import COMMANDS

CATEGORY = '{"command":"CreateOrUpdateCategory","data":{"code":"a"}}'
PRODUCT = '{"command":"CreateOrUpdateProduct","data":{"identifier":"a"}}'


def codec() -> JsonCodec:
    """Return a codec that knows the Akeneo commands."""
    found = JsonCodec()
    for command in COMMANDS:
        found.register(command)
    return found


def source(folder: Path, *lines: str) -> JsonlSource:
    """Return a file of *lines*."""
    path = folder / "in.jsonl"
    path.write_text("\n".join(lines))
    return JsonlSource(FileInput(str(path)), codec())


def structure_first(read_from: JsonlSource) -> list[tuple[int, str]]:
    """Return what an import reads: line numbers, and the class or why there is none."""
    is_structure = codec().is_structure
    first = read_from.read(is_structure, rejections=False)
    rest = read_from.read(lambda name: not is_structure(name))
    return [(at.line, told(item)) for at, item in (*first, *rest)]


def told(item: object) -> str:
    """Return the class of a command, or the reason of a rejection."""
    return item.reason if isinstance(item, Rejection) else type(item).__name__


def test_structure_comes_first(tmp_path: Path) -> None:
    """The order of the lines is kept within each of the two readings."""
    read = structure_first(source(tmp_path, PRODUCT, CATEGORY, PRODUCT, CATEGORY))

    assert [line for line, _ in read] == [2, 4, 1, 3]


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (CATEGORY.replace("code", "colour"), "colour: is unknown"),
        (CATEGORY.replace('"a"', "7"), "code: expected a text"),
        (CATEGORY[:-2], "is not JSON"),
        (PRODUCT.replace("identifier", "code"), "code: is unknown"),
        (PRODUCT[:-2], "is not JSON"),
        (PRODUCT.replace("Product", "Produkt"), "Did you mean CreateOrUpdateProduct?"),
        ('{"data":{},"command":5}', "command: expected a text"),
        ("{", "is not JSON"),
        ("[]", "expected an object"),
    ],
)
def test_each_wrong_line_is_told_once(tmp_path: Path, bad: str, says: str) -> None:
    """I1: by the reading of its class, whichever that is, or by the one that tells the rest."""
    read = structure_first(source(tmp_path, PRODUCT, bad, CATEGORY))
    (reason,) = [what for line, what in read if line == 2]

    assert says in reason
    assert len(read) == 3


@pytest.mark.parametrize("line", [CATEGORY, '{ "data": {"code": "a"}, "command": "%s" }'])
def test_a_command_may_stand_behind_its_data(tmp_path: Path, line: str) -> None:
    """JSON objects have no order; that most lines begin with the class only makes them faster."""
    read = structure_first(source(tmp_path, PRODUCT, line.replace("%s", "CreateOrUpdateCategory")))

    assert read == [(2, "CreateOrUpdateCategory"), (1, "CreateOrUpdateProduct")]


@pytest.mark.parametrize(("one", "other"), [("Category", "Product"), ("Product", "Category")])
def test_a_line_of_two_classes_is_wrong(tmp_path: Path, one: str, other: str) -> None:
    """Each reading would take it for one of the other's."""
    first, second = (f'"command":"CreateOrUpdate{name}"' for name in (one, other))
    read = structure_first(source(tmp_path, f'{{{first},"data":{{"code":"a"}},{second}}}'))

    assert read == [(1, "command: is there twice")]
