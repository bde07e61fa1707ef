"""How rich and how large a catalogue is, in four steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen


@frozen(kw_only=True)
class Profile:
    """What a catalogue has beyond the plain one; ``attrs.evolve`` makes a profile of one's own.

    Attributes:
        products: Products, variants included, when nobody says how many.
        products_per_model: A model for so many products; each model but those that have sub-models
            has about five variants.
        channels: All channels; each has locales and currencies of its own. At least 2.
        depth: Levels below the root of the second category tree.
        breadth: Categories below each category of that tree that has any.
        attributes: Further attributes, of every type in turn.
        values: How many of these a simple product or root model has; no more than ``attributes``.
        options: Options of each further select.
        media: Whether there are images and documents.
    """

    products: int
    products_per_model: int
    channels: int
    depth: int
    breadth: int
    attributes: int
    values: int
    options: int
    media: bool = True

    def models(self, products: int) -> int:
        """Return how many product models *products* products come with."""
        return products // self.products_per_model

    @property
    def categories(self) -> int:
        """How many categories the second tree has, its root included."""
        return sum(self.breadth**level for level in range(self.depth + 1))


PROFILES: Final[Mapping[str, Profile]] = {
    "small": Profile(
        products=100, products_per_model=10, channels=3, depth=2, breadth=3,
        attributes=22, values=22, options=5,
    ),
    "medium": Profile(
        products=5_000, products_per_model=20, channels=4, depth=3, breadth=4,
        attributes=66, values=30, options=20,
    ),
    "large": Profile(
        products=50_000, products_per_model=20, channels=5, depth=4, breadth=5,
        attributes=220, values=40, options=100,
    ),
    "huge": Profile(
        products=1_000_000, products_per_model=50, channels=6, depth=5, breadth=5,
        attributes=440, values=30, options=400,
    ),
}  # fmt: skip
"""The profiles by name, from the smallest to the largest."""
