"""From commands to calls: lines, paths, and how many lines share a call."""

from __future__ import annotations

import re
from collections import UserList
from types import MappingProxyType
from typing import Any

import orjson
import pytest

from akeneo_batches import batch_of, value
from importbus.bus.batches import Envelope
from importbus.bus.errors import InvalidCommand
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo import (
    CreateOrUpdateAttributeOption,
    CreateOrUpdateFamilyVariant,
    CreateOrUpdateProduct,
    DeleteProduct,
)
from importbus.handlers.akeneo.requests import (
    FORMS,
    MAX_LINE_BYTES,
    Line,
    calls_of,
    line_of,
    path_fields,
    path_to,
)


def enveloped(command: LaneCommand) -> Envelope[Any]:
    """Return *command* as the first of its import."""
    return batch_of(command).envelopes[0]


def lines(*paths: str) -> list[tuple[str, Line]]:
    """Return a line for each of *paths*, numbered in order."""
    commands = [CreateOrUpdateProduct(identifier=str(n)) for n in range(len(paths))]
    envelopes = batch_of(*commands).envelopes
    return list(zip(paths, map(line_of, envelopes), strict=True))


def test_a_line_is_the_body_of_its_command() -> None:
    """In UTF-8, on one line, with the number of the command."""
    line = line_of(enveloped(CreateOrUpdateProduct(identifier="é\n", enabled=None)))

    assert line.body == '{"identifier":"é\\n","enabled":null}'.encode()
    assert line.number == 1


def test_any_mapping_and_sequence_can_be_written() -> None:
    """The fields are typed as such, and JSON knows but two of them."""
    values = MappingProxyType({"name": UserList(map(MappingProxyType, value("Mug")))})
    line = line_of(enveloped(CreateOrUpdateProduct(identifier="mug", values=values)))

    assert orjson.loads(line.body)["values"] == {"name": value("Mug")}


@pytest.mark.parametrize("data", [object(), b"bytes", {1, 2}, 2**70, "\ud800"])
def test_what_json_does_not_know_is_refused(data: Any) -> None:
    """It concerns this command, not the call."""
    command = CreateOrUpdateProduct(identifier="mug", values={"name": value(data)})

    with pytest.raises(InvalidCommand, match="cannot be written as JSON"):
        line_of(enveloped(command))


def test_a_line_may_have_as_many_bytes_as_the_pim_takes() -> None:
    """One more, and it is refused here; bytes count, not characters."""
    empty = CreateOrUpdateProduct(identifier="mug", family="")
    room = MAX_LINE_BYTES - len(line_of(enveloped(empty)).body)
    fits, over = (
        CreateOrUpdateProduct(identifier="mug", family="é" * (room // 2) + "x" * more)
        for more in (room % 2, room % 2 + 1)
    )

    assert len(line_of(enveloped(fits)).body) == MAX_LINE_BYTES
    with pytest.raises(InvalidCommand, match=re.escape("It has 1,000,001 bytes; the PIM takes")):
        line_of(enveloped(over))


@pytest.mark.parametrize("key", ["", ".", "..", "\ud800"])
def test_a_key_that_no_path_can_carry_is_refused(key: str) -> None:
    """Clients and servers drop such segments, and something else would be deleted."""
    with pytest.raises(InvalidCommand, match="key cannot be written in a URL"):
        path_to(DeleteProduct(identifier=key))


@pytest.mark.parametrize("parent", ["", ".", ".."])
def test_a_parent_that_no_path_can_carry_is_refused(parent: str) -> None:
    """Options of nothing would be attributes."""
    with pytest.raises(InvalidCommand):
        path_to(CreateOrUpdateAttributeOption(attribute=parent, code="red"))


def test_calls_are_grouped_by_path() -> None:
    """In the order in which the paths come; the lines of a path keep their order."""
    calls = [(path, [line.number for line in group]) for path, group in calls_of(lines(*"abacb"))]

    assert calls == [("a", [1, 3]), ("b", [2, 5]), ("c", [4])]


@pytest.mark.parametrize(
    ("count", "sizes"), [(1, [1]), (100, [100]), (101, [100, 1]), (250, [100, 100, 50])]
)
def test_a_call_has_at_most_a_hundred_lines(count: int, sizes: list[int]) -> None:
    """The PIM refuses a call with more as a whole."""
    assert [len(group) for _, group in calls_of(lines(*["a"] * count))] == sizes


def test_the_two_forms_of_a_body() -> None:
    """Lines without a break at the end, or one array."""
    items = [b'{"code":"a"}', b'{"code":"b"}']

    assert FORMS["ndjson"].join(items) == b'{"code":"a"}\n{"code":"b"}'
    assert orjson.loads(FORMS["array"].join(items)) == [{"code": "a"}, {"code": "b"}]


def test_parents_of_an_item_stand_in_its_path() -> None:
    """Of options and family variants; products have none."""
    assert path_fields(CreateOrUpdateAttributeOption) == ("attribute",)
    assert path_fields(CreateOrUpdateFamilyVariant) == ("family",)
    assert path_fields(CreateOrUpdateProduct) == ()
