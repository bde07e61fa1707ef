"""Products that a PIM refuses: as many as asked for, where they do no further harm."""

from __future__ import annotations

from typing import Any

import pytest

from importbus.adapters.generator import Extras, generate, write
from importbus.adapters.generator.bad import REASONS, bad_ones
from importbus.bus.errors import ConfigurationError

Data = dict[str, Any]


def products(percent: float, count: int = 1000) -> list[Data]:
    """Return the data of all commands for products."""
    found = generate(products=count, seed=1, extras=Extras(bad=percent))
    return [each["data"] for each in found if each["command"] == "CreateOrUpdateProduct"]


def bad(percent: float) -> set[str]:
    """Return which products differ from those of a catalogue without bad ones."""
    pairs = zip(whole(products(0)), whole(products(percent)), strict=True)
    return {spoiled["identifier"] for sound, spoiled in pairs if sound != spoiled}


def whole(found: list[Data]) -> list[Data]:
    """Return the commands that make products, without those that link them."""
    return [data for data in found if "values" in data]


@pytest.mark.parametrize(("percent", "count"), [(0, 0), (0.3, 3), (1, 10), (33, 330), (81, 810)])
def test_as_many_are_bad_as_were_asked_for(percent: float, count: int) -> None:
    """The share is one of all products, and every other product is what it was."""
    assert len(bad(percent)) == count


def test_more_cannot_be_bad_than_have_no_links() -> None:
    """Of 900 simple products a tenth has associations."""
    with pytest.raises(ValueError, match=r"820 products cannot be bad: of 900 .* 810 can"):
        products(82)
    with pytest.raises(ConfigurationError, match="10 products cannot be bad"):
        write("-", products=11, extras=Extras(bad=90))


def test_no_other_command_names_a_bad_product() -> None:
    """A link from one would make a product of it, and a link to one would be refused."""
    found, spoiled = products(40), bad(40)
    links = [data for data in found if "associations" in data]
    named = {target for data in links for target in data["associations"]["X_SELL"]["products"]}

    assert len(links) > 80
    assert spoiled.isdisjoint(named | {data["identifier"] for data in links})


def test_they_are_spread_evenly() -> None:
    """Each hundredth part of the simple products has as many as the next, or one more."""
    found = bad_ones(10_000, 9_000, 3)
    counts = {sum(n in found for n in range(start, start + 90)) for start in range(0, 9_000, 90)}

    assert counts == {3}
    assert 9_001 not in found


def test_each_reason_comes_in_turn() -> None:
    """Five bad products have five different reasons."""
    spoiled = [data for data in products(0.5) if data["identifier"] in bad(0.5)]
    wrong = [
        data["values"]["warranty"][0]["data"] == -1
        or len(data["values"]["supplier_reference"][0]["data"]) > 20
        or data["values"]["color"][0]["data"] == "plaid"
        or data["values"]["weight"][0]["data"]["unit"] == "STONE_AGE"
        or data["categories"] == ["nowhere"]
        for data in spoiled
    ]

    assert wrong == [True] * len(REASONS)
