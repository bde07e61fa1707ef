"""The table of resources: everything that the server knows about them stands here, one row each.

A further resource is a row and a module in `resources`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from importbus.adapters.simulated_pim.catalog.names import Identified
from importbus.adapters.simulated_pim.catalog.uuids import ByUuid
from importbus.adapters.simulated_pim.library_table import ROWS
from importbus.adapters.simulated_pim.model.media import ASSETS, ENTITIES, PRODUCTS
from importbus.adapters.simulated_pim.model.resource import Resource
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.model.words import in_words
from importbus.adapters.simulated_pim.resources import (
    association_types,
    attribute_groups,
    attributes,
    categories,
    channels,
    families,
    family_variants,
    measurement_families,
    media_files,
    options,
    product_models,
    products,
    products_by_uuid,
    read_only,
)


def _option_key(item: Body) -> str:
    return f"{item['attribute']}/{item['code']}"


def _variant_key(item: Body) -> str:
    return f"{item['family']}/{item['code']}"


def _every_option(store: Store) -> list[Any]:
    return [option for key in sorted(store.options) for option in store.options[key].values()]


def _item_key(item: Any) -> str:
    return str(item.code)


RESOURCES = (
    Resource(
        "locales",
        ("locales",),
        "Locale",
        "locales__code_",
        lambda store, parents: store.locales,
        read_only.show_locale,
        state_key=str,
    ),
    Resource(
        "currencies",
        ("currencies",),
        "Currency",
        "currencies__code_",
        lambda store, parents: store.currencies,
        read_only.show_item,
    ),
    Resource(
        "measurement_families",
        ("measurement-families",),
        "Measurement family",
        "measurement_families",
        lambda store, parents: store.measurement_families,
        measurement_families.show,
        in_words("measurement family", measurement_families.write),
        settled=measurement_families.settled,
        plain=True,
        single=False,
        posts=False,
        batch="array",
        most=None,
    ),
    Resource(
        "measure_families",
        ("measure-families",),
        "Measure family",
        "measure_families__code_",
        lambda store, parents: store.measurement_families,
        read_only.show_measure_family,
        in_state=False,
    ),
    Resource(
        "categories",
        ("categories",),
        "Category",
        "categories__code_",
        lambda store, parents: store.categories,
        categories.show,
        categories.write,
    ),
    Resource(
        "attribute_groups",
        ("attribute-groups",),
        "Attribute group",
        "attribute_groups__code_",
        lambda store, parents: store.attribute_groups,
        attribute_groups.show,
        attribute_groups.write,
    ),
    Resource(
        "attributes",
        ("attributes",),
        "Attribute",
        "attributes__code_",
        lambda store, parents: store.attributes,
        attributes.show,
        attributes.write,
    ),
    Resource(
        "attribute_options",
        ("attributes", None, "options"),
        "Attribute option",
        "attributes__attribute_code__options__code_",
        options.table,
        options.show,
        options.write,
        settled=options.settled,
        state_key=_option_key,
        every=_every_option,
    ),
    Resource(
        "families",
        ("families",),
        "Family",
        "families__code_",
        lambda store, parents: store.families,
        families.show,
        families.write,
    ),
    Resource(
        "family_variants",
        ("families", None, "variants"),
        "Family variant",
        "families__family_code__variants__code__",
        family_variants.table,
        family_variants.show,
        family_variants.write,
        state_key=_variant_key,
        every=lambda store: store.family_variants.values(),
    ),
    Resource(
        "channels",
        ("channels",),
        "Channel",
        "channels__code_",
        lambda store, parents: store.channels,
        channels.show,
        channels.write,
    ),
    Resource(
        "association_types",
        ("association-types",),
        "Association type",
        "association_types__code_",
        lambda store, parents: store.association_types,
        association_types.show,
        association_types.write,
    ),
    Resource(
        "product_models",
        ("product-models",),
        "Product model",
        "product_models__code_",
        lambda store, parents: store.product_models,
        product_models.show,
        product_models.write,
        product_models.delete,
        settled=product_models.settled,
        state_key=_item_key,
        taken=("code", "The same code is already set on another product model."),
        structure=False,
        cursor=True,
        slashes=True,
    ),
    Resource(
        "products",
        ("products",),
        "Product",
        "products__code_",
        lambda store, parents: Identified(store),
        products.show,
        products.write,
        products.delete,
        key="identifier",
        settled=products.settled,
        state_key=lambda item: str(item.name),
        every=lambda store: store.products.values(),
        taken=("identifier", "The same identifier is already set on another product."),
        structure=False,
        cursor=True,
        slashes=True,
    ),
    Resource(
        "products_uuid",
        ("products-uuid",),
        "Product",
        "products_uuid__uuid_",
        lambda store, parents: ByUuid(store),
        products_by_uuid.show,
        products_by_uuid.write,
        products_by_uuid.delete,
        key="uuid",
        echo=str.lower,
        held=products_by_uuid.held,
        taken=("uuid", "This value is already used."),
        in_state=False,
        structure=False,
        cursor=True,
    ),
    Resource(
        "media_files",
        ("media-files",),
        "Media file",
        "media_files__code_",
        lambda store, parents: store.media.tables[PRODUCTS],
        media_files.show,
        settled=media_files.settled,
        state_key=_item_key,
        receive=media_files.receive,
        structure=False,
        slashes=True,
        download="below",
    ),
    Resource(
        "reference_entity_media_files",
        ("reference-entities-media-files",),
        "Media file",
        "reference_entity_media_files__code_",
        lambda store, parents: store.media.tables[ENTITIES],
        media_files.show,
        settled=media_files.settled,
        state_key=_item_key,
        receive=partial(media_files.receive_for, ENTITIES),
        code_header="Reference-entities-media-file-code",
        structure=False,
        listed=False,
        slashes=True,
        download="item",
    ),
    Resource(
        "asset_media_files",
        ("asset-media-files",),
        "Media file",
        "asset_media_files__code_",
        lambda store, parents: store.media.tables[ASSETS],
        media_files.show,
        settled=media_files.settled,
        state_key=_item_key,
        receive=partial(media_files.receive_for, ASSETS),
        code_header="Asset-media-file-code",
        structure=False,
        listed=False,
        slashes=True,
        download="item",
    ),
    *ROWS,
)


def state(store: Store) -> dict[str, dict[str, Body]]:
    """Return all that *store* holds, as the API shows it: resource to key to item.

    Nothing in it depends on when or in which order things arrived: `created` and `updated` are
    left out, and the `sort_order` of options that the server numbered. Two PIMs that were told
    the same are equal here.
    """
    with store.lock:
        return {each.name: dict(shown(store, each)) for each in RESOURCES if each.in_state}


def shown(store: Store, resource: Resource) -> Iterator[tuple[str, Body]]:
    """Yield what *store* holds of *resource*, by key; to be called with its lock held."""
    show = resource.settled or resource.show
    items = resource.every(store) if resource.every else resource.table(store, ()).values()
    return ((resource.state_key(item), show(store, item)) for item in items)
