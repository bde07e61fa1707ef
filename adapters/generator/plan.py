"""Which product and which model is what: plain arithmetic, so that nothing has to be kept."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from importbus.adapters.generator.words import KINDS, Kind

MODELS_IN_GROUP = 4
"""A root whose variants hang below it, a root with two sub-models, and these."""

LEAVES_IN_GROUP = 3
"""Models of a group that have variants: all but the root with sub-models."""

VARIANTS_PER_MODEL = 5
PRODUCTS_PER_MODEL = 50
"""So that a tenth of the products are variants when nobody says how many models there are."""


@frozen
class Model:
    """A product model; ``parent`` is set for a sub-model, ``levels`` are those of its tree."""

    number: int
    code: str
    kind: Kind
    levels: int
    parent: str | None


@frozen
class Plan:
    """How many there are of what, and what each is called.

    Attributes:
        products: All products, variants included.
        models: All product models, sub-models included.
        variants: How many of the products are variants.
        simple: How many are not; these come first.
        leaves: How many of the models have variants.
    """

    products: int
    models: int
    variants: int = field(init=False)
    simple: int = field(init=False)
    leaves: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Work out what follows from the two numbers."""
        leaves = self.models - (self.models + 2) // MODELS_IN_GROUP
        variants = min(self.products, self.models * VARIANTS_PER_MODEL)
        object.__setattr__(self, "leaves", leaves)
        object.__setattr__(self, "variants", variants)
        object.__setattr__(self, "simple", self.products - variants)

    def identifier(self, position: int) -> str:
        """Return the identifier of the product at *position*, from 0."""
        if position < self.simple:
            return simple_identifier(position)
        return self.variant_identifier(position - self.simple)

    def variant_identifier(self, variant: int) -> str:
        """Return the identifier of a variant, counted from 0."""
        return f"{self.leaf(variant % self.leaves).code}-{variant // self.leaves + 1}"

    def roots(self) -> Iterator[Model]:
        """Yield the models without a parent."""
        return (model(n) for n in range(self.models) if n % MODELS_IN_GROUP < 2)

    def sub_models(self) -> Iterator[Model]:
        """Yield the models with a parent."""
        return (model(n) for n in range(self.models) if n % MODELS_IN_GROUP >= 2)

    def leaf(self, number: int) -> Model:
        """Return a model that has variants; *number* counts only these, from 0."""
        group, place = divmod(number, LEAVES_IN_GROUP)
        return model(group * MODELS_IN_GROUP + (0, 2, 3)[place])


def simple_identifier(number: int) -> str:
    """Return the identifier of the simple product *number*."""
    return f"{KINDS[number % len(KINDS)].code}-{number:07d}"


def model(number: int) -> Model:
    """Return the model *number*: in each group two roots, then the sub-models of the second."""
    group, place = divmod(number, MODELS_IN_GROUP)
    kind = KINDS[group % len(KINDS)]
    parent = _code(kind, number - place + 1) if place >= 2 else None
    return Model(number, _code(kind, number), kind, 1 if place == 0 else 2, parent)


def _code(kind: Kind, number: int) -> str:
    return f"{kind.code}-model-{number:06d}"
