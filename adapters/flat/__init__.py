"""Akeneo's own flat format: the tables that its import jobs read and its exports write."""

from __future__ import annotations

from importbus.adapters.flat.kinds import KINDS, Kind, recognised
from importbus.adapters.flat.reading import read_flat
from importbus.adapters.flat.structure import FlatStructure

__all__ = ["KINDS", "FlatStructure", "Kind", "read_flat", "recognised"]
