"""From the columns of a table to a function that makes the data of a row.

A million rows of twenty columns are twenty million cells. So the function is written for the
columns at hand, as attrs writes ``__init__``: no loop over columns, no call for a text, and what
repeats itself is made once. The source has nothing in it but numbers and quoted codes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from attrs import field, frozen

from importbus.adapters.flat import cells
from importbus.adapters.flat.values import named
from importbus.adapters.sources.ports import Cell
from importbus.bus.errors import InvalidCommand

LEFT: Final[Any] = object()
"""What an empty cell says by default: leave it as it is."""

MOST_KEPT, LONGEST_KEPT = 2_000, 100
"""Cells of a column whose data is kept to be used again, and their characters."""

Place = tuple[str | None, str | None]
"""Locale and scope of a value."""


@frozen
class Step:
    """What one column says, or several together.

    Attributes:
        columns: Index and header of each.
        path: Where its data goes: ``("labels", "en_US")``; for a value ``("values", "name")``.
        read: Makes the data of the cells. Of a single column it is called for cells that are not
            empty; of several for all of them, and it returns None when they say nothing.
        clear: What an empty cell says.
        repeated: Whether many rows have the same, so that what is made of a cell is used again.
        place: Of a value: its locale and scope.
        required: Whether a row without it says nothing at all.
        only: Which cells are said here, if not all; of a single column. Others are said elsewhere.
    """

    columns: tuple[tuple[int, str], ...]
    path: tuple[str, ...]
    read: Callable[..., Any]
    clear: Any = LEFT
    repeated: bool = False
    place: Place | None = None
    required: bool = False
    only: Callable[[Cell], bool] | None = None

    @property
    def header(self) -> str:
        """The header that errors name."""
        return self.columns[0][1]

    @property
    def target(self) -> tuple[tuple[str, ...], Place | None]:
        """What it sets; two steps cannot set the same."""
        return self.path, self.place


class _Kept(dict[Any, Any]):
    """What was made of the cells of a column, or of several, as long as they are few and short.

    Only texts are kept: 1, 1.0 and true are one key to a dict, and not one cell.
    What it gives stands in the data of many rows: whoever takes it must not change it.
    """

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self._make = make

    def __missing__(self, key: Cell | tuple[Cell, ...]) -> Any:
        made = self._make(key)
        parts = key if type(key) is tuple else (key,)
        if len(self) < MOST_KEPT and all(map(_is_short_text, parts)):
            self[key] = made
        return made


def _is_short_text(cell: object) -> bool:
    return type(cell) is str and len(cell) <= LONGEST_KEPT


@frozen
class _Source:
    """The lines of a function, and the names that it knows."""

    lines: list[str] = field(factory=list)
    names: dict[str, Any] = field(factory=dict)

    def put(self, depth: int, *lines: str) -> None:
        self.lines.extend("    " * depth + line for line in lines)

    def name(self, letter: str, thing: Any) -> str:
        name = f"{letter}{len(self.names)}"
        self.names[name] = thing
        return name


Make = Callable[[Sequence[Cell]], dict[str, Any]]
"""Makes the data of a row; raises ``InvalidCommand`` with the header of a bad cell."""


def compiled(steps: Iterable[Step], width: int) -> Make:
    """Return a function that makes the data of rows of *width* cells as *steps* say.

    Nobody may change what it returns: rows share parts of it.
    """
    plan = sorted(steps, key=lambda step: not step.required)
    source = _Source()
    source.put(0, "def make(row):")
    used = {index for step in plan for index, _ in step.columns}
    if width:
        names = ", ".join(f"c{n}" if n in used else "_" for n in range(width))
        source.put(1, f"{names}, = row")
    source.put(1, "data = {}")
    for step in (one for one in plan if one.required):
        index, header = step.columns[0]
        source.put(1, f"if not c{index} and c{index} != 0:", f"    raise empty({header!r})")
    _put_tree(source, _tree(plan), "data", 1)
    source.put(1, "return data")
    source.names["empty"] = _empty
    exec(compile("\n".join(source.lines), "<row>", "exec"), source.names)  # noqa: S102 - see above
    make: Make = source.names["make"]
    return make


def distinct(steps: Iterable[Step]) -> tuple[list[Step], list[Step]]:
    """Return the *steps* that set what no other one sets, and those of which two set the same."""
    plan = list(steps)
    counts = Counter(step.target for step in plan)
    return (
        [step for step in plan if counts[step.target] == 1],
        [step for step in plan if counts[step.target] > 1],
    )


def _empty(header: str) -> InvalidCommand:
    return InvalidCommand("is empty, and tells what the row is about", field=header)


Tree = dict[str, Any]
"""Steps by the keys of their paths; the leaves are lists of them, of values by place."""


def _tree(steps: Iterable[Step]) -> Tree:
    root: Tree = {}
    for step in steps:
        node = root
        for key in step.path[:-1]:
            node = node.setdefault(key, {})
        node.setdefault(step.path[-1], []).append(step)
    return root


def _put_tree(source: _Source, tree: Tree, into: str, depth: int) -> None:
    """Write what fills *into*; a part that would be empty is left out."""
    for key, node in tree.items():
        target = f"{into}[{key!r}]"
        if isinstance(node, dict) or len(node) > 1:
            part = source.name("d", None)
            source.put(depth, f"{part} = {'{}' if isinstance(node, dict) else '[]'}")
            if isinstance(node, dict):
                _put_tree(source, node, part, depth)
            else:
                for step in node:
                    _put_step(source, step, (f"{part}.append(", ")"), "%s", depth)
            source.put(depth, f"if {part}:", f"    {target} = {part}")
        else:
            alone = "%s" if node[0].place is None else "[%s]"
            _put_step(source, node[0], (f"{target} = ", ""), alone, depth)


def _put_step(source: _Source, step: Step, around: tuple[str, str], shape: str, depth: int) -> None:
    """Write a step: what its cell says, in *shape*, goes between the two parts of *around*."""
    (before, after), otherwise = around, "else:"
    if len(step.columns) > 1:
        cell = source.name("v", None)
        source.put(depth, f"{cell} = {_read_together(source, step)}", f"if {cell} is not None:")
        made = shape % _entry(step, cell)
    else:
        cell = f"c{step.columns[0][0]}"
        condition, otherwise = _conditions(source, step, cell)
        source.put(depth, condition)
        made = _made(source, step, cell, shape)
    source.put(depth + 1, f"{before}{made}{after}")
    if step.clear is not LEFT:
        cleared = source.name("x", _shaped(step, step.clear, shape))
        source.put(depth, otherwise, f"    {before}{cleared}{after}")


def _conditions(source: _Source, step: Step, cell: str) -> tuple[str, str]:
    """Return the lines above what is done with a cell, and above what is done when it is empty."""
    there = f"{cell} or {cell} == 0"  # 0 and false are something
    if step.only is None:
        return f"if {there}:", "else:"
    return f"if {source.name('o', step.only)}({cell}):", f"elif not ({there}):"


def _read_together(source: _Source, step: Step) -> str:
    """Return the expression for the data of several cells, or None."""
    read = named(step.header, step.read)
    given = ", ".join(f"c{index}" for index, _ in step.columns)
    if step.repeated:
        return f"{source.name('k', _Kept(lambda key: read(*key)))}[{given}]"
    return f"{source.name('r', read)}({given})"


def _made(source: _Source, step: Step, cell: str, shape: str) -> str:
    """Return the expression for what *cell* says."""
    read = named(step.header, step.read)
    if step.repeated:
        kept = _Kept(lambda given: _shaped(step, read(given), shape))
        return f"{source.name('k', kept)}[{cell}]"
    name = source.name("r", read)
    data = f"{name}({cell})"
    if step.read is cells.text:
        data = f"{cell} if {cell}.__class__ is str else {data}"
    return shape % _entry(step, data)


def _entry(step: Step, data: str) -> str:
    if step.place is None:
        return data
    locale, scope = step.place
    return f"{{'locale': {locale!r}, 'scope': {scope!r}, 'data': {data}}}"


def _shaped(step: Step, data: Any, shape: str) -> Any:
    """Return *data* as the source would have it in *shape*."""
    if step.place is None:
        return data
    entry = {"locale": step.place[0], "scope": step.place[1], "data": data}
    return [entry] if shape == "[%s]" else entry
