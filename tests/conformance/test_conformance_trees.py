"""Product models and variants.

Source: akeneo/pim-api-docs, content/concepts/products.md; akeneo/pim-community-dev,
CreateProductEndToEnd.php (variants), CreateProductModelEndToEnd.php, validators.en_US.yml.
"""

from __future__ import annotations

from typing import Any

import pytest

from raw_http import RawClient, value


def messages(reply: Any) -> list[str]:
    """Return the messages of the violations."""
    return [error["message"] for error in reply.json["errors"]]


def test_a_variant_shows_what_it_inherits(tree: RawClient) -> None:
    """Values, categories, associations of the models above it."""
    tree.patch("/product-models/tee", categories=["master"])
    tree.patch("/product-models/tee_red", associations={"PACK": {"products": ["tank_m"]}})
    item = tree.item("/products/tee_red_s")

    assert item["values"] == {
        "color": value("red"),
        "name": value("Tee", "en_US"),
        "size": value("s"),
    }
    assert (item["family"], item["parent"]) == ("shirts", "tee_red")
    assert item["categories"] == ["master"]
    assert item["associations"] == {"PACK": {"products": ["tank_m"]}}


def test_a_model_shows_family_and_variant(tree: RawClient) -> None:
    """A sub-model has those of its root."""
    item = tree.item("/product-models/tee_red")

    assert (item["family"], item["family_variant"]) == ("shirts", "by_color_size")
    assert item["parent"] == "tee"


@pytest.mark.parametrize(
    ("path", "attribute"),
    [
        ("/products/tee_red_s", "note"),
        ("/products/tee_red_s", "color"),
        ("/product-models/tee_red", "size"),
        ("/product-models/tee_red", "note"),
        ("/product-models/tee", "weight"),
        ("/product-models/tee", "ean"),
        ("/product-models/tee", "outside"),
        ("/products/tee_red_s", "outside"),
    ],
)
def test_values_of_another_level_are_dropped_silently(
    tree: RawClient, path: str, attribute: str
) -> None:
    """The answer is 204 and nothing is stored."""
    tree.put("/attributes", {"code": "outside", "type": "pim_catalog_text", "group": "other"})
    before = tree.item(path)["values"]
    data = {"amount": 1, "unit": "GRAM"} if attribute == "weight" else "blue"
    reply = tree.patch(path, values={attribute: value(data)})

    assert reply.status == 204
    assert tree.item(path)["values"] == before


def test_an_unknown_attribute_is_refused_at_every_level(tree: RawClient) -> None:
    """Dropping is for attributes that exist."""
    assert tree.patch("/products/tee_red_s", values={"foo": value(1)}).status == 422
    assert tree.patch("/product-models/tee", values={"foo": value(1)}).status == 422


def test_a_body_with_a_parent_drops_values_at_creation(tree: RawClient) -> None:
    """Also when the product is new."""
    values = {"size": value("m"), "note": value("dropped")}
    tree.put("/products", {"identifier": "v", "parent": "tee_red", "values": values})

    assert "note" not in tree.item("/products/v")["values"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/products/v", {"parent": "tee_red"}),
        ("/products/v", {"parent": "tee_red", "values": {"size": value(None)}}),
        ("/product-models/m", {"parent": "tee"}),
        ("/products/tee_red_s", {"values": {"size": value("")}}),
    ],
)
def test_axes_need_a_value(tree: RawClient, path: str, body: dict[str, Any]) -> None:
    """At creation and afterwards."""
    reply = tree.call("PATCH", path, body)

    assert reply.status == 422
    assert messages(reply)[0].endswith(
        "cannot be empty, as it is defined as an axis for this entity"
    )


def test_axis_values_are_unique_among_siblings(tree: RawClient) -> None:
    """The message names both items."""
    product = tree.patch("/products/v", parent="tee_red", values={"size": value("S")})
    model = tree.patch("/product-models/m", parent="tee", values={"color": value("red")})

    assert messages(product) == [
        'Cannot set value "[s]" for the attribute axis "size" on variant product "v", as the '
        'variant product "tee_red_s" already has this value'
    ]
    assert messages(model) == [
        'Cannot set value "[red]" for the attribute axis "color" on product model "m", as the '
        'product model "tee_red" already has this value'
    ]


