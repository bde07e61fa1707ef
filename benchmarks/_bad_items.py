"""A catalogue in which one of a hundred items is bad, and which ones these are."""

from __future__ import annotations

import subprocess
from itertools import islice
from pathlib import Path

import orjson
from attrs import frozen

from _measure import IMPORTBUS, environment

EACH = 100
"""The last of so many lines is a bad one."""


def _cut(code: str) -> bytes:
    return _line(identifier=code)[:-2] + b"\n"


def _misspelt(code: str) -> bytes:
    return _line(identifier=code, familly="mugs")


def _no_text(code: str) -> bytes:
    return _line(identifier=code, values={"name": [_value(["no", "text"])]})


def _without_family(code: str) -> bytes:
    return _line(identifier=code, family="no-such-family")


REJECTED = (_cut, _misspelt)
"""Lines that are no commands."""

REFUSED = (_no_text, _without_family)
"""Commands that the PIM refuses, the second kind only when nothing can bring its family."""

KINDS = (*REJECTED, *REFUSED)


@frozen
class Catalogue:
    """A generated catalogue with bad items between the others.

    Attributes:
        path: With the bad items.
        clean: Without them.
        lines: How many lines there are, bad ones included.
        rejected: The lines that are no commands.
        refused: The lines that the PIM refuses.
    """

    path: Path
    clean: Path
    lines: int
    rejected: frozenset[int]
    refused: frozenset[int]


def catalogue(folder: Path, products: int) -> Catalogue:
    """Generate *products*, and put a bad item behind each 99 lines.

    What is bad is nothing that others name, so the others end as they would without it.
    """
    path, clean = folder / "million.jsonl", folder / "clean.jsonl"
    command = [*IMPORTBUS, "generate", str(clean), "--products", str(products)]
    subprocess.run(command, env=environment(), check=True, stderr=subprocess.DEVNULL)
    number, bad = 0, list[int]()
    with clean.open("rb") as lines, path.open("wb") as out:
        while some := list(islice(lines, EACH - 1)):
            out.writelines(some)
            number += len(some)
            if len(some) == EACH - 1:
                out.write(KINDS[len(bad) % len(KINDS)](f"bad-{len(bad):06}"))
                number += 1
                bad.append(number)
    return Catalogue(path, clean, number, _of(bad, REJECTED), _of(bad, REFUSED))


def _of(bad: list[int], kinds: tuple[object, ...]) -> frozenset[int]:
    """Return which of the *bad* lines are of *kinds*."""
    return frozenset(line for n, line in enumerate(bad) if KINDS[n % len(KINDS)] in kinds)


def _line(**data: object) -> bytes:
    return orjson.dumps({"command": "CreateOrUpdateProduct", "data": data}) + b"\n"


def _value(data: object) -> dict[str, object]:
    return {"locale": "en_US", "scope": None, "data": data}
