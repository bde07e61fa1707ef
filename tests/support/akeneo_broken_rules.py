"""What known versions of the PIM say when nothing in an import can cure it; see akeneo_refusals."""

from __future__ import annotations

from typing import Any

from akeneo_refusals import (
    ASSOCIATION_TYPE,
    ATTRIBUTE,
    CATEGORY,
    CHANNEL,
    FAMILY,
    LOGO,
    MODEL,
    OPTION,
    PICTURE,
    PRODUCT,
    VARIANT,
)
from importbus.bus.messages import LaneCommand

NEVER_SENTENCES: list[tuple[LaneCommand, str]] = [
    (PRODUCT, 'Property "foo" does not exist.'),
    (PRODUCT, 'Property "parent" does not exist.'),
    (PRODUCT, 'Property "categories" expects an array as data, "NULL" given.'),
    (
        PRODUCT,
        'Property "categories" expects an array with valid data, one of the "categories" values is '
        "not a scalar.",
    ),
    (PRODUCT, 'Property "enabled" expects a boolean as data, "NULL" given.'),
    (PRODUCT, 'Property "name" expects an array with the key "scope".'),
    (PRODUCT, 'Property "groups" expects a valid group code. The group does not exist.'),
    (PRODUCT, 'Property "quantified_associations" expects a list of "products".'),
    (PRODUCT, 'Property "picture" expects a valid pathname as data, "x.png" given.'),
    (PICTURE, 'Property "picture" expects a valid pathname as data, "x.png" given.'),
    (PICTURE, 'Property "file" is required.'),
    (PICTURE, 'You should give either a "product" or a "product_model" key.'),
    (PICTURE, "The picture attribute does not hold a file."),
    (LOGO, 'Property "logo" does not exist.'),
    (PRODUCT, "The name attribute requires a string, a array was detected."),
    (PRODUCT, 'You cannot update the same product value on the "name" attribute twice.'),
    (PRODUCT, "Identifier is missing."),
    (PRODUCT, "identifier must be of type string."),
    (MODEL, 'Property "parent" cannot be modified, "NULL" given.'),
    (MODEL, 'Property "family_variant" cannot be modified, "other" given.'),
    (VARIANT, "The number of variant attribute sets cannot be changed."),
    (
        OPTION,
        'The attribute code "a" provided in the request body must match the attribute code "color" '
        "provided in the url.",
    ),
    (FAMILY, 'Property "labels" expects an array as data, "NULL" given.'),
    (CHANNEL, 'Property "locales" expects a valid code. The locale does not exist, "xx" given.'),
    (ASSOCIATION_TYPE, "It does not exist."),
]


NEVER_VIOLATIONS: list[tuple[LaneCommand, dict[str, Any]]] = [
    (
        PICTURE,
        {
            "property": "values",
            "attribute": "picture",
            "message": "The gif file extension is not allowed for the picture attribute.",
        },
    ),
    (PRODUCT, {"property": "identifier", "message": "This value should not be blank."}),
    (PRODUCT, {"property": "identifier", "message": "The same identifier is already set."}),
    (PRODUCT, {"property": "parent", "message": "New parent must have the same family variant."}),
    (
        PRODUCT,
        {
            "property": "values",
            "attribute": "name",
            "message": 'The name attribute must not contain more than 255 characters. "unknown '
            'option list" is too much.',
        },
    ),
    (PRODUCT, {"property": "values", "attribute": "name", "message": "This value is too long."}),
    (
        PRODUCT,
        {
            "property": "values",
            "attribute": "color",
            "message": "The color attribute can not have the same value more than once.",
        },
    ),
    (
        PRODUCT,
        {"property": "attribute", "message": 'Attribute "color" cannot be empty, it is an axis.'},
    ),
    (
        PRODUCT,
        {"property": "quantifiedAssociations.SET", "message": "The link type doesn't exist."},
    ),
    (
        PRODUCT,
        {
            "property": "associations",
            "message": "A product cannot be associated with itself by a two-way association.",
        },
    ),
    (PRODUCT, {"message": "This collection should contain 1 element or more."}),
    (MODEL, {"property": "familyVariant", "message": "This property cannot be changed."}),
    (ATTRIBUTE, {"property": "type", "message": "This property cannot be changed."}),
    (ATTRIBUTE, {"property": "code", "message": "This code is not available"}),
    (
        FAMILY,
        {
            "property": "attributeAsLabel",
            "message": 'Property "attribute_as_label" must belong to the family',
        },
    ),
    (
        FAMILY,
        {
            "property": "attribute_requirements",
            "message": 'The attribute "name" cannot be an attribute required for the channel '
            '"shop" as it does not belong to this family',
        },
    ),
    (CATEGORY, {"property": "labels", "message": 'The locale "xx_XX" does not exist.'}),
    (CHANNEL, {"property": "category", "message": 'The category "a" has to be a root category.'}),
    (OPTION, {"property": "attribute", "message": 'Attribute "color" does not support options.'}),
]