@pytest.mark.parametrize(
    ("axis", "first", "same", "other"),
    [
        ("active", True, True, False),
        ("weight", {"amount": "1", "unit": "GRAM"}, {"amount": 1.0, "unit": "GRAM"}, None),
        ("weight", {"amount": "1", "unit": "GRAM"}, None, {"amount": "1", "unit": "KILOGRAM"}),
    ],
)
def test_axes_of_other_types_are_unique_as_well(
    shop: RawClient, axis: str, first: Any, same: Any, other: Any
) -> None:
    """Booleans, and metrics by amount and unit."""
    levels = [{"level": 1, "axes": [axis], "attributes": []}]
    shop.patch("/families/shirts/variants/v", variant_attribute_sets=levels)
    shop.put("/product-models", {"code": "m", "family_variant": "v"})
    shop.put("/products", {"identifier": "a", "parent": "m", "values": {axis: value(first)}})
    expected = {422: same, 201: other}
    sent = {status: data for status, data in expected.items() if data is not None}

    for status, data in sent.items():
        assert shop.patch("/products/b", parent="m", values={axis: value(data)}).status == status


def test_several_axes_are_unique_together(shop: RawClient) -> None:
    """One of them may be the same."""
    levels = [{"level": 1, "axes": ["color", "size"], "attributes": []}]
    shop.patch("/families/shirts/variants/v", variant_attribute_sets=levels)
    shop.put("/product-models", {"code": "m", "family_variant": "v"})
    pairs = [("red", "s"), ("red", "m"), ("blue", "s"), ("red", "s")]
    reply = shop.lines(
        "/products",
        *(
            {
                "identifier": f"p{n}",
                "parent": "m",
                "values": {"color": value(color), "size": value(size)},
            }
            for n, (color, size) in enumerate(pairs)
        ),
    )

    assert [each["status_code"] for each in reply.lines] == [201, 201, 201, 422]
    assert reply.lines[3]["errors"][0]["message"].startswith(
        'Cannot set value "[red],[s]" for the attribute axis "color,size" on variant product "p3"'
    )


def test_a_free_axis_value_can_be_taken(tree: RawClient) -> None:
    """What a sibling gave up is free, and other parents do not matter."""
    moved = tree.patch("/products/tee_red_s", values={"size": value("m")})
    taken = tree.patch("/products/v", parent="tee_red", values={"size": value("s")})
    elsewhere = tree.patch("/products/w", parent="tank", values={"size": value("s")})

    assert (moved.status, taken.status, elsewhere.status) == (204, 201, 201)


def test_a_variant_hangs_under_the_last_model_level(tree: RawClient) -> None:
    """With two levels that is the sub-model."""
    reply = tree.patch("/products/v", parent="tee", values={"size": value("m")})

    assert (reply.status, reply.blamed) == (422, ["parent"])
    assert messages(reply)[0].startswith('The variant product "v" cannot have product model "tee"')


@pytest.mark.parametrize(
    ("parent", "end"), [("tank", "cannot have a parent"), ("tee_red", "as parent")]
)
def test_a_sub_model_hangs_under_a_root_of_two_levels(
    tree: RawClient, parent: str, end: str
) -> None:
    """One level has no sub-models, and sub-models have none either."""
    reply = tree.patch("/product-models/m", parent=parent, values={"color": value("blue")})

    assert reply.status == 422
    assert messages(reply)[0].endswith(end)


def test_a_root_model_needs_a_family_variant(tree: RawClient) -> None:
    """A sub-model inherits it."""
    reply = tree.patch("/product-models/m")

    assert messages(reply) == ["The product model family variant must not be empty."]


def test_the_family_variant_of_a_model_cannot_be_changed(tree: RawClient) -> None:
    """The same again is fine, also on a sub-model."""
    other = tree.patch("/product-models/tee", family_variant="by_size")
    same = tree.patch("/product-models/tee_red", family_variant="by_color_size")

    assert messages(other) == ["This property cannot be changed."]
    assert same.status == 204


def test_a_sub_model_keeps_having_a_parent(tree: RawClient) -> None:
    """Null is refused, and a root gets no parent."""
    freed = tree.patch("/product-models/tee_red", parent=None)
    bound = tree.patch("/product-models/tank", parent="tee")

    assert freed.message.startswith('Property "parent" cannot be modified, "NULL" given.')
    assert bound.message.startswith('Property "parent" cannot be modified, "tee" given.')


@pytest.mark.parametrize("family", ["bare", None])
def test_the_family_of_a_variant_is_that_of_its_parent(tree: RawClient, family: str | None) -> None:
    """Saying it again is fine."""
    tree.put("/families", {"code": "bare"})

    assert tree.patch("/products/tee_red_s", family=family).blamed == ["family"]
    assert tree.patch("/products/tee_red_s", family="shirts").status == 204


