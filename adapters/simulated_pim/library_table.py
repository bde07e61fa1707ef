"""The rows of the table of resources for reference entities and asset families."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from importbus.adapters.simulated_pim.model.library import Entry, Library
from importbus.adapters.simulated_pim.model.resource import Resource
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.model.words import Write, in_words
from importbus.adapters.simulated_pim.resources import (
    asset_families,
    entries,
    library_attributes,
    reference_entities,
)
from importbus.adapters.simulated_pim.resources.library_attributes import Of


def _all(of: Of, choose: Callable[[Library], dict[Any, Any]], store: Store) -> list[Any]:
    tables = choose(of(store))
    return [item for key in sorted(tables) for item in tables[key].values()]


def _entry_key(entry: Entry) -> str:
    return f"{entry.family}/{entry.code}"


def _family(of: Of, name: str, path: str, write: Write, show: Callable[..., Body]) -> Resource:
    noun = name.replace("_", " ")
    plural = path.replace("-", "_")
    return Resource(
        plural,
        (path,),
        noun.capitalize(),
        f"{plural}__code_",
        lambda store, parents: of(store).families,
        show,
        in_words(noun, write),
        posts=False,
        batch=None,
        cursor=True,
        pages=False,
    )


def _attributes(of: Of, name: str, path: str) -> Resource:
    return Resource(
        f"{name}_attributes",
        (path, None, "attributes"),
        "Attribute",
        f"{path.replace('-', '_')}__{name}_code__attributes__code_",
        partial(library_attributes.table, of),
        library_attributes.show,
        in_words("attribute", partial(library_attributes.write, of)),
        state_key=lambda item: f"{item['_family']}/{item['code']}",
        every=partial(_all, of, lambda library: library.attributes),
        posts=False,
        batch=None,
        plain=True,
    )


def _options(of: Of, name: str, path: str) -> Resource:
    return Resource(
        f"{name}_attribute_options",
        (path, None, "attributes", None, "options"),
        "Attribute option",
        f"{path.replace('-', '_')}__{name}_code__attributes__attribute_code__options__code_",
        partial(library_attributes.option_table, of),
        library_attributes.show,
        in_words("attribute option", partial(library_attributes.write_option, of)),
        state_key=lambda item: f"{item['_attribute']}/{item['code']}",
        every=partial(_all, of, lambda library: library.options),
        posts=False,
        batch=None,
        plain=True,
    )


def _entries(of: Of, name: str, path: tuple[str | None, ...], noun: str, **more: Any) -> Resource:
    return Resource(
        f"{name}s",
        path,
        noun.capitalize(),
        f"{str(path[0]).replace('-', '_')}__code__{noun}s__code_",
        partial(entries.table, of),
        entries.show,
        in_words(noun, partial(entries.write, of)),
        settled=entries.settled,
        state_key=_entry_key,
        every=partial(_all, of, lambda library: library.entries),
        posts=False,
        batch="array",
        structure=False,
        cursor=True,
        pages=False,
        **more,
    )


_RECORDS, _ASSETS = reference_entities.of, asset_families.of
ROWS = (
    _family(
        _RECORDS,
        "reference_entity",
        "reference-entities",
        reference_entities.write,
        reference_entities.show,
    ),
    _attributes(_RECORDS, "reference_entity", "reference-entities"),
    _options(_RECORDS, "reference_entity", "reference-entities"),
    _entries(
        _RECORDS, "reference_entity_record", ("reference-entities", None, "records"), "record"
    ),
    _family(_ASSETS, "asset_family", "asset-families", asset_families.write, asset_families.show),
    _attributes(_ASSETS, "asset_family", "asset-families"),
    _options(_ASSETS, "asset_family", "asset-families"),
    _entries(
        _ASSETS,
        "asset",
        ("asset-families", None, "assets"),
        "asset",
        delete=partial(entries.delete, _ASSETS),
    ),
)
"""Reference entities with attributes, options and records; asset families with the same."""
