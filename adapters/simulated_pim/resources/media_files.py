"""Files of products and product models, of reference entities and of assets.

Source: akeneo/pim-api-docs, content/rest-api/update.md and the media files of the reference;
akeneo/pim-community-dev, the end-to-end tests of media files.
"""

from __future__ import annotations

from typing import Any

import orjson

from importbus.adapters.simulated_pim.catalog.items import allowed_at
from importbus.adapters.simulated_pim.catalog.slots import attribute_of
from importbus.adapters.simulated_pim.model import attribute_types as types
from importbus.adapters.simulated_pim.model.media import PRODUCTS, Medium, Upload
from importbus.adapters.simulated_pim.model.refusals import Refusal, invalid
from importbus.adapters.simulated_pim.model.store import Body, Item, Store
from importbus.adapters.simulated_pim.model.tables import fold
from importbus.adapters.simulated_pim.resources import product_models, products

_OWNERS = {
    "product": ("Product", "products", "identifier", products.write),
    "product_model": ("Product model", "product_models", "code", product_models.write),
}


def show(store: Store, medium: Medium) -> Body:
    """Return a file as the API shows it, without its links."""
    return {
        "code": medium.code,
        "original_filename": medium.name,
        "mime_type": medium.mime,
        "size": medium.size,
        "extension": medium.extension,
    }


def settled(store: Store, medium: Medium) -> Body:
    """Return a file for the state: with the hash of its bytes."""
    return {**show(store, medium), "sha1": medium.sha1}


Receipt = tuple[str, tuple[str, str] | None]
"""The code of a file, and the collection and key of the item that was changed with it."""


def receive_for(kind: str, store: Store, fields: dict[str, str], upload: Upload | None) -> Receipt:
    """Take in a file that a record or an asset will name; it belongs to *kind* alone."""
    if upload is None:
        raise Refusal(422, 'Property "file" is required.')
    medium = upload.medium(kind)
    with store.lock:
        store.media.keep(kind, upload, medium)
    return medium.code, None


def receive(store: Store, fields: dict[str, str], upload: Upload | None) -> Receipt:
    """Take in a file and make it the value of a product or product model at once.

    Raises:
        Refusal: The file cannot be the value; then neither file nor value is stored.
    """
    name = _owner(fields)
    noun, kind, key, write = _OWNERS[name]
    place = _place(noun, key, fields[name])
    with store.lock:
        item = store.items[kind].get(place[key])
        if item is None:
            raise Refusal(422, f'{noun} "{place[key]}" does not exist.')
        if upload is None:
            raise Refusal(422, 'Property "file" is required.')
        medium = upload.medium(kind, item.code, *(place[each] for each in _PLACE))
        try:
            _check_place(store, item, place)
            _link(store, item, place, medium, write)
        except Refusal as refusal:
            raise _undocumented(refusal) from None
        store.media.keep(PRODUCTS, upload, medium)
    return medium.code, (kind.replace("_", "-"), item.code)


_PLACE = ("attribute", "locale", "scope")


def _owner(fields: dict[str, str]) -> str:
    said = [name for name in _OWNERS if name in fields]
    if len(said) > 1:
        raise Refusal(422, 'You should give either a "product" or a "product_model" key.')
    if not said:
        raise Refusal(
            422,
            'You should at least give one of the following properties: "product" or '
            '"product_model".',
        )
    return said[0]


def _place(noun: str, key: str, said: str) -> Body:
    try:
        place = orjson.loads(said)
    except orjson.JSONDecodeError:
        place = None
    if place is None:
        raise Refusal(400, "Invalid json message received")
    if not isinstance(place, dict) or not _complete(place, key):
        raise Refusal(
            422,
            f'{noun} property must contain "{key}", "attribute", "locale" and "scope" properties.',
        )
    return place


def _complete(place: Body, key: str) -> bool:
    texts = all(isinstance(place.get(name), str) for name in (key, "attribute"))
    return texts and "locale" in place and "scope" in place


def _check_place(store: Store, item: Item, place: Body) -> None:
    attribute = attribute_of(store, place["attribute"])
    code = attribute["code"]
    if attribute["type"] not in (types.IMAGE, types.FILE):
        raise Refusal(422, f"The {code} attribute does not hold a file.")
    allowed = allowed_at(store, item)
    if allowed is not None and fold(code) not in allowed:
        message = (
            f'Cannot set the property "{code}" to this entity as it is not in the attribute set'
        )
        raise invalid([{"property": "attribute", "message": message}])


def _link(store: Store, item: Item, place: Body, medium: Medium, write: Any) -> None:
    """Write the value; the file is known while it is checked, and forgotten when it is refused."""
    known = store.media.tables[PRODUCTS]
    new = medium.code not in known
    known.put(medium.code, medium)
    entry = {"locale": place["locale"], "scope": place["scope"], "data": medium.code}
    try:
        write(store, (), item.code, {"values": {place["attribute"]: [entry]}})
    except BaseException:
        if new:
            known.remove(medium.code)
        raise


def _undocumented(refusal: Refusal) -> Refusal:
    """Return *refusal* without the link to the documentation, which uploads do not give."""
    return Refusal(refusal.status, refusal.message, errors=refusal.errors)
