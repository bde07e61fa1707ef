"""Whatever a PIM holds, its export makes another one that holds the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akeneo_process import DirectClient
from drawn_catalogue import catalogues
from exported import carry_all, comparable, exported
from importbus.adapters.export.media import NAME_BYTES, file_name
from importbus.adapters.export.shaping import pieces
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.bus import LaneCommand
from judge import Judge

MOST = 300

ENTRIES = st.lists(
    st.fixed_dictionaries(
        {"locale": st.sampled_from(["en_US", "de_DE", None]), "data": st.text(max_size=60)}
    ),
    min_size=1,
    max_size=3,
)


@pytest.fixture(scope="module")
def judge() -> Judge:
    """Who makes the PIM that is exported."""
    return Judge()


@pytest.fixture(scope="module")
def copy() -> SimulatedPim:
    """The PIM that is made of the export."""
    return SimulatedPim(option_rate=None)


@settings(max_examples=max(8, settings().max_examples // 10))
@given(commands=catalogues())
def test_an_export_makes_the_same_pim_again(
    judge: Judge, copy: SimulatedPim, commands: list[LaneCommand]
) -> None:
    """Trees, values of all levels, associations in circles: nothing is lost, nothing is added."""
    state = judge.state_after(commands)
    found = exported(judge.pim)
    copy.reset()
    carry_all(DirectClient(copy), found)

    assert comparable(copy.state()) == comparable(state)
    assert exported(copy) == found


@given(values=st.dictionaries(st.sampled_from("abcdefgh"), ENTRIES), enabled=st.booleans())
def test_pieces_say_together_what_the_whole_says(
    values: Mapping[str, list[Any]], enabled: bool
) -> None:
    """Each names its product and fits, unless a single value does not."""
    data = {"identifier": "mug", "enabled": enabled, "values": values}
    found = list(pieces(data, ["identifier"], MOST))
    said = [
        (code, each)
        for one in found
        for code, some in one.get("values", {}).items()
        for each in some
    ]

    assert sorted(map(repr, said)) == sorted(
        repr((code, each)) for code, some in values.items() for each in some
    )
    assert [one["identifier"] for one in found] == ["mug"] * len(found)
    assert [one for one in found if "enabled" in one] == found[:1]
    assert all(fits(one) for one in found)


def fits(piece: Mapping[str, Any]) -> bool:
    """Tell whether a piece is short enough, or cannot be shorter."""
    count = sum(map(len, piece.get("values", {}).values()))
    return len(orjson.dumps(piece)) <= MOST or count == 1


@given(said=st.text(max_size=300))
def test_a_file_stays_in_its_folder_whatever_its_name(said: str) -> None:
    """No name leads elsewhere, and file systems take each."""
    name = file_name(said)

    assert name not in ("", ".", "..")
    assert not set(name) & {"/", "\\", "\0"}
    assert len(name.encode()) <= NAME_BYTES
