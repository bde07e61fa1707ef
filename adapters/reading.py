"""What an import reads of its sources: the wanted classes, structure first, up to a limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import suppress
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from threading import Event

from attrs import define, evolve, field, frozen

from importbus.adapters.codec import JsonCodec
from importbus.adapters.flat.structure import Reader
from importbus.adapters.progress import ProgressBoard
from importbus.adapters.sources import Providers, open_sources
from importbus.adapters.sources.extents import Extent, Verifiable
from importbus.adapters.sources.inputs import format_of
from importbus.adapters.sources.ports import SourceOptions
from importbus.adapters.table_readers import RunStructure, table_readers
from importbus.bus.errors import ConfigurationError, HandlingFailed
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.ports import Rejection, Source

Item = tuple[Position, LaneCommand | Rejection]

Settled = Container[Position]

Heard = Callable[[Position, LaneCommand], object]
"""Who is told of each command that is read."""


class _Over(Exception):
    """There is no more time to look."""


@frozen
class Reading:
    """Sources, and what is wanted of them.

    Attributes:
        only: Class names to read; all when empty.
        limit: Most commands and rejected lines to read.
        strict: Also the first reading, for structure, ends at a line that is no command.
        heard: Told every command that is wanted, settled or not.
        passed: What has its outcome without being read.
    """

    sources: Sequence[Source]
    codec: JsonCodec
    only: frozenset[str] = frozenset()
    limit: int | None = None
    strict: bool = False
    heard: Heard | None = None
    passed: Settled = frozenset()
    _surveyed: list[Counter[str]] = field(factory=list, init=False, eq=False, repr=False)

    def survey(self, over: Event) -> None:
        """Look for structure, so that ``items`` need not if there is none; until *over* is set.

        For a time when there is nothing else to do. ``items`` says what is wrong with a source.
        """
        first = _Pass(self, ProgressBoard(), structure=True, over=over)
        with suppress(_Over, ConfigurationError, HandlingFailed):
            for source in self._twice:
                for _ in first.of(source, rejections=self.strict):
                    return
            self._surveyed.append(first.found)

    @property
    def _twice(self) -> list[Source]:
        return [source for source in self.sources if source.rereadable]

    def items(self, board: ProgressBoard, settled: Settled = frozenset()) -> Iterator[Item]:
        """Yield what is wanted and not *settled*: structure first where a source allows it.

        When the sources can be read twice and there is no limit, *board* learns how much there is
        before the first command comes that is not structure.
        """
        found = (item for item in self._told(board) if item[0] not in settled)
        return islice((item for item in found if item[0] not in self.passed), self.limit)

    def without(self, passed: Settled, count: int) -> Reading:
        """Return the reading of all but *passed*, *count* commands of what this one reads.

        Unless somebody wants to hear of them, their lines are not even looked at.
        """
        if self.heard is None:
            for source in self._verifiable():
                source.pass_over(passed)
        return evolve(self, passed=passed, limit=self.limit and self.limit - count)

    def everything(self, settled: Settled) -> Iterator[Item]:
        """Yield what ``items`` yields, and what is *settled* in between; nobody hears of it."""
        left = self.limit
        for item in self._all(ProgressBoard()):
            if left == 0:
                return
            if left is not None and item[0] not in settled:
                left -= 1
            yield item

    def keep(self) -> bool:
        """Keep what comes only once, so that it can be read again; return whether all can be."""
        for source in self._verifiable():
            source.keep()
        return all(source.rereadable or isinstance(source, Verifiable) for source in self.sources)

    def extents(self) -> list[Extent]:
        """Return how far each source was read, of those that can tell."""
        return [extent for source in self._verifiable() if (extent := source.extent)]

    def check_same(self, before: Iterable[Extent], advice: str) -> None:
        """Make sure that the sources begin with what was read of them *before*.

        Raises:
            ConfigurationError: One does not; *advice* says what to do then.
        """
        known = {extent.source: extent for extent in before}
        for source in self._verifiable():
            if source.name in known and (said := source.difference(known[source.name])):
                raise ConfigurationError(f"{source.name} was changed: it {said}. {advice}")

    def close(self) -> None:
        """Release what the sources keep; a second call does nothing."""
        for source in self._verifiable():
            source.close()

    def _verifiable(self) -> list[Verifiable]:
        return [source for source in self.sources if isinstance(source, Verifiable)]

    def _told(self, board: ProgressBoard) -> Iterator[Item]:
        """Yield everything, and tell who wants to hear of it."""
        heard = self.heard
        if heard is None:
            yield from self._all(board)
            return
        for position, item in self._all(board):
            if not isinstance(item, Rejection):
                heard(position, item)
            yield position, item

    def _all(self, board: ProgressBoard) -> Iterator[Item]:
        first = _Pass(self, board, structure=True)
        if self._surveyed:
            first.found = self._surveyed.pop()
        else:
            for source in self._twice:
                yield from first.of(source, rejections=self.strict)
        if len(self._twice) == len(self.sources) and self.limit is None:
            first.tell()
        for source in self.sources:
            last = evolve(first, structure=False if source.rereadable else None)
            yield from last.of(source)


@define
class _Pass:
    """One reading: of *structure* alone, of all but that, or, with None, of everything wanted."""

    reading: Reading
    board: ProgressBoard
    structure: bool | None = field(kw_only=True)
    found: Counter[str] = field(factory=Counter)  # all that is wanted, whatever this pass yields
    told: bool = False
    asked: list[str] = field(factory=list)  # classes that were wanted and have not come yet
    over: Event | None = None  # what ends it before its end

    def of(self, source: Source, *, rejections: bool = True) -> Iterator[Item]:
        """Yield what this reading wants of *source*."""
        asked = self.asked
        for item in source.read(self._want, rejections=rejections):
            if asked:
                if isinstance(item[1], Rejection):
                    self._uncount(item[1])
                else:
                    del asked[0]
            yield item

    def _uncount(self, rejection: Rejection) -> None:
        """Take back what was counted, and is no command; a row may give several."""
        name = rejection.command if rejection.command in self.asked else self.asked[0]
        self.asked.remove(name)
        self.found[name] -= 1
        if self.told:
            self.tell()

    def tell(self) -> None:
        """Tell the board how much there is."""
        self.told = True
        self.board.expect(self.found)

    def _want(self, name: str) -> bool:
        if self.over and self.over.is_set():
            raise _Over
        wanted = not self.reading.only or name in self.reading.only
        if wanted and not self.told:
            self.found[name] += 1
        wanted = wanted and self.structure in (None, self.reading.codec.is_structure(name))
        if wanted:
            self.asked.append(name)
        return wanted


@frozen
class Means:
    """What names of sources are looked up with, and how files are read.

    Attributes:
        options: What the user says of the files.
        providers: The providers that can be named.
        pim: Who is asked for the structure that tables need; None when nobody is.
    """

    options: SourceOptions = SourceOptions()
    providers: Providers = Providers()
    pim: Reader | None = None


def open_reading(
    names: Sequence[str],
    codec: JsonCodec,
    means: Means = Means(),
    *,
    only: Sequence[str] = (),
    limit: int | None = None,
    strict: bool = False,
    heard: Heard | None = None,
) -> Reading:
    """Open the sources called *names*.

    Raises:
        ConfigurationError: A source, a mapping or a file of structure cannot be read, or *only*
            names no command class.
    """
    for name in only:
        if name not in codec.names:
            close = get_close_matches(name, codec.names, 1)
            likely = f" Did you mean {close[0]}?" if close else ""
            raise ConfigurationError(f"--only {name}: there is no such command.{likely}")
    sources = _open(names, codec, means)
    return Reading(sources, codec, frozenset(only), limit, strict, heard)


def _open(names: Sequence[str], codec: JsonCodec, means: Means) -> list[Source]:
    """Open sources whose tables are read by the structure that they bring themselves, too."""
    structure = RunStructure(codec, _given(means.options.structure, codec), means.pim)
    readers = table_readers(means.options, structure)
    structure.sources = open_sources(names, codec, readers, means.providers)
    return list(structure.sources)


def _given(path: str | None, codec: JsonCodec) -> list[Source]:
    """Open the file that ``--structure`` names, or the files in that folder."""
    if path is None:
        return []
    names = [path]
    if Path(path).is_dir():
        found = (each for each in Path(path).iterdir() if format_of(each.name))
        names = sorted(map(str, found))
        if not names:
            raise ConfigurationError(f"--structure {path}: there is no file of a known kind in it.")
    readers = table_readers(SourceOptions(), RunStructure(codec))
    return open_sources(names, codec, readers)
