"""What a catalogue may have besides products: what not every PIM takes, or what needs files."""

from __future__ import annotations

from typing import Self

from attrs import frozen

from importbus.adapters.generator.profiles import Profile


@frozen
class Extras:
    """What is asked for besides structure, models, products and associations.

    Attributes:
        enterprise: A reference entity with records and an asset family with assets, which only the
            Enterprise and Growth Editions have, and attributes by which products name them.
        media: Images and documents, and the commands that upload them.
        bad: Percent of the products that a PIM refuses; see ``bad.REASONS``.
        profile: How rich the catalogue is; None: as it is without one.
    """

    enterprise: bool = False
    media: bool = False
    bad: float = 0
    profile: Profile | None = None

    @classmethod
    def of(
        cls,
        profile: Profile | None,
        *,
        media: bool | None = None,
        enterprise: bool = False,
        bad: float = 0,
    ) -> Self:
        """Return what *profile* has; *media* is as there when it is None."""
        shown = bool(profile and profile.media) if media is None else media
        return cls(enterprise=enterprise, media=shown, bad=bad, profile=profile)


NONE = Extras()
"""A catalogue for every PIM, without files."""
