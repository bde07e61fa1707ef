"""A coherent fake catalogue of any size: same seed, same bytes, in constant memory."""

from __future__ import annotations

from importbus.adapters.generator.catalogue import Record, generate, sections
from importbus.adapters.generator.extras import Extras
from importbus.adapters.generator.files import FILES, write

__all__ = ["FILES", "Extras", "Record", "generate", "sections", "write"]
