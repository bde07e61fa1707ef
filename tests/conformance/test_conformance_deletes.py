"""DELETE.

Source: akeneo/pim-api-docs, content/swagger/resources (products, product models);
akeneo/pim-community-dev, DeleteProductEndToEnd.php and DeleteProductModelEndToEnd.php, and the
routes of products, whose codes may hold slashes.
"""

from __future__ import annotations

import pytest

from raw_http import RawClient, value


@pytest.mark.parametrize("path", ["/products/tee_red_s", "/product-models/tee"])
def test_a_delete_is_a_204_and_then_a_404(tree: RawClient, path: str) -> None:
    """What is gone cannot be deleted again."""
    first, second = tree.delete(path), tree.delete(path)

    assert (first.status, first.text, second.status) == (204, "", 404)
    assert second.message.endswith("does not exist.")
    assert tree.get(path).status == 404


@pytest.mark.parametrize("path", ["/products/a/b", "/products/a%2Fb", "/products/A/b"])
def test_a_slash_in_an_identifier_may_stand_in_a_path(raw: RawClient, path: str) -> None:
    """As it is, or percent-encoded."""
    raw.put("/products", {"identifier": "a/b"})

    assert raw.delete(path).status == 204


def test_a_model_takes_with_it_all_that_stands_under_it(tree: RawClient) -> None:
    """Sub-models and variants; other trees stay."""
    tree.delete("/product-models/tee")

    assert tree.get("/product-models/tee_red").status == 404
    assert tree.get("/products/tee_red_s").status == 404
    assert tree.get("/products/tank_m").status == 200


def test_a_deleted_sub_model_leaves_its_root(tree: RawClient) -> None:
    """Downwards only."""
    tree.delete("/product-models/tee_red")

    assert tree.get("/product-models/tee").status == 200
    assert tree.get("/products/tee_red_s").status == 404


def test_axis_and_unique_values_are_free_after_a_delete(tree: RawClient) -> None:
    """The same variant can come again."""
    tree.patch("/products/tee_red_s", values={"ean": value("1")})
    tree.delete("/products/tee_red_s")
    body = {"parent": "tee_red", "values": {"size": value("s"), "ean": value("1")}}

    assert tree.call("PATCH", "/products/again", body).status == 201


def test_a_deleted_item_leaves_all_associations(tree: RawClient) -> None:
    """Also when it comes again."""
    tree.put("/association-types", {"code": "KIT", "is_quantified": True})
    tree.put(
        "/products",
        {"identifier": "b"},
        {
            "identifier": "a",
            "associations": {"PACK": {"products": ["b", "tank_m"]}},
            "quantified_associations": {"KIT": {"products": [{"identifier": "b", "quantity": 1}]}},
        },
    )
    tree.delete("/products/b")
    tree.put("/products", {"identifier": "b"})
    item = tree.item("/products/a")

    assert item["associations"] == {"PACK": {"products": ["tank_m"]}}
    assert item["quantified_associations"] == {}


def test_what_goes_with_a_model_leaves_all_associations(tree: RawClient) -> None:
    """Sub-models and variants as well as the model itself."""
    targets = {"products": ["tank_m", "tee_red_s"], "product_models": ["tee", "tee_red", "tank"]}
    tree.put("/products", {"identifier": "a", "associations": {"PACK": targets}})
    tree.delete("/product-models/tee")

    assert tree.item("/products/a")["associations"] == {
        "PACK": {"products": ["tank_m"], "product_models": ["tank"]}
    }


def test_a_code_can_be_deleted_in_any_spelling_and_come_again(tree: RawClient) -> None:
    """As new, with nothing of what it had."""
    tree.put("/products", {"identifier": "Mug", "enabled": False, "categories": ["master"]})
    gone = tree.delete("/products/MUG")
    back = tree.patch("/products/mug")
    item = tree.item("/products/Mug")

    assert (gone.status, back.status) == (204, 201)
    assert (item["identifier"], item["enabled"], item["categories"]) == ("mug", True, [])
