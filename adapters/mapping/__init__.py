"""Mapping files: what the columns of a table are that is not written in Akeneo's flat format."""

from __future__ import annotations

from importbus.adapters.mapping.loading import load_mapping, read_mapping
from importbus.adapters.mapping.model import ColumnUse, Joined, TableMapping
from importbus.adapters.mapping.reading import MappedReader, read_mapped
from importbus.adapters.mapping.suggesting import suggest

__all__ = [
    "ColumnUse",
    "Joined",
    "MappedReader",
    "TableMapping",
    "load_mapping",
    "read_mapped",
    "read_mapping",
    "suggest",
]
