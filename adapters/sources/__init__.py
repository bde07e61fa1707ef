"""Sources: where the commands of an import are read."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePath

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
    files = Counter(map(os.path.realpath, names))
    if twice := [name for name in names if files[os.path.realpath(name)] > 1]:
        raise ConfigurationError(f"One source is named twice: {', '.join(twice)}.")
    return [_open_source(name, codec) for name in names]


def _open_source(name: str, codec: JsonCodec) -> Source:
    try:
        name.encode()
    except UnicodeEncodeError:  # no journal and no JSON could hold the name
        raise ConfigurationError(f"{name!a}: the name of the file is no text: rename it.") from None
    if Path(name).is_dir():
        raise ConfigurationError(f"{name}: is a folder; name its files: {Path(name) / '*.jsonl'}.")
    if name != "-" and PurePath(name).suffix.lower() not in JSONL:
        kinds = ", ".join(JSONL)
        raise ConfigurationError(f"{name}: unknown kind of file; allowed: {kinds}, or - for stdin.")
    return JsonlSource(name, codec)
