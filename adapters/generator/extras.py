"""What a catalogue may have besides products: what not every PIM takes, or what needs files."""

from __future__ import annotations

from attrs import frozen


@frozen
class Extras:
    """What is asked for besides structure, models, products and associations.

    Attributes:
        enterprise: A reference entity with records and an asset family with assets, which only the
            Enterprise and Growth Editions have, and attributes by which products name them.
        media: Images and documents, and the commands that upload them.
        bad: Percent of the products that a PIM refuses; see ``bad.REASONS``.
    """

    enterprise: bool = False
    media: bool = False
    bad: float = 0


NONE = Extras()
"""A catalogue for every PIM, without files."""
