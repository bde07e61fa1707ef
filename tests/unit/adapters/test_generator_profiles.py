"""Profiles: every type of attribute, several channels and trees, the same bytes for a seed."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from itertools import pairwise
from typing import Any

import attrs
import orjson
import pytest

from importbus.adapters.generator import PROFILES, Extras, Profile, generate
from importbus.adapters.generator.further import FURTHER

Data = dict[str, Any]

TYPES = {
    *("identifier", "text", "textarea", "number", "boolean", "date", "simpleselect"),
    *("multiselect", "price_collection", "metric", "file", "image"),
}
"""The types of attributes that the Community Edition has.

Source: akeneo/pim-api-docs, content/concepts/catalog-structure.md.
"""

DIGESTS = {
    "small": "a3ebdfc1df59",
    "medium": "ec3a4eeef95a",
    "large": "34c9d8f7cbce",
    "huge": "40be194d491e",
}
"""The first twelve digits of the SHA-256 of small catalogues; they change only knowingly."""


def shrunk(name: str) -> Profile:
    """Return a profile with fewer categories and options, which are most of what it costs."""
    return attrs.evolve(PROFILES[name], depth=2, options=7)


def catalogue(profile: Profile, products: int = 60, **how: Any) -> dict[str, list[Data]]:
    """Return the data of a catalogue by command class."""
    found: dict[str, list[Data]] = {}
    for record in generate(products, seed=5, extras=Extras.of(profile, **how)):
        found.setdefault(record["command"], []).append(record["data"])
    return found


def simple(found: dict[str, list[Data]]) -> list[Data]:
    """Return the commands that make simple products."""
    goods = found["CreateOrUpdateProduct"]
    return [data for data in goods if "values" in data and "parent" not in data]


@pytest.mark.parametrize("name", PROFILES)
def test_the_bytes_of_a_seed_stay_what_they_are(name: str) -> None:
    """On every machine and in every version, unless a change is meant."""
    digest = sha256()
    for record in generate(50, seed=1, extras=Extras.of(shrunk(name), enterprise=True)):
        digest.update(orjson.dumps(record) + b"\n")

    assert digest.hexdigest()[:12] == DIGESTS[name]


@pytest.mark.parametrize(
    ("extras", "digest"),
    [(Extras(), "c56da6214dd4"), (Extras(enterprise=True, media=True), "ebe26f31e13e")],
)
def test_without_a_profile_the_bytes_are_what_they_were(extras: Extras, digest: str) -> None:
    """Before there were profiles."""
    lines = b"\n".join(map(orjson.dumps, generate(500, 40, 3, extras)))

    assert sha256(lines).hexdigest()[:12] == digest


def test_another_seed_gives_other_further_values() -> None:
    """And the same structure."""
    extras = Extras.of(PROFILES["small"])
    one, other = (list(generate(20, seed=seed, extras=extras)) for seed in (1, 2))
    differing = [(a["command"], a["data"], b["data"]) for a, b in zip(one, other, strict=True)]
    changed = {name for name, first, second in differing if first != second}
    slogans = [
        first["values"]["slogan"] == second["values"]["slogan"]
        for _, first, second in differing
        if "slogan" in first.get("values", {})
    ]

    assert changed == {"CreateOrUpdateProductModel", "CreateOrUpdateProduct"}
    assert not all(slogans)


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_has_attributes_of_every_type(name: str) -> None:
    """And goods have values of all of them, files by their uploads."""
    found = catalogue(shrunk(name))
    types = {
        data["code"]: data["type"].removeprefix("pim_catalog_")
        for data in found["CreateOrUpdateAttribute"]
    }
    goods = [*found["CreateOrUpdateProduct"], *found["CreateOrUpdateProductModel"]]
    uploads = [*found["CreateProductMediaFile"], *found["CreateProductModelMediaFile"]]
    used = {types[code] for data in goods for code in data.get("values", {})}
    used |= {types[data["attribute"]] for data in uploads}

    assert set(types.values()) == TYPES
    assert used == TYPES - {"identifier"}


def test_values_depend_on_locale_and_channel_in_every_way() -> None:
    """On neither, on one, on both, and on a locale that the attribute has alone."""
    values = simple(catalogue(shrunk("small")))[1]["values"]
    ways = {
        (each["locale"] is not None, each["scope"] is not None)
        for places in values.values()
        for each in places
    }

    assert len(ways) == 4
    assert [each["locale"] for each in values["eco_tax_notice"]] == ["fr_FR"]
    assert len({each["data"][1]["currency"] for each in values["channel_price"]}) == 2


@pytest.mark.parametrize("name", PROFILES)
def test_goods_have_as_many_further_values_as_the_profile_says(name: str) -> None:
    """Beside the eleven that they have without one, and a category of either tree."""
    found = simple(catalogue(shrunk(name)))

    assert {len(data["values"]) for data in found} == {11 + PROFILES[name].values}
    assert {len(data["categories"]) for data in found} == {2}


@pytest.mark.parametrize("name", PROFILES)
def test_each_attribute_is_in_a_family(name: str) -> None:
    """An attribute that no goods can have would be of no use."""
    found = catalogue(shrunk(name), enterprise=True)
    codes = {data["code"] for data in found["CreateOrUpdateAttribute"]}
    families = found["CreateOrUpdateFamily"]

    assert codes == {code for family in families for code in family["attributes"]}
    assert len(codes) >= PROFILES[name].attributes


def test_nobody_sets_twice_what_goes_both_ways() -> None:
    """What the PIM adds to the other product would otherwise depend on the order of the lines."""
    pairs = Counter(
        code
        for data in catalogue(PROFILES["small"], 205)["CreateOrUpdateProduct"]
        if "ALTERNATIVE" in data.get("associations", {})
        for code in (data["identifier"], *data["associations"]["ALTERNATIVE"]["products"])
    )

    assert len(pairs) == 20
    assert set(pairs.values()) == {1}


def test_links_have_quantities_of_products_and_models_that_there_are() -> None:
    """None of them of a bad product."""
    found = catalogue(PROFILES["small"], 205, bad=30)
    models = {data["code"] for data in found["CreateOrUpdateProductModel"]}
    goods = found["CreateOrUpdateProduct"]
    names = [data["identifier"] for data in goods if "values" in data]
    packs = [data["quantified_associations"]["BUNDLE"] for data in goods if "values" not in data]

    assert len(packs) == 21
    assert {one["identifier"] for pack in packs for one in pack["product_models"]} <= models
    assert {one["identifier"] for pack in packs for one in pack.get("products", [])} == {
        *names[10::10]
    }


@pytest.mark.parametrize("name", PROFILES)
def test_there_are_as_many_categories_as_the_profile_says(name: str) -> None:
    """In the second tree, each below another one of it; products name its lowest ones."""
    profile = shrunk(name)
    found = catalogue(profile, 400)
    tree = {
        data["code"]: data.get("parent")
        for data in found["CreateOrUpdateCategory"]
        if data["code"].startswith("seasons")
    }
    named = {data["categories"][1] for data in simple(found)}

    assert len(tree) == profile.categories
    assert {parent for parent in tree.values() if parent} == tree.keys() - named
    assert len(named) == profile.breadth**profile.depth


def test_each_profile_is_larger_than_the_one_before() -> None:
    """In everything that is counted but what a product has."""
    sizes = [
        (each.products, each.channels, each.categories, each.attributes, each.options)
        for each in PROFILES.values()
    ]

    for one, following in pairwise(sizes):
        assert all(less < more for less, more in zip(one, following, strict=True))


def test_what_a_profile_says_can_be_said_otherwise() -> None:
    """Products and media by arguments, everything else by a profile of one's own."""
    profile = attrs.evolve(PROFILES["small"], channels=2, attributes=3, values=2)
    found = catalogue(profile, 20, media=False)
    codes = {data["code"] for data in found["CreateOrUpdateAttribute"]}

    assert len(found["CreateOrUpdateChannel"]) == 2
    assert {each.code for each in FURTHER} & codes == {each.code for each in FURTHER[:3]}
    assert "packshot" not in codes
    assert len(found["CreateOrUpdateProductModel"]) == 2
