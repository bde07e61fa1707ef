"""Mappings meet whatever stands in a table; nothing in it stops the rest."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flat_shop import ATTRIBUTES, shop
from importbus.adapters.flat import KINDS, FlatStructure
from importbus.adapters.mapping import (
    ColumnUse,
    Joined,
    TableMapping,
    read_mapped,
    read_mapping,
    suggest,
)
from importbus.adapters.sources.ports import SourceOptions
from importbus.bus.errors import ConfigurationError, InvalidCommand

COLUMNS = ("a", "b", "c", "sku")
TARGETS = st.sampled_from(
    (
        *ATTRIBUTES,
        "name-en_US",
        "price-EUR",
        "weight-unit",
        "X_SELL-products",
        "family",
        "uuid",
        "?",
    )
)
TEXTS = st.text(max_size=5) | st.sampled_from(("1", "1,5", "x|y", "red", "true", "2026-01-31"))
CELLS = (
    TEXTS
    | st.none()
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.datetimes()
    | st.times()
)
SOME = st.text(min_size=1, max_size=2) | st.sampled_from(("|", "x", ",", " "))

USES = st.builds(
    ColumnUse,
    to=st.lists(TARGETS, min_size=1, max_size=3).map(tuple),
    trim=st.booleans(),
    remove=st.lists(SOME, max_size=2).map(tuple),
    split_at=st.none() | SOME,
    separator=st.none() | SOME,
    values=st.dictionaries(TEXTS, TEXTS | st.booleans() | st.integers() | st.dates(), max_size=2),
    otherwise=st.none() | TEXTS,
    keep_others=st.booleans(),
    code=st.booleans(),
    case=st.sampled_from((None, "lower", "upper")),
    prefix=TEXTS,
    suffix=TEXTS,
    unit=st.none() | SOME,
)
MAPPINGS = st.builds(
    TableMapping,
    kind=st.sampled_from(list(KINDS)),
    key=st.none() | st.sampled_from((*COLUMNS, "missing")),
    columns=st.dictionaries(
        st.sampled_from((*COLUMNS, "missing")), st.lists(USES, min_size=1, max_size=2).map(tuple)
    ),
    joined=st.dictionaries(
        TARGETS,
        st.builds(Joined, st.lists(st.sampled_from(COLUMNS), min_size=1).map(tuple), TEXTS),
        max_size=1,
    ),
    constants=st.dictionaries(TARGETS, TEXTS | st.booleans() | st.dates(), max_size=2),
    only=st.dictionaries(st.sampled_from(COLUMNS), st.lists(TEXTS).map(tuple), max_size=1),
    skip=st.dictionaries(st.sampled_from(COLUMNS), st.lists(TEXTS).map(tuple), max_size=1),
)
ROWS = st.lists(st.tuples(*[CELLS] * len(COLUMNS)), max_size=4)
STRUCTURES = st.sampled_from((shop(), FlatStructure()))


@given(MAPPINGS, ROWS, STRUCTURES, st.booleans())
def test_no_row_raises_whatever_the_mapping_says(
    mapping: TableMapping,
    rows: list[tuple[Any, ...]],
    structure: FlatStructure,
    clears: bool,
) -> None:
    """I10: every row gives commands, or says why it does not, with no part told twice."""
    reader = read_mapped(COLUMNS, mapping, SourceOptions(empty_clears=clears), structure)

    for row in rows:
        made = list(reader.read(row, lambda name: True))
        parts = [part for part, _, _ in made]
        assert len(set(parts)) == len(parts)
        assert all(isinstance(data, dict | InvalidCommand) for _, _, data in made)


@given(
    st.lists(st.text(max_size=8) | TARGETS, max_size=6).flatmap(
        lambda header: st.tuples(
            st.just(header), st.lists(st.tuples(*[CELLS] * len(header)), max_size=4)
        )
    ),
    STRUCTURES,
    st.none() | st.sampled_from(list(KINDS)),
)
def test_what_is_proposed_can_be_loaded_and_used(
    table: tuple[list[str], list[tuple[Any, ...]]], structure: FlatStructure, kind: str | None
) -> None:
    """Whatever stands in header and cells, it names columns that are there, and loads."""
    header, rows = table
    try:
        text = suggest(header, rows, structure, SourceOptions(kind=kind))
    except ConfigurationError:
        assert all(not name or header.count(name) > 1 for name in header)
        return

    mapping = read_mapping(text)
    reader = read_mapped(header, mapping, SourceOptions(), structure)

    assert mapping.key in header
    assert not [
        each for each in reader.problems if "There is no column" in each and "names" in each
    ]


@given(st.text())
def test_no_text_breaks_the_reading_of_mappings(text: str) -> None:
    """What is no mapping is refused in our own words."""
    with suppress(ConfigurationError):
        read_mapping(text)
