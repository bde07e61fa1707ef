"""What a mapping file says, structured.

A mapping does not know attributes by itself: it names columns of Akeneo's flat format, and says how
their cells are made of those of another table. What types they have, and which locales there are,
is found out where that format is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from attrs import evolve, field, frozen

from importbus.adapters.sources.ports import SourceOptions
from importbus.bus.errors import ConfigurationError

Constant = str | int | float | bool | date
"""What TOML has that a cell can hold."""

CASES = ("lower", "upper")

EVERYTHING = "*"
"""In ``ignore``: all columns that nothing names."""


@frozen
class ColumnUse:
    """What becomes of the cells of a column.

    They are treated in the order of these attributes.

    Attributes:
        to: Where they go, named as in the flat format: ``name-en_US``, ``price-EUR``,
            ``X_SELL-products``. The same goes to each, or with ``split_at`` the parts, in order.
        trim: Whether white space around them is taken away.
        remove: Texts that are taken out of them: ``"EUR"``.
        split_at: What separates the parts that go to several places.
        separator: What separates the members of a list, each of which is treated by itself.
        values: What their texts are in the PIM.
        otherwise: What all texts are that ``values`` has not; None makes each an error.
        keep_others: Whether texts that ``values`` has not stay as they are.
        code: Whether a code is made of them: of ``Dark Red!`` it is ``dark_red``.
        case: ``lower`` or ``upper``.
        prefix: What is put before them, unless they are empty.
        suffix: What is put behind them.
        unit: The unit of all amounts.
    """

    to: tuple[str, ...]
    trim: bool = True
    remove: tuple[str, ...] = ()
    split_at: str | None = None
    separator: str | None = None
    values: Mapping[str, Constant] = field(factory=dict)
    otherwise: Constant | None = None
    keep_others: bool = False
    code: bool = False
    case: str | None = None
    prefix: str = ""
    suffix: str = ""
    unit: str | None = None

    @property
    def is_plain(self) -> bool:
        """Whether the cells go as they are, but for white space around them."""
        return self == ColumnUse(self.to, unit=self.unit)


@frozen
class Joined:
    """Columns whose texts make one; empty ones are passed over."""

    columns: tuple[str, ...]
    between: str = " "


@frozen
class TableMapping:
    """A mapping file.

    Attributes:
        kind: What the rows are, a name of ``flat.KINDS``.
        key: The column of what identifies them: the identifier of products, else the code.
        columns: Uses of each column.
        joined: Columns of the flat format whose cells are made of several.
        constants: Columns of the flat format in which every row has the same.
        only: Rows that are read: those that have one of these texts in each of these columns.
        skip: Rows that are not: those that have one of these texts in one of these columns.
        ignore: Columns that are known to be of no use.
        decimal: As in ``SourceOptions``; so are the others. None says nothing.
        name: The file, as messages name it.
    """

    kind: str
    key: str | None = None
    columns: Mapping[str, tuple[ColumnUse, ...]] = field(factory=dict)
    joined: Mapping[str, Joined] = field(factory=dict)
    constants: Mapping[str, Constant | tuple[Constant, ...]] = field(factory=dict)
    only: Mapping[str, tuple[str, ...]] = field(factory=dict)
    skip: Mapping[str, tuple[str, ...]] = field(factory=dict)
    ignore: tuple[str, ...] = ()
    decimal: str | None = None
    date_format: str | None = None
    empty_clears: bool = False
    delimiter: str | None = None
    encoding: str | None = None
    name: str = field(default="mapping", kw_only=True)

    def options(self, given: SourceOptions) -> SourceOptions:
        """Return how the table is to be read; what is *given* stands above what the file says.

        Raises:
            ConfigurationError: The user says that the rows are of another kind.
        """
        if given.kind not in (None, self.kind):
            raise ConfigurationError(
                f"{self.name}: kind is {self.kind!r}, and --as says {given.kind!r}: leave one out."
            )
        plain = SourceOptions()
        said = {
            name: mine
            for name in ("decimal", "date_format", "empty_clears", "delimiter", "encoding")
            if (mine := getattr(self, name))
            and name not in given.usual
            and getattr(given, name) == getattr(plain, name)
        }
        return evolve(given, kind=self.kind, **said)

    def named(self) -> frozenset[str]:
        """Return the columns of the table that the mapping says anything about."""
        joined = (column for each in self.joined.values() for column in each.columns)
        key = () if self.key is None else (self.key,)
        return frozenset((*key, *self.columns, *joined, *self.only, *self.skip, *self.ignore))
