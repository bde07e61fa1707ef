"""What known versions of the PIM say when they refuse an item, and what it then waits for.

The texts are those of the API facts: pim-community-dev from 2.x to master, and its tests.
"""

from __future__ import annotations

from typing import Any

from akeneo_batches import value
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo import (
    CreateOrUpdateAssociationType,
    CreateOrUpdateAttribute,
    CreateOrUpdateAttributeOption,
    CreateOrUpdateCategory,
    CreateOrUpdateChannel,
    CreateOrUpdateFamily,
    CreateOrUpdateFamilyVariant,
    CreateOrUpdateProduct,
    CreateOrUpdateProductModel,
    CreateProductMediaFile,
    CreateReferenceEntityMediaFile,
)

PRODUCT = CreateOrUpdateProduct(
    identifier="mug",
    family="mugs",
    parent="cups",
    categories=["kitchen", "gifts"],
    groups=["sale"],
    values={
        "color": value("red"),
        "Tags": value(["new", "hot"]),
        "name": value("Mug", "en_US", "shop"),
    },
    associations={"PACK": {"products": ["lid", "box"], "product_models": ["cups"], "groups": []}},
    quantified_associations={"SET": {"products": [{"identifier": "lid", "quantity": 2}]}},
)
MODEL = CreateOrUpdateProductModel(code="cups", family_variant="by_color", parent="crockery")
FAMILY = CreateOrUpdateFamily(
    code="mugs",
    attributes=["name", "color"],
    attribute_as_label="name",
    attribute_requirements={"shop": ["name"]},
)
VARIANT = CreateOrUpdateFamilyVariant(
    code="by_color",
    family="mugs",
    variant_attribute_sets=[{"level": 1, "axes": ["color"], "attributes": ["name"]}],
)
OPTION = CreateOrUpdateAttributeOption(code="red", attribute="color")
ATTRIBUTE = CreateOrUpdateAttribute(code="color", type="pim_catalog_text", group="looks")
CATEGORY = CreateOrUpdateCategory(code="kitchen", parent="master", labels={"xx_XX": "?"})
CHANNEL = CreateOrUpdateChannel(
    code="shop", category_tree="master", locales=["en_US"], conversion_units={"weight": "GRAM"}
)
ASSOCIATION_TYPE = CreateOrUpdateAssociationType(code="PACK")
PICTURE = CreateProductMediaFile(
    identifier="mug", attribute="picture", scope="shop", file="mug.png"
)
LOGO = CreateReferenceEntityMediaFile(
    reference_entity="brand", code="acme", attribute="logo", file="acme.png"
)


