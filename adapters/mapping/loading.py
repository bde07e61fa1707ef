"""From a TOML file to a mapping; every error at once, with its key and what is allowed."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from attrs import evolve, fields
from cattrs import (
    AttributeValidationNote,
    BaseValidationError,
    Converter,
    ForbiddenExtraKeysError,
    IterableValidationNote,
)
from cattrs.gen import make_dict_structure_fn, override

from importbus.adapters.flat.kinds import KINDS
from importbus.adapters.flat.slots import nearest
from importbus.adapters.mapping.checking import faults_of, key_path
from importbus.adapters.mapping.model import ColumnUse, Constant, Joined, TableMapping
from importbus.bus.errors import ConfigurationError

LONGEST = 4 * 1024 * 1024
"""Bytes of a mapping file that are read: one by hand is a thousandth of it."""


def load_mapping(path: str | Path) -> TableMapping:
    """Return what the mapping file at *path* says.

    Raises:
        ConfigurationError: It cannot be read, or is wrong: every error with its key, what is
            allowed, and the nearest name.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(LONGEST + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigurationError(f"{path}: cannot be read: {reason}.") from error
    if len(content) > LONGEST:
        raise ConfigurationError(f"{path}: is no mapping: it has more than {LONGEST:,} bytes.")
    try:
        return read_mapping(content.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: is not valid TOML: {error}.") from error


def read_mapping(text: str, name: str = "mapping") -> TableMapping:
    """Return what *text*, the content of a mapping file, says; *name* is how messages call it.

    Raises:
        ConfigurationError: As ``load_mapping`` does.
    """
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigurationError(f"{name}: is not valid TOML: {error}.") from error
    try:
        found = evolve(CONVERTER.structure(table, TableMapping), name=name)
    except BaseValidationError as error:
        raise ConfigurationError("\n".join(f"{name}: {said}" for said in _said(error))) from error
    if faults := list(faults_of(found)):
        raise ConfigurationError("\n".join(f"{name}: {said}" for said in faults))
    return found


def _said(error: Exception, path: str = "") -> Iterator[str]:
    """Yield a sentence for each error within *error*, which was met at *path*."""
    if isinstance(error, BaseValidationError):
        for each in error.exceptions:
            yield from _said(each, _path_of(each, path))
    elif isinstance(error, ForbiddenExtraKeysError):
        allowed = _keys(error.cl)
        for key in sorted(error.extra_fields):
            near = nearest(key, allowed)
            meant = f" Did you mean {near}?" if near else ""
            yield f"{key_path(path, key)} is unknown; allowed: {', '.join(allowed)}.{meant}"
    elif isinstance(error, KeyError):
        known = f"; allowed: {', '.join(KINDS)}" if error.args[0] == "kind" else ""
        yield f"{path or error.args[0]} is missing{known}."
    else:
        yield f"{path} {error}." if path else f"{error}."


def _path_of(error: Exception, path: str) -> str:
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            return key_path(path, note.name)
        if isinstance(note, IterableValidationNote):
            return key_path(path, str(note.index))
    return path


def _keys(cls: type[Any]) -> list[str]:
    return [each.name for each in fields(cls) if not each.kw_only]


class _Wrong(ValueError):
    """What a value is not; the path to it is said by others."""


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong(f"must be a text, in quotes, not {value!r}")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong(f"must be true or false, not {value!r}")
    return value


def _constant(value: Any) -> Constant:
    if not isinstance(value, str | int | float | bool | date):
        raise _Wrong(f"must be a text, a number, true, false or a date, not {value!r}")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    """Return one text or several as several."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    if not isinstance(value, str):
        raise _Wrong(f"must be a text in quotes or a list of them, not {value!r}")
    return (value,)


def _constants(value: Any) -> Constant | tuple[Constant, ...]:
    return tuple(map(_constant, value)) if isinstance(value, list) else _constant(value)


def _table(of: Callable[[Any], Any], value: Any) -> dict[str, Any]:
    """Return the table *value*, each value of which is what *of* says."""
    if not isinstance(value, Mapping):
        raise _Wrong(f"must be a table of names and values, not {value!r}")
    found, errors = {}, []
    for key, each in value.items():
        try:
            found[key] = of(each)
        except (_Wrong, BaseValidationError) as error:
            error.add_note(IterableValidationNote("", key, Any))
            errors.append(error)
    if errors:
        raise BaseValidationError("", errors, TableMapping)
    return found


def _uses(value: Any) -> tuple[ColumnUse, ...]:
    if isinstance(value, list):
        return tuple(map(_use, value))
    return (_use(value),)


def _use(value: Any) -> ColumnUse:
    if isinstance(value, str):
        return ColumnUse((value,))
    if not isinstance(value, Mapping):
        raise _Wrong(f"must be the name of a column of the flat format, or a table, not {value!r}")
    return CONVERTER.structure(value, ColumnUse)


def _joined_columns(value: Any) -> Joined:
    if not isinstance(value, Mapping):
        raise _Wrong(f'must be a table, {{ columns = ["...", "..."] }}, not {value!r}')
    return CONVERTER.structure(value, Joined)


HOOKS: Mapping[type[Any], Mapping[str, Callable[[Any], Any]]] = {
    ColumnUse: {
        **dict.fromkeys(("to", "remove"), _texts),
        **dict.fromkeys(("trim", "keep_others", "code"), _flag),
        **dict.fromkeys(("split_at", "separator", "case", "prefix", "suffix", "unit"), _text),
        "values": partial(_table, _constant),
        "otherwise": _constant,
    },
    Joined: {"columns": _texts, "between": _text},
    TableMapping: {
        **dict.fromkeys(
            ("kind", "key", "decimal", "date_format", "delimiter", "encoding", "name"), _text
        ),
        **dict.fromkeys(("only", "skip"), partial(_table, _texts)),
        "columns": partial(_table, _uses),
        "joined": partial(_table, _joined_columns),
        "constants": partial(_table, _constants),
        "ignore": _texts,
        "empty_clears": _flag,
    },
}
"""What makes each value, and refuses what is none."""


def _converter() -> Converter:
    converter = Converter(detailed_validation=True, forbid_extra_keys=True)
    for cls, hooks in HOOKS.items():
        overrides: dict[str, Any] = {
            name: override(struct_hook=partial(_called, hook), omit=name == "name")
            for name, hook in hooks.items()
        }
        make = make_dict_structure_fn(cls, converter, _cattrs_forbid_extra_keys=True, **overrides)
        converter.register_structure_hook(cls, make)
    return converter


def _called(hook: Callable[[Any], Any], value: Any, _: Any) -> Any:
    return hook(value)


CONVERTER = _converter()
