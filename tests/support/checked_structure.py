"""Lines that break one rule of structure each, for the shop of ``checked_shop``.

No two rows share a key, so that all of them can stand in one source.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen

from checked_shop import AMOUNT, WEIGHT, Data, Record, attribute, value


@frozen
class Row:
    """A line and the one rule that it breaks; ``before`` are lines that are fine."""

    rule: str
    field: str
    record: Record
    before: tuple[Record, ...] = ()
    error: bool = True


def product(identifier: str, **data: Any) -> Record:
    """Return a product."""
    return "Product", {"identifier": identifier, **data}


def valued(identifier: str, code: str, data: object, *at: str | None) -> Record:
    """Return a product with one value."""
    return product(identifier, values={code: value(data, *at)})


def model(code: str, **data: Any) -> Record:
    """Return a product model."""
    return "ProductModel", {"code": code, **data}


def structure(name: str, code: str, **data: Any) -> Record:
    """Return an item of structure."""
    return name, {"code": code, **data}


def levels(*axes: list[str], **more: list[str]) -> list[Data]:
    """Return the levels of a family variant."""
    return [{"level": n, "axes": each, **more} for n, each in enumerate(axes, 1)]


SETS = "variant_attribute_sets"


def variant(code: str, *axes: list[str], family: str = "mugs") -> Record:
    """Return a family variant."""
    return structure("FamilyVariant", code, family=family, **{SETS: levels(*axes)})


STRUCTURE_ROWS = (
    Row("not-null", "sort_order", structure("AttributeGroup", "null_order", sort_order=None)),
    Row("not-null", "attributes", structure("Family", "null_list", attributes=None)),
    Row(
        "code-type",
        "attribute_requirements.print",
        structure("Family", "numbered", attribute_requirements={"print": [5]}),
    ),
    Row("code-format", "code", structure("Category", "a-b")),
    Row("code-format", "code", structure("AssociationType", "")),
    Row("code-format", "code", ("AttributeOption", {"attribute": "color", "code": "é"})),
    Row("code-length", "code", structure("Family", "f" * 101)),
    Row("code-length", "code", attribute("a" * 256, "text")),
    Row("code-reserved", "code", attribute("categories", "text")),
    Row("code-reserved", "code", attribute("ID", "text")),
    Row("code-reserved", "code", attribute("my_groups", "text")),
    Row("label-length", "labels.en_US", structure("Family", "long", labels={"en_US": "x" * 101})),
    Row("label-locale", "labels.xx_XX", structure("Family", "exotic", labels={"xx_XX": "x"})),
    Row("fixed-at-creation", "type", attribute("handle", "text")),
    Row("fixed-at-creation", "localizable", structure("Attribute", "name", localizable=False)),
    Row(
        "fixed-at-creation",
        "is_quantified",
        structure("AssociationType", "SET", is_quantified=False),
    ),
    Row("fixed-at-creation", f"{SETS}[level 1]", variant("by_color", ["size"])),
    Row("fixed-at-creation", SETS, variant("by_color", ["color"], ["size"])),
    Row("missing", "type", structure("Attribute", "untyped", group="other")),
    Row("missing", "group", structure("Attribute", "ungrouped", type="pim_catalog_text")),
    Row("missing", "negative_allowed", attribute("number", "number", decimals_allowed=True)),
    Row("missing", "validation_regexp", attribute("rule", "text", validation_rule="regexp")),
    Row("missing", SETS, structure("FamilyVariant", "flat", family="mugs")),
    Row(
        "missing",
        "locales",
        structure("Channel", "mute", category_tree="master", currencies=["EUR"]),
    ),
    Row("attribute-type", "type", attribute("strange", "strange")),
    Row("attribute-property", "max_characters", attribute("yes", "boolean", max_characters=5)),
    Row("attribute-unique", "unique", attribute("only", "textarea", unique=True)),
    Row("attribute-unique", "unique", attribute("one", "text", unique=True, localizable=True)),
    Row("attribute-range", "max_characters", attribute("wide", "text", max_characters=256)),
    Row("attribute-range", "max_file_size", attribute("big", "image", max_file_size="10000")),
    Row(
        "attribute-range",
        "number_max",
        attribute("span", "number", **AMOUNT, number_min="5", number_max="4"),
    ),
    Row("attribute-range", "date_min", attribute("day", "date", date_min="tomorrow")),
    Row("attribute-range", "validation_rule", attribute("ruled", "text", validation_rule="x")),
    Row(
        "measurement-unit",
        "default_metric_unit",
        attribute("mass", "metric", **AMOUNT, **{**WEIGHT, "default_metric_unit": "STONE"}),
    ),
    Row(
        "measurement-unit",
        "conversion_units.weight",
        structure("Channel", "print", conversion_units={"weight": "STONE"}),
    ),
    Row(
        "option-of-no-select", "attribute", ("AttributeOption", {"attribute": "note", "code": "x"})
    ),
    Row(
        "not-in-family",
        "attribute_requirements.print",
        structure("Family", "needy", attributes=[], attribute_requirements={"print": ["name"]}),
    ),
    Row("not-in-family", f"{SETS}[level 1]", variant("by_foreign", ["color"], family="lids")),
    Row(
        "label-attribute",
        "attribute_as_label",
        structure("Family", "labelled", attributes=["color"], attribute_as_label="color"),
    ),
    Row(
        "image-attribute",
        "attribute_as_image",
        structure("Family", "pictured", attributes=["name"], attribute_as_image="name"),
    ),
    Row("variant-levels", SETS, variant("deep", ["color"], ["size"], ["handle"])),
    Row(
        "variant-levels",
        SETS,
        structure(
            "FamilyVariant", "gap", family="mugs", **{SETS: [{"level": 2, "axes": ["size"]}]}
        ),
    ),
    Row("variant-axes", f"{SETS}[level 1]", variant("without", [])),
    Row("variant-axes", f"{SETS}[level 1]", variant("by_note", ["note"])),
    Row("category-circle", "parent", structure("Category", "loop", parent="loop")),
    Row(
        "category-root",
        "category_tree",
        structure(
            "Channel", "branch", category_tree="kitchen", locales=["en_US"], currencies=["EUR"]
        ),
    ),
    Row(
        "currency-inactive",
        "currencies",
        structure(
            "Channel", "krona", category_tree="master", locales=["en_US"], currencies=["SEK"]
        ),
    ),
    Row(
        "association-kind",
        "is_two_way",
        structure("AssociationType", "BOTH", is_two_way=True, is_quantified=True),
    ),
    Row("unknown-attribute", "attributes", structure("Family", "missing", attributes=["nothing"])),
    Row("unknown-attribute", "attribute", ("AttributeOption", {"attribute": "no", "code": "x"})),
    Row("unknown-family", "family", variant("lost", ["color"], family="nothing")),
    Row("unknown-category", "parent", structure("Category", "orphan", parent="nothing")),
    Row(
        "unknown-channel",
        "attribute_requirements.nothing",
        structure("Family", "channelled", attribute_requirements={"nothing": ["sku"]}),
    ),
    Row("unknown-locale", "locales", structure("Channel", "print", locales=["xx_XX"])),
    Row("unknown-currency", "currencies", structure("Channel", "print", currencies=["XXX"])),
    Row(
        "unknown-attribute-group",
        "group",
        structure("Attribute", "homeless", type="pim_catalog_text", group="nothing"),
    ),
    Row(
        "unknown-measurement-family",
        "metric_family",
        attribute("pull", "metric", **AMOUNT, metric_family="No", default_metric_unit="GRAM"),
    ),
)
"""Each breaks one rule of structure."""
