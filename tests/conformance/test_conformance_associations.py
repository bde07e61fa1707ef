"""Associations.

Source: akeneo/pim-api-docs, content/concepts/products.md (associations); akeneo/pim-community-dev,
ExternalApi/QuantifiedAssociations, validators.en_US.yml.
"""

from __future__ import annotations

from typing import Any

import pytest

from raw_http import RawClient


@pytest.fixture
def linked(tree: RawClient) -> RawClient:
    """The client; there are products a, b, c and types BOTH (two-way) and KIT (quantified)."""
    tree.put("/products", *({"identifier": code} for code in "abc"))
    tree.put(
        "/association-types",
        {"code": "BOTH", "is_two_way": True},
        {"code": "KIT", "is_quantified": True},
    )
    return tree


def associations(client: RawClient, path: str) -> Any:
    """Return what *path* is associated with."""
    return client.item(path)["associations"]


def test_associations_are_merged_by_type_and_kind(linked: RawClient) -> None:
    """A given list replaces; other lists and types stay; lists are sorted."""
    both = {
        "PACK": {"products": ["c", "b"], "product_models": ["tee"]},
        "UPSELL": {"products": ["b"]},
    }
    linked.patch("/products/a", associations=both)
    linked.patch("/products/a", associations={"PACK": {"products": ["c"]}})

    assert associations(linked, "/products/a") == {
        "PACK": {"product_models": ["tee"], "products": ["c"]},
        "UPSELL": {"products": ["b"]},
    }


def test_lists_of_associations_come_sorted_and_each_target_once(linked: RawClient) -> None:
    """In the spelling of the target, and those of a variant with what it inherits."""
    linked.put("/products", *({"identifier": code} for code in "hgfed"))
    targets = [*"hgfedcba", "A", "B"]
    linked.patch("/products/a", associations={"PACK": {"products": targets}})
    linked.patch("/product-models/tee", associations={"PACK": {"products": [*"geca"]}})
    linked.patch("/products/tee_red_s", associations={"PACK": {"products": [*"hfdba"]}})

    assert associations(linked, "/products/a") == {"PACK": {"products": [*"abcdefgh"]}}
    assert associations(linked, "/products/tee_red_s") == {"PACK": {"products": [*"abcdefgh"]}}


def test_an_empty_list_clears_a_kind(linked: RawClient) -> None:
    """The others stay."""
    both = {"PACK": {"products": ["b"], "product_models": ["tee"]}}
    linked.patch("/products/a", associations=both)
    linked.patch("/products/a", associations={"PACK": {"products": []}})

    assert associations(linked, "/products/a") == {"PACK": {"product_models": ["tee"]}}


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ({"NOPE": {"products": ["b"]}}, "valid association type code. The association type does"),
        ({"PACK": {"products": ["zz"]}}, "valid product identifier. The product does not exist"),
        ({"PACK": {"product_models": ["zz"]}}, "valid product model identifier. The product model"),
        ({"PACK": {"groups": ["zz"]}}, "valid group code. The group does not exist"),
    ],
)
@pytest.mark.parametrize("path", ["/products/a", "/product-models/tee"])
def test_type_and_target_of_an_association_must_exist(
    linked: RawClient, path: str, said: Any, start: str
) -> None:
    """A documented 422 about `associations`."""
    reply = linked.patch(path, associations=said)

    assert reply.status == 422
    assert reply.message.startswith(f'Property "associations" expects a {start}')


@pytest.mark.parametrize(
    "said",
    [None, [1], {"PACK": ["b"]}, {"PACK": {"products": "b"}}, {"PACK": {"odd": []}}],
)
def test_associations_have_a_shape(linked: RawClient, said: Any) -> None:
    """Types, kinds, lists."""
    assert linked.patch("/products/a", associations=said).status == 422


def test_a_target_may_come_earlier_in_the_batch(linked: RawClient) -> None:
    """But not later, and not itself when it is new."""
    said = {"PACK": {"products": ["new"]}}
    reply = linked.lines(
        "/products",
        {"identifier": "x", "associations": said},
        {"identifier": "new", "associations": said},
        {"identifier": "new"},
        {"identifier": "x", "associations": said},
    )

    assert [each["status_code"] for each in reply.lines] == [422, 422, 201, 201]


def test_a_two_way_association_shows_on_both_sides(linked: RawClient) -> None:
    """Between products, and between product and model; it goes on both sides, too."""
    linked.patch(
        "/products/a", associations={"BOTH": {"products": ["b"], "product_models": ["tee"]}}
    )
    there = [associations(linked, path) for path in ("/products/b", "/product-models/tee")]
    linked.patch("/products/b", associations={"BOTH": {"products": []}})

    assert there == [{"BOTH": {"products": ["a"]}}] * 2
    assert associations(linked, "/products/a") == {"BOTH": {"product_models": ["tee"]}}


def test_a_two_way_association_to_itself_is_refused(linked: RawClient) -> None:
    """One-way is fine."""
    assert linked.patch("/products/a", associations={"BOTH": {"products": ["a"]}}).status == 422
    assert linked.patch("/products/a", associations={"PACK": {"products": ["a"]}}).status == 204


