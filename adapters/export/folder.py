"""An export as files: one a class, written beside their place and moved there when they are whole.

The same PIM gives the same bytes: items stand in the order in which the API lists them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import orjson
from attrs import frozen

from importbus.adapters.export.media import FOLDER, PART
from importbus.adapters.export.records import Export
from importbus.adapters.export.shaping import Data
from importbus.adapters.generator.files import BUFFER, FILES
from importbus.adapters.sources.jsonl import LINE_BYTES
from importbus.bus.errors import ConfigurationError

BESIDE: Final = {
    "CreateOrUpdateMeasurementFamily": ("CreateOrUpdateAttributeGroup", "measurement-families"),
    "CreateOrUpdateProductByUuid": ("CreateOrUpdateProduct", "products-by-uuid"),
    "CreateReferenceEntityMediaFile": ("CreateProductModelMediaFile", "record-files"),
    "CreateAssetMediaFile": ("CreateProductModelMediaFile", "asset-files"),
}
"""Classes that no generated catalogue has: whose number their files get, and their names."""


def file_of(command: str) -> str:
    """Return the file of a class, as generated catalogues have it; sorted names import in order."""
    if command in FILES:
        return FILES[command]
    neighbour, slug = BESIDE[command]
    return f"{FILES[neighbour].partition('-')[0]}-{slug}.jsonl"


@frozen
class Written:
    """One file: its class and name, its commands and bytes, and the SHA-256 of these."""

    command: str
    file: str
    commands: int
    bytes: int
    sha256: str


@frozen
class Exported:
    """What an export has written.

    Attributes:
        files: One a class, in the order of an import; classes without a command have none.
        calls: How many calls were answered.
    """

    files: tuple[Written, ...]
    calls: int


def write_export(
    export: Export,
    folder: Path,
    *,
    force: bool = False,
    counted: Callable[[str], object] = lambda command: None,
) -> Exported:
    """Write *export* into *folder*, which is made when it is missing.

    Files of an earlier export are replaced when all of a class was read, and those of classes that
    have no commands any more removed; nothing else in the folder is touched. Whatever ends it
    early, each file under its own name is whole.

    Args:
        export: What to write; its media go below the same folder.
        folder: Where to.
        force: Whether the folder may hold something.
        counted: Told the class of each command that is written.

    Raises:
        ConfigurationError: The folder holds something, or cannot be written.
        HandlingFailed: As ``Export.sections``.
    """
    try:
        _prepare(folder, force=force)
        files = tuple(_written(export, folder, counted))
    except OSError as error:
        name = error.filename or folder
        raise ConfigurationError(f"{name}: cannot be written: {error.strerror}.") from error
    return Exported(files, export.reading.calls)


def _prepare(folder: Path, *, force: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{FOLDER}/{PART}*") if force else ():
        left.unlink()
    if not force and any(folder.iterdir()):
        raise ConfigurationError(
            f"{folder}: holds something: name a new folder, or replace what it has of an earlier "
            "export with --force."
        )


def _written(export: Export, folder: Path, counted: Callable[[str], object]) -> Iterator[Written]:
    for command, found in export.sections():
        place = folder / file_of(command)
        part = folder / f".{place.name}.part"
        try:
            written = _write(export, part, command, found, counted)
            if written.commands:
                part.replace(place)
                yield written
            else:
                place.unlink(missing_ok=True)
        finally:
            part.unlink(missing_ok=True)


def _write(
    export: Export,
    part: Path,
    command: str,
    found: Iterator[Data],
    counted: Callable[[str], object],
) -> Written:
    digest, size, count = hashlib.sha256(), 0, 0
    with part.open("wb", buffering=BUFFER) as stream:
        for data in found:
            line = orjson.dumps({"command": command, "data": data}) + b"\n"
            if len(line) > LINE_BYTES:
                export.account.problem(f"{command}: {len(line):,} bytes, which no PIM takes.")
                continue
            stream.write(line)
            digest.update(line)
            size, count = size + len(line), count + 1
            counted(command)
    return Written(command, file_of(command), count, size, digest.hexdigest())
