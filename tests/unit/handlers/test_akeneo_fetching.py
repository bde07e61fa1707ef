"""What one search asks for, and how little memory a million keys take."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from importbus.handlers.akeneo.checks.fetching import SEARCH_BYTES, SEARCHED, pages_of
from importbus.handlers.akeneo.checks.sightings import Sightings


@pytest.mark.parametrize("codes", [[], ["a"], [f"c{n}" for n in range(250)], ["é" * 255] * 9])
def test_a_search_asks_for_as_much_as_an_address_can_say(codes: list[str]) -> None:
    """Every code once, in order; at most a page of them, and not too many bytes."""
    pages = list(pages_of(codes))

    assert [code for page in pages for code in page] == codes
    assert all(len(page) <= SEARCHED for page in pages)
    assert all(len(quote("".join(page))) <= SEARCH_BYTES for page in pages)


def test_sightings_are_a_dictionary_of_numbers() -> None:
    """Also when it has grown many times, and when a number is replaced."""
    sightings = Sightings()
    for n in range(5_000):
        sightings.put(f"key {n}", n)
    for n in range(0, 5_000, 3):
        sightings.put(f"key {n}", n + 1)

    assert len(sightings) == 5_000
    assert all(sightings.get(f"key {n}") == n + (n % 3 == 0) for n in range(5_000))
    assert sightings.get("another") is None
