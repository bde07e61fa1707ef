"""Which kinds of table Akeneo's flat format has, and how to tell one from its header.

Source of names and columns: akeneo/pim-community-dev, ``ArrayConverter/FlatToStandard/*``, and
docs.akeneo.com, "Import and export data", "Formats".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from attrs import frozen

LABEL = "label-"
"""How the header of a label begins; a locale follows."""

LINKS = ("-products", "-product_uuids", "-product_models", "-groups")
"""How the header of an association ends; the code of its type stands before.

Source: akeneo/pim-community-dev, ``AssociationColumnsResolver``.
"""

QUANTITY = "-quantity"
"""What follows upon one of ``LINKS`` in the header of the quantities."""


@frozen
class Kind:
    """What the rows of a table are.

    Attributes:
        name: What people call it, and what its files are called: ``products``.
        command: The class name of what a row gives.
        keys: Columns that a row cannot be without. None of products: theirs is the column of the
            identifier attribute, whatever its code, or ``uuid``.
    """

    name: str
    command: str
    keys: tuple[str, ...] = ("code",)


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("categories", "CreateOrUpdateCategory"),
        Kind("attribute-groups", "CreateOrUpdateAttributeGroup"),
        Kind("channels", "CreateOrUpdateChannel"),
        Kind("attributes", "CreateOrUpdateAttribute"),
        Kind("attribute-options", "CreateOrUpdateAttributeOption", ("code", "attribute")),
        Kind("families", "CreateOrUpdateFamily"),
        Kind("family-variants", "CreateOrUpdateFamilyVariant", ("code", "family")),
        Kind("association-types", "CreateOrUpdateAssociationType"),
        Kind("product-models", "CreateOrUpdateProductModel"),
        Kind("products", "CreateOrUpdateProduct", ()),
    )
}
"""Every kind by its name, in the order in which they are imported best."""

STEMS = {
    name: re.compile(rf"(?<![a-z0-9]){stem}(?![a-z])")
    for name, stem in {
        "attribute-groups": "attribute-groups?",
        "attribute-options": "(attribute-)?options?",
        "family-variants": "family-variants?",
        "association-types": "association-types?",
        "product-models": "product-models?",
        "categories": "categor(y|ies)",
        "channels": "channels?",
        "attributes": "attributes?",
        "families": "famil(y|ies)",
        "products": "products?",
    }.items()
}
"""What the name of a file has in it, with hyphens for all that is no letter; longer names first."""

SHOWN_BY = (
    ("family-variants", {"variant-axes_1", "variant-attributes_1"}),
    ("product-models", {"family_variant"}),
    ("association-types", {"is_two_way", "is_quantified"}),
    ("channels", {"tree", "locales", "currencies", "conversion_units"}),
    ("attribute-options", {"attribute"}),
    ("attributes", {"localizable", "scopable", "useable_as_grid_filter", "unique", "group"}),
    ("families", {"attribute_as_label", "attribute_as_image"}),
    ("product-models", {"categories"}),
)
"""Columns beside ``code``, one of which shows the kind; in this order."""

OF_PRODUCTS = frozenset({"sku", "uuid", "enabled", "family", "categories", "groups"})
"""Columns, one of which shows products where no column is called ``code``.

Only the PIM knows what the identifier attribute is called; ``sku`` is what Akeneo calls its own.
"""


def recognised(header: Sequence[str], file_name: str = "") -> str | None:
    """Return the kind of the table with this *header*; None when nothing tells.

    The name of the file decides only where headers cannot tell: ``code;label-en_US`` is the header
    of four kinds.
    """
    columns = {str(column).strip() for column in header}
    if "code" not in columns:
        return "products" if _is_of_products(columns) else _named(file_name, {"products"})
    return _shown(columns) or _named(file_name, KINDS.keys() - {"products"})


def _is_of_products(columns: set[str]) -> bool:
    return bool(columns & OF_PRODUCTS) or any(column.endswith(LINKS) for column in columns)


def _shown(columns: set[str]) -> str | None:
    for name, shown_by in SHOWN_BY:
        if columns & shown_by:
            return name
    if any(column.startswith("requirements-") for column in columns):
        return "families"
    if "attributes" in columns:
        return "attribute-groups" if "sort_order" in columns else None
    if any(column.endswith(LINKS) for column in columns):
        return "product-models"
    plain = all(column.startswith(LABEL) or column in ("code", "parent") for column in columns)
    return "categories" if plain and "parent" in columns else None


def _named(file_name: str, allowed: set[str]) -> str | None:
    words = re.sub(r"[^a-z0-9]+", "-", PurePath(file_name).name.lower())
    found = next((name for name, stem in STEMS.items() if stem.search(words)), None)
    return found if found in allowed else None
