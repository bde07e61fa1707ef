"""What an inspection reads of reference entities and asset families: what the source names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, get_args

from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo import commands as c
from importbus.handlers.akeneo.checks.entry_checks import Entry, EntryFile, kind_of, links_of
from importbus.handlers.akeneo.checks.fetching import Fetching
from importbus.handlers.akeneo.checks.libraries import ASSETS, RECORDS, Kind
from importbus.handlers.akeneo.checks.library_types import OPTION_TYPES, target_of
from importbus.handlers.akeneo.checks.structure import Structure

ENTRIES = frozenset(command.__name__ for command in get_args(Entry))
ENTRY_FILES = frozenset(command.__name__ for command in get_args(EntryFile))

INSIDE: dict[type[LaneCommand], Kind] = {
    c.CreateOrUpdateReferenceEntity: RECORDS,
    c.CreateOrUpdateReferenceEntityAttribute: RECORDS,
    c.CreateOrUpdateReferenceEntityAttributeOption: RECORDS,
    c.CreateOrUpdateReferenceEntityRecord: RECORDS,
    c.CreateReferenceEntityMediaFile: RECORDS,
    c.CreateOrUpdateAssetFamily: ASSETS,
    c.CreateOrUpdateAssetFamilyAttribute: ASSETS,
    c.CreateOrUpdateAssetFamilyAttributeOption: ASSETS,
    c.CreateOrUpdateAsset: ASSETS,
    c.CreateAssetMediaFile: ASSETS,
}
"""Classes that name a reference entity or an asset family, and which of these."""

Links = Iterator[tuple[Kind, str, Any]]


class LibraryInspection:
    """Notes which reference entities and asset families the source names, and reads these."""

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        self._kinds: set[Kind] = set()
        self._used: dict[tuple[Kind, str], set[str]] = {}

    def survey(self, command: LaneCommand) -> None:
        """Note what *command* names."""
        if kind := INSIDE.get(type(command)):
            family = str(getattr(command, kind.field, None) or getattr(command, "code", ""))
            used = self._used.setdefault((kind, kind.form(family)), set())
            used.update(getattr(command, "values", None) or ())
            used.update({str(getattr(command, "attribute", None) or "")} - {""})
            self._kinds.add(kind)
        if isinstance(command, Entry):
            self._structure.entries.note(*kind_of(command), command.code)
        self._survey_targets(command)

    def _survey_targets(self, command: LaneCommand) -> None:
        """Note that the lists of families are needed."""
        if getattr(command, "reference_data_name", None):
            self._kinds.update((RECORDS, ASSETS))
        elif isinstance(command, c.CreateOrUpdateReferenceEntityAttribute):
            self._kinds.update({ASSETS} if command.asset_family_identifier else ())
        elif isinstance(command, c.CreateOrUpdateAssetFamilyAttribute):
            self._kinds.update({RECORDS} if command.reference_entity else ())

    def read(self, pim: Fetching) -> None:
        """Read families, and of those that the source names attributes and options in use."""
        self._structure.entries.connect(pim.entries)
        for kind in sorted(self._kinds, key=lambda each: each.path):
            pim.families(kind)
        for (kind, family), used in sorted(self._used.items(), key=lambda each: str(each[0])):
            stored = self._structure.libraries[kind].families.get(family)
            if stored:
                self._read_family(pim, kind, stored.code, used)

    def _read_family(self, pim: Fetching, kind: Kind, family: str, used: set[str]) -> None:
        pim.attributes_of(kind, family)
        attributes = self._structure.libraries[kind].attributes_of(family)
        for code in sorted({each.casefold() for each in used}):
            attribute = attributes.get(code)
            if attribute and attribute.type in OPTION_TYPES:
                pim.options_of(kind, family, attribute.code)

    def ask(self, commands: Sequence[LaneCommand]) -> None:
        """Look up the records and assets that *commands* name."""
        self._look_up(self._named(commands))

    def ask_for(self, entries: Sequence[Entry]) -> None:
        """Look up whether the PIM has *entries* themselves."""
        self._look_up((*kind_of(each), each.code) for each in entries)

    def _look_up(self, links: Iterable[tuple[Kind, str, Any]]) -> None:
        wanted: dict[tuple[Kind, str], set[str]] = {}
        for kind, family, data in links:
            codes = data if isinstance(data, list) else [data]
            texts = (each for each in codes if isinstance(each, str))
            wanted.setdefault((kind, family), set()).update(texts)
        for (kind, family), named in wanted.items():
            self._structure.entries.ask(kind, family, sorted(named))

    def _named(self, commands: Sequence[LaneCommand]) -> Links:
        targets = {
            each.code.casefold(): target
            for each in self._structure.attributes
            if (target := target_of(each))
        }
        for command in commands:
            if isinstance(command, Entry):
                yield from links_of(self._structure, command)
            elif isinstance(command, EntryFile):
                if command.code is not None:
                    yield (*kind_of(command), command.code)
            elif targets:
                yield from _links_of_goods(targets, command)


def _links_of_goods(targets: dict[str, tuple[Kind, str]], command: LaneCommand) -> Links:
    values = getattr(command, "values", None)
    for code, entries in values.items() if isinstance(values, Mapping) else ():
        if target := targets.get(code.casefold()):
            yield from ((*target, entry["data"]) for entry in entries)
