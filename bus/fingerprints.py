"""Fingerprints: what an import has written of a key, as a digest of all its commands in order.

A key is *unchanged* when its commands, all of them and in their order, are those that the last
import has written. Nothing less is enough: of the commands A, B the first one alone would undo
what the second one did. So it is decided only when all commands of a key are known.
"""

from __future__ import annotations

from hashlib import blake2b

DIGEST_BYTES = 16

LINKED = "*linked"
"""In ``LaneCommand.spoils``: all items that name others; see ``LaneCommand.linked``."""


def digest_of(name: str, data: bytes, file: str = "") -> bytes:
    """Return the fingerprint of one command: the name of its class, its data, its file's digest."""
    digest = blake2b(f"{name}\n{file}\n".encode(), digest_size=DIGEST_BYTES)
    digest.update(data)
    return digest.digest()


def followed_by(former: bytes, newer: bytes) -> bytes:
    """Return the fingerprint of a sequence that goes on with one more command."""
    return blake2b(former + newer, digest_size=DIGEST_BYTES).digest()
