"""A small shop for tests of the flat format: its structure, and rows read by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from importbus.adapters.flat import KINDS, FlatStructure, read_flat
from importbus.adapters.sources.ports import Cell, Made, RowReader, SourceOptions
from importbus.bus.errors import InvalidCommand

ATTRIBUTES: Mapping[str, Mapping[str, Any]] = {
    "sku": {"type": "pim_catalog_identifier"},
    "note": {"type": "pim_catalog_text"},
    "name": {"type": "pim_catalog_text", "localizable": True},
    "claim": {"type": "pim_catalog_textarea", "scopable": True},
    "description": {"type": "pim_catalog_textarea", "localizable": True, "scopable": True},
    "size_chart": {
        "type": "pim_catalog_text",
        "localizable": True,
        "available_locales": ["fr_FR"],
    },
    "stock": {"type": "pim_catalog_number", "decimals_allowed": False},
    "ratio": {"type": "pim_catalog_number", "decimals_allowed": True},
    "fresh": {"type": "pim_catalog_boolean"},
    "released": {"type": "pim_catalog_date"},
    "color": {"type": "pim_catalog_simpleselect"},
    "tags": {"type": "pim_catalog_multiselect"},
    "weight": {
        "type": "pim_catalog_metric",
        "decimals_allowed": True,
        "default_metric_unit": "GRAM",
    },
    "length": {"type": "pim_catalog_metric", "decimals_allowed": False},
    "price": {"type": "pim_catalog_price_collection", "decimals_allowed": True},
    "fabric": {"type": "pim_reference_data_simpleselect", "reference_data_name": "fabrics"},
    "fabrics": {"type": "pim_reference_data_multiselect", "reference_data_name": "fabrics"},
    "brand": {"type": "akeneo_reference_entity", "reference_data_name": "brand"},
    "designers": {"type": "akeneo_reference_entity_collection", "reference_data_name": "people"},
    "shots": {"type": "pim_catalog_asset_collection", "reference_data_name": "packshots"},
    "nutrition": {"type": "pim_catalog_table"},
    "picture": {"type": "pim_catalog_image"},
    "manual": {"type": "pim_catalog_file", "localizable": True},
    "odd": {"type": "acme_odd"},
    "half": {"localizable": False},
}
"""An attribute of every type, one of a type that nobody knows, and one without a type."""

CHANNELS = (
    {"code": "ecommerce", "locales": ["en_US", "fr_FR"], "currencies": ["EUR", "USD"]},
    {"code": "print", "locales": ["en_US", "de_DE"], "currencies": ["EUR"]},
)
LINKS = ({"code": "X_SELL"}, {"code": "PACK", "is_quantified": True})


def shop() -> FlatStructure:
    """Return the structure of the shop, as commands of a run say it."""
    structure = FlatStructure()
    for code, said in ATTRIBUTES.items():
        structure.learn("CreateOrUpdateAttribute", {"code": code, **said})
    for channel in CHANNELS:
        structure.learn("CreateOrUpdateChannel", channel)
    for link in LINKS:
        structure.learn("CreateOrUpdateAssociationType", link)
    return structure


def every(name: str) -> bool:
    """Want commands of all classes."""
    return True


def reader(header: str | Sequence[str], kind: str = "products", **options: Any) -> RowReader:
    """Return the reader of a table of the shop; *header* with ``;`` between its columns."""
    columns = header.split(";") if isinstance(header, str) else header
    return read_flat(columns, kind, SourceOptions(**options), shop())


def made(header: str, row: Sequence[Cell], kind: str = "products", **options: Any) -> list[Made]:
    """Return what a row of the shop gives."""
    return list(reader(header, kind, **options).read(row, every))


def data_of(header: str, *row: Cell, kind: str = "products", **options: Any) -> dict[str, Any]:
    """Return the data of the one command that a row gives."""
    ((part, name, data),) = made(header, row, kind, **options)
    assert (part, name) == ("", KINDS[kind].command)
    assert not isinstance(data, InvalidCommand), data
    return dict(data)


def value_of(header: str, cell: Cell, **options: Any) -> Any:
    """Return the data of the value that a cell of a product gives."""
    data = data_of(f"sku;{header}", "mug", cell, **options)
    ((entry,),) = data["values"].values()
    return entry["data"]


def fault_of(header: str, *row: Cell, kind: str = "products", **options: Any) -> str:
    """Return why a row gives no command, with the column."""
    faults = [data for _, _, data in made(header, row, kind, **options)]
    (fault,) = [data for data in faults if isinstance(data, InvalidCommand)]
    return str(fault)


def problems_of(header: str, kind: str = "products") -> Iterable[str]:
    """Return what is wrong with a header."""
    return reader(header, kind).problems
