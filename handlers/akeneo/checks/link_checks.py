"""Checks of associations, plain and with quantities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from importbus.bus.findings import Finding
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo.checks.catalogue import Catalogue, by_uuid
from importbus.handlers.akeneo.checks.rules import error
from importbus.handlers.akeneo.checks.structure import Structure
from importbus.handlers.akeneo.commands import CreateOrUpdateProductByUuid

Links = Mapping[str, Mapping[str, Any]]

PLAIN, QUANTIFIED = "associations", "quantified_associations"
TARGETS: Final[Mapping[str, tuple[str, ...]]] = {
    PLAIN: ("products", "product_models", "groups"),
    QUANTIFIED: ("products", "product_models"),
}
"""What an association of each kind can lead to."""

OWN: Final[Mapping[str, str]] = {
    "product": "products",
    "product_uuid": "products",
    "product_model": "product_models",
}
"""Resource to what its items are called among targets."""

MOST_LINKS, LARGEST_QUANTITY = 100, 2_147_483_647


def targets_of(command: LaneCommand) -> dict[str, set[str]]:
    """Return the products and product models that *command* links to, by kind.

    Products are called as the catalogue calls them; products by uuid name others by their uuid.
    """
    uuids = names_uuids(command)
    found: dict[str, set[str]] = {"products": set(), "product_models": set()}
    for name in (PLAIN, QUANTIFIED):
        for lists in (getattr(command, name, None) or {}).values():
            for kind in found:
                by = uuids and kind == "products"
                codes = (code_of(name, each, uuid=by) for each in lists.get(kind, ()))
                found[kind].update(by_uuid(code) if by else code for code in codes if code)
    return found


def names_uuids(command: LaneCommand) -> bool:
    """Whether *command* names products by uuid."""
    return isinstance(command, CreateOrUpdateProductByUuid)


def code_of(name: str, entry: Any, *, uuid: bool = False) -> str | None:
    """Return the code, or the uuid, in an entry of a list, if there is one."""
    if name == QUANTIFIED:
        key = "uuid" if uuid else "identifier"
        entry = entry.get(key) if isinstance(entry, Mapping) else None
    return entry if isinstance(entry, str) else None


class LinkChecks:
    """Checks what products and models link to."""

    def __init__(self, structure: Structure, catalogue: Catalogue) -> None:
        self._structure = structure
        self._catalogue = catalogue

    def check(self, command: LaneCommand) -> Iterator[Finding]:
        """Yield what is wrong with the associations of *command*."""
        for name in (PLAIN, QUANTIFIED):
            for kind, lists in (getattr(command, name, None) or {}).items():
                yield from self._check_type(name, kind)
                yield from self._check_lists(command, name, kind, lists)
                yield from self._check_self(command, name, kind, lists)

    def _check_type(self, name: str, code: str) -> Iterator[Finding]:
        types, field = self._structure.association_types, f"{name}.{code}"
        found = types.get(code)
        if types.lacks(code):
            yield error("unknown-association-type", field, types.absent(code))
        if found is None or found.is_quantified is None:
            return
        if found.is_quantified != (name == QUANTIFIED):
            other = PLAIN if name == QUANTIFIED else QUANTIFIED
            reason = f"{code} is {'' if found.is_quantified else 'not '}quantified: use {other}."
            yield error("association-kind", field, reason)

    def _check_lists(
        self, command: LaneCommand, name: str, code: str, lists: Mapping[str, Any]
    ) -> Iterator[Finding]:
        own = OWN.get(type(command).resource)
        for target, entries in lists.items():
            uuid = names_uuids(command) and target == "products"
            field = f"{name}.{code}.{target}"
            if target not in TARGETS[name]:
                allowed = ", ".join(TARGETS[name])
                yield error("unknown-target", field, f"is unknown; allowed: {allowed}.")
                continue
            if name == QUANTIFIED:
                yield from _check_quantities(field, entries, uuid=uuid)
            elif not all(isinstance(entry, str) for entry in entries):
                yield error("unknown-target", field, "expected a list of codes.")
            codes = {code_of(name, entry, uuid=uuid): None for entry in entries}
            if target == own:  # what links to itself is there by then
                codes.pop(command.key, None)
            yield from self._check_targets(field, target, filter(None, codes), uuid=uuid)
        if name == QUANTIFIED and sum(map(len, lists.values())) > MOST_LINKS:
            reason = f"links to more than {MOST_LINKS} products and models."
            yield error("quantified-number", f"{name}.{code}", reason)

    def _check_targets(
        self, field: str, target: str, codes: Iterable[str], *, uuid: bool
    ) -> Iterator[Finding]:
        if target == "groups":
            return
        of_products = target == "products"
        missing = self._catalogue.lacks_product if of_products else self._catalogue.lacks_model
        noun = target.replace("_", " ").removesuffix("s")
        for code in codes:
            if missing(by_uuid(code) if uuid else code):
                reason = f"there is no {noun} {code!r}, neither in the PIM nor in the source."
                yield error("unknown-target", field, reason)

    def _check_self(
        self, command: LaneCommand, name: str, kind: str, lists: Mapping[str, Any]
    ) -> Iterator[Finding]:
        found = self._structure.association_types.get(kind)
        if name == QUANTIFIED or found is None or not found.is_two_way:
            return
        own = OWN[type(command).resource]
        if command.key.casefold() in {str(each).casefold() for each in lists.get(own, ())}:
            reason = f"{kind} goes both ways and cannot lead from {command.key} to itself."
            yield error("associated-with-itself", f"{name}.{kind}.{own}", reason)


def _check_quantities(field: str, entries: Any, *, uuid: bool) -> Iterator[Finding]:
    for n, entry in enumerate(entries):
        quantity = entry.get("quantity") if isinstance(entry, Mapping) else None
        whole = isinstance(quantity, int) and not isinstance(quantity, bool)
        if code_of(QUANTIFIED, entry, uuid=uuid) is None or quantity is None or not whole:
            key = "uuid" if uuid else "identifier"
            reason = f"expected an object of {key}, a text, and quantity, a whole number."
            yield error("quantified-shape", f"{field}[{n}]", reason)
        elif not 1 <= quantity <= LARGEST_QUANTITY:
            reason = f"expected a quantity from 1 to {LARGEST_QUANTITY:,}, not {quantity}."
            yield error("quantified-number", f"{field}[{n}]", reason)
