"""Lines that break one rule each, and lines that are fine, for the shop of ``checked_shop``.

No two rows share a key, apart from uploads, so that all of them can stand in one source.
"""

from __future__ import annotations

from checked_libraries import LIBRARY_FINE, LIBRARY_ROWS
from checked_media import MEDIA_FINE, MEDIA_ROWS
from checked_shop import Record, attribute, value
from checked_structure import STRUCTURE_ROWS, Row, model, product, structure, valued
from checked_uuids import MEASUREMENT_ROWS, UUID_FINE, UUID_ROWS

CATALOGUE_ROWS = (
    Row("not-null", "enabled", product("null_flag", enabled=None)),
    Row("not-null", "categories", product("null_categories", categories=None)),
    Row("identifier-format", "identifier", product("a,b")),
    Row("identifier-format", "identifier", product(" edge")),
    Row("identifier-format", "identifier", product("i" * 256)),
    Row("identifier-format", "code", model("a;b", family_variant="by_color")),
    Row("uuid-version", "uuid", product("uuid_1", uuid="8a1f6a4e-0000-11ee-be56-0242ac120002")),
    Row("fixed-at-creation", "family_variant", model("mug", family_variant="by_color_and_size")),
    Row("fixed-at-creation", "parent", model("cup_red", parent=None)),
    Row("missing", "family_variant", model("variantless")),
    Row("unknown-attribute", "values.nothing", valued("no_attribute", "nothing", "x")),
    Row("unknown-option", "values.color", valued("no_option", "color", "pink")),
    Row("unknown-option", "values.tags", valued("no_options", "tags", ["new", "old"])),
    Row("unknown-family", "family", product("no_family", family="nothing")),
    Row("unknown-family-variant", "family_variant", model("no_variant", family_variant="nothing")),
    Row("unknown-parent", "parent", product("no_parent", parent="nothing")),
    Row("unknown-parent", "parent", model("no_parent", parent="nothing")),
    Row("unknown-category", "categories", product("no_category", categories=["nothing"])),
    Row(
        "unknown-channel",
        "values.description (en_US, nothing)",
        valued("no_channel", "description", "x", "en_US", "nothing"),
    ),
    Row("unknown-locale", "values.name (xx_XX)", valued("no_locale", "name", "x", "xx_XX")),
    Row(
        "unknown-association-type",
        "associations.NO",
        product("no_type", associations={"NO": {"products": ["lid"]}}),
    ),
    Row(
        "unknown-target",
        "associations.PACK.products",
        product("no_product", associations={"PACK": {"products": ["nothing"]}}),
    ),
    Row(
        "unknown-target",
        "associations.PACK.product_models",
        product("no_model", associations={"PACK": {"product_models": ["nothing"]}}),
    ),
    Row(
        "unknown-target",
        "associations.PACK.things",
        product("no_such", associations={"PACK": {"things": ["lid"]}}),
    ),
    Row(
        "unknown-target",
        "quantified_associations.SET.products",
        product(
            "no_part",
            quantified_associations={
                "SET": {"products": [{"identifier": "nothing", "quantity": 1}]}
            },
        ),
    ),
    Row("value-localizable", "values.name", valued("no_language", "name", "x")),
    Row("value-localizable", "values.note (en_US)", valued("language", "note", "x", "en_US")),
    Row("value-scopable", "values.note (print)", valued("scope", "note", "x", None, "print")),
    Row("value-scopable", "values.description (en_US)", valued("any", "description", "x", "en_US")),
    Row("value-locale", "values.name (fr_FR)", valued("inactive", "name", "x", "fr_FR")),
    Row(
        "value-locale",
        "values.description (de_DE, ecommerce)",
        valued("unbound", "description", "x", "de_DE", "ecommerce"),
    ),
    Row("value-locale", "values.motto (de_DE)", valued("not_here", "motto", "x", "de_DE")),
    Row(
        "value-twice",
        "values.note",
        product("twice", values={"note": [*value("a"), *value("b")]}),
    ),
    Row("value-type", "values.note", valued("no_text", "note", 5)),
    Row("value-type", "values.handle", valued("no_flag", "handle", "yes")),
    Row("value-type", "values.stock", valued("no_number", "stock", "many")),
    Row("value-type", "values.stock", valued("true_number", "stock", True)),
    Row("value-type", "values.color", valued("list_option", "color", ["red"])),
    Row("value-type", "values.tags", valued("one_option", "tags", "new")),
    Row("value-type", "values.weight", valued("no_unit", "weight", {"amount": 1})),
    Row("value-type", "values.weight", valued("no_metric", "weight", "5 g")),
    Row("value-type", "values.price", valued("no_price", "price", {"EUR": 5})),
    Row("value-type", "values.price", valued("no_currency", "price", [{"amount": "5"}])),
    Row("value-type", "values.released", valued("no_date", "released", "31.12.2025")),
    Row("value-type", "values.released", valued("no_day", "released", "2025-02-30")),
    Row("value-length", "values.note", valued("long_text", "note", "x" * 11)),
    Row("value-range", "values.stock", valued("half", "stock", "1.5")),
    Row("value-range", "values.stock", valued("minus", "stock", -1)),
    Row("value-range", "values.stock", valued("too_many", "stock", 1001)),
    Row("value-range", "values.weight", valued("up", "weight", {"amount": -1, "unit": "GRAM"})),
    Row("value-range", "values.released", valued("early", "released", "2019-12-31")),
    Row("value-unit", "values.weight", valued("stone", "weight", {"amount": 1, "unit": "STONE"})),
    Row(
        "value-currency",
        "values.price",
        valued("krone", "price", [{"amount": "5", "currency": "SEK"}]),
    ),
    Row("unknown-family", "family", model("familiar", family="no", family_variant="by_color")),
    Row("parent-level", "parent", product("under_root", parent="cup")),
    Row("parent-level", "parent", model("third", parent="cup_red")),
    Row("parent-level", "parent", model("second", parent="mug")),
    Row(
        "parent-family",
        "family",
        product("strange_family", parent="mug", family="lids", values={"color": value("blue")}),
    ),
    Row("axis-missing", "values.color", product("axisless", parent="mug")),
    Row(
        "axis-missing",
        "values.size",
        product("blank_axis", parent="cup_red", values={"size": value("")}),
    ),
    Row("axis-missing", "values.color", model("axisless_model", parent="cup")),
    Row(
        "axis-repeated",
        "values",
        product("small_again", parent="cup_red", values={"size": value("small")}),
        before=(product("small_cup", parent="cup_red", values={"size": value("small")}),),
    ),
    Row(
        "associated-with-itself",
        "associations.TWIN.products",
        product("narcissus", associations={"TWIN": {"products": ["narcissus"]}}),
    ),
    Row(
        "association-kind",
        "associations.SET",
        product("plain_set", associations={"SET": {"products": ["lid"]}}),
    ),
    Row(
        "association-kind",
        "quantified_associations.PACK",
        product(
            "counted_pack",
            quantified_associations={"PACK": {"products": [{"identifier": "lid", "quantity": 1}]}},
        ),
    ),
    Row(
        "quantified-shape",
        "quantified_associations.SET.products[0]",
        product(
            "uncounted", quantified_associations={"SET": {"products": [{"identifier": "lid"}]}}
        ),
    ),
    Row(
        "quantified-number",
        "quantified_associations.SET.products[0]",
        product(
            "none_of_it",
            quantified_associations={"SET": {"products": [{"identifier": "lid", "quantity": 0}]}},
        ),
    ),
    Row(
        "categories-twice",
        "categories",
        product("twofold", categories=["kitchen"], add_categories=["master"]),
    ),
)
"""Each breaks one rule of products and models."""

