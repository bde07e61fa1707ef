"""The fake catalogue as JSONL: one file, a folder with a file per class, or standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import orjson

from importbus.adapters.generator.catalogue import Record, sections
from importbus.bus.errors import ConfigurationError

FILES = {
    "CreateOrUpdateCategory": "01-categories.jsonl",
    "CreateOrUpdateAttributeGroup": "02-attribute-groups.jsonl",
    "CreateOrUpdateChannel": "03-channels.jsonl",
    "CreateOrUpdateAttribute": "04-attributes.jsonl",
    "CreateOrUpdateAttributeOption": "05-attribute-options.jsonl",
    "CreateOrUpdateFamily": "06-families.jsonl",
    "CreateOrUpdateFamilyVariant": "07-family-variants.jsonl",
    "CreateOrUpdateAssociationType": "08-association-types.jsonl",
    "CreateOrUpdateProductModel": "09-product-models.jsonl",
    "CreateOrUpdateProduct": "10-products.jsonl",
}
"""Class names and files in a folder, whose sorted names import in order."""

BUFFER = 1 << 20


def write(out: str, *, products: int, models: int | None = None, seed: int = 0) -> dict[str, int]:
    """Write the records of ``generate`` to *out* and return how many there are per class.

    Args:
        out: A file ending in ``.jsonl``, a folder (made when missing), or ``-`` for standard
            output. Files of the same names are replaced.
        products: How many products; see ``generate``.
        models: How many product models.
        seed: Decides the values.

    Raises:
        ConfigurationError: *out* cannot be written, or is none of these; the message names it.
        BrokenPipeError: Nobody reads standard output any more.
    """
    found = sections(products=products, models=models, seed=seed, encoded=True)
    try:
        if out == "-":
            return _to_stream(sys.stdout.buffer, found)
        if out.endswith(".jsonl"):
            with Path(out).open("wb", buffering=BUFFER) as stream:
                return _to_stream(stream, found)
        return _to_folder(Path(out), found)
    except BrokenPipeError:
        raise
    except OSError as error:
        name = error.filename or out
        raise ConfigurationError(f"{name}: cannot be written: {error.strerror}.") from error


def _to_stream(stream: BinaryIO, found: Iterable[tuple[str, Iterable[Record]]]) -> dict[str, int]:
    counts = {name: _write_lines(stream, records) for name, records in found}
    stream.flush()
    return counts


def _to_folder(folder: Path, found: Iterable[tuple[str, Iterable[Record]]]) -> dict[str, int]:
    if folder.suffix:
        raise ConfigurationError(f"{folder}: give a file ending in .jsonl, a folder, or -.")
    folder.mkdir(parents=True, exist_ok=True)
    counts = {}
    for name, records in found:
        with (folder / FILES[name]).open("wb", buffering=BUFFER) as stream:
            counts[name] = _write_lines(stream, records)
    return counts


def _write_lines(stream: BinaryIO, records: Iterable[Record]) -> int:
    """Write a record a line and return how many; the loop that a large catalogue spends in."""
    put, dumps, newline = stream.write, orjson.dumps, orjson.OPT_APPEND_NEWLINE
    count = 0
    for record in records:
        put(dumps(record, option=newline))
        count += 1
    return count
