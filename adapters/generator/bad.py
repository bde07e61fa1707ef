"""Products that a PIM refuses, spread evenly; all the others stay as they are.

Only simple products are bad, and none that has associations or files, as a further command for it
would make a product of it; associations do not point to bad ones either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from attrs import field, frozen

from importbus.adapters.generator.pools import plain
from importbus.adapters.generator.structure import Data

STEP: Final = 10
"""Each tenth position is never bad: there stand the products with associations and files."""

LONG: Final = "a reference of more than twenty characters"


def _set(code: str, data: Any) -> Callable[[Data], Data]:
    return lambda product: {**product, "values": {**product["values"], code: plain(data)}}


def _move(product: Data) -> Data:
    return {**product, "categories": ["nowhere"]}


REASONS: Final[dict[str, Callable[[Data], Data]]] = {
    "a number that is negative": _set("warranty", -1),
    "a text that is too long": _set("supplier_reference", LONG),
    "an option that there is not": _set("color", "plaid"),
    "a unit that there is not": _set("weight", {"amount": "1", "unit": "STONE_AGE"}),
    "a category that there is not": _move,
}
"""What is wrong with bad products, one reason after the other, and what makes a product so."""

SPOILERS: Final = tuple(REASONS.values())


@frozen
class BadOnes:
    """Which of the simple products are bad.

    Attributes:
        simple: How many products could be bad at all, or have associations.
        count: How many are.
    """

    simple: int
    count: int
    _able: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Make sure that there are enough.

        Raises:
            ValueError: More are to be bad than can be.
        """
        able = self.simple - (self.simple + STEP - 1) // STEP
        if not 0 <= self.count <= able:
            raise ValueError(
                f"{self.count} products cannot be bad: of {self.simple} simple products {able} can"
                " be, as those with associations or files cannot."
            )
        object.__setattr__(self, "_able", able)

    def __contains__(self, position: int) -> bool:
        """Whether the product at *position*, from 0, is bad."""
        if not self.count or position >= self.simple or position % STEP == 0:
            return False
        return self._before(position + 1) > self._before(position)

    def among(self, products: Iterable[Data]) -> Iterator[Data]:
        """Yield the simple *products*, with what is wrong with the bad ones."""
        return (
            self._spoiled(position, data) if position in self else data
            for position, data in enumerate(products)
        )

    def _spoiled(self, position: int, product: Data) -> Data:
        return SPOILERS[self._before(position) % len(SPOILERS)](product)

    def _before(self, position: int) -> int:
        """Return how many bad ones stand before *position*: an even share of those able."""
        able = position - (position + STEP - 1) // STEP
        return able * self.count // self._able


def bad_ones(products: int, simple: int, percent: float) -> BadOnes:
    """Return the bad ones when *percent* of all *products* are to be bad.

    Raises:
        ValueError: More are to be bad than can be.
    """
    return BadOnes(simple, round(products * percent / 100))
