"""The fake catalogue as JSONL: one file, a folder with a file per class, or standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import orjson

from importbus.adapters.flat.writing import write_section
from importbus.adapters.generator import media
from importbus.adapters.generator.catalogue import Record, sections
from importbus.adapters.generator.extras import NONE, Extras
from importbus.bus.errors import ConfigurationError

SLUGS = {
    "CreateOrUpdateCategory": "categories",
    "CreateOrUpdateAttributeGroup": "attribute-groups",
    "CreateOrUpdateChannel": "channels",
    "CreateOrUpdateAssetFamily": "asset-families",
    "CreateOrUpdateReferenceEntity": "reference-entities",
    "CreateOrUpdateAssetFamilyAttribute": "asset-family-attributes",
    "CreateOrUpdateReferenceEntityAttribute": "reference-entity-attributes",
    "CreateOrUpdateAssetFamilyAttributeOption": "asset-family-attribute-options",
    "CreateOrUpdateReferenceEntityAttributeOption": "reference-entity-attribute-options",
    "CreateOrUpdateAttribute": "attributes",
    "CreateOrUpdateAttributeOption": "attribute-options",
    "CreateOrUpdateFamily": "families",
    "CreateOrUpdateFamilyVariant": "family-variants",
    "CreateOrUpdateAssociationType": "association-types",
    "CreateOrUpdateReferenceEntityRecord": "records",
    "CreateOrUpdateAsset": "assets",
    "CreateOrUpdateProductModel": "product-models",
    "CreateOrUpdateProduct": "products",
    "CreateProductMediaFile": "product-files",
    "CreateProductModelMediaFile": "product-model-files",
}

FILES = {name: f"{number:02d}-{slug}.jsonl" for number, (name, slug) in enumerate(SLUGS.items(), 1)}
"""Class names and files in a folder, whose sorted names import in order."""

BUFFER = 1 << 20


def write(
    out: str,
    *,
    products: int,
    models: int | None = None,
    seed: int = 0,
    extras: Extras = NONE,
    csv: bool = False,
) -> dict[str, int]:
    """Write the records of ``generate`` to *out* and return how many there are per class.

    Files that they name are written into a folder beside them.

    Args:
        out: A file ending in ``.jsonl``, a folder (made when missing), or ``-`` for standard
            output. Files of the same names are replaced.
        products: How many products; see ``generate``.
        models: How many product models.
        seed: Decides the values.
        extras: What there is besides.
        csv: Whether a folder gets Akeneo's flat format, as far as that can say it.

    Raises:
        ConfigurationError: *out* cannot be written, or is none of these, or is standard output
            when there are files to be written, or no folder for CSV; the message names it. Or more
            products are to be bad than can be.
        BrokenPipeError: Nobody reads standard output any more.
    """
    if out == "-" and extras.media:
        raise ConfigurationError(
            "-: files cannot be written to standard output: name a folder, or say --no-media."
        )
    if csv and (out == "-" or out.endswith(".jsonl")):
        raise ConfigurationError(f"{out}: CSV has a file a class: name a folder.")
    try:
        found = sections(products, models, seed, extras, encoded=not csv)
    except ValueError as error:
        raise ConfigurationError(str(error)) from error
    try:
        if extras.media:
            _write_files(Path(out).parent if out.endswith(".jsonl") else _folder(out))
        if out == "-":
            return _to_stream(sys.stdout.buffer, found)
        if out.endswith(".jsonl"):
            with Path(out).open("wb", buffering=BUFFER) as stream:
                return _to_stream(stream, found)
        return (_to_tables if csv else _to_folder)(_folder(out), found)
    except BrokenPipeError:
        raise
    except OSError as error:
        name = error.filename or out
        raise ConfigurationError(f"{name}: cannot be written: {error.strerror}.") from error


def _to_stream(stream: BinaryIO, found: Iterable[tuple[str, Iterable[Record]]]) -> dict[str, int]:
    counts = {name: _write_lines(stream, records) for name, records in found}
    stream.flush()
    return counts


def _folder(out: str) -> Path:
    folder = Path(out)
    if folder.suffix:
        raise ConfigurationError(f"{folder}: give a file ending in .jsonl, a folder, or -.")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write_files(folder: Path) -> None:
    (folder / media.FOLDER).mkdir(exist_ok=True)
    for path, content in media.files():
        (folder / path).write_bytes(content)


def _to_folder(folder: Path, found: Iterable[tuple[str, Iterable[Record]]]) -> dict[str, int]:
    counts = {}
    for name, records in found:
        with (folder / FILES[name]).open("wb", buffering=BUFFER) as stream:
            counts[name] = _write_lines(stream, records)
    return counts


def _to_tables(folder: Path, found: Iterable[tuple[str, Iterable[Record]]]) -> dict[str, int]:
    stems = {name: file.removesuffix(".jsonl") for name, file in FILES.items()}
    return {name: write_section(folder, stems[name], name, records) for name, records in found}


def _write_lines(stream: BinaryIO, records: Iterable[Record]) -> int:
    """Write a record a line and return how many; the loop that a large catalogue spends in."""
    put, dumps, newline = stream.write, orjson.dumps, orjson.OPT_APPEND_NEWLINE
    count = 0
    for record in records:
        put(dumps(record, option=newline))
        count += 1
    return count
