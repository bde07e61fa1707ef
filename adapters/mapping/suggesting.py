"""A mapping file proposed for a table, from its header, its first rows and what the PIM has."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from attrs import define, evolve, frozen

from importbus.adapters.flat import FlatStructure, recognised
from importbus.adapters.mapping.checking import unit_column
from importbus.adapters.mapping.fitting import Fitted, fitted, settings_of
from importbus.adapters.mapping.placing import Place, Places, lacking
from importbus.adapters.mapping.samples import Sample, date_format_of, decimal_of, samples_of
from importbus.adapters.sources.ports import Cell, SourceOptions
from importbus.adapters.visible_text import visible_line
from importbus.bus.errors import ConfigurationError

WIDTH = 52
"""Characters of a line before its comment, where that is enough."""


@frozen
class Line:
    """What is proposed for a column.

    Attributes:
        fit: How its cells become what the place takes; None when there is no place.
        reason: Why a person has to decide; None when the line is in force.
    """

    sample: Sample
    place: Place | None = None
    fit: Fitted | None = None
    reason: str | None = None

    @property
    def targets(self) -> tuple[str, ...]:
        """The columns of the flat format that it sets."""
        use = self.fit.use if self.fit and not self.reason else None
        return () if use is None else (*use.to, *(unit_column(each) for each in use.to if use.unit))


def suggest(
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    structure: FlatStructure,
    options: SourceOptions = SourceOptions(),
    *,
    name: str = "table",
) -> str:
    """Return a mapping file, as text, for tables like the one with this *header*.

    It can be loaded as it is. What is not sure is a comment, and so is what a person has to look
    at. Without attributes it says so, and proposes what needs none.

    Args:
        header: The names of the columns.
        rows: The first rows; all of them are read into memory.
        structure: What the PIM has.
        options: What the user says of the table; what it says stands in the file.
        name: What the table is called.

    Raises:
        ConfigurationError: No column has a name of its own.
        SinkRefused: The structure has to be read, and the PIM refuses.
        SinkUnavailable: It gives no usable answer.
    """
    samples = samples_of(header, rows)
    if not samples:
        raise ConfigurationError(f"{name}: no column has a name of its own: is there a header?")
    said = evolve(
        options,
        decimal=decimal_of(samples),
        date_format=date_format_of(samples) or options.date_format,
    )
    found = options.kind or recognised(header, name)
    proposal = _Proposal(found or _likeliest(header, name), said, structure, samples)
    return "\n".join(proposal.text(name, guessed=found is None)) + "\n"


def _likeliest(header: Sequence[str], name: str) -> str:
    """Return the kind that a table of another format may be: as its file is called, if at all."""
    written = recognised([each.lower() for each in header], name)
    return written or recognised([], name) or recognised(["code"], name) or "products"


@define
class _Proposal:
    """A mapping file on its way."""

    kind: str
    options: SourceOptions
    structure: FlatStructure
    samples: Sequence[Sample]

    def text(self, name: str, *, guessed: bool) -> Iterator[str]:
        """Yield the lines of the file."""
        places = Places(self.kind, self.structure, self.options)
        key, sure = self._key(places)
        lines = self._lines(places, key)
        yield from self._head(name)
        yield ""
        asked = "  # is it? The header does not tell" if guessed else ""
        yield f"kind = {_quoted(self.kind)}{asked}"
        if not sure:
            yield "# Is it the key? No column is called like one."
        yield _with_comment(f"key = {_quoted(key.column)}", key.examples)
        yield from self._settings(lines)
        yield ""
        yield "[columns]"
        placed = [line for line in lines if line.place is not None]
        for line in placed:
            yield from _column_lines(line)
        yield from self._unplaced([line for line in lines if line.place is None])
        yield from self._constants(lines)

    def _head(self, name: str) -> Iterator[str]:
        rows = self.samples[0].rows
        yield f"# Proposed for {visible_line(name)} from its header and {rows} of its rows."
        yield "# A line that begins with # is not in force: it is for you to decide."
        if self.structure.empty:
            yield "# No attributes are known: neither a PIM nor a structure file was there to ask."
            yield "# So no column could be placed as a value."
        yield from (f"# {visible_line(each)}" for each in self.structure.refused)

    def _key(self, places: Places) -> tuple[Sample, bool]:
        """Return the column of the key, and whether it is called like one."""
        by_name = {sample.column: sample for sample in self.samples}
        if (named := places.key_among(list(by_name))) is not None:
            return by_name[named], True
        return next((each for each in self.samples if each.is_key), self.samples[0]), False

    def _settings(self, lines: Iterable[Line]) -> Iterator[str]:
        """Yield how the table is written, where it is not as usual."""
        plain = SourceOptions()
        for each in ("decimal", "date_format", "delimiter", "encoding"):
            said = getattr(self.options, each)
            if said is not None and said != getattr(plain, each):
                yield f"{each} = {_quoted(said)}"
        if self.options.empty_clears:
            yield "empty_clears = true"

    def _lines(self, places: Places, key: Sample) -> list[Line]:
        """Return a line for each column but the key; of two for one place the likelier counts."""
        found = [self._line(places, each) for each in self.samples if each is not key]
        taken = {"code"} if self.kind != "products" else self._identifier()
        lines: dict[int, Line] = {}
        for n in sorted(range(len(found)), key=lambda n: -_likeness(found[n])):
            line = found[n]
            if any(each in taken for each in line.targets):
                line = evolve(line, reason="another column goes there")
            taken.update(line.targets)
            lines[n] = line
        return [lines[n] for n in range(len(found))]

    def _identifier(self) -> set[str]:
        return {self.structure.identifier.code}

    def _line(self, places: Places, sample: Sample) -> Line:
        place = places.of(sample.column)
        if place is None:
            return Line(sample)
        fit = fitted(place, sample, self.options, self.structure, self.kind)
        reason = fit.fault if place.sure else "the names are only alike"
        return Line(sample, place, fit, reason)

    def _unplaced(self, lines: Sequence[Line]) -> Iterator[str]:
        if not lines:
            return
        yield ""
        yield "# Nothing is called like these. Say where they go, or they are not read:"
        for line in lines:
            said = f"# {_quoted(line.sample.column)} = {_quoted('...')}"
            yield _with_comment(said, line.sample.examples)

    def _constants(self, lines: Iterable[Line]) -> Iterator[str]:
        targets = [each for line in lines for each in line.targets]
        missing = lacking(self.kind, targets)
        if self.kind == "products" and "family" not in targets:
            missing = [*missing, "family"]
        if missing:
            yield ""
            yield "# [constants]"
        for each in missing:
            yield f'# {each} = "..."  # no column says it: write it here if it is always the same'


def _likeness(line: Line) -> float:
    return 0.0 if line.place is None or line.reason else line.place.likeness


def _column_lines(line: Line) -> Iterator[str]:
    """Yield the line of a column, after what a person has to look at."""
    fit = line.fit
    assert fit is not None  # noqa: S101 - a line with a place has it
    for doubt in (line.reason, *fit.doubts):
        if doubt:
            yield f"# {visible_line(doubt[:1].upper() + doubt[1:])}"
    settings = settings_of(fit.use)
    to = _quoted(fit.use.to[0])
    said = to if not settings else f"{{ to = {to}, {_inline(settings)} }}"
    off = "# " if line.reason else ""
    yield _with_comment(f"{off}{_quoted(line.sample.column)} = {said}", line.sample.examples)


def _with_comment(line: str, comment: str) -> str:
    return f"{line:<{WIDTH}}  # {visible_line(comment)}" if comment else line


def _inline(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} = {_value(value)}" for key, value in settings.items())


def _value(value: Any) -> str:
    """Return *value* as TOML writes it in one line."""
    if isinstance(value, Mapping):
        pairs = (f"{_quoted(str(key))} = {_value(each)}" for key, each in value.items())
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float | date) else _quoted(value)


def _quoted(text: str) -> str:
    """Return *text* as TOML quotes it: as JSON, with one escape more."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
