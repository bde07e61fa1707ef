"""The columns of values, together where several make one: amount and unit, prices by currency."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from attrs import evolve, frozen

from importbus.adapters.flat import cells
from importbus.adapters.flat.plan import LEFT, Step
from importbus.adapters.flat.slots import UNIT, Slot
from importbus.adapters.flat.values import (
    METRIC,
    PRICE,
    REPEATED,
    currencies_reader,
    measured_reader,
    metric_reader,
    named,
    value_reader,
)
from importbus.adapters.sources.ports import Cell, SourceOptions


@frozen
class ValueColumn:
    """A column that holds values, or parts of them."""

    index: int
    header: str
    slot: Slot


def value_step(columns: Sequence[ValueColumn], options: SourceOptions) -> Step | str:
    """Return the step of *columns*, all those of one attribute, locale and scope.

    A text says why they make none.

    Raises:
        ConfigurationError: The date format of *options* is none.
    """
    slot = columns[0].slot
    parts = [column.slot.part for column in columns]
    if len(set(parts)) < len(parts):
        return f"is there twice: {' and '.join(column.header for column in columns)}"
    if slot.attribute.type == METRIC and UNIT in parts:
        if len(columns) == 1:
            return f"has no column beside it with the amounts of {slot.attribute.code}"
        both = _step(sorted(columns, key=_amount_first), _measured(columns, options), options)
        return evolve(both, repeated=True)
    if slot.attribute.type == PRICE and (len(columns) > 1 or parts[0]):
        return _prices(columns, options)
    read = value_reader(slot.attribute, options)
    repeated = slot.attribute.type in REPEATED
    return evolve(_step(columns, read, options), repeated=repeated)


def _step(columns: Sequence[ValueColumn], read: Callable[..., Any], options: SourceOptions) -> Step:
    slot = columns[0].slot
    return Step(
        tuple((column.index, column.header) for column in columns),
        ("values", slot.attribute.code),
        read,
        clear=None if options.empty_clears else LEFT,
        place=(slot.locale, slot.scope),
    )


def _amount_first(column: ValueColumn) -> bool:
    return column.slot.part == UNIT


def _measured(columns: Sequence[ValueColumn], options: SourceOptions) -> Callable[..., Any]:
    """Return what reads an amount and its unit; a unit alone says nothing.

    Source: akeneo/pim-community-dev, ``MetricConverter``.
    """
    attribute = columns[0].slot.attribute
    amount, _ = sorted(columns, key=_amount_first)
    alone = named(amount.header, metric_reader(attribute, options))
    measured = named(amount.header, measured_reader(attribute, options))

    def read(cell: Cell, unit: Cell) -> dict[str, Any] | None:
        if cells.is_empty(cell):
            return None
        found: dict[str, Any] = alone(cell) if cells.is_empty(unit) else measured(cell, unit)
        return found

    return read


def _prices(columns: Sequence[ValueColumn], options: SourceOptions) -> Step:
    """Return the step of prices of which at least one column has a currency of its own."""
    attribute = columns[0].slot.attribute
    currencies = {column.header: column.slot.part for column in columns}
    step = _step(columns, currencies_reader(attribute, options, currencies), options)
    return evolve(step, repeated=True)
