"""Sources: where the commands of an import are read."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath

from importbus.adapters.codec import JsonCodec
from importbus.adapters.sources.inputs import FORMATS, FileInput, format_of, open_inputs
from importbus.adapters.sources.jsonl import JsonlSource
from importbus.adapters.sources.providers import Providers, ProviderSource
from importbus.adapters.sources.rows import TableReaders, TableSource
from importbus.bus.errors import ConfigurationError
from importbus.bus.ports import Source

__all__ = ["FileInput", "JsonlSource", "ProviderSource", "Providers", "TableSource", "open_sources"]

ARCHIVES = (".zip", ".gz")
"""Extensions of what holds files of a known kind; a member's own extension tells which."""


def open_sources(
    names: Sequence[str],
    codec: JsonCodec,
    readers: TableReaders,
    providers: Providers = Providers(),
) -> list[Source]:
    """Return the sources that *names* stand for, in their order.

    A name is that of a file, of an archive or a member of it, ``-`` for standard input, or, when
    there is no such file, of a provider. *readers* say how files are read.

    Raises:
        ConfigurationError: One is missing, cannot be read, is named twice or of an unknown kind.
    """
    _refuse_twice(map(os.path.realpath, names), names)
    found = [source for name in names for source in _open(name, codec, readers, providers)]
    _refuse_twice((each.name for each in found), [each.name for each in found])
    return found


def _refuse_twice(places: Iterable[str], names: Sequence[str]) -> None:
    listed = list(places)
    count = Counter(listed)
    if twice := [name for name, place in zip(names, listed, strict=True) if count[place] > 1]:
        raise ConfigurationError(f"One source is named twice: {', '.join(twice)}.")


def _open(name: str, codec: JsonCodec, readers: TableReaders, providers: Providers) -> list[Source]:
    try:
        name.encode()
    except UnicodeEncodeError:  # no journal and no JSON could hold the name
        raise ConfigurationError(f"{name!a}: the name of the file is no text: rename it.") from None
    if name != "-" and not Path(name).exists() and (provider := providers.get(name)):
        return [ProviderSource(name, provider, codec)]
    if Path(name).is_dir():
        raise ConfigurationError(f"{name}: is a folder; name its files: {Path(name) / '*.jsonl'}.")
    said = readers.options.format
    if not (said or name == "-" or _is_known(name)):
        raise ConfigurationError(f"{name}: unknown kind of file; {_allowed(name, providers)}")
    return [_source(each, said, codec, readers) for each in open_inputs(name)]


def _is_known(name: str) -> bool:
    return format_of(name) is not None or PurePath(name).suffix.lower() == ".zip"


def _allowed(name: str, providers: Providers) -> str:
    kinds = ", ".join((*FORMATS, *ARCHIVES))
    known = f", or a provider: {', '.join(providers.names)}" if providers.names else ""
    near = providers.near(name)
    return f"allowed: {kinds}, or - for stdin{known}; or say --format.{near}"


def _source(input: FileInput, said: str | None, codec: JsonCodec, readers: TableReaders) -> Source:
    found = said or input.format or "jsonl"
    if found == "jsonl":
        return JsonlSource(input, codec)
    return TableSource(input, found, codec, readers)
