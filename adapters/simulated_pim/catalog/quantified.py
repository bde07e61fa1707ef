"""Quantified associations: a type, a target and how many of it."""

from __future__ import annotations

from typing import Any

from importbus.adapters.simulated_pim.model.refusals import Violation, documented
from importbus.adapters.simulated_pim.model.shapes import mapping
from importbus.adapters.simulated_pim.model.store import NAMELESS, Body, Item, Store

MOST = 2_147_483_647
MAX_LINKS = 100

_WRONG_LINK = (
    'The link type "{}" doesn\'t exist. You can only associate products or product models.'
)

Quantified = dict[str, dict[str, list[Body]]]


def merge_quantified(store: Store, item: Item, said: Any, errors: list[Violation]) -> Quantified:
    """Return the quantified associations of *item* with what was *said* merged in by type."""
    merged = {code: dict(lists) for code, lists in item.quantified.items()}
    for code, lists in mapping("quantified_associations", said).items():
        kind = store.association_types.get(code)
        place = f"quantifiedAssociations.{code}"
        if kind is None or not kind["is_quantified"]:
            _blame(errors, place, _wrong_type(code, known=kind is not None))
            continue
        stored = merged.setdefault(kind["code"], {})
        for name, entries in mapping("quantified_associations", lists).items():
            if name not in ("products", "product_models"):
                _blame(errors, place, _WRONG_LINK.format(name))
                continue
            stored[name] = _entries(store, place, name, entries, errors)
        if sum(map(len, stored.values())) > MAX_LINKS:
            _blame(
                errors,
                place,
                f"You've reached the limit of {MAX_LINKS} associations. Please, delete some "
                "existing associations before adding new ones.",
            )
    kept = {code: {n: e for n, e in lists.items() if e} for code, lists in merged.items()}
    return {code: kept[code] for code in sorted(kept) if kept[code]}


def _blame(errors: list[Violation], place: str, message: str) -> None:
    errors.append({"property": place, "message": message})


def _wrong_type(code: str, *, known: bool) -> str:
    if known:
        return (
            f'"{code}" can\u2019t be used for associations with quantities. Please, choose a '
            'different association type with quantities or use the "associations" property.'
        )
    return (
        "This association type doesn't exist. Please make sure it hasn't been deleted in the "
        "meantime."
    )


def _entries(
    store: Store, place: str, name: str, entries: Any, errors: list[Violation]
) -> list[Body]:
    if not isinstance(entries, list):
        raise documented(f'Property "quantified_associations" expects a list of "{name}".')
    found: dict[str, Body] = {}
    missing: list[str] = []
    for n, (target, quantity) in enumerate(map(_entry, entries)):
        item = store.items[name].get(target)
        if not 1 <= quantity <= MOST:
            message = (
                f'"{quantity}" is an invalid quantity. Please, write a value between 1 and {MOST}.'
            )
            _blame(errors, f"{place}.{name}[{n}].quantity", message)
        if item is None:
            missing.append(target.removeprefix(NAMELESS))
        else:
            found[item.code] = {"identifier": item.code, "quantity": quantity}
    if missing:
        _blame(errors, f"{place}.{name}", _missing(name, missing))
    return [found[code] for code in sorted(found)]


def _missing(name: str, codes: list[str]) -> str:
    noun = name.replace("_", " ")
    return (
        f"The following {noun} don't exist: {', '.join(codes)}. Please make sure the {noun} "
        "haven't been deleted in the meantime."
    )


def _entry(entry: Any) -> tuple[str, int]:
    if not isinstance(entry, dict) or not {"identifier", "quantity"} <= entry.keys():
        raise documented(
            'Property "quantified_associations" expects an array with the keys "identifier" and '
            '"quantity".'
        )
    target, quantity = entry["identifier"], entry["quantity"]
    if not isinstance(target, str) or isinstance(quantity, bool) or not isinstance(quantity, int):
        raise documented(
            'Property "quantified_associations" expects a string as identifier and an integer as '
            "quantity."
        )
    return target, quantity


def union_quantified(above: Quantified, own: Quantified) -> Quantified:
    """Return the entries of both, as a variant shows them; its own quantity counts."""
    both: Quantified = {}
    for code in sorted({*above, *own}):
        names = sorted({*above.get(code, ()), *own.get(code, ())})
        both[code] = {name: _joined(above, own, code, name) for name in names}
    return both


def _joined(above: Quantified, own: Quantified, code: str, name: str) -> list[Body]:
    entries = [*above.get(code, {}).get(name, ()), *own.get(code, {}).get(name, ())]
    found = {entry["identifier"]: entry for entry in entries}
    return [found[each] for each in sorted(found)]