def test_a_simple_product_becomes_a_variant_with_201(tree: RawClient) -> None:
    """Its values of other levels are gone."""
    values = {"size": value("m"), "note": value("n")}
    tree.put("/products", {"identifier": "p", "family": "shirts", "values": values})
    reply = tree.patch("/products/p", parent="tee_red")
    item = tree.item("/products/p")

    assert reply.status == 201
    assert item["parent"] == "tee_red"
    assert "note" not in item["values"]


def test_a_product_of_another_family_cannot_become_a_variant(tree: RawClient) -> None:
    """Family first."""
    tree.put("/families", {"code": "bare"})
    tree.put("/products", {"identifier": "p", "family": "bare"})
    reply = tree.patch("/products/p", parent="tee_red", values={"size": value("m")})

    assert "family" in reply.blamed


def test_a_variant_becomes_simple_and_keeps_what_it_inherited(tree: RawClient) -> None:
    """Values, categories and associations are written into it."""
    tree.put("/association-types", {"code": "KIT", "is_quantified": True})
    kit = {"KIT": {"products": [{"identifier": "tank_m", "quantity": 2}]}}
    pack = {"PACK": {"products": ["tank_m"]}}
    tree.patch("/product-models/tee", categories=["master"], associations=pack)
    tree.patch("/product-models/tee_red", quantified_associations=kit)
    before = tree.item("/products/tee_red_s")
    reply = tree.patch("/products/tee_red_s", parent=None)
    after = tree.item("/products/tee_red_s")

    assert (reply.status, after["parent"]) == (204, None)
    assert (after["values"], after["categories"]) == (before["values"], ["master"])
    assert (after["associations"], after["quantified_associations"]) == (pack, kit)
    assert tree.delete("/product-models/tee").status == 204
    assert tree.get("/products/tee_red_s").status == 200


def test_a_variant_moves_inside_its_family_variant_only(tree: RawClient) -> None:
    """Under a sibling of its parent, yes; under another tree's kind, no."""
    tree.put(
        "/product-models", {"code": "tee_blue", "parent": "tee", "values": {"color": value("blue")}}
    )
    inside = tree.patch("/products/tee_red_s", parent="tee_blue")
    outside = tree.patch("/products/tee_red_s", parent="tank")

    assert (inside.status, outside.status) == (204, 422)
    assert messages(outside)[0] == (
        'New parent "tank" of variant product "tee_red_s" must have the same family variant '
        '"by_color_size" than the previous parent'
    )
    assert tree.item("/products/tee_red_s")["values"]["color"] == value("blue")


def test_a_sub_model_moves_with_all_that_stands_under_it(tree: RawClient) -> None:
    """To a root of the same family variant, and of no other one."""
    name = {"name": value("Polo", "en_US")}
    tree.put("/product-models", {"code": "polo", "family_variant": "by_color_size", "values": name})
    moved = tree.patch("/product-models/tee_red", parent="polo")
    elsewhere = tree.patch("/product-models/tee_red", parent="tank")

    assert (moved.status, elsewhere.status, elsewhere.blamed) == (204, 422, ["parent"])
    assert tree.item("/products/tee_red_s")["values"]["name"] == name["name"]
    assert tree.delete("/product-models/tee").status == 204
    assert tree.get("/products/tee_red_s").status == 200


def test_a_renamed_variant_keeps_its_place(tree: RawClient) -> None:
    """Axis and unique values stay taken under its new identifier, and it goes with its model."""
    tree.patch("/products/tee_red_s", values={"ean": value("1")})
    tree.patch("/products/tee_red_s", identifier="renamed")
    axis = tree.patch("/products/v", parent="tee_red", values={"size": value("s")})
    ean = tree.patch("/products/w", values={"ean": value("1")})
    again = tree.patch("/products/renamed", values={"size": value("s"), "ean": value("1")})
    tree.delete("/product-models/tee")

    assert (axis.status, ean.status, again.status) == (422, 422, 204)
    assert 'variant product "renamed"' in messages(axis)[0]
    assert tree.get("/products/renamed").status == 404


def test_a_model_keeps_code_and_family(tree: RawClient) -> None:
    """The same again is fine, also in another spelling."""
    tree.put("/families", {"code": "bare"})
    code = tree.patch("/product-models/tee", code="other")
    family = tree.patch("/product-models/tee", family="bare")
    same = tree.patch("/product-models/tee", code="TEE", family="SHIRTS")

    assert (code.blamed, family.blamed, same.status) == (["code"], ["family"], 204)
    assert tree.item("/product-models/tee")["code"] == "tee"


