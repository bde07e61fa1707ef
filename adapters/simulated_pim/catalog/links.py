"""Both ends of associations: who is linked to whom, two-way halves, renames, deletes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import evolve

from importbus.adapters.simulated_pim.catalog.associations import Associations, without_empty
from importbus.adapters.simulated_pim.catalog.quantified import Quantified
from importbus.adapters.simulated_pim.model.store import Item, Ref, Store
from importbus.adapters.simulated_pim.model.tables import fold


def links(item: Item | None) -> set[Ref]:
    """Return every product, product model and group that *item* is associated with."""
    if item is None:
        return set()
    plain = {
        (name, fold(code))
        for lists in item.associations.values()
        for name, codes in lists.items()
        for code in codes
    }
    quantified = {
        (name, fold(entry["identifier"]))
        for lists in item.quantified.values()
        for name, entries in lists.items()
        for entry in entries
    }
    return plain | quantified


def index_links(store: Store, owner: Ref, before: set[Ref], after: set[Ref]) -> None:
    """Keep the index of who is associated with whom, for an *owner* that changed or went."""
    for target in before - after:
        store.linked[target].discard(owner)
    for target in after - before:
        store.linked.setdefault(target, set()).add(owner)


def mirror(store: Store, old: Item | None, new: Item) -> None:
    """Give the other side of each changed two-way association its half."""
    before = set(_two_way(store, old)) if old else set()
    after = set(_two_way(store, new))
    for code, kind, target in sorted(before ^ after):
        other = store.items[kind].get(target)
        if other is not None and other.ref != new.ref:
            _set_half(store, other, code, new, present=(code, kind, target) in after)


def _two_way(store: Store, item: Item) -> Iterator[tuple[str, str, str]]:
    for code, lists in item.associations.items():
        kind = store.association_types.get(code)
        if kind is not None and kind["is_two_way"]:
            for name in ("products", "product_models"):
                yield from ((code, name, target) for target in lists.get(name, ()))


def _set_half(store: Store, other: Item, code: str, owner: Item, *, present: bool) -> None:
    merged = {each: dict(lists) for each, lists in other.associations.items()}
    lists = merged.setdefault(code, {})
    rest = {each for each in lists.get(owner.kind, ()) if fold(each) != fold(owner.code)}
    lists[owner.kind] = sorted(rest | {owner.code} if present else rest)
    _replace(store, other, evolve(other, associations=without_empty(merged)))


def _replace(store: Store, old: Item, new: Item) -> None:
    index_links(store, new.ref, links(old), links(new))
    store.items[new.kind].put(new.code, new)


def unlink(store: Store, gone: Item) -> None:
    """Remove *gone* from everybody's associations."""
    _rewrite_owners(store, gone, lambda code: None)


def rename(store: Store, old: Item, new: Item) -> None:
    """Put the new code of a renamed product into everybody's associations."""
    _rewrite_owners(store, old, lambda code: new.code)


def _rewrite_owners(store: Store, target: Item, say: Callable[[str], str | None]) -> None:
    for kind, key in sorted(store.linked.get(target.ref, ())):
        owner = store.items[kind].get(key)
        if owner is not None:
            plain = _rewritten(owner.associations, target, say)
            counted = _rewritten_entries(owner.quantified, target, say)
            _replace(store, owner, evolve(owner, associations=plain, quantified=counted))


def _rewritten(found: Associations, target: Item, say: Callable[[str], str | None]) -> Associations:
    def codes(name: str, listed: list[str]) -> list[str]:
        hit = name == target.kind
        said = [say(each) if hit and fold(each) == target.ref[1] else each for each in listed]
        return sorted(each for each in said if each is not None)

    return without_empty(
        {
            code: {name: codes(name, listed) for name, listed in lists.items()}
            for code, lists in found.items()
        }
    )


def _rewritten_entries(
    found: Quantified, target: Item, say: Callable[[str], str | None]
) -> Quantified:
    result: Quantified = {}
    for code, lists in found.items():
        for name, entries in lists.items():
            for entry in entries:
                hit = name == target.kind and fold(entry["identifier"]) == target.ref[1]
                said = say(entry["identifier"]) if hit else entry["identifier"]
                if said is not None:
                    kept = result.setdefault(code, {}).setdefault(name, [])
                    kept.append({**entry, "identifier": said})
    return result
