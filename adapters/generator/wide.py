"""What a profile adds to the structure: channels, a second tree, attributes, options and links.

Without a profile nothing is added, and everything else stays what it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, Final

from attrs import frozen

from importbus.adapters.generator.extras import Extras
from importbus.adapters.generator.further import VALUES, Numbered, numbered
from importbus.adapters.generator.phrases import SEASONS, channels_of
from importbus.adapters.generator.plan import MODELS_IN_GROUP, Plan, model
from importbus.adapters.generator.profiles import Profile
from importbus.adapters.generator.structure import Data, labels
from importbus.adapters.generator.words import KINDS, SERIES, Kind

LINKED: Final = 10
"""Links come from the products at each tenth position, none of which is ever bad."""

BUNDLE: Final = "BUNDLE"
"""An association type with quantities, none of those that Akeneo brings."""

ALTERNATIVE: Final = "ALTERNATIVE"
"""An association type that goes both ways."""


def categories(extras: Extras) -> Iterator[Data]:
    """Yield the second tree, level by level."""
    if (profile := extras.profile) is None:
        return
    yield {"code": SEASONS, "labels": labels(("Seasons", "Jahreszeiten", "Saisons"))}
    for level in range(1, profile.depth + 1):
        for number in range(profile.breadth**level):
            name = SERIES[number % len(SERIES)]
            parent = category(profile, level - 1, number // profile.breadth)
            yield {
                "code": category(profile, level, number),
                "parent": parent,
                "labels": labels((name, name, name)),
            }


def category(profile: Profile, level: int, number: int) -> str:
    """Return the code of a category: where it stands below each of those above it."""
    digits = []
    for _ in range(level):
        number, digit = divmod(number, profile.breadth)
        digits.append(str(digit + 1))
    return "_".join([SEASONS, *reversed(digits)])


def channels(extras: Extras) -> Iterator[Data]:
    """Yield the channels beyond the first two."""
    if (profile := extras.profile) is None:
        return
    for each in channels_of(profile)[2:]:
        yield {
            "code": each.code,
            "category_tree": each.tree,
            "locales": list(each.locales),
            "currencies": list(each.currencies),
            "labels": labels(each.words),
        }


def attributes(extras: Extras) -> Iterator[Data]:
    """Yield the identifier, which every PIM has already, and the further attributes."""
    if (profile := extras.profile) is None:
        return
    yield {
        "code": "sku",
        "type": "pim_catalog_identifier",
        "group": "logistics",
        "labels": labels(("Identifier", "Artikelnummer", "Référence")),
    }
    for n, each in enumerate(numbered(profile, enterprise=extras.enterprise)):
        yield {**each.data, "sort_order": FIRST_PLACE + n}


FIRST_PLACE: Final = 100
"""Further attributes stand behind the others."""


def options(extras: Extras) -> Iterator[Data]:
    """Yield the options of the further selects."""
    if (profile := extras.profile) is None:
        return
    for each in numbered(profile, enterprise=False):
        yield from each.options(profile.options)


def in_families(families: Iterable[Data], extras: Extras) -> Iterator[Data]:
    """Yield *families* with their share of the further attributes, and all channels."""
    if (profile := extras.profile) is None:
        yield from families
        return
    more = {each.code: ["sku"] for each in channels_of(profile)[2:]}
    for kind, family in zip(KINDS, families, strict=True):
        codes = [each.code for each in of_kind(kind, extras, profile)]
        requirements = {**family["attribute_requirements"], **more}
        yield {
            **family,
            "attributes": [*family["attributes"], *codes],
            "attribute_requirements": requirements,
        }


def association_types(extras: Extras) -> Iterator[Data]:
    """Yield a type with quantities and one that goes both ways."""
    if extras.profile is None:
        return
    words = ("Bundle", "Paket", "Lot")
    yield {"code": BUNDLE, "labels": labels(words), "is_quantified": True, "is_two_way": False}
    words = ("Alternative", "Alternative", "Alternative")
    yield {
        "code": ALTERNATIVE, "labels": labels(words), "is_quantified": False, "is_two_way": True
    }  # fmt: skip


def of_kind(kind: Kind, extras: Extras, profile: Profile) -> list[Numbered]:
    """Return the further attributes of a family: those that its goods have, then others.

    Families begin at different ones, so that each attribute is in one family at least.
    """
    every = numbered(profile, enterprise=extras.enterprise)
    table = every[profile.attributes :]
    number = [each.code for each in KINDS].index(kind.code)
    start = number * profile.attributes // len(KINDS)
    share = -(-profile.attributes // len(KINDS))
    size = min(max(profile.values, share), profile.attributes)
    return [*table, *(every[(start + n) % profile.attributes] for n in range(size))]


def shared_values(
    kind: Kind, extras: Extras, seed: int, count: int, wrap: Callable[[Any], Any]
) -> list[dict[str, Any]]:
    """Return *count* sets of further values that goods of *kind* can have, none without profile.

    Each value went through *wrap*.
    """
    profile = extras.profile
    if profile is None:
        return [{}] * count
    random = Random(f"{seed} further {kind.code}")
    kinds = of_kind(kind, extras, profile)[: profile.values + extras.enterprise]
    pools = [(each.code, list(map(wrap, each.values(random, profile)))) for each in kinds]
    return [_picked(pools, random) for _ in range(count)]


def _picked(pools: Sequence[tuple[str, Sequence[Any]]], random: Random) -> dict[str, Any]:
    chance = random.getrandbits(4 * len(pools) + 1)
    return {code: values[chance >> 4 * n & VALUES - 1] for n, (code, values) in enumerate(pools)}


def leaves(kind: Kind, profile: Profile, count: int) -> list[str]:
    """Return *count* categories of the lowest level of the second tree, spread over it."""
    width = profile.breadth**profile.depth
    first = [each.code for each in KINDS].index(kind.code)
    return [
        category(profile, profile.depth, (first + n * len(KINDS)) * PRIME % width)
        for n in range(count)
    ]


PRIME: Final = 7919
"""Spreads numbers over others; a prime that no breadth is a multiple of."""


@frozen
class Links:
    """The links that a profile adds to the products at each tenth position."""

    plan: Plan

    def added(self, position: int, said: Mapping[str, Any]) -> Data:
        """Return what is *said* of the links of the product at *position*, and more."""
        links = {**said.get("associations", {}), **self.replaced(position)}
        found = {"associations": links, "quantified_associations": self.packed(position)}
        return {name: each for name, each in found.items() if each}

    def packed(self, position: int) -> Mapping[str, Any]:
        """Return with what the product at *position* is packed, and how many of each."""
        found: Data = {}
        following = position + LINKED
        if following < self.plan.products:
            packed = {"identifier": self.plan.identifier(following), "quantity": position % 7 + 1}
            found["products"] = [packed]
        if self.plan.models:
            groups = -(-self.plan.models // MODELS_IN_GROUP)
            root = model(position // LINKED % groups * MODELS_IN_GROUP)
            found["product_models"] = [{"identifier": root.code, "quantity": 2}]
        return {BUNDLE: found} if found else {}

    def replaced(self, position: int) -> Mapping[str, Any]:
        """Return what is there in place of the product at *position*.

        Of two only the first says so, and no product is one of two twice: what the PIM adds to the
        list of the other one would otherwise depend on the order of the lines.
        """
        following = position + LINKED
        if position // LINKED % 2 or following >= self.plan.products:
            return {}
        return {ALTERNATIVE: {"products": [self.plan.identifier(following)]}}
