"""What the columns of a table are, each by itself: steps, files, and what is wrong with others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from attrs import define, evolve, field, frozen

from importbus.adapters.flat.kinds import KINDS
from importbus.adapters.flat.levels import level_steps
from importbus.adapters.flat.links import (
    UUIDS,
    Link,
    link_of,
    link_step,
    quantified_step,
    quantities_of,
    quantity_header,
)
from importbus.adapters.flat.plan import LEFT, Place, Step
from importbus.adapters.flat.properties import BY_KIND, SCORES, WITHOUT_API, Property, property_of
from importbus.adapters.flat.slots import Slot, nearest, slot_of
from importbus.adapters.flat.structure import IDENTIFIER, AssociationType, FlatStructure
from importbus.adapters.flat.value_steps import ValueColumn, value_step
from importbus.adapters.flat.values import FILES, is_media_code
from importbus.adapters.sources.ports import Cell, SourceOptions
from importbus.bus.errors import InvalidCommand

WITH_VALUES = ("products", "product-models")
"""Kinds that have attributes and associations."""

MOST_COMPARED = 20
"""Unknown columns for which something like them is looked for: a sheet can have 16,384."""


@frozen
class FileColumn:
    """A column whose cells name files."""

    index: int
    header: str
    attribute: str
    place: Place


@define
class Columns:
    """The columns of a table of one kind.

    Attributes:
        steps: What single columns say, and several that make one value; without associations.
        links: The columns of associations: index, what the header says, and the type.
        files: The columns that name files.
        problems: What is wrong with columns, a sentence each.
        identifier: Index and header of the column that identifies products.
        uuid: The same of their uuids.
    """

    header: Sequence[str]
    kind: str
    options: SourceOptions
    structure: FlatStructure
    steps: list[Step] = field(factory=list)
    links: list[tuple[int, Link, AssociationType]] = field(factory=list)
    files: list[FileColumn] = field(factory=list)
    problems: list[str] = field(factory=list)
    identifier: tuple[int, str] | None = None
    uuid: tuple[int, str] | None = None
    _values: dict[tuple[str, Place], list[ValueColumn]] = field(factory=dict)
    _indexes: dict[str, int] = field(factory=dict)
    _unknown: int = 0

    def look(self) -> None:
        """Find out what each column is; raises as the structure does when it has to be read."""
        self._indexes = self._once()
        for header, index in self._indexes.items():
            self._take(index, header)
        if self.kind == "family-variants":
            columns = [(index, header) for header, index in self._indexes.items()]
            self.steps += level_steps(columns, empty_clears=self.options.empty_clears)
        for columns_of_one in self._values.values():
            self._take_values(columns_of_one)
        if self.identifier and self.identifier[1] not in {step.header for step in self.steps}:
            self.identifier = None

    def _once(self) -> dict[str, int]:
        """Return the index of each name that is there once; the others are told."""
        names = [str(name) for name in self.header]
        counts = Counter(names)
        for name, count in counts.items():
            if not name:
                numbers = (str(n) for n, each in enumerate(names, 1) if not each)
                self.problems.append(f"Column {', '.join(numbers)} has no name and is left out.")
            elif count > 1:
                self.refuse(
                    name, f"it is there {count} times, so that nobody knows which one counts"
                )
        return {name: n for n, name in enumerate(names) if name and counts[name] == 1}

    def refuse(self, header: str, reason: str) -> None:
        """Tell why the column called *header* is left out."""
        end = "" if reason.endswith("?") else "."
        self.problems.append(f"Column {header!r} is left out: {reason.rstrip('.')}{end}")

    def _take(self, index: int, header: str) -> None:
        if known := property_of(self.kind, header, self.options):
            self.steps.append(self._property_step(index, header, known))
        elif self.kind in WITH_VALUES:
            self._take_of_goods(index, header)
        elif self.kind == "attributes" and WITHOUT_API.fullmatch(header):
            self.refuse(header, "the API has no such property of attributes")
        elif self.kind != "family-variants" or not level_steps(
            [(index, header)], empty_clears=False
        ):
            self._refuse_unknown(header)

    def _property_step(self, index: int, header: str, known: Property) -> Step:
        required = header in KINDS[self.kind].keys
        return Step(
            ((index, header),),
            known.path,
            known.read,
            clear=known.clear if self.options.empty_clears else LEFT,
            repeated=known.repeated and not required,
            required=required,
        )

    def _refuse_unknown(self, header: str) -> None:
        known = [*BY_KIND[self.kind], "label-en_US"]
        near = nearest(header, known) if self._unknown < MOST_COMPARED else ""
        self._unknown += 1
        meant = f" Did you mean {near}?" if near else f" Known: {', '.join(known)}."
        self.refuse(header, f"{self.kind} have no such property.{meant}")

    def _take_of_goods(self, index: int, header: str) -> None:
        if header == "uuid" and self.kind == "products":
            self.uuid = (index, header)
        elif SCORES.fullmatch(header):
            return
        elif (link := link_of(header)) and self._is_link(link):
            self._take_link(index, header, link)
        else:
            self._take_slot(index, header)

    def _is_link(self, link: Link) -> bool:
        """Whether it is an association: a channel may be called ``products``, too."""
        known = self.structure.association_type(link.type)
        return known is not None or self.structure.attribute(link.type) is None

    def _take_link(self, index: int, header: str, link: Link) -> None:
        found = self.structure.association_type(link.type)
        if found is None:
            near = nearest(link.type, (each.code for each in self.structure.association_types()))
            meant = f" Did you mean {near}{header[len(link.type) :]}?" if near else ""
            self.refuse(header, f"there is no association type {link.type!r}.{meant}")
        elif found.quantified and link.targets == "groups":
            self.refuse(header, f"the association type {found.code} has quantities, and no groups")
        elif link.quantity and not found.quantified:
            self.refuse(header, f"the association type {found.code} has no quantities")
        elif link.quantity and not self._has_targets(link):
            self.refuse(
                header, "there is no column beside it that names what the quantities are of"
            )
        elif found.quantified and not link.quantity and not quantities_of(self._indexes, link):
            self.refuse(header, f"there is no column {quantity_header(link)} beside it")
        elif not link.quantity:
            self.links.append((index, link, found))

    def _has_targets(self, link: Link) -> bool:
        targets = ("products", UUIDS) if link.targets == "products" else (link.targets,)
        return any(f"{link.type}-{one}" in self._indexes for one in targets)

    def _take_slot(self, index: int, header: str) -> None:
        slot = self._slot(header)
        if isinstance(slot, str):
            self.refuse(header, slot)
            return
        place = (slot.locale, slot.scope)
        if self._is_identifier(slot):
            self.identifier = self.identifier or (index, header)
        columns = self._values.setdefault((slot.attribute.code, place), [])
        columns.append(ValueColumn(index, header, slot))

    def _slot(self, header: str) -> Slot | str:
        code = header.partition("-")[0]
        if self.structure.attribute(code) is None:
            self._unknown += 1
            if header == code and (near := nearest(header, BY_KIND[self.kind])):
                return f"there is no property of that name. Did you mean {near}?"
            if self._unknown > MOST_COMPARED:
                return f"there is no attribute {code!r}"
        return slot_of(header, self.structure)

    def _is_identifier(self, slot: Slot) -> bool:
        if self.kind != "products" or slot.attribute.type != IDENTIFIER:
            return False
        return slot.attribute.code == self.structure.identifier.code

    def _take_values(self, columns: Sequence[ValueColumn]) -> None:
        step = value_step(columns, self.options)
        if isinstance(step, str):
            for column in columns:
                self.refuse(column.header, step)
            return
        if columns[0].slot.attribute.type in FILES:
            (index, header), *_ = step.columns
            attribute = columns[0].slot.attribute.code
            self.files.append(FileColumn(index, header, attribute, step.place or (None, None)))
            step = evolve(step, only=is_media_code)
        self.steps.append(step)

    def link_steps(self, *, by_uuid: bool) -> list[Step]:
        """Return the steps of associations, of products that are named in one way or the other.

        Products are named like those that they are associated with: the API has no other way. A
        cell that names them otherwise has its row refused.
        """
        unfit = "products" if by_uuid else UUIDS
        return [
            _refused(self.column(index), by_uuid=by_uuid)
            if link.targets == unfit
            else self._link_step(index, link, found)
            for index, link, found in self.links
        ]

    def drop_links(self, unfit: str, reason: str) -> None:
        """Leave out the columns of associations that name *unfit*, for *reason*."""
        for index, link, _ in self.links:
            if link.targets == unfit:
                self.refuse(self.header[index], reason)
        self.links = [each for each in self.links if each[1].targets != unfit]

    def column(self, index: int) -> tuple[int, str]:
        """Return *index* and the header there."""
        return index, self.header[index]

    def _link_step(self, index: int, link: Link, found: AssociationType) -> Step:
        column = self.column(index)
        clears = self.options.empty_clears
        quantities = quantities_of(self._indexes, link) if found.quantified else None
        if quantities:
            both = (column, quantities)
            return quantified_step(both, found.code, link.targets, empty_clears=clears)
        return link_step(column, found.code, link.targets, empty_clears=clears)


def _refused(column: tuple[int, str], *, by_uuid: bool) -> Step:
    """Return the step of a column in which nothing may stand."""
    names, named = ("uuid", "identifiers") if by_uuid else ("identifier", "uuids")

    def read(cell: Cell) -> None:
        raise InvalidCommand(
            f"names products by {named}, and the row names its own by {names}: "
            "the API takes one or the other"
        )

    return Step((column,), ("", column[1]), read)
