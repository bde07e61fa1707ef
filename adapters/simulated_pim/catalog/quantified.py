"""Quantified associations: a type, a target and how many of it."""

from __future__ import annotations

from typing import Any

from ..model.refusals import Violation, documented, unknown_property
from ..model.shapes import mapping
from ..model.store import Body, Item, Store

MOST = 2_147_483_647
MAX_LINKS = 100

Quantified = dict[str, dict[str, list[Body]]]


def merge_quantified(store: Store, item: Item, said: Any, errors: list[Violation]) -> Quantified:
    """Return the quantified associations of *item* with what was *said* merged in by type."""
    merged = {code: dict(lists) for code, lists in item.quantified.items()}
    for code, lists in mapping("quantified_associations", said).items():
        kind = store.association_types.get(code)
        place = f"quantifiedAssociations.{code}"
        if kind is None or not kind["is_quantified"]:
            _blame(errors, place, f'The association type "{code}" is no quantified one.')
            continue
        stored = merged.setdefault(kind["code"], {})
        for name, entries in mapping("quantified_associations", lists).items():
            if name not in ("products", "product_models"):
                raise unknown_property(name)
            stored[name] = _entries(store, place, name, entries, errors)
        if sum(map(len, stored.values())) > MAX_LINKS:
            _blame(errors, place, f"There are more than {MAX_LINKS} linked entities.")
    kept = {code: {n: e for n, e in lists.items() if e} for code, lists in merged.items()}
    return {code: kept[code] for code in sorted(kept) if kept[code]}


def _blame(errors: list[Violation], place: str, message: str) -> None:
    errors.append({"property": place, "message": message})


def _entries(
    store: Store, place: str, name: str, entries: Any, errors: list[Violation]
) -> list[Body]:
    if not isinstance(entries, list):
        raise documented(f'Property "quantified_associations" expects a list of "{name}".')
    found: dict[str, Body] = {}
    for n, entry in enumerate(entries):
        target, quantity = _entry(entry)
        item = store.items[name].get(target)
        if item is None:
            noun = "product" if name == "products" else "product model"
            _blame(errors, f"{place}.{name}", f"The following {noun} does not exist: {target}.")
        elif not 1 <= quantity <= MOST:
            _blame(
                errors, f"{place}.{name}[{n}].quantity", f"The quantity must be 1 to {MOST}."
            )
        else:
            found[item.code] = {"identifier": item.code, "quantity": quantity}
    return [found[code] for code in sorted(found)]


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
