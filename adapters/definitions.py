"""Import definitions: ``[imports.NAME]`` in the configuration, what ``importbus run`` imports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from glob import glob, has_magic
from pathlib import Path
from typing import Any

from attrs import field, frozen

from importbus.adapters.config_checks import nearest
from importbus.adapters.flat.kinds import KINDS
from importbus.adapters.sources.ports import SourceOptions
from importbus.bus.errors import ConfigurationError

SOURCE_FORMATS = ("jsonl", "csv", "xlsx")

EMPTY = ("keeps", "clears")
"""What an empty cell does with the value in the PIM."""

DECIMALS = (".", ",")


@frozen
class ImportDefinition:
    """An import that has a name, to be run again and again.

    Attributes:
        name: What it is called.
        folder: Where its files are looked for: the folder of the configuration, "" for the one
            that the process is in.
        sources: Names of files, patterns, ``-``, or names of providers.
        options: How they are read; files in them are named from the working folder on.
        label: What people call an import of it; its name when nothing is said.
        skip_unchanged: Whether what the last import wrote so is not sent; None says nothing.
        strict: See ``ImportOptions``; so ``limit`` and ``only``.
    """

    name: str
    folder: str
    sources: tuple[str, ...]
    options: SourceOptions = SourceOptions()
    label: str | None = None
    skip_unchanged: bool | None = None
    strict: bool = False
    limit: int | None = None
    only: tuple[str, ...] = ()

    def files(self, providers: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the names of its sources as they are now: the files of each pattern, sorted.

        Raises:
            ConfigurationError: There is no file for a pattern.
        """
        found = [each for source in self.sources for each in self._files(source, providers)]
        return tuple(dict.fromkeys(found))

    def _files(self, source: str, providers: Sequence[str]) -> list[str]:
        path = _inside(self.folder, source)
        if source == "-" or (source in providers and not Path(path).exists()):
            return [source]
        if not has_magic(path) or Path(path).exists():
            return [path]
        if found := sorted(glob(path, recursive=True)):
            return found
        raise ConfigurationError(f"imports.{self.name}: there is no file {path}.")


Wrong = Callable[[Any], str | None]
"""Returns what is allowed instead of a value, with a full stop; None when it is right."""


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) and value else "a text, in quotes."


def _texts(value: Any) -> str | None:
    several = isinstance(value, list) and value and not any(map(_text, value))
    return None if several else 'a list of texts, ["...", "..."].'


def _flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "true or false."


def _count(value: Any) -> str | None:
    whole = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return None if whole else "a whole number, 1 or more."


def _one_of(allowed: Sequence[str], value: Any) -> str | None:
    return None if value in allowed else f"{', '.join(allowed)}.{nearest(str(value), allowed)}"


KEYS: Mapping[str, Wrong] = {
    "sources": _texts,
    "label": _text,
    "strict": _flag,
    "only": _texts,
    "limit": _count,
    "skip_unchanged": _flag,
    "format": partial(_one_of, SOURCE_FORMATS),
    "as": partial(_one_of, tuple(KINDS)),
    "mapping": _text,
    "structure": _text,
    "encoding": _text,
    "delimiter": _text,
    "empty": partial(_one_of, EMPTY),
    "date_format": _text,
    "decimal": partial(_one_of, DECIMALS),
}
"""What a definition may have, and what checks it."""

READ_AS = {"as": "kind", "format": "format", "encoding": "encoding", "delimiter": "delimiter"} | {
    "date_format": "date_format",
    "decimal": "decimal",
}
"""Keys that are options of sources, and what those are called."""


@frozen
class Definitions:
    """What was read of ``[imports]``; *errors* are sentences for the user."""

    found: Mapping[str, ImportDefinition] = field(factory=dict)
    errors: tuple[str, ...] = ()


def read_definitions(table: Any, origin: str, folder: str) -> Definitions:
    """Return the definitions in *table*; *origin* is how messages call the file it comes from."""
    if not isinstance(table, Mapping):
        return Definitions(errors=(f"{origin}: imports must be a table, [imports.NAME].",))
    found, errors = {}, []
    for name, content in table.items():
        wrong = list(_wrong(content, f"{origin}: imports.{name}"))
        errors += wrong
        if not wrong:
            found[name] = _definition(name, content, folder)
    return Definitions(found, tuple(errors))


def _wrong(content: Any, place: str) -> Iterator[str]:
    if not isinstance(content, Mapping):
        yield f"{place} must be a table, with sources."
        return
    for key, value in content.items():
        if key not in KEYS:
            yield f"{place}.{key} is unknown; allowed: {', '.join(KEYS)}.{nearest(key, KEYS)}"
        elif allowed := KEYS[key](value):
            yield f"{place}.{key} is {value!r}; allowed: {allowed}"
    if "sources" not in content:
        yield f'{place}.sources is missing: say what is imported, ["products/*.csv"].'


def _definition(name: str, content: Mapping[str, Any], folder: str) -> ImportDefinition:
    options = {READ_AS[key]: value for key, value in content.items() if key in READ_AS}
    files = {
        key: _inside(folder, content[key]) for key in ("mapping", "structure") if key in content
    }
    if "empty" in content:
        options["empty_clears"] = content["empty"] == "clears"
    plain = {key: content[key] for key in ("skip_unchanged", "strict", "limit") if key in content}
    return ImportDefinition(
        name,
        folder,
        tuple(content["sources"]),
        SourceOptions.of(**options, **files),
        content.get("label", name),
        only=tuple(content.get("only", ())),
        **plain,
    )


def _inside(folder: str, name: str) -> str:
    """Return *name* as it is called from the working folder on."""
    return str(Path(folder, name)) if folder else name
