"""Writes records of commands into a simulated PIM by plain HTTP, without this project's bus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from raw_http import RawClient

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


def put_records(raw: RawClient, records: Iterable[Record]) -> list[tuple[Record, str]]:
    """Send *records* in their order; return those that were refused, each with the answer."""
    refused = []
    for path, group in groupby(records, key=_path):
        for batch in _hundreds(group):
            reply = raw.lines(path, *map(_body, batch))
            if reply.status != 200:
                refused += [(record, reply.text) for record in batch]
                continue
            lines = zip(batch, reply.lines, strict=True)
            refused += [(record, str(line)) for record, line in lines if line["status_code"] >= 300]
    return refused


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


def _path(record: Record) -> str:
    return PATHS[record["command"]].format_map(record["data"])


def _body(record: Record) -> Record:
    hidden = {"family"} if record["command"] == "CreateOrUpdateFamilyVariant" else set[str]()
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