def test_a_post_of_a_model_that_exists_is_a_422(tree: RawClient) -> None:
    """With words of its own."""
    reply = tree.post("/product-models", code="Tee", family_variant="by_size")

    assert (reply.status, reply.json["errors"]) == (
        422,
        [{"property": "code", "message": "The same code is already set on another product model."}],
    )


def test_a_boolean_with_a_default_is_filled_at_its_level(tree: RawClient) -> None:
    """On creation, and neither above nor below."""
    tree.patch("/attributes/active", default_value=True)
    tree.put("/product-models", {"code": "m", "family_variant": "by_color_size"})
    tree.put("/product-models", {"code": "n", "parent": "m", "values": {"color": value("red")}})
    tree.put("/products", {"identifier": "v", "parent": "n", "values": {"size": value("s")}})
    tree.patch("/products/tee_red_s", enabled=False)

    assert tree.item("/product-models/n")["values"] == {"color": value("red")}
    assert tree.item("/products/v")["values"]["active"] == value(True)
    assert "active" not in tree.item("/products/tee_red_s")["values"]


def test_a_root_model_and_its_sub_model_may_stand_in_one_batch(tree: RawClient) -> None:
    """Lines are carried out in order."""
    reply = tree.lines(
        "/product-models",
        {"code": "sub", "parent": "root", "values": {"color": value("red")}},
        {"code": "root", "family_variant": "by_color_size"},
        {"code": "sub", "parent": "root", "values": {"color": value("red")}},
    )

    assert [each["status_code"] for each in reply.lines] == [422, 201, 201]


@pytest.mark.parametrize("code", ["a,b", "a;b", " a", "a ", "a\nb", "x" * 256])
@pytest.mark.parametrize(
    ("path", "key"), [("/products", "identifier"), ("/product-models", "code")]
)
def test_identifiers_are_free_text_within_limits(
    shop: RawClient, path: str, key: str, code: str
) -> None:
    """No comma, semicolon, outer blank or line break; 255 characters."""
    reply = shop.lines(
        path, {key: code, **({"family_variant": "by_size"} if key == "code" else {})}
    )

    assert reply.lines[0]["status_code"] == 422
    assert reply.lines[0]["errors"][0]["property"] == key


@pytest.mark.parametrize("code", ["a b", "a/b", "ü-1.2_3", "x" * 255])
def test_identifiers_may_hold_most_characters(raw: RawClient, code: str) -> None:
    """Blanks inside, slashes, letters outside ASCII."""
    assert raw.lines("/products", {"identifier": code}).lines[0]["status_code"] == 201


def test_a_model_reads_back_without_what_stands_below(tree: RawClient) -> None:
    """Values of its own level and above."""
    assert tree.item("/product-models/tee")["values"] == {"name": value("Tee", "en_US")}
    assert tree.item("/product-models/tee_red")["values"] == {
        "color": value("red"),
        "name": value("Tee", "en_US"),
    }


def test_a_uuid_must_be_of_version_4_and_stays(raw: RawClient) -> None:
    """A deterministic uuid of version 5 is refused."""
    fine = raw.patch("/products/a", uuid="0d6b34ab-1c5e-4f5e-8a55-2f1a3d8f9c10")
    five = raw.patch("/products/b", uuid="0d6b34ab-1c5e-5f5e-8a55-2f1a3d8f9c10")
    other = raw.patch("/products/a", uuid="1d6b34ab-1c5e-4f5e-8a55-2f1a3d8f9c10")

    assert (fine.status, five.status, other.status) == (201, 422, 422)
    assert raw.item("/products/a")["uuid"] == "0d6b34ab-1c5e-4f5e-8a55-2f1a3d8f9c10"


def test_an_attribute_that_moved_to_another_level_counts_there(tree: RawClient) -> None:
    """Family variants are read anew for each write."""
    levels = [{"level": 2, "attributes": ["note"]}]
    before = tree.patch("/products/tee_red_s", values={"note": value("n")})
    tree.patch("/families/shirts/variants/by_color_size", variant_attribute_sets=levels)
    tree.patch("/products/tee_red_s", values={"note": value("n")})

    assert before.status == 204
    assert tree.item("/products/tee_red_s")["values"]["note"] == value("n")
