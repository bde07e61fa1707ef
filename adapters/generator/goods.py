"""Models, products and their associations, made from pools and random bits."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from random import Random
from typing import Any

from importbus.adapters.generator.plan import Model, Plan, simple_identifier
from importbus.adapters.generator.pools import kind_pools, plain, pools
from importbus.adapters.generator.structure import Data, family_variant_code
from importbus.adapters.generator.words import KINDS, Kind

BITS = 64
"""Random bits of a product or model; each choice takes its own, as the shifts below say."""

LINKED = 10
"""One product in so many has associations."""

RING = 200
"""In so many positions there is one ring of three products that point to each other."""


class Goods:
    """Makes what a plan names; the same seed makes the same."""

    def __init__(self, plan: Plan, seed: int) -> None:
        self._plan = plan
        self._seed = seed
        self._pools = pools(self._random("pools"))
        self._kinds = {kind.code: kind_pools(kind) for kind in KINDS}

    def models(self) -> Iterator[Data]:
        """Yield the root models, then the sub-models."""
        bits = self._random("models").getrandbits
        roots = (self._root(model, bits(BITS)) for model in self._plan.roots())
        subs = (self._sub_model(model, bits(BITS)) for model in self._plan.sub_models())
        return chain(roots, subs)

    def products(self) -> Iterator[Data]:
        """Yield the simple products, the variants, then the associations."""
        return chain(self._simple(), self._variants(), self._associations())

    def _random(self, purpose: str) -> Random:
        """Return chances of their own for each purpose, so that none disturbs another."""
        return Random(f"{self._seed} {purpose}")

    def _simple(self) -> Iterator[Data]:
        """Yield the products that are no variants, which nearly all time is spent on."""
        bits = self._random("products").getrandbits
        kinds, flags = [kind.code for kind in KINDS], (True,) * 15 + (False,)
        categories = [self._kinds[code].categories for code in kinds]
        for n in range(self._plan.simple):
            chance, kind = bits(BITS), n % len(kinds)
            yield {
                "identifier": simple_identifier(n),
                "enabled": flags[chance & 15],
                "family": kinds[kind],
                "categories": categories[kind][chance >> 4 & 3],
                "values": {
                    **self._shared(KINDS[kind], chance),
                    "color": self._pools.colors[chance >> 60],
                    "released": self._pools.dates[chance >> 50 & 1023],
                    **self._own(n, chance),
                },
            }

    def _variants(self) -> Iterator[Data]:
        bits = self._random("variants").getrandbits
        for n in range(self._plan.variants):
            chance = bits(BITS)
            sibling, leaf = divmod(n, self._plan.leaves)
            model = self._plan.leaf(leaf)
            yield {
                "identifier": self._plan.variant_identifier(n),
                "enabled": True,
                "family": model.kind.code,
                "parent": model.code,
                "values": {
                    **self._axes(model, sibling, chance),
                    **self._own(self._plan.simple + n, chance),
                },
            }

    def _axes(self, model: Model, sibling: int, chance: int) -> dict[str, Any]:
        """Return the axes of a variant, which no sibling has, and what belongs to its level."""
        sizes, colors = self._pools.sizes, self._pools.colors
        if model.levels == 2:
            return {"size": sizes[sibling % 16]}
        return {
            "color": colors[(model.number + sibling // 4) % 16],
            "size": sizes[sibling % 4 + 2],
            "released": self._pools.dates[chance >> 50 & 1023],
        }

    def _root(self, model: Model, chance: int) -> Data:
        return {
            "code": model.code,
            "family_variant": family_variant_code(model.kind, model.levels),
            "categories": self._kinds[model.kind.code].categories[chance >> 4 & 3],
            "values": self._shared(model.kind, chance),
        }

    def _sub_model(self, model: Model, chance: int) -> Data:
        return {
            "code": model.code,
            "parent": model.parent,
            "values": {
                "color": self._pools.colors[model.number % 16],
                "released": self._pools.dates[chance >> 50 & 1023],
            },
        }

    def _shared(self, kind: Kind, chance: int) -> dict[str, Any]:
        """Return the values that a model and all its variants have in common."""
        shared, own = self._pools, self._kinds[kind.code]
        return {
            "name": own.names[chance >> 6 & 511],
            "description": shared.descriptions[chance >> 15 & 63],
            "materials": shared.materials[(chance >> 11 & 15) * 4 | chance >> 21 & 3],
            "warranty": shared.warranties[chance >> 23 & 7],
            "recyclable": shared.flags[chance >> 26 & 1],
            kind.measure: own.measures[chance >> 27 & 63],
        }

    def _own(self, number: int, chance: int) -> dict[str, Any]:
        """Return the values that every product has for itself."""
        return {
            "supplier_reference": plain(f"LS-{number:09d}"),
            "price": self._pools.prices[chance >> 33 & 1023],
            "weight": self._pools.weights[chance >> 42 & 255],
        }

    def _associations(self) -> Iterator[Data]:
        """Yield links to products of the first half, which are there when these are sent."""
        bits = self._random("associations").getrandbits
        for position in range(0, self._plan.products, LINKED):
            targets = self._targets(position, bits(BITS))
            if targets:
                links = {"products": [self._plan.identifier(target) for target in targets]}
                identifier = self._plan.identifier(position)
                yield {"identifier": identifier, "associations": {"X_SELL": links}}

    def _targets(self, position: int, chance: int) -> list[int]:
        start, place = position - position % RING, position % RING // LINKED
        if place < 3 and start + 2 * LINKED < (self._plan.products + 1) // 2:
            return [start + (place + 1) % 3 * LINKED]
        reach = max(position, 1) // 2 + 1
        return sorted({chance % reach, (chance >> 32) % reach} - {position})
