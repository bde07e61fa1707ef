"""Files that products, models, records and assets name: downloaded, each content once.

A file stands under the digest of its bytes and its own name, so that the same files have the same
paths in every export, and an upload gives them their name again.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from email.message import Message
from pathlib import Path
from threading import get_ident
from typing import BinaryIO, Final, Protocol
from urllib.parse import quote

from attrs import frozen

from importbus.adapters.export.lists import API
from importbus.adapters.pim.answer import Answer

FOLDER: Final = "files"

PART: Final = ".part-"
"""What the names of files begin with that have not come whole."""

PATHS: Final = {
    "product": "media-files/{}/download",
    "reference_entity": "reference-entities-media-files/{}",
    "asset": "asset-media-files/{}",
}
"""Where the bytes of a file are, by what it was uploaded for. Source: akeneo/pim-api-docs."""

DIGEST: Final = 32
"""Hexadecimal characters of the digest that stand in a path."""

NAME_BYTES: Final = 255
"""Bytes of a file's name that file systems take."""

HASHED: Final = re.compile(r"[0-9a-f]{40}_(.+)", re.DOTALL)
"""The end of a code: a hash and the name. Source: akeneo/pim-api-docs, media files."""


class Downloader(Protocol):
    """What is needed of who reads."""

    def download(self, path: str, into: BinaryIO) -> Answer:
        """Write the file at *path* into a file; see ``PatientReading``."""
        ...


@frozen
class MediaFolder:
    """Keeps files below *folder*, and tells of each that cannot be had. Thread-safe."""

    folder: Path
    reader: Downloader
    told: Callable[[str], object]

    def fetch(self, kind: str, code: str) -> str | None:
        """Download the file called *code* and return its path below the folder.

        None when this PIM does not give it.

        Raises:
            OSError: It cannot be written.
            HandlingFailed: As ``PimClient.download``.
        """
        path = f"{API}/{PATHS[kind].format(quote(code))}"
        part = self.folder / FOLDER / f"{PART}{os.getpid()}-{get_ident()}"
        part.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("w+b") as file:
                answer = self.reader.download(path, file)
            if answer.status == 200:
                return self._keep(part, _name_of(answer, code))
        finally:
            part.unlink(missing_ok=True)
        self.told(f"The file {code} could not be downloaded (HTTP {answer.status}).")
        return None

    def _keep(self, part: Path, name: str) -> str:
        with part.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()[:DIGEST]
        path = f"{FOLDER}/{digest[:2]}/{digest}/{name}"
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        same = next(place.parent.iterdir(), None)
        if not (same and _linked(same, place)):
            part.replace(place)
        return path


def _linked(same: Path, place: Path) -> bool:
    """Give a content that is there a further name, where the file system has such."""
    try:
        if same != place:
            place.hardlink_to(same)
    except OSError:
        return False
    return True


def _name_of(answer: Answer, code: str) -> str:
    """Return the name of a file, as the answer says it, else as its code does."""
    said = Message()
    said["content-disposition"] = answer.headers.get("content-disposition", "")
    last = code.rpartition("/")[2]
    hashed = HASHED.fullmatch(last)
    return file_name(said.get_filename() or (hashed[1] if hashed else last))


def file_name(said: str) -> str:
    """Return *said* as a name that stays in its folder and that file systems take."""
    name = said.replace("\\", "/").rpartition("/")[2].replace("\0", "")
    if name in ("", ".", ".."):
        return "file"
    raw = name.encode("utf-8", "replace")
    if len(raw) <= NAME_BYTES:
        return raw.decode()
    suffix = Path(name).suffix.encode("utf-8", "replace")[:20]
    return (raw[: NAME_BYTES - len(suffix)] + suffix).decode("utf-8", "ignore")
