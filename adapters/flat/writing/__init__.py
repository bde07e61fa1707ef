"""Commands as rows of Akeneo's flat format: the way back from what reading it gives."""

from importbus.adapters.flat.writing.files import CsvWriter
from importbus.adapters.flat.writing.rows import FLAT_CLASSES, flat_cells
from importbus.adapters.flat.writing.sections import BESIDE, write_section

__all__ = ["BESIDE", "FLAT_CLASSES", "CsvWriter", "flat_cells", "write_section"]