SENTENCES: list[tuple[LaneCommand, str, set[str]]] = [
    (
        PRODUCT,
        'Property "family" expects a valid family code. The family does not exist, "mugs" given.',
        {"family:mugs"},
    ),
    (
        PRODUCT,
        'Property "parent" expects a valid parent code. The parent product model does not exist, '
        '"cups" given.',
        {"product_model:cups"},
    ),
    (
        PRODUCT,
        'Property "categories" expects a valid category code. The category does not exist, '
        '"gifts" given.',
        {"category:gifts"},
    ),
    (
        PRODUCT,
        'Property "categories" expects something else in the words of a version to come.',
        {"category:kitchen", "category:gifts"},
    ),
    (
        PRODUCT,
        'Property "associations" expects a valid product identifier. The product does not exist, '
        '"box" given.',
        {"product:box"},
    ),
    (
        PRODUCT,
        'Property "associations" expects a valid association type code. The association type does '
        'not exist, "PACK" given.',
        {"association_type:pack"},
    ),
    (
        PRODUCT,
        "The color attribute does not exist in your PIM.",
        {"attribute:color", "attribute_option:color.red"},
    ),
    (
        PRODUCT,
        'Property "color" does not exist.',
        {"attribute:color", "attribute_option:color.red"},
    ),
    (
        PRODUCT,
        'Property "color" expects a valid code. The option does not exist, "red" given.',
        {"attribute_option:color.red"},
    ),
    (
        PRODUCT,
        'Attribute "name" expects an existing scope, "shop" given.',
        {"channel:shop"},
    ),
    (
        PRODUCT,
        'Attribute "name" expects an existing and activated locale, "en_US" given.',
        {"attribute:name", "attribute_option:name.mug", "channel:shop"},
    ),
    (
        MODEL,
        'Property "family_variant" expects a valid family variant code. The family variant does '
        'not exist, "by_color" given.',
        {"family_variant:by_color"},
    ),
    (
        FAMILY,
        'Property "attributes" expects a valid attribute code. The attribute does not exist, '
        '"color" given.',
        {"attribute:color"},
    ),
    (
        FAMILY,
        'Property "attribute_requirements" expects a valid code. The channel does not exist, '
        '"shop" given.',
        {"channel:shop"},
    ),
    (
        VARIANT,
        'Property "family" expects a valid family code. The family does not exist, "mugs" given.',
        {"family:mugs"},
    ),
    (
        VARIANT,
        'Family "mugs" does not exist.',
        {"family:mugs", "attribute:color", "attribute:name"},
    ),
    (
        VARIANT,
        'Property "attribute_set_1" expects a valid attribute code. The attribute does not exist, '
        '"color" given.',
        {"attribute:color"},
    ),
    (
        ATTRIBUTE,
        'Property "group" expects a valid code. The attribute group does not exist, "looks" given.',
        {"attribute_group:looks"},
    ),
    (
        CATEGORY,
        'Property "parent" expects a valid category code. The category does not exist, '
        '"master" given.',
        {"category:master"},
    ),
    (
        PICTURE,
        'Product "mug" does not exist.',
        {"product:mug"},
    ),
    (
        PICTURE,
        "The picture attribute does not exist in your PIM.",
        {"attribute:picture", "channel:shop"},
    ),
    (
        PICTURE,
        'Property "picture" does not exist.',
        {"attribute:picture", "channel:shop"},
    ),
    (
        CHANNEL,
        'Property "category_tree" expects a valid code. The category does not exist, '
        '"master" given.',
        {"category:master"},
    ),
]


VIOLATIONS: list[tuple[LaneCommand, dict[str, Any], set[str]]] = [
    (
        PRODUCT,
        {
            "property": "values",
            "message": "The red value is not in the color attribute option list.",
            "attribute": "color",
            "locale": None,
            "scope": None,
        },
        {"attribute_option:color.red"},
    ),
    (
        PRODUCT,
        {
            "property": "values",
            "message": "The hot value is not in the tags attribute option list.",
        },
        {"attribute_option:tags.hot"},
    ),
    (
        PRODUCT,
        {"property": "values", "attribute": "tags", "message": "An option does not exist."},
        {"attribute:tags", "attribute_option:tags.new", "attribute_option:tags.hot"},
    ),
    (
        PRODUCT,
        {
            "property": "values",
            "attribute": "name",
            "message": "The name attribute requires a value per channel. The shop channel (scope) "
            "must exist in your PIM",
        },
        {"attribute:name", "attribute_option:name.mug", "channel:shop"},
    ),
    (
        PRODUCT,
        {
            "property": "quantifiedAssociations.SET.products",
            "message": "The following products don't exist: lid. Please make sure the products "
            "haven't been deleted in the meantime.",
        },
        {"association_type:set", "product:lid"},
    ),
    (
        PRODUCT,
        {
            "property": "quantifiedAssociations.SET",
            "message": "This association type doesn\u2019t exist. Please make sure it hasn\u2019t "
            "been deleted in the meantime.",
        },
        {"association_type:set", "product:lid"},
    ),
    (
        PICTURE,
        {
            "property": "values",
            "attribute": "Picture",
            "message": "The picture attribute requires a value per channel. The shop channel "
            "(scope) must exist in your PIM",
        },
        {"attribute:picture", "channel:shop"},
    ),
    (
        CHANNEL,
        {"property": "conversionUnits", "message": 'The attribute "weight" does not exist.'},
        {"attribute:weight"},
    ),
    (
        VARIANT,
        {
            "property": "variant_attribute_sets",
            "message": '"color" attribute cannot be added to "by_color" family variant, as it is '
            'not an attribute of the "mugs" family',
        },
        {"attribute:color", "attribute:name", "family:mugs"},
    ),
]