DROPPED_ROWS = (
    Row(
        "value-dropped",
        "values.note",
        product(
            "note_below",
            parent="mug",
            values={"note": value("x"), "color": value("blue")},
        ),
        error=False,
    ),
    Row(
        "value-dropped",
        "values.stock",
        model("stocked", family_variant="by_color", values={"stock": value(1)}),
        error=False,
    ),
    Row(
        "value-dropped",
        "values.tags",
        model("tagged", family_variant="by_color", values={"tags": value(["new"])}),
        error=False,
    ),
    Row("identifier-value", "values.sku", valued("renamed", "sku", "other"), error=False),
)
"""Each says what the PIM takes and does not store."""

FINE: tuple[Record, ...] = (
    product("plain"),
    product("cased", family="MUGS", values={"Color": value("RED")}),
    product("beside_family", family="lids", values={"stock": value(5)}),
    product(
        "full",
        categories=["kitchen"],
        values={
            "name": [*value("a", "en_US"), *value("b", "de_DE")],
            "description": value("x", "de_DE", "print"),
            "tags": value(["new"]),
            "weight": value({"amount": "1.5", "unit": "GRAM"}),
            "price": value([{"amount": 5, "currency": "EUR"}]),
            "released": value("2025-12-31T10:00:00+02:00"),
            "stock": value("12"),
            "handle": value(False),
        },
        associations={"PACK": {"products": ["LID", "plain"], "product_models": ["mug"]}},
    ),
    product("cleared", values={"color": value(None), "note": value("  "), "tags": value([])}),
    product("mug_red", parent="mug", values={"stock": value(3)}),
    product("large_cup", parent="cup_red", values={"size": value("large")}),
    model("cup_red", values={"note": value("x")}),
    model("mug", values={"name": value("Mug", "en_US")}),
    structure("Attribute", "name", labels={"en_US": "Name", "xx_XX": None}),
    attribute("new_select", "simpleselect"),
    ("AttributeOption", {"attribute": "new_select", "code": "first", "sort_order": None}),
    valued("new_value", "new_select", "first"),
    structure("Category", "shelf", parent="kitchen"),
    product(
        "counted",
        quantified_associations={"SET": {"products": [{"identifier": "lid", "quantity": 2}]}},
    ),
    *MEDIA_FINE,
    *LIBRARY_FINE,
    *UUID_FINE,
)
"""Lines that the PIM takes as they are."""

ROWS = (
    *STRUCTURE_ROWS,
    *CATALOGUE_ROWS,
    *MEDIA_ROWS,
    *LIBRARY_ROWS,
    *UUID_ROWS,
    *MEASUREMENT_ROWS,
    *DROPPED_ROWS,
)
