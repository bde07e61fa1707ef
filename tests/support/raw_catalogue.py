"""Writes records of commands into a simulated PIM by plain HTTP, without this project's bus."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from importbus.adapters.generator import media
from raw_http import RawClient, Reply

Record = dict[str, Any]

PATHS = {
    "CreateOrUpdateCategory": "/categories",
    "CreateOrUpdateAttributeGroup": "/attribute-groups",
    "CreateOrUpdateChannel": "/channels",
    "CreateOrUpdateAttribute": "/attributes",
    "CreateOrUpdateAttributeOption": "/attributes/{attribute}/options",
    "CreateOrUpdateFamily": "/families",
    "CreateOrUpdateFamilyVariant": "/families/{family}/variants",
    "CreateOrUpdateAssociationType": "/association-types",
    "CreateOrUpdateProductModel": "/product-models",
    "CreateOrUpdateProduct": "/products",
}


ARRAYS = {
    "CreateOrUpdateReferenceEntityRecord": "/reference-entities/{reference_entity}/records",
    "CreateOrUpdateAsset": "/asset-families/{asset_family}/assets",
}

ENTITY = "/reference-entities/{reference_entity}/attributes"
FAMILY = "/asset-families/{asset_family}/attributes"

SINGLES = {
    "CreateOrUpdateReferenceEntity": "/reference-entities/{code}",
    "CreateOrUpdateReferenceEntityAttribute": f"{ENTITY}/{{code}}",
    "CreateOrUpdateReferenceEntityAttributeOption": f"{ENTITY}/{{attribute}}/options/{{code}}",
    "CreateOrUpdateAssetFamily": "/asset-families/{code}",
    "CreateOrUpdateAssetFamilyAttribute": f"{FAMILY}/{{code}}",
    "CreateOrUpdateAssetFamilyAttributeOption": f"{FAMILY}/{{attribute}}/options/{{code}}",
}

UPLOADS = {"CreateProductMediaFile": "product", "CreateProductModelMediaFile": "product_model"}

FILES = dict(media.files())

HIDDEN = {
    "CreateOrUpdateFamilyVariant": ("family",),
    **dict.fromkeys((*ARRAYS, *SINGLES), ("reference_entity", "asset_family", "attribute")),
}
"""What stands in the path and not in the body."""


def put_records(raw: RawClient, records: Iterable[Record]) -> list[tuple[Record, str]]:
    """Send *records* in their order; return those that were refused, each with the answer."""
    refused = []
    for (command, path), group in groupby(records, key=_place):
        for batch in _hundreds(group):
            for record, status, text in _put(raw, command, path, batch):
                if status >= 300:
                    refused.append((record, text))
    return refused


def _put(
    raw: RawClient, command: str, path: str, batch: list[Record]
) -> Iterator[tuple[Record, int, str]]:
    """Send *batch* and yield each record with its status and its answer."""
    bodies = [_body(record) for record in batch]
    if command in UPLOADS or command in SINGLES:
        for record, body in zip(batch, bodies, strict=True):
            reply = _upload(raw, record) if command in UPLOADS else raw.patch(path, **body)
            yield record, reply.status, reply.text
        return
    reply = raw.array(path, *bodies) if command in ARRAYS else raw.lines(path, *bodies)
    if reply.status != 200:
        yield from ((record, reply.status, reply.text) for record in batch)
        return
    answers = reply.json if command in ARRAYS else reply.lines
    for record, answer in zip(batch, answers, strict=True):
        yield record, answer["status_code"], str(answer)


def _upload(raw: RawClient, record: Record) -> Reply:
    place = dict(record["data"])
    file = place.pop("file")
    form = {UPLOADS[record["command"]]: json.dumps(place)}
    return raw.upload("/media-files", FILES[file], file.rpartition("/")[2], **form)


def put_again_and_again(raw: RawClient, records: Iterable[Record]) -> list[tuple[Record, str]]:
    """Send *records*, then what was refused, until that changes nothing; return what is left.

    A record of a key that was refused waits for the next time, as order per key demands.
    """
    left = put_records(raw, records)
    while left:
        again = put_records(raw, [record for record, _ in left])
        if len(again) == len(left):
            break
        left = again
    return left


def _place(record: Record) -> tuple[str, str]:
    command = record["command"]
    path = {**PATHS, **ARRAYS, **SINGLES}.get(command, "")
    return command, path.format_map(record["data"])


def _body(record: Record) -> Record:
    hidden = HIDDEN.get(record["command"], ())
    return {name: data for name, data in record["data"].items() if name not in hidden}


def _hundreds(records: Iterable[Record]) -> Iterator[list[Record]]:
    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if len(batch) == 100:
            yield batch
            batch = []
    if batch:
        yield batch
