"""What a mapping says that cannot be meant; what a table lacks is seen when there is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from importbus.adapters.flat import cells
from importbus.adapters.flat.kinds import KINDS
from importbus.adapters.flat.slots import nearest
from importbus.adapters.mapping.model import CASES, EVERYTHING, ColumnUse, TableMapping
from importbus.bus.errors import ConfigurationError

DECIMALS = (".", ",")


def faults_of(mapping: TableMapping) -> Iterator[str]:
    """Yield a sentence for each fault of *mapping*, with its key and what is allowed."""
    if mapping.kind not in KINDS:
        near = nearest(mapping.kind, KINDS)
        meant = f" Did you mean {near}?" if near else ""
        yield f"kind is {mapping.kind!r}; allowed: {', '.join(KINDS)}.{meant}"
    if mapping.decimal not in (None, *DECIMALS):
        yield f"decimal is {mapping.decimal!r}; allowed: {' or '.join(map(repr, DECIMALS))}."
    yield from _wrong_dates(mapping)
    if mapping.key is None and not (mapping.columns or mapping.joined):
        yield "it names no column: write key and [columns]."
    for column, uses in mapping.columns.items():
        for use in uses:
            path = key_path("columns", column)
            yield from (f"{path}.{said}" for said in _wrong_use(use))
    yield from _unnamed(mapping)
    yield from _doubled(mapping)


def _wrong_dates(mapping: TableMapping) -> Iterator[str]:
    if mapping.date_format is not None:
        try:
            cells.date_reader(mapping.date_format)
        except ConfigurationError as error:
            yield f"date_format: {error}"


def _wrong_use(use: ColumnUse) -> Iterator[str]:
    if not use.to:
        yield 'to is empty; allowed: where the cells go, as to = "name-en_US".'
    if use.case not in (None, *CASES):
        yield f"case is {use.case!r}; allowed: {' or '.join(CASES)}."
    for name in ("split_at", "separator", "unit"):
        if getattr(use, name) == "":
            yield f"{name} is empty; leave it out."
    if "" in use.remove:
        yield "remove holds an empty text; leave it out."
    if use.split_at and use.separator:
        yield "split_at stands beside separator: the one parts, the other lists; leave one out."
    if use.otherwise is not None and use.keep_others:
        yield "otherwise stands beside keep_others: they say two things of one text; leave one out."
    if (use.otherwise is not None or use.keep_others) and not use.values:
        yield "values is missing: otherwise and keep_others say what becomes of texts it has not."


def _unnamed(mapping: TableMapping) -> Iterator[str]:
    """Yield what has no name where one is needed."""
    for name, each in mapping.joined.items():
        if not each.columns:
            yield f"{key_path('joined', name)}.columns is empty; allowed: names of columns."
    for name in ("columns", "only", "skip"):
        if "" in getattr(mapping, name):
            yield f"{name} has a column without a name."
    if "" in _targets(mapping):
        yield "somewhere the name that cells go to is empty."
    if EVERYTHING in mapping.ignore and len(mapping.ignore) > 1:
        yield f'ignore: "{EVERYTHING}" means all columns that are not named; leave the others out.'


def _doubled(mapping: TableMapping) -> Iterator[str]:
    for target, count in _targets(mapping).items():
        if count > 1:
            yield f'"{target}" is set {count} times: by columns, joined, constants or unit.'


def _targets(mapping: TableMapping) -> Counter[str]:
    """Return how often each column of the flat format is set."""
    found = Counter([*mapping.joined, *mapping.constants])
    for uses in mapping.columns.values():
        for use in uses:
            found.update(use.to)
            found.update(unit_column(each) for each in use.to if use.unit)
    return found


def key_path(path: str, key: str) -> str:
    """Return how TOML writes *key* within the table at *path*."""
    bare = key.replace("_", "").replace("-", "")
    said = key if bare.isascii() and bare.isalnum() else f'"{key}"'
    return f"{path}.{said}" if path else said


def unit_column(target: str) -> str:
    """Return the column of the flat format with the units of the amounts in *target*."""
    return f"{target}-unit"
