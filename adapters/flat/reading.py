"""Rows of Akeneo's flat format as commands."""

from __future__ import annotations

from collections.abc import Sequence

from importbus.adapters.flat.structure import FlatStructure
from importbus.adapters.sources.ports import RowReader, SourceOptions


def read_flat(
    header: Sequence[str], kind: str, options: SourceOptions, structure: FlatStructure
) -> RowReader:
    """Return what makes commands of the rows below *header*.

    Args:
        header: The names of the columns.
        kind: A name of ``KINDS``.
        options: How empty cells, dates and decimals are meant.
        structure: What types the attributes have; asked here, once for each column.

    Raises:
        SinkRefused: The structure has to be read, and the PIM refuses.
        SinkUnavailable: It gives no usable answer.
    """
    raise NotImplementedError
