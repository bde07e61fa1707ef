"""Memory of an import with a file of 200 MB: it is hashed and uploaded piece by piece.

    python benchmarks/upload_memory.py [--megabytes 200]

Two imports of one product with a file each, the one of a megabyte, the other of 200, go into a
simulated PIM in a process of its own. What the second needs more is what the file costs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import orjson

from _importer import Pim, Run, imported, simulated_pim
from _measure import Limit, limits, machine

MOST_MEGABYTES = 60.0
"""Most that the large file may need above the small one."""

ATTRIBUTE = {"code": "film", "type": "pim_catalog_file", "group": "other"}
BLOCK = bytes(range(250)) * 4000
"""A megabyte."""


def catalogue(folder: Path, megabytes: int) -> Path:
    """Return the file of an import of one product, whose file has *megabytes*."""
    with (folder / f"{megabytes}.mov").open("wb") as file:
        for _ in range(megabytes):
            file.write(BLOCK)
    upload = {"identifier": "mug", "attribute": "film", "file": f"{megabytes}.mov"}
    commands = [
        ("CreateOrUpdateAttribute", ATTRIBUTE),
        ("CreateOrUpdateProduct", {"identifier": "mug"}),
        ("CreateProductMediaFile", upload),
    ]
    path = folder / f"{megabytes}.jsonl"
    lines = (orjson.dumps({"command": name, "data": data}) for name, data in commands)
    path.write_bytes(b"\n".join(lines))
    return path


def measured(pim: Pim, folder: Path, megabytes: int) -> Run:
    """Import a file of *megabytes* into an empty PIM, which must have stored it."""
    pim.reset()
    run = imported(pim, catalogue(folder, megabytes))
    (stored,) = pim.ask("/_state")["media_files"].values()
    if stored["size"] != megabytes * len(BLOCK):
        raise SystemExit(f"The PIM has {stored['size']:,} bytes of {megabytes} MB.")
    return run


def main() -> int:
    """Measure and print; return 1 when the bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=200)
    size = parser.parse_args().megabytes
    print(machine())
    with tempfile.TemporaryDirectory() as name, simulated_pim() as pim:
        small = measured(pim, Path(name), 1)
        large = measured(pim, Path(name), size)
    rows = [
        Limit("a file of 1 MB", small.megabytes),
        Limit(f"a file of {size} MB", large.megabytes),
        Limit("what it needs more", large.megabytes - small.megabytes, MOST_MEGABYTES),
        Limit("seconds more", large.seconds - small.seconds),
    ]
    return 0 if limits("peak memory", "MB", rows, digits=1) else 1


if __name__ == "__main__":
    sys.exit(main())
