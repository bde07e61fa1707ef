"""The rules that commands are checked by, each with its source.

Sources: ``akeneo/pim-api-docs`` (content/rest-api/update.md, content/concepts,
content/swagger/akeneo-web-api.json) and the validation of ``akeneo/pim-community-dev`` (2018-2023).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from importbus.bus.findings import Finding

DOCS: Final = "akeneo/pim-api-docs, content/concepts"
ENTITIES: Final = f"{DOCS}/reference-entities.md"
FAMILIES: Final = f"{DOCS}/asset-manager.md"
UPDATE: Final = "akeneo/pim-api-docs, content/rest-api/update.md"
SWAGGER: Final = "akeneo/pim-api-docs, content/swagger/akeneo-web-api.json"
OURS: Final = "importbus, docs/media.md"
CORE: Final = "akeneo/pim-community-dev, validation configuration"


@frozen
class Rule:
    """What is so in a command that is fine, and where that is written down."""

    demands: str
    source: str


RULES: Mapping[str, Rule] = {
    "not-null": Rule("null is given only where the API takes it", UPDATE),
    "code-type": Rule("a list of codes holds texts", UPDATE),
    "code-format": Rule("a code of structure has letters, digits and underscores only", CORE),
    "code-length": Rule(
        "a code of structure has at most 100 characters, that of an attribute, record or asset 255",
        CORE,
    ),
    "code-reserved": Rule("an attribute is not called what the PIM keeps for itself", CORE),
    "identifier-format": Rule(
        "an identifier or model code has 255 characters at most, and no comma or semicolon", CORE
    ),
    "uuid-version": Rule("a uuid is of version 4", CORE),
    "label-length": Rule("a label has at most 100 characters, that of an option 255", CORE),
    "label-locale": Rule("the locale of a label is known", CORE),
    "fixed-at-creation": Rule("what can be given at creation only does not change", SWAGGER),
    "missing": Rule("a new item has all that it needs", SWAGGER),
    "attribute-type": Rule("the type of an attribute exists", SWAGGER),
    "attribute-property": Rule("an attribute has the properties of its type only", CORE),
    "attribute-unique": Rule(
        "only identifiers, texts, numbers and dates are unique, without locales and scopes", CORE
    ),
    "attribute-range": Rule("limits of attributes are in their bounds and in order", CORE),
    "measurement-unit": Rule("a unit belongs to the measurement family of the attribute", CORE),
    "option-of-no-select": Rule("only select attributes have options", CORE),
    "not-in-family": Rule(
        "labels, images, required attributes, axes and levels are made of attributes of the family",
        CORE,
    ),
    "label-attribute": Rule("the label of a family is a text or identifier", SWAGGER),
    "image-attribute": Rule("the image of a family is an image or an asset collection", SWAGGER),
    "variant-levels": Rule(
        "a family variant has one or two levels, with each attribute on one of them", CORE
    ),
    "variant-axes": Rule(
        "a level has one to five axes of a type that can be one, without locales and scopes", CORE
    ),
    "category-circle": Rule("no category stands under itself", CORE),
    "category-root": Rule("the category tree of a channel is a root", CORE),
    "currency-inactive": Rule("a channel has active currencies", CORE),
    "association-kind": Rule(
        "an association type is used as it was created: with quantities or without", DOCS
    ),
    "unknown-attribute": Rule("an attribute exists", UPDATE),
    "unknown-option": Rule("an option exists", DOCS),
    "unknown-family": Rule("a family exists", DOCS),
    "unknown-family-variant": Rule("a family variant exists", DOCS),
    "unknown-parent": Rule("a parent model exists", DOCS),
    "unknown-category": Rule("a category exists", DOCS),
    "unknown-channel": Rule("a channel exists", DOCS),
    "unknown-locale": Rule("a locale exists", DOCS),
    "unknown-currency": Rule("a currency exists", DOCS),
    "unknown-attribute-group": Rule("an attribute group exists", DOCS),
    "unknown-association-type": Rule("an association type exists", DOCS),
    "unknown-measurement-family": Rule("a measurement family exists", DOCS),
    "unknown-target": Rule("what an association leads to exists", DOCS),
    "value-localizable": Rule(
        "a value has a locale if, and only if, its attribute is localizable", DOCS
    ),
    "value-scopable": Rule("a value has a scope if, and only if, its attribute is scopable", DOCS),
    "value-locale": Rule(
        "the locale of a value is active, on its channel, and among the locales of its attribute",
        CORE,
    ),
    "value-twice": Rule(
        "a value stands in a command once for each attribute, locale and scope", UPDATE
    ),
    "value-type": Rule("data has the type of its attribute", DOCS),
    "value-length": Rule("a text is not longer than its attribute allows", CORE),
    "value-range": Rule("a number or date is within the limits of its attribute", CORE),
    "value-unit": Rule("the unit of a measurement exists", DOCS),
    "value-currency": Rule("the currency of a price is active, and on its channel", DOCS),
    "value-dropped": Rule(
        "warning: the attribute of a value belongs to the level of its model or variant", CORE
    ),
    "identifier-value": Rule(
        "warning: a value of the identifier attribute is the identifier", CORE
    ),
    "parent-level": Rule("a parent has room for models, or for variants, below it", CORE),
    "parent-family": Rule("the family is that of the family variant", CORE),
    "axis-missing": Rule(
        "a new model or variant below another has a value for each axis of its level", CORE
    ),
    "axis-repeated": Rule("no two of the source below one model have the same axis values", CORE),
    "associated-with-itself": Rule(
        "a two-way association does not lead to where it comes from", CORE
    ),
    "quantified-shape": Rule(
        "a quantified association names an identifier, or a uuid, and a whole number", DOCS
    ),
    "quantified-number": Rule(
        "a quantity is 1 to 2,147,483,647, and a type links to at most 100", DOCS
    ),
    "categories-twice": Rule(
        "categories stand beside neither add_categories nor remove_categories", SWAGGER
    ),
    "media-file": Rule("the file of an upload is there, in a folder that is allowed", OURS),
    "media-owner": Rule("what the file of an upload belongs to exists", SWAGGER),
    "media-attribute": Rule("the attribute of an upload takes files", SWAGGER),
    "media-limits": Rule("a file has an extension and a size that its attribute allows", CORE),
    "unknown-reference-entity": Rule("a reference entity exists", ENTITIES),
    "unknown-asset-family": Rule("an asset family exists", FAMILIES),
    "unknown-record": Rule("a record that a value names exists", ENTITIES),
    "unknown-asset": Rule("an asset that a value names exists", FAMILIES),
    "main-media": Rule("the main media of an asset family is a media file or link", FAMILIES),
    "library-limits": Rule(
        "an asset family has at most 2 product link rules and 10 transformations", FAMILIES
    ),
    "unit-shape": Rule("a unit is an object, with its key as its code", CORE),
    "unit-limits": Rule(
        "a measurement family has at most 50 units, and a unit 1 to 5 operations", CORE
    ),
    "unit-conversion": Rule(
        "a unit is converted by operations with numbers, the standard unit by 1", CORE
    ),
    "media-level": Rule("a file goes to an attribute of the level of its model or variant", CORE),
}
"""The rules by their short names."""


def error(rule: str, field: str, message: str) -> Finding:
    """Return that the PIM will refuse the command, by *rule*; a wrong name is a ``KeyError``."""
    RULES[rule]
    return Finding(rule, field, message)


def warning(rule: str, field: str, message: str) -> Finding:
    """Return that the PIM will take the command, but not do all that it says."""
    RULES[rule]
    return Finding(rule, field, message, error=False)


PIM_DECIDES = (
    "whether a unique value, or a combination of axis values, is taken by what the PIM holds",
    "validation rules of texts: regular expressions, e-mail and web addresses",
    "whether the codes of media files exist, and what files contain; the cells of tables",
    "whether attributes use a measurement family, whose conversions are fixed then",
    "naming conventions, product link rules and transformations of asset families",
    "product groups, which the API does not tell of",
    "family, parent and values that a product has already and the source does not say",
    "rights of the user, drafts, and the limits and properties of its version",
    "what others change before the import has come so far",
)
"""What only the PIM can decide."""