def test_an_association_follows_a_rename(linked: RawClient) -> None:
    """The new identifier stands in the lists."""
    linked.patch("/products/a", associations={"PACK": {"products": ["b"]}})
    linked.patch(
        "/products/a",
        quantified_associations={"KIT": {"products": [{"identifier": "b", "quantity": 1}]}},
    )
    linked.patch("/products/b", identifier="bb")

    assert associations(linked, "/products/a") == {"PACK": {"products": ["bb"]}}
    assert (
        linked.item("/products/a")["quantified_associations"]["KIT"]["products"][0]["identifier"]
        == "bb"
    )


def test_quantities_are_merged_by_type_and_kind(linked: RawClient) -> None:
    """A given list replaces; the other kind stays."""
    models = [{"identifier": "tee", "quantity": 1}]
    first = {"products": [{"identifier": "b", "quantity": 2}], "product_models": models}
    second = {"products": [{"identifier": "c", "quantity": 3}]}
    linked.patch("/products/a", quantified_associations={"KIT": first})
    linked.patch("/products/a", quantified_associations={"KIT": second})

    assert linked.item("/products/a")["quantified_associations"] == {
        "KIT": {"products": [{"identifier": "c", "quantity": 3}], "product_models": models}
    }


def test_a_variant_shows_its_own_quantity_of_what_it_inherits(linked: RawClient) -> None:
    """Entries are united by target and sorted."""
    above = [{"identifier": code, "quantity": 1} for code in "ac"]
    own = [{"identifier": code, "quantity": 2} for code in "cb"]
    linked.patch("/product-models/tee", quantified_associations={"KIT": {"products": above}})
    linked.patch("/products/tee_red_s", quantified_associations={"KIT": {"products": own}})

    assert linked.item("/products/tee_red_s")["quantified_associations"]["KIT"]["products"] == [
        {"identifier": "a", "quantity": 1},
        {"identifier": "b", "quantity": 2},
        {"identifier": "c", "quantity": 2},
    ]


@pytest.mark.parametrize(
    ("said", "blamed"),
    [
        ({"PACK": {}}, "quantifiedAssociations.PACK"),
        ({"NOPE": {}}, "quantifiedAssociations.NOPE"),
        ({"KIT": {"groups": []}}, "quantifiedAssociations.KIT"),
        (
            {"KIT": {"products": [{"identifier": "zz", "quantity": 1}]}},
            "quantifiedAssociations.KIT.products",
        ),
        (
            {"KIT": {"products": [{"identifier": "b", "quantity": 0}]}},
            "quantifiedAssociations.KIT.products[0].quantity",
        ),
        (
            {"KIT": {"products": [{"identifier": "b", "quantity": 2**31}]}},
            "quantifiedAssociations.KIT.products[0].quantity",
        ),
    ],
)
def test_quantities_have_rules(linked: RawClient, said: Any, blamed: str) -> None:
    """Broken ones are violations, not shapes."""
    reply = linked.patch("/products/a", quantified_associations=said)

    assert (reply.status, reply.message, reply.blamed) == (422, "Validation failed.", [blamed])


def test_the_largest_quantity_is_fine(linked: RawClient) -> None:
    """The range includes its end."""
    said = {"KIT": {"products": [{"identifier": "b", "quantity": 2**31 - 1}]}}

    assert linked.patch("/products/a", quantified_associations=said).status == 204


@pytest.mark.parametrize(("count", "status"), [(100, 204), (101, 422)])
def test_a_quantified_type_links_a_hundred_items(
    linked: RawClient, count: int, status: int
) -> None:
    """Products and models together."""
    linked.put("/products", *({"identifier": f"n{n}"} for n in range(99)))
    linked.put("/products", {"identifier": "n99"})
    entries = [{"identifier": f"n{n}", "quantity": 1} for n in range(count - 1)]
    said = {"KIT": {"products": entries, "product_models": [{"identifier": "tee", "quantity": 1}]}}

    assert linked.patch("/products/a", quantified_associations=said).status == status


def test_a_quantified_type_has_no_plain_associations(linked: RawClient) -> None:
    """The message names the other property."""
    reply = linked.patch("/products/a", associations={"KIT": {"products": ["b"]}})

    assert (reply.status, reply.blamed) == (422, ["associations.KIT"])


@pytest.mark.parametrize("said", [None, ["b"], {"KIT": ["b"]}, {"KIT": {"products": "b"}}])
def test_quantities_have_a_shape(linked: RawClient, said: Any) -> None:
    """Types, kinds, lists."""
    reply = linked.patch("/products/a", quantified_associations=said)

    assert reply.status == 422
    assert reply.message.startswith('Property "quantified_associations" expects a')


@pytest.mark.parametrize(
    "entry", ["b", {"identifier": "b"}, {"quantity": 1}, {"identifier": "b", "quantity": "1"}]
)
def test_a_quantity_has_a_shape(linked: RawClient, entry: Any) -> None:
    """Identifier and whole number."""
    said = {"KIT": {"products": [entry]}}
    reply = linked.patch("/products/a", quantified_associations=said)

    assert reply.status == 422
    assert "_links" in reply.json
