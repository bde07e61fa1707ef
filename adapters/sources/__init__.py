"""Sources: where the commands of an import are read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from importbus.adapters.codec import JsonCodec
from importbus.adapters.sources.jsonl import JsonlSource
from importbus.bus.errors import ConfigurationError
from importbus.bus.ports import Source

__all__ = ["JsonlSource", "open_sources"]

JSONL = (".jsonl", ".ndjson")


def open_sources(names: Sequence[str], codec: JsonCodec) -> list[Source]:
    """Return a source for each of *names*, a file or ``-``, by its extension.

    Raises:
        ConfigurationError: One is missing, cannot be read, is named twice or of an unknown kind.
    """
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigurationError(f"Sources are named twice: {', '.join(twice)}.")
    return [_open_source(name, codec) for name in names]


def _open_source(name: str, codec: JsonCodec) -> Source:
    if name != "-" and PurePath(name).suffix.lower() not in JSONL:
        kinds = ", ".join(JSONL)
        raise ConfigurationError(f"{name}: unknown kind of file; allowed: {kinds}, or - for stdin.")
    return JsonlSource(name, codec)
