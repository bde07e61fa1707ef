"""Catalogues by chance: coherent, small, and with every kind of reference between commands.

What is drawn is left out of what `docs/ordering.md` excepts: no unique values, no axis values that
move, no two-way associations, no lists of a group, and no structure that changes its levels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from attrs import evolve, field, frozen
from hypothesis import strategies as st

from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo import (
    CreateOrUpdateAssociationType,
    CreateOrUpdateAttribute,
    CreateOrUpdateAttributeGroup,
    CreateOrUpdateAttributeOption,
    CreateOrUpdateCategory,
    CreateOrUpdateChannel,
    CreateOrUpdateFamily,
    CreateOrUpdateFamilyVariant,
    CreateOrUpdateProduct,
    CreateOrUpdateProductModel,
)

Draw = Callable[[st.SearchStrategy[Any]], Any]
Goods = CreateOrUpdateProduct | CreateOrUpdateProductModel

PLAIN = (None, None)
LABELS = st.fixed_dictionaries({"en_US": st.sampled_from(["One", "Two"])})


def some(draw: Draw, choices: Sequence[Any], most: int = 3, least: int = 0) -> list[Any]:
    """Draw some of *choices*, in any order."""
    if not choices:
        return []
    each = st.sampled_from(choices)
    drawn: list[Any] = draw(st.lists(each, unique=True, min_size=least, max_size=most))
    return drawn


def one(draw: Draw, choices: Sequence[Any]) -> Any:
    """Draw one of *choices*."""
    return draw(st.sampled_from(choices))


def named(draw: Draw, prefix: str, most: int, least: int = 0) -> list[str]:
    """Draw how many there are, and return their codes."""
    return [f"{prefix}{n}" for n in range(draw(st.integers(least, most)))]


def spelled(draw: Draw, code: str) -> str:
    """Draw whether *code* is named in the other case: the PIM knows it all the same."""
    return code.upper() if draw(st.booleans()) else code


def entry(data: object, place: tuple[str | None, str | None] = PLAIN) -> dict[str, object]:
    """Return a value at a *place*, which is a locale and a channel."""
    return {"locale": place[0], "scope": place[1], "data": data}


@frozen
class Family:
    """A family with its axes and its texts."""

    code: str
    axes: Sequence[str]
    texts: Sequence[str]


@frozen
class Variation:
    """A family variant: the axes of each level, and the texts that stand above all of them."""

    code: str
    family: Family
    axes: Sequence[Sequence[str]]
    common: Sequence[str]


@frozen
class Structure:
    """What goods may refer to, and the commands that bring it, in the best order.

    Attributes:
        axes: Attributes that may be axes, and the data that each can have.
        places: Text attributes, and where their values may stand.
    """

    commands: list[LaneCommand] = field(factory=list)
    categories: list[str] = field(factory=lambda: ["master"])
    groups: list[str] = field(factory=lambda: ["other"])
    axes: dict[str, Sequence[Any]] = field(factory=dict)
    places: dict[str, Sequence[tuple[str | None, str | None]]] = field(factory=dict)
    channels: list[str] = field(factory=lambda: ["ecommerce"])
    types: list[str] = field(factory=lambda: ["X_SELL"])
    quantified: list[str] = field(factory=list)
    families: list[Family] = field(factory=list)
    variations: list[Variation] = field(factory=list)


@st.composite
def structures(draw: Draw) -> Structure:
    """Draw a structure, from categories to family variants."""
    drawn = Structure()
    shop = draw(st.booleans())
    for part in (_categories, _groups, _axes):
        part(draw, drawn)
    _texts(draw, drawn, shop=shop)
    if shop:
        _channel(draw, drawn)
    for part in (_types, _families, _variations):
        part(draw, drawn)
    return drawn


def _add(draw: Draw, drawn: Structure, command: Any, **earlier: Any) -> None:
    """Add *command*, and maybe others of its key: one before it that says *earlier*, and labels."""
    if earlier and draw(st.booleans()):
        drawn.commands.append(evolve(command, **earlier))
    drawn.commands.append(command)
    if draw(st.booleans()):
        drawn.commands.append(again(draw, command, labels=draw(LABELS)))


def again(draw: Draw, command: Any, **fields: Any) -> Any:
    """Return another command of the key of *command*, maybe in the other case."""
    names = ("family", "attribute") if not isinstance(command, Goods) else ()
    path = {name: getattr(command, name) for name in names if hasattr(command, name)}
    code = spelled(draw, getattr(command, command.key_field))
    return type(command)(**{command.key_field: code}, **path, **fields)


def _categories(draw: Draw, drawn: Structure) -> None:
    for code in named(draw, "c", 3):
        parent = spelled(draw, one(draw, drawn.categories))
        _add(draw, drawn, CreateOrUpdateCategory(code=code, parent=parent), parent="master")
        drawn.categories.append(code)


def _groups(draw: Draw, drawn: Structure) -> None:
    for code in named(draw, "g", 2):
        _add(draw, drawn, CreateOrUpdateAttributeGroup(code=code))
        drawn.groups.append(code)


def _attribute(draw: Draw, drawn: Structure, code: str, kind: str, **more: Any) -> None:
    command = CreateOrUpdateAttribute(
        code=code, type=f"pim_catalog_{kind}", group=one(draw, drawn.groups), **more
    )
    _add(draw, drawn, command, group="other")


def _axes(draw: Draw, drawn: Structure) -> None:
    for code in named(draw, "a", 3, least=2):
        if draw(st.booleans()):
            _attribute(draw, drawn, code, "boolean")
            drawn.axes[code] = [True, False]
        else:
            _attribute(draw, drawn, code, "simpleselect")
            drawn.axes[code] = named(draw, "o", 3, least=1)
            for option in drawn.axes[code]:
                command = CreateOrUpdateAttributeOption(attribute=code, code=option)
                _add(draw, drawn, command)


def _texts(draw: Draw, drawn: Structure, *, shop: bool) -> None:
    locales, scopes = ["en_US"], ["ecommerce"]
    if shop:
        locales, scopes = [*locales, "de_DE"], [*scopes, "shop"]
    shapes: list[tuple[bool, bool, list[tuple[str | None, str | None]]]] = [
        (False, False, [PLAIN]),
        (True, False, [(locale, None) for locale in locales]),
        (False, True, [(None, scope) for scope in scopes]),
        (True, True, list(zip(locales, scopes, strict=True))),
    ]
    for code in named(draw, "t", 3):
        localizable, scopable, places = one(draw, shapes)
        _attribute(draw, drawn, code, "text", localizable=localizable, scopable=scopable)
        drawn.places[code] = places


def _channel(draw: Draw, drawn: Structure) -> None:
    """A second channel, in a tree of its own; it may convert what an attribute measures."""
    drawn.commands.append(CreateOrUpdateCategory(code="tree"))
    drawn.categories.append("tree")
    drawn.channels.append("shop")
    units: dict[str, Any] = {}
    if draw(st.booleans()):
        weight = {"metric_family": "Weight", "default_metric_unit": "GRAM"}
        flags = {"decimals_allowed": True, "negative_allowed": False}
        _attribute(draw, drawn, "weight", "metric", **weight, **flags)
        units = {"conversion_units": {"weight": "KILOGRAM"}}
    tree = spelled(draw, "tree")
    command = CreateOrUpdateChannel(
        code="shop", category_tree=tree, locales=["de_DE"], currencies=["EUR"], **units
    )
    _add(draw, drawn, command, locales=["fr_FR"])


def _types(draw: Draw, drawn: Structure) -> None:
    for code in named(draw, "pair", 1):
        _add(draw, drawn, CreateOrUpdateAssociationType(code=code))
        drawn.types.append(code)
    for code in named(draw, "kit", 1):
        _add(draw, drawn, CreateOrUpdateAssociationType(code=code, is_quantified=True))
        drawn.quantified.append(code)


def _families(draw: Draw, drawn: Structure) -> None:
    for code in named(draw, "f", 2, least=1):
        axes = some(draw, list(drawn.axes), least=1)
        texts = some(draw, list(drawn.places))
        channels = some(draw, drawn.channels)
        command = CreateOrUpdateFamily(
            code=code,
            attributes=["sku", *axes, *texts],
            attribute_as_label=one(draw, ["sku", *texts]),
            attribute_requirements={each: some(draw, texts) for each in channels},
        )
        _add(
            draw,
            drawn,
            command,
            attributes=["sku"],
            attribute_as_label="sku",
            attribute_requirements={},
        )
        drawn.families.append(Family(code, axes, texts))


def _variations(draw: Draw, drawn: Structure) -> None:
    for family in drawn.families:
        for n in range(draw(st.integers(1, 2))):
            split = draw(st.integers(0, len(family.axes) - 1))
            axes = [part for part in (family.axes[:split], family.axes[split:]) if part]
            placed = {text: one(draw, range(len(axes) + 1)) for text in family.texts}
            levels = [
                {
                    "level": level,
                    "axes": list(part),
                    "attributes": [text for text, at in placed.items() if at == level],
                }
                for level, part in enumerate(axes, 1)
            ]
            code = f"{family.code}v{n}"
            command = CreateOrUpdateFamilyVariant(
                code=code, family=family.code, variant_attribute_sets=levels
            )
            _add(draw, drawn, command)
            common = [text for text, at in placed.items() if at == 0]
            drawn.variations.append(Variation(code, family, axes, common))


@frozen
class Shelf:
    """The goods of a catalogue: the commands of each key, in their order."""

    structure: Structure
    draw: Draw
    runs: list[list[Any]] = field(factory=list)

    def fill(self) -> None:
        """Draw trees and simple products, then what changes them and links them."""
        for n in range(self.draw(st.integers(1, 2))):
            self._tree(f"m{n}", one(self.draw, self.structure.variations))
        for code in named(self.draw, "p", 3):
            family = one(self.draw, [None, *(each.code for each in self.structure.families)])
            more: dict[str, Any] = {} if family is None else {"family": spelled(self.draw, family)}
            texts = list(self.structure.places)
            self.runs.append([CreateOrUpdateProduct(identifier=code, **more, **self._said(texts))])
        for run in self.runs:
            self._change(run)
            self._link(run)

    def _tree(self, code: str, variation: Variation) -> None:
        """Draw a root, and under it one or two levels."""
        said = self._said(variation.common)
        self.runs.append(
            [CreateOrUpdateProductModel(code=code, family_variant=variation.code, **said)]
        )
        if len(variation.axes) == 1:
            self._variants(code, variation)
            return
        for n, values in enumerate(self._combinations(variation.axes[0])):
            leaf = f"{code}s{n}"
            said = self._said(variation.family.texts, values)
            parent = spelled(self.draw, code)
            self.runs.append([CreateOrUpdateProductModel(code=leaf, parent=parent, **said)])
            self._variants(leaf, variation)

    def _variants(self, leaf: str, variation: Variation) -> None:
        """Draw variants; some of them are simple products before."""
        for n, values in enumerate(self._combinations(variation.axes[-1])):
            code, parent = f"{leaf}v{n}", spelled(self.draw, leaf)
            said = self._said(variation.family.texts, values)
            if self.draw(st.booleans()):
                family = variation.family.code
                simple = CreateOrUpdateProduct(identifier=code, family=family, **said)
                run = [simple, CreateOrUpdateProduct(identifier=code, parent=parent)]
            else:
                run = [CreateOrUpdateProduct(identifier=code, parent=parent, **said)]
            self.runs.append(run)

    def _combinations(self, axes: Sequence[str]) -> list[dict[str, Any]]:
        """Draw axis values for some siblings, no two of them the same."""
        data = [self.structure.axes[axis] for axis in axes]
        chosen = some(self.draw, list(product(*data)), most=2, least=1)
        return [
            {axis: [entry(each)] for axis, each in zip(axes, combination, strict=True)}
            for combination in chosen
        ]

    def _said(self, texts: Sequence[str], values: Mapping[str, Any] | None = None) -> Any:
        """Draw categories and values; values of another level are dropped by the PIM."""
        found = dict(values or {})
        for text in some(self.draw, texts, most=2):
            places = some(self.draw, self.structure.places[text])
            found[text] = [entry(one(self.draw, ["x", "y"]), place) for place in places]
        categories = [spelled(self.draw, code) for code in some(self.draw, self._categories)]
        return {"values": found, **({"categories": categories} if categories else {})}

    @property
    def _categories(self) -> list[str]:
        return self.structure.categories

    def _change(self, run: list[Any]) -> None:
        """Draw a later command for some keys."""
        if self.draw(st.booleans()):
            run.append(again(self.draw, run[0], **self._said(list(self.structure.places))))
        if isinstance(run[0], CreateOrUpdateProduct) and self.draw(st.booleans()):
            run.append(again(self.draw, run[0], enabled=self.draw(st.booleans())))

    def _link(self, run: list[Any]) -> None:
        """Draw associations for some commands; their targets may be anywhere, and go in circles."""
        for n, command in enumerate(run):
            if self.draw(st.booleans()):
                links = {
                    kind: self._targets() for kind in some(self.draw, self.structure.types, least=1)
                }
                amounts = {
                    kind: {
                        name: [{"identifier": code, "quantity": 2} for code in codes]
                        for name, codes in self._targets().items()
                    }
                    for kind in self.structure.quantified
                }
                run[n] = evolve(command, associations=links, quantified_associations=amounts)

    def _targets(self) -> dict[str, list[str]]:
        firsts = [run[0] for run in self.runs]
        models = [each.key for each in firsts if isinstance(each, CreateOrUpdateProductModel)]
        products = [each.key for each in firsts if isinstance(each, CreateOrUpdateProduct)]
        codes = [spelled(self.draw, code) for code in some(self.draw, products, most=2)]
        found = {"products": codes, "product_models": some(self.draw, models, most=2)}
        return {name: codes for name, codes in found.items() if codes}


@st.composite
def catalogues(draw: Draw) -> list[LaneCommand]:
    """Draw commands in the best order: each comes behind what it needs, but for associations."""
    structure = draw(structures())
    shelf = Shelf(structure, draw)
    shelf.fill()
    models = [run for run in shelf.runs if isinstance(run[0], CreateOrUpdateProductModel)]
    products = [run for run in shelf.runs if isinstance(run[0], CreateOrUpdateProduct)]
    return [*structure.commands, *(command for run in [*models, *products] for command in run)]


@st.composite
def shuffled(draw: Draw, commands: Sequence[LaneCommand]) -> list[LaneCommand]:
    """Draw an order of *commands* in which those of one key keep theirs."""
    order: list[LaneCommand] = draw(st.permutations(commands))
    waiting: dict[str, Iterator[LaneCommand]] = {}
    for identity in {command.identity for command in commands}:
        waiting[identity] = iter([each for each in commands if each.identity == identity])
    return [next(waiting[command.identity]) for command in order]
