"""Rows of Akeneo's flat format as commands.

The header is looked at once, and a function made for it (see ``plan``). A column that is wrong is
left out and told, a cell that is wrong has its row refused: nothing here raises for what a file
holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from attrs import define, evolve, frozen

from importbus.adapters.flat import cells
from importbus.adapters.flat.kinds import KINDS
from importbus.adapters.flat.links import UUIDS
from importbus.adapters.flat.plan import Make, Step, compiled, distinct
from importbus.adapters.flat.structure import FlatStructure
from importbus.adapters.flat.table import Columns, FileColumn
from importbus.adapters.flat.values import is_media_code
from importbus.adapters.sources.ports import Cell, Data, Made, RowReader, SourceOptions
from importbus.bus.errors import InvalidCommand

BY_UUID = "CreateOrUpdateProductByUuid"

FILE_COMMANDS = {
    "products": "CreateProductMediaFile",
    "product-models": "CreateProductModelMediaFile",
}
"""What makes the value of a file, by kind."""

Want = Callable[[str], bool]


def read_flat(
    header: Sequence[str], kind: str, options: SourceOptions, structure: FlatStructure
) -> RowReader:
    """Return what makes commands of the rows below *header*.

    Args:
        header: The names of the columns.
        kind: A name of ``KINDS``.
        options: How empty cells, dates and decimals are meant.
        structure: What types the attributes have; asked here, once for each column.

    Raises:
        ConfigurationError: The date format of *options* is none.
        SinkRefused: The structure has to be read, and the PIM refuses.
        SinkUnavailable: It gives no usable answer.
    """
    columns = Columns(header, kind, options, structure)
    columns.look()
    if fault := _fault(columns):
        return _Unusable((*columns.problems, fault))
    return _reader_of_products(columns) if kind == "products" else _reader(columns)


def _fault(columns: Columns) -> str | None:
    """Return why no row can be read; None when rows can."""
    there = {step.header for step in columns.steps}
    if missing := [key for key in KINDS[columns.kind].keys if key not in there]:
        return f"There is no column {' and none called '.join(missing)}: {columns.kind} need it."
    if columns.kind != "products" or columns.identifier or columns.uuid:
        return None
    known = columns.structure.identifier.code
    return (
        f"There is no column called {known}, as the identifier is, and none called uuid: "
        "products need one of them."
    )


def _reader(columns: Columns) -> RowReader:
    name = KINDS[columns.kind].command
    columns.drop_links(UUIDS, "products are named by identifier here: write -products")
    plan = _Plan(name, _compiled(columns, columns.steps, by_uuid=False))
    code = next(step.columns[0] for step in columns.steps if step.path == ("code",))
    return _reader_of(columns, plan, code)


def _reader_of_products(columns: Columns) -> RowReader:
    uuid, identifier = columns.uuid, columns.identifier
    if uuid is None and identifier is not None:
        columns.drop_links(UUIDS, "there is no column uuid: write -products, with identifiers")
        return _reader_of(columns, _plan_by_identifier(columns, identifier), identifier)
    if identifier is None:
        columns.drop_links("products", "there are uuids and no identifiers: write -product_uuids")
        return _reader_of(columns, _plan_by_uuid(columns), None)
    linked = [index for index, link, _ in columns.links if link.targets == UUIDS]
    plan = _plan_by_identifier(columns, identifier)
    other = _Other(_plan_by_uuid(columns), identifier[0], uuid[0] if uuid and linked else None)
    return _reader_of(columns, plan, identifier, other)


def _reader_of(
    columns: Columns, plan: _Plan, key: tuple[int, str] | None, other: _Other | None = None
) -> RowReader:
    problems = tuple(dict.fromkeys(columns.problems))
    if not columns.files:
        return _Rows(problems, plan) if other is None else _MixedRows(problems, plan, other)
    rows = _Rows((), plan) if other is None else _MixedRows((), plan, other)
    field = "identifier" if columns.kind == "products" else "code"
    files = _Files(FILE_COMMANDS[columns.kind], field, key, tuple(columns.files))
    return _RowsWithFiles(problems, rows, files)


def _plan_by_identifier(columns: Columns, identifier: tuple[int, str]) -> _Plan:
    steps = [
        evolve(step, path=("identifier",), place=None, read=cells.text, required=True)
        if step.header == identifier[1] and len(step.columns) == 1
        else step
        for step in columns.steps
    ]
    if columns.uuid:
        steps.append(Step((columns.uuid,), ("uuid",), cells.code))
    return _Plan(KINDS["products"].command, _compiled(columns, steps, by_uuid=False))


def _plan_by_uuid(columns: Columns) -> _Plan:
    assert columns.uuid is not None  # noqa: S101 - whoever calls has seen it
    key = Step((columns.uuid,), ("uuid",), cells.code, required=True)
    return _Plan(BY_UUID, _compiled(columns, [key, *columns.steps], by_uuid=True))


def _compiled(columns: Columns, steps: Sequence[Step], *, by_uuid: bool) -> Make:
    """Return the function of a plan; columns that set the same are told and left out."""
    plan, doubled = distinct([*steps, *columns.link_steps(by_uuid=by_uuid)])
    for step in doubled:
        columns.refuse(step.header, "another column sets the same")
    return compiled(plan, len(columns.header))


@frozen
class _Plan:
    """A class name, and what makes the data of such a command of a row."""

    command: str
    make: Make

    def made(self, row: Sequence[Cell]) -> Data | InvalidCommand:
        try:
            return self.make(row)
        except InvalidCommand as error:
            return error


@frozen
class _Other:
    """The plan of rows that name their product by uuid, and the columns that tell which these are.

    Attributes:
        identifier: Index of the column of the identifier.
        uuid: That of the uuid, when associations name products so; then it comes first.
    """

    plan: _Plan
    identifier: int
    uuid: int | None

    def takes(self, row: Sequence[Cell]) -> bool:
        """Whether *row* names its product by uuid."""
        if self.uuid is not None and not cells.is_empty(row[self.uuid]):
            return True
        return cells.is_empty(row[self.identifier])


@define
class _Rows:
    """Rows that give one command each."""

    problems: Sequence[str]
    plan: _Plan
    usable: bool = True

    def read(self, row: Sequence[Cell], want: Want) -> Iterable[Made]:
        """Return what *row* gives; see ``RowReader``."""
        plan = self.plan
        return (("", plan.command, plan.made(row)),) if want(plan.command) else ()


@define
class _MixedRows:
    """Rows of which some name their product by identifier, and others by uuid."""

    problems: Sequence[str]
    plan: _Plan
    other: _Other
    usable: bool = True

    def read(self, row: Sequence[Cell], want: Want) -> Iterable[Made]:
        """Return what *row* gives; see ``RowReader``."""
        plan = self.other.plan if self.other.takes(row) else self.plan
        return (("", plan.command, plan.made(row)),) if want(plan.command) else ()


@frozen
class _Files:
    """The columns that name files, and what those belong to.

    Attributes:
        field: The field of the command that names it.
        key: Index and header of the column that does; None when none does.
    """

    command: str
    field: str
    key: tuple[int, str] | None
    columns: Sequence[FileColumn]

    def made(self, row: Sequence[Cell], column: FileColumn) -> Data | InvalidCommand:
        """Return the data of the command for the file in *column*, which is not empty."""
        key = "" if self.key is None else cells.text(row[self.key[0]])
        if not key:
            missing = self.key[1] if self.key else self.field
            return InvalidCommand(
                f"is given by {self.field}, and the row has no {missing}", field=column.header
            )
        locale, scope = column.place
        path = cells.text(row[column.index])
        place: dict[str, Any] = {"locale": locale, "scope": scope}
        return {self.field: key, "attribute": column.attribute, **place, "file": path}


@define
class _RowsWithFiles:
    """Rows that give a command, and one more for each file that they name.

    A file is told of whether or not the rest of its row is good: it is a command of its own.
    """

    problems: Sequence[str]
    rows: _Rows | _MixedRows
    files: _Files
    usable: bool = True

    def read(self, row: Sequence[Cell], want: Want) -> Iterable[Made]:
        """Return what *row* gives; see ``RowReader``."""
        files = self.files
        named = (
            (column.header, files.command, files.made(row, column))
            for column in files.columns
            if is_path(row[column.index]) and want(files.command)
        )
        return [*self.rows.read(row, want), *named]


def is_path(cell: Cell) -> bool:
    """Whether *cell*, of an attribute of files, names one to upload."""
    return not cells.is_empty(cell) and not is_media_code(cell)


@define
class _Unusable:
    """A table of which no row can be read."""

    problems: Sequence[str]
    usable: bool = False

    def read(self, row: Sequence[Cell], want: Want) -> Iterable[Made]:
        """Return nothing."""
        return ()
