"""A source that can be read once is read again from a file without a name."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from importbus.adapters.sources import JsonlSource
from importbus.adapters.sources.inputs import FileInput
from importbus.adapters.sources.spooled import SpooledSource
from importbus.adapters.wiring import open_codec
from importbus.bus.ports import Rejection

CODEC = open_codec()
LINES = b"""{"command": "CreateOrUpdateProduct", "data": {"identifier": "p", "family": null}}
{"command": "CreateOrUpdateFamily", "data": {"code": 5}}

{"command": "Spaceship", "data": {}}
{"command": "CreateOrUpdateFamily", "data": {"code": "f"}}"""


@pytest.fixture
def spooled() -> Iterator[SpooledSource]:
    """Standard input that is kept."""
    source = SpooledSource(JsonlSource(FileInput("-", stdin=io.BytesIO(LINES)), CODEC), CODEC)
    yield source
    source.close()


def test_every_reading_is_the_first_one(spooled: SpooledSource) -> None:
    """The same commands and reasons at the same lines."""
    direct = list(
        JsonlSource(FileInput("-", stdin=io.BytesIO(LINES)), CODEC).read(lambda name: True)
    )
    first, second = (list(spooled.read(lambda name: True)) for _ in range(2))
    plain = [
        (at, Rejection(i.reason, i.command, b"") if isinstance(i, Rejection) else i)
        for at, i in direct
    ]

    assert first == second == plain
    assert [at.line for at, _ in first] == [1, 2, 4, 5]


def test_a_reading_for_one_class_leaves_the_others_out(spooled: SpooledSource) -> None:
    """Lines that name no known class come unless rejections are left out."""
    families = [at.line for at, _ in spooled.read(lambda name: "Family" in name, rejections=False)]
    products = [at.line for at, _ in spooled.read(lambda name: "Product" in name)]

    assert families == [2, 5]
    assert products == [1, 4]
