"""Models, products and their associations, made from pools and random bits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, cycle
from random import Random
from typing import Any

from importbus.adapters.generator.bad import bad_ones
from importbus.adapters.generator.extras import NONE, Extras
from importbus.adapters.generator.plan import Model, Plan
from importbus.adapters.generator.pools import (
    as_it_is,
    as_json,
    kind_pools,
    pools,
    reference,
    reference_as_json,
)
from importbus.adapters.generator.structure import Data, family_variant_code
from importbus.adapters.generator.wide import Links
from importbus.adapters.generator.words import KINDS

BITS = 48
"""Random bits of a product or model; each choice takes its own, as the shifts below say."""

LINKED = 10
"""One product in so many has associations."""

RING = 200
"""In so many positions there is one ring of three products that point to each other."""


class Goods:
    """Makes what a plan names; the same seed makes the same.

    With *encoded* most values are fragments that orjson writes as they are.
    """

    def __init__(
        self, plan: Plan, seed: int, extras: Extras = NONE, *, encoded: bool = False
    ) -> None:
        self._plan = plan
        self._seed = seed
        self._bad = bad_ones(plan.products, plan.simple, extras.bad)
        wrap = as_json if encoded else as_it_is
        self._reference: Callable[[int], Any] = reference_as_json if encoded else reference
        random = self._random("pools")
        self._pools = pools(random, wrap)
        self._kinds = {kind.code: kind_pools(kind, random, wrap, extras, seed) for kind in KINDS}
        self._filed = len(self._kinds[KINDS[0].code].categories) - 1
        self._links = Links(plan) if extras.profile else None

    def models(self) -> Iterator[Data]:
        """Yield the root models, then the sub-models."""
        bits = self._random("models").getrandbits
        roots = (self._root(model, bits(BITS)) for model in self._plan.roots())
        subs = (self._sub_model(model, bits(BITS)) for model in self._plan.sub_models())
        return chain(roots, subs)

    def products(self) -> Iterator[Data]:
        """Yield the simple products, the variants, then the associations."""
        simple = self._bad.among(self._simple()) if self._bad.count else self._simple()
        return chain(simple, self._variants(), self._associations())

    def _random(self, purpose: str) -> Random:
        """Return chances of their own for each purpose, so that none disturbs another."""
        return Random(f"{self._seed} {purpose}")

    def _simple(self) -> Iterator[Data]:
        """Yield the products that are no variants; nearly all time is spent here."""
        bits = self._random("products").getrandbits
        kinds = [(f"{kind.code}-", kind.code, self._kinds[kind.code]) for kind in KINDS]
        pool, filed, referred = self._pools, self._filed, self._reference
        for number, (prefix, family, own) in zip(range(self._plan.simple), cycle(kinds)):
            chance = bits(BITS)
            yield {
                "identifier": f"{prefix}{number:07d}",
                "enabled": chance & 15 != 0,
                "family": family,
                "categories": own.categories[chance >> 4 & filed],
                "values": {
                    **own.shared[chance >> 6 & 255],
                    "color": pool.colors[chance >> 16 & 15],
                    "released": pool.dates[chance >> 20 & 1023],
                    "supplier_reference": referred(number),
                    "price": pool.prices[chance >> 30 & 1023],
                    "weight": pool.weights[chance >> 40 & 255],
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
                    "supplier_reference": self._reference(self._plan.simple + n),
                    "price": self._pools.prices[chance >> 30 & 1023],
                    "weight": self._pools.weights[chance >> 40 & 255],
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
            "released": self._pools.dates[chance >> 20 & 1023],
        }

    def _root(self, model: Model, chance: int) -> Data:
        own = self._kinds[model.kind.code]
        return {
            "code": model.code,
            "family_variant": family_variant_code(model.kind, model.levels),
            "categories": own.categories[chance >> 4 & self._filed],
            "values": own.shared[chance >> 6 & 255],
        }

    def _sub_model(self, model: Model, chance: int) -> Data:
        return {
            "code": model.code,
            "parent": model.parent,
            "values": {
                "color": self._pools.colors[model.number % 16],
                "released": self._pools.dates[chance >> 20 & 1023],
            },
        }

    def _associations(self) -> Iterator[Data]:
        """Yield links to products of the first half, which are there when these are sent."""
        bits = self._random("associations").getrandbits
        for position in range(0, self._plan.products, LINKED):
            targets = self._targets(position, bits(BITS))
            links = {"products": [self._plan.identifier(target) for target in targets]}
            said: Data = {"associations": {"X_SELL": links}} if targets else {}
            if self._links:
                said = self._links.added(position, said)
            if said:
                yield {"identifier": self._plan.identifier(position), **said}

    def _targets(self, position: int, chance: int) -> list[int]:
        start, place = position - position % RING, position % RING // LINKED
        if place < 3 and start + 2 * LINKED < (self._plan.products + 1) // 2:
            return [start + (place + 1) % 3 * LINKED]
        reach = max(position, 1) // 2 + 1
        found = sorted({chance % reach, (chance >> 32) % reach} - {position})
        return [target for target in found if target not in self._bad]
