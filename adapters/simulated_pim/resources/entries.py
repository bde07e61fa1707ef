"""Records of reference entities, and assets of asset families."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from importbus.adapters.simulated_pim.catalog.entry_values import entry_values, merge_entry
from importbus.adapters.simulated_pim.model.fields import Draft, check_code
from importbus.adapters.simulated_pim.model.library import Entry, Library
from importbus.adapters.simulated_pim.model.refusals import expects, unknown_property
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.model.tables import Table, fold
from importbus.adapters.simulated_pim.resources.dates import shown_time
from importbus.adapters.simulated_pim.resources.library_attributes import Of, family_of

_IGNORED = ("created", "updated")


def table(of: Of, store: Store, parents: tuple[str, ...]) -> Table[Entry]:
    """Return the entries of the family in the path; raises a 404 if there is none."""
    library = of(store)
    return library.entries_of(family_of(library, parents[0])["code"])


def write(of: Of, store: Store, parents: tuple[str, ...], key: str, body: Body) -> tuple[bool, str]:
    """Create or update one record or asset; returns whether it is new, and its code."""
    library = of(store)
    family = family_of(library, parents[0])["code"]
    entries = library.entries_of(family)
    old = entries.get(key)
    entry = evolve(old) if old else Entry(family, key)
    draft = Draft({"code": entry.code}, old is None)
    _check_known(library, family, draft, body)
    check_code(draft, library.entry.capitalize(), 255)
    if "values" in body:
        entry.values = merge_entry(
            store, library, family, entry.values, body["values"], draft.errors
        )
    draft.settle()
    entry.updated = store.clock()
    entry.created = old.created if old else entry.updated
    store.share(entry)
    entries.put(key, entry)
    return old is None, entry.code


def _check_known(library: Library, family: str, draft: Draft, body: Body) -> None:
    for name, data in body.items():
        if name == "code":
            _check_same(draft, data)
        elif name == "asset_family_code" and library.cased:
            if data != family:
                draft.blame(name, "This property cannot be changed.")
        elif name != "values" and name not in _IGNORED:
            raise unknown_property(name)


def _check_same(draft: Draft, data: Any) -> None:
    if not isinstance(data, str):
        raise expects("code", "a string", data)
    if fold(data) != fold(draft.item["code"]):
        draft.blame("code", "This property cannot be changed.")


def delete(of: Of, store: Store, parents: tuple[str, ...], key: str) -> None:
    """Delete one asset, which exists."""
    table(of, store, parents).remove(key)


def show(store: Store, entry: Entry) -> Body:
    """Return a record or an asset as the API shows it."""
    times = {"created": shown_time(entry.created), "updated": shown_time(entry.updated)}
    return {**settled(store, entry), **times}


def settled(store: Store, entry: Entry) -> Body:
    """Return a record or an asset without its times."""
    return {"code": entry.code, "values": entry_values(entry.values)}
