"""The inspector of Akeneo commands: surveys a source, reads the PIM, and checks every command."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import get_args

from importbus.bus.attachments import Attachment
from importbus.bus.errors import HandlingFailed
from importbus.bus.findings import Finding, Scope, Stage
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo import commands as c
from importbus.handlers.akeneo.checks import attribute_types as types
from importbus.handlers.akeneo.checks.catalogue import Catalogue, name_of
from importbus.handlers.akeneo.checks.catalogue_checks import CatalogueChecks
from importbus.handlers.akeneo.checks.entry_checks import (
    Entry,
    EntryFile,
    check_entry,
    check_entry_file,
    kind_of,
)
from importbus.handlers.akeneo.checks.fetching import Fetching, Reader
from importbus.handlers.akeneo.checks.formats import check_nulls
from importbus.handlers.akeneo.checks.learning import learn_command
from importbus.handlers.akeneo.checks.library_inspection import (
    ENTRIES,
    ENTRY_FILES,
    LibraryInspection,
)
from importbus.handlers.akeneo.checks.link_checks import LinkChecks, targets_of
from importbus.handlers.akeneo.checks.media_checks import GoodsFile, MediaChecks
from importbus.handlers.akeneo.checks.rules import PIM_DECIDES
from importbus.handlers.akeneo.checks.sightings import digest
from importbus.handlers.akeneo.checks.structure import Structure
from importbus.handlers.akeneo.checks.structure_checks import CHECKS
from importbus.handlers.akeneo.resources import data_of

ByUuid, Model = c.CreateOrUpdateProductByUuid, c.CreateOrUpdateProductModel
Product = c.CreateOrUpdateProduct | c.CreateOrUpdateProductByUuid
Goods = Product | c.CreateOrUpdateProductModel

MOST_ROUNDS = 50
"""How often structure or models are checked again because what they build on was refused."""

STRUCTURE = frozenset(command.__name__ for command in CHECKS)
MODELS = frozenset({Model.__name__})
PRODUCTS = frozenset(command.__name__ for command in get_args(Product))
MEDIA = frozenset(command.__name__ for command in get_args(GoodsFile)) | ENTRY_FILES

CURED_WITHOUT_LINKS = ("unknown-target", "unknown-association-type")
"""What the importer writes an item without, so that others find it; see ``docs/answers.md``."""

CURED_ENTRIES = ("unknown-record", "unknown-asset")
"""The same of records and assets."""

WITHOUT_CHECKS = (*(c.DeleteProduct, c.DeleteProductByUuid, c.DeleteProductModel, c.DeleteAsset),)
"""Classes of which there is nothing to check."""

CHECKED = (
    STRUCTURE | ENTRIES | MODELS | PRODUCTS | MEDIA | {each.__name__ for each in WITHOUT_CHECKS}
)
"""The names of all classes that this knows."""


class AkeneoInspector:
    """Implements ``importbus.bus.findings.Inspector``.

    Args:
        reader: Reads from the PIM. Without one the source alone is known: what it does not create
            is not checked, and counted instead.
    """

    def __init__(self, reader: Reader | None) -> None:
        self._structure = Structure()
        self._pim = Fetching(reader, self._structure) if reader else None
        self._catalogue = Catalogue(self._structure, self._pim)
        self._checks = CatalogueChecks(self._structure, self._catalogue)
        self._links = LinkChecks(self._structure, self._catalogue)
        self._libraries = LibraryInspection(self._structure)
        self._used: set[str] = set()
        self._families: set[str] = set()
        self._variants: set[str] = set()
        self._unknown: dict[str, None] = {}
        self._only_links = False
        self._refused: set[int] = set()
        self._changed = False

    def survey(self, command: LaneCommand) -> None:
        """Note keys, and what of the PIM's structure is in use."""
        if isinstance(command, Product):
            self._catalogue.note_product(command)
        elif isinstance(command, Model):
            self._catalogue.note_model(command)
            self._variants.update({command.family_variant} if command.family_variant else ())
        elif type(command).__name__ not in CHECKED:
            self._unknown[type(command).__name__] = None
        self._libraries.survey(command)
        if isinstance(command, c.CreateOrUpdateAttributeOption):
            self._used.add(command.attribute.casefold())
        if isinstance(values := getattr(command, "values", None), Mapping):  # a category has a list
            self._used.update(map(str.casefold, values))
        if isinstance(family := getattr(command, "family", None), str):
            self._families.add(family.casefold())

    def prepare(self) -> None:
        """Read the structure of the PIM, page by page; see ``Inspector``."""
        self._guarded(self._read)

    def _read(self) -> None:
        if self._pim is None:
            return
        self._pim.lists()
        for code in sorted(self._used):
            attribute = self._structure.attributes.get(code)
            if attribute and attribute.type in (types.SELECT, types.MULTISELECT):
                self._pim.options(attribute.code)
        self._structure.family_variants.whole = self._read_variants(self._pim)
        self._libraries.read(self._pim)

    def _read_variants(self, pim: Fetching) -> bool:
        """Read the variants of the families that the source names, of all if that is not enough.

        Returns:
            Whether all variants that the source names are known, if they exist.
        """
        families = [each.code for each in self._structure.families]
        named = [code for code in families if code.casefold() in self._families]
        failed = [code for code in named if not pim.variants(code)]
        known = self._structure.family_variants
        if any(variant not in known for variant in self._variants):
            others = [code for code in families if code.casefold() not in self._families]
            failed += [code for code in others if not pim.variants(code)]
        return self._structure.families.whole and not failed

    def _forget_pim(self) -> None:
        """Go on with what the source says alone: what was read is not the whole."""
        self._pim = None
        self._catalogue.forget_pim()
        self._structure.entries.connect(None)
        for table in self._structure.tables.values():
            table.whole = False

    def stages(self) -> Iterator[Stage]:
        """Yield structure, then models, then products; links to refused products at the end."""
        stored = self._structure.copied()
        for _ in self._while_changing():
            self._structure.restore(stored)
            yield Stage(STRUCTURE, "learn")
            self._open_new_options()
            yield Stage(STRUCTURE, "check")
        del stored
        for _ in self._while_changing():
            yield Stage(ENTRIES, "check")
        self._checks = CatalogueChecks(self._structure, self._catalogue)
        yield Stage(frozenset({ByUuid.__name__}), "learn")
        for _ in self._while_changing():
            self._checks = CatalogueChecks(self._structure, self._catalogue)
            yield Stage(MODELS, "check")
        self._changed = False
        yield Stage(PRODUCTS, "check")
        yield Stage(MEDIA, "check")
        self._only_links = True
        if self._changed:
            yield Stage(MODELS | PRODUCTS, "check")

    def _while_changing(self) -> Iterator[None]:
        """Yield once, and again when something was withdrawn that others may build on."""
        for _ in range(MOST_ROUNDS):
            self._changed = False
            yield
            if not self._changed:
                return

    def _open_new_options(self) -> None:
        """Know that what the PIM does not have, has nothing there."""
        for library in self._structure.libraries.values():
            library.complete_new()
        if self._structure.attributes.whole:
            for attribute in self._structure.attributes:
                if not attribute.stored:
                    self._structure.options_of(attribute.code).whole = True

    def learn(self, command: LaneCommand) -> None:
        """Take in what a command says about the structure; of products by uuid the identifiers."""
        if isinstance(command, ByUuid):
            for identifier in self._checks.identifiers_in(command):
                self._catalogue.note_identifier(identifier)
        elif _digest(command) not in self._refused:
            learn_command(self._structure, command, data_of(command))

    def ask(self, commands: Sequence[LaneCommand]) -> None:
        """Look up parents, targets, and products of which it matters whether they exist."""
        if self._pim is None:
            return
        goods = [each for each in commands if isinstance(each, Product | Model)]
        files = [each for each in commands if isinstance(each, GoodsFile)]
        if goods:
            self._guarded(lambda: self._ask(goods))
        if files:
            self._guarded(lambda: self._ask_owners(files))
        self._guarded(lambda: self._libraries.ask(commands))

    def _ask(self, goods: Sequence[Goods]) -> None:
        targets = [targets_of(each) for each in goods]
        models = {code for each in targets for code in each["product_models"]}
        models |= {each.parent for each in goods if isinstance(each.parent, str)} - {""}
        models |= {each.code for each in goods if isinstance(each, Model)}
        self._catalogue.ask_models(sorted(models))
        products = {code for each in targets for code in each["products"]}
        products = {code for code in products if not self._catalogue.has_product(code)}
        if not self._only_links:
            products |= {
                name_of(each)
                for each in goods
                if isinstance(each, Product) and self._checks.needs_lookup(each)
            }
        self._catalogue.ask_products(sorted(products))

    def _ask_owners(self, files: Sequence[GoodsFile]) -> None:
        models = {each.code for each in files if isinstance(each, c.CreateProductModelMediaFile)}
        products = {each.identifier for each in files if isinstance(each, c.CreateProductMediaFile)}
        missing = {code for code in products if not self._catalogue.has_product(code)}
        self._catalogue.ask_models(sorted(models))
        self._catalogue.ask_products(sorted(missing))

    def check(self, command: LaneCommand, file: Attachment | None = None) -> Iterator[Finding]:
        """Yield what is wrong with *command*, and with its *file*; see ``Inspector``."""
        if self._only_links:
            yield from self._links.check(command)
        elif isinstance(command, Product | Model):
            found = list(self._check_goods(command))
            yield from found
            if not any(each.error for each in found):
                yield from self._checks.check_combination(command)
        elif isinstance(command, GoodsFile):
            media = MediaChecks(self._structure, self._catalogue, self._checks)
            yield from media.check(command, file)
        elif isinstance(command, Entry):
            yield from check_entry(self._structure, command)
        elif isinstance(command, EntryFile):
            yield from check_entry_file(self._structure, command, file)
        elif type(command) in CHECKS and _digest(command) not in self._refused:
            data = data_of(command)
            yield from check_nulls(command, data)
            yield from CHECKS[type(command)](self._structure, data)

    def _check_goods(self, command: Goods) -> Iterator[Finding]:
        data = data_of(command)
        yield from check_nulls(command, data)
        if isinstance(command, Product):
            yield from self._checks.check_product(command, data)
            if isinstance(command, c.CreateOrUpdateProduct):
                yield from self._checks.check_identifier_value(command)
        else:
            yield from self._checks.check_model(command, data)
        yield from self._links.check(command)

    def withdraw(self, refused: Sequence[tuple[LaneCommand, Sequence[Finding]]]) -> None:
        """Let nobody build on commands that will be refused."""
        if self._only_links:
            return
        commands = [command for command, found in refused if not _only_links(command, found)]
        products = [name_of(each) for each in commands if isinstance(each, Product)]
        self._guarded(lambda: self._catalogue.ask_products(products))
        entries = [each for each in commands if isinstance(each, Entry)]
        self._guarded(lambda: self._libraries.ask_for(entries))
        for command in commands:
            self._changed = self._withdraw(command) or self._changed

    def _withdraw(self, command: LaneCommand) -> bool:
        """Withdraw *command*; return whether others may miss something now."""
        if isinstance(command, Product):
            return self._catalogue.withdraw_product(name_of(command))
        if isinstance(command, Model):
            return self._catalogue.withdraw_model(command.code)
        if isinstance(command, Entry):
            return self._structure.entries.withdraw(*kind_of(command), command.code)
        self._refused.add(_digest(command))
        return type(command) in CHECKS

    def _guarded(self, ask: Callable[[], None]) -> None:
        """Do *ask*; when the PIM fails, go on with the source alone, and raise what it raised."""
        try:
            ask()
        except HandlingFailed:
            self._forget_pim()
            raise

    def scope(self) -> Scope:
        """Return what the findings were based on."""
        return Scope(
            pim=self._pim is not None,
            reasons=tuple(dict.fromkeys(self._pim.reasons if self._pim else ())),
            unchecked=self._unchecked(),
            classes=tuple(self._unknown),
            pim_decides=PIM_DECIDES,
        )

    def _unchecked(self) -> Mapping[str, int]:
        counts: dict[str, int] = {}
        for table in self._structure.tables.values():
            counts[table.kind] = counts.get(table.kind, 0) + len(table.unchecked)
        unchecked = self._catalogue.unchecked | self._structure.entries.unchecked
        counts |= {kind: len(codes) for kind, codes in unchecked.items()}
        return {kind: count for kind, count in sorted(counts.items()) if count}


def _digest(command: LaneCommand) -> int:
    return digest(repr(command))


def _only_links(command: LaneCommand, findings: Sequence[Finding]) -> bool:
    """Whether the importer writes the command all the same, without what it links to."""
    cured = CURED_ENTRIES if isinstance(command, Entry) else CURED_WITHOUT_LINKS
    return all(found.rule in cured for found in findings if found.error)
