"""The uuids of products: given, or made of the identifier, so that every run has the same."""

from __future__ import annotations

import hashlib
import re
import uuid as _uuid
from collections.abc import Iterator

from importbus.adapters.simulated_pim.model.refusals import Refusal, Violation, documented
from importbus.adapters.simulated_pim.model.store import Item, Store
from importbus.adapters.simulated_pim.model.tables import Table, fold

_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def uuid_of(item: Item) -> str:
    """Return the uuid of *item*: the one given, else one of version 4 made of its identifier."""
    return item.uuid or version_4(fold(item.code))


def version_4(text: str) -> str:
    """Return a uuid of version 4 that is made of *text*."""
    digest = hashlib.sha1(text.encode(), usedforsecurity=False).digest()
    return str(_uuid.UUID(bytes=digest[:16], version=4))


def is_uuid(text: object) -> bool:
    """Tell whether *text* has the form of a uuid, of any version."""
    return isinstance(text, str) and _FORM.fullmatch(text) is not None


def no_uuid(text: object) -> Refusal:
    """Return the refusal of what has not the form of a uuid."""
    return documented(f'This is not a valid UUID. "{text}" given.', "uuid")


def wrong_version(uuid: str) -> Violation | None:
    """Return the violation of a uuid that is not of version 4; None for a good one."""
    version = _uuid.UUID(uuid).version
    if version == 4:
        return None
    message = f'The version of the uuid "{uuid}" should be 4, {version} given.'
    return {"property": "uuid", "message": message}


def find(store: Store, uuid: object) -> Item | None:
    """Return the product with *uuid*, in upper or lower case; None if there is none."""
    if not isinstance(uuid, str) or not is_uuid(uuid):
        return None
    code = _codes(store).get(_number(uuid))
    return None if code is None else store.products[code]


def _codes(store: Store) -> dict[int, str]:
    found = store.uuids.codes
    if found is None:
        found = {_number(uuid_of(item)): fold(item.code) for item in store.products}
        store.uuids.codes = found
    return found


def _number(uuid: str) -> int:
    return int(uuid.replace("-", ""), 16)


def index(store: Store, old: Item | None, new: Item | None) -> None:
    """Keep the index for a product that was *old* and is *new*."""
    store.uuids.order = None
    codes = store.uuids.codes
    if codes is None:
        return
    if old is not None:
        codes.pop(_number(uuid_of(old)), None)
    if new is not None:
        codes[_number(uuid_of(new))] = fold(new.code)


class ByUuid(Table[Item]):
    """All products of a store, by uuid."""

    known_by = ("uuid",)

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, code: object) -> Item | None:
        """Return the product with the uuid *code* in any spelling, or None."""
        return find(self._store, code)

    def __getitem__(self, code: str) -> Item:
        return self._store.products[_codes(self._store)[_number(code)]]

    def keys(self) -> list[str]:
        """Return the uuids, sorted; the list is shared and must not be changed."""
        if self._store.uuids.order is None:
            self._store.uuids.order = sorted(map(uuid_of, self._store.products))
        return self._store.uuids.order

    def __contains__(self, code: object) -> bool:
        return find(self._store, code) is not None

    def __iter__(self) -> Iterator[Item]:
        return iter(self.values())

    def __len__(self) -> int:
        return len(self._store.products)
