"""A coherent fake catalogue of any size: same seed, same bytes, in constant memory."""

from __future__ import annotations

from importbus.adapters.generator.catalogue import Record, generate, sections
from importbus.adapters.generator.extras import Extras
from importbus.adapters.generator.files import FILES, write
from importbus.adapters.generator.profiles import PROFILES, Profile

__all__ = ["FILES", "PROFILES", "Extras", "Profile", "Record", "generate", "sections", "write"]
