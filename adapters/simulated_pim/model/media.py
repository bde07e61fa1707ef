"""Uploaded files: what is known of them is in memory, their bytes are on disk.

The bytes stand in a temporary folder that is made for the first upload, one file for each content.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from attrs import frozen

from importbus.adapters.simulated_pim.model.tables import Table

PRODUCTS, ENTITIES, ASSETS = "products", "reference_entities", "assets"
"""Where a file was uploaded for; codes of one kind are unknown to the others."""

_MOST_OF_NAME = 100


@frozen
class Medium:
    """One uploaded file.

    Attributes:
        code: Four folders of one character, 40 hexadecimal characters, `_` and the file's name.
        name: The name that it was uploaded under.
        mime: Its content type, as the caller named it.
        size: Its bytes.
        sha1: The hash of its bytes, under which they stand on disk.
    """

    code: str
    name: str
    mime: str
    size: int
    sha1: str

    @property
    def extension(self) -> str:
        """What stands after the last dot of the name, in lower case; empty if there is none."""
        return Path(self.name).suffix[1:].lower()


@frozen
class Upload:
    """A file that has just arrived and belongs to nobody yet; `path` is where its bytes stand."""

    path: Path
    name: str
    mime: str
    size: int
    sha1: str

    def medium(self, *owner: object) -> Medium:
        """Return the file as *owner*'s: equal uploads for equal owners get the same code."""
        said = "\n".join(map(str, (self.sha1, self.name, *owner)))
        digest = hashlib.sha1(said.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
        code = "/".join((*digest[:4], f"{digest}_{_plain(self.name)}"))
        return Medium(code, self.name, self.mime, self.size, self.sha1)


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9.]", "_", name)[-_MOST_OF_NAME:]


class Media:
    """All uploaded files of a PIM, by what they were uploaded for and by code."""

    def __init__(self) -> None:
        self.tables: dict[str, Table[Medium]] = {
            kind: Table() for kind in (PRODUCTS, ENTITIES, ASSETS)
        }
        self._lock = Lock()
        self._folder: Path | None = None
        self._remove: Callable[[], object] = lambda: None

    def folder(self) -> Path:
        """Return the folder of the files; it is made when there is none yet."""
        with self._lock:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="simulated-pim-"))
                self._remove = weakref.finalize(self, shutil.rmtree, self._folder, True)
            return self._folder

    def close(self) -> None:
        """Remove the files from the disk; what is known of them stays."""
        with self._lock:
            self._remove()
            self._folder = None

    def path(self, medium: Medium) -> Path:
        """Return where the bytes of *medium* stand."""
        return self.folder() / medium.sha1

    def keep(self, kind: str, upload: Upload, medium: Medium) -> None:
        """Take *upload* in as *medium*; afterwards its bytes stand under their hash."""
        upload.path.replace(self.path(medium))
        self.tables[kind].put(medium.code, medium)
