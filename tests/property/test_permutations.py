"""I4: the order of the commands does not matter.

A drawn catalogue goes into a simulated PIM in a drawn order, through the wiring that is shipped,
and ends in the state that the best order gives. The judge of that is a PIM which is told one
command after the other, without any of our batches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import Phase, event, find, given, settings
from hypothesis import strategies as st

from drawn_catalogue import catalogues, shuffled
from import_desk import ImportDesk
from judge import Judge
from small_batches import open_small

GOOD = {"created", "updated", "superseded"}


@pytest.fixture(scope="module")
def judge() -> Judge:
    """Who knows the right state."""
    return Judge()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImportDesk]:
    """A bus with batches of a hundred: catalogues are smaller, so all is sent by rank."""
    with open_small(tmp_path_factory.mktemp("full"), "memory:", 100) as desk:
        yield desk


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImportDesk]:
    """A bus with batches of three, which leave before what they need has been read."""
    with open_small(tmp_path_factory.mktemp("small"), "memory:", 3) as desk:
        yield desk


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImportDesk]:
    """A bus that sends each command at once, so that nothing is sorted before it leaves."""
    with open_small(tmp_path_factory.mktemp("single"), "memory:", 1) as desk:
        yield desk


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImportDesk]:
    """The same through a queue file."""
    folder = tmp_path_factory.mktemp("fleet")
    with open_small(folder, f"sqlite:///{folder}/queue.db", 3) as desk:
        yield desk


def check(judge: Judge, desk: ImportDesk, data: st.DataObject) -> None:
    """Draw a catalogue and an order, import it, and compare with the best order."""
    commands = data.draw(catalogues())
    event("commands", len(commands) // 10 * 10)
    expected = judge.state_after(commands)
    desk.pim.reset()
    run = desk.run(*data.draw(shuffled(commands)))

    assert list(run.failures()) == []
    assert set(run.report.outcomes) <= GOOD
    assert desk.pim.state() == expected
    assert desk.pim.trace()["overlaps"] == []  # I3


@given(data=st.data())
def test_any_permutation_ends_in_the_state_of_the_best_order(
    judge: Judge, full: ImportDesk, data: st.DataObject
) -> None:
    """I4: with full batches, which are sorted by rank before they leave."""
    check(judge, full, data)


@given(data=st.data())
def test_any_permutation_in_small_batches_ends_in_the_same_state(
    judge: Judge, small: ImportDesk, data: st.DataObject
) -> None:
    """I4: batches meet what they need on its way, parked, or not read yet."""
    check(judge, small, data)


@given(data=st.data())
def test_any_permutation_command_by_command_ends_in_the_same_state(
    judge: Judge, single: ImportDesk, data: st.DataObject
) -> None:
    """I4: nothing but parking puts it right."""
    check(judge, single, data)


@settings(max_examples=max(8, settings().max_examples // 10))
@given(data=st.data())
def test_any_permutation_over_a_queue_ends_in_the_same_state(
    judge: Judge, fleet: ImportDesk, data: st.DataObject
) -> None:
    """I4: through a queue file, with a worker for each lane and a recorder."""
    check(judge, fleet, data)


Catalogue = Sequence[Any]


def mutual(catalogue: Catalogue, name: str) -> bool:
    """Whether two products name each other in their *name*."""
    links = {
        (command.key, str(target).casefold())
        for command in catalogue
        for kind in (getattr(command, name, None) or {}).values()
        for entry in kind.get("products", ())
        for target in [entry if isinstance(entry, str) else entry["identifier"]]
    }
    return any(one != other and (other, one) in links for one, other in links)


def has_deep_variant(catalogue: Catalogue) -> bool:
    """Whether there is a root, a sub-model, and a variant under that."""
    parents = {c.identity: c.follows for c in catalogue if getattr(c, "parent", None)}
    models = {one for one in parents if one.startswith("product_model:")}
    return any(other in models for one, other in parents.items() if one.startswith("product:"))


def becomes_variant(catalogue: Catalogue) -> bool:
    """Whether a simple product gets a parent later."""
    first = {c.identity: c for c in reversed(catalogue)}
    return any(getattr(c, "parent", None) and not first[c.identity].parent for c in catalogue)


@pytest.mark.parametrize(
    "has",
    [
        has_deep_variant,
        becomes_variant,
        lambda catalogue: mutual(catalogue, "associations"),
        lambda catalogue: mutual(catalogue, "quantified_associations"),
        lambda catalogue: any(command.key.isupper() for command in catalogue),
        lambda catalogue: "de_DE" in repr([getattr(c, "values", None) for c in catalogue]),
        lambda catalogue: any(getattr(c, "conversion_units", None) for c in catalogue),
    ],
    ids=["deep", "later variant", "circle", "amounts", "case", "locale", "units"],
)
def test_permutations_are_of_catalogues_that_hold_everything(
    has: Callable[[Catalogue], bool],
) -> None:
    """What is never drawn would be permuted in vain."""
    search = settings(max_examples=2000, database=None, phases=[Phase.generate], derandomize=True)

    assert find(catalogues(), has, settings=search)
