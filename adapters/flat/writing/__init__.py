"""Commands as rows of Akeneo's flat format: the way back from what reading it gives."""

from importbus.adapters.flat.writing.files import CsvWriter
from importbus.adapters.flat.writing.rows import FLAT_CLASSES, IDENTIFIER, flat_cells, identifier_in
from importbus.adapters.flat.writing.sections import BESIDE, write_section

__all__ = [
    "BESIDE",
    "FLAT_CLASSES",
    "IDENTIFIER",
    "CsvWriter",
    "flat_cells",
    "identifier_in",
    "write_section",
]
