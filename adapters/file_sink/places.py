"""Where a command stands among the files: by its class, and never before an earlier one of its key.

Files are imported in the order of their names, so a command must not stand in a file that comes
before the one in which the command before it stands. What a class has by itself is its *natural*
place; uploads come after what they belong to, and deletes after everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from importbus.adapters.flat.writing import BESIDE
from importbus.adapters.generator.files import FILES
from importbus.bus.messages import LaneCommand, Upsertable

SLUGS_BESIDES = {
    "CreateOrUpdateMeasurementFamily": "measurement-families",
    "CreateOrUpdateProductByUuid": "products-by-uuid",
    "CreateReferenceEntityMediaFile": "record-files",
    "CreateAssetMediaFile": "asset-files",
}
"""Classes that the generator makes nothing of, and what their files are called."""

LAST = "99-deletes-and-what-follows"
"""The file of deletes, of all that must not come before them, and of classes unknown to us."""


def _stems() -> dict[str, str]:
    known = {name: file.removesuffix(".jsonl") for name, file in FILES.items()}
    besides = [name for name in SLUGS_BESIDES if name not in known]
    more = enumerate(besides, len(known) + 1)
    return {**known, **{name: f"{number:02d}-{SLUGS_BESIDES[name]}" for number, name in more}}


STEMS = _stems()
"""Class names and what the names of their files begin with; sorted, they import in order."""

ORDER = (*sorted(STEMS.values()), LAST)
"""What names of files begin with, in the order of a folder."""

Tables = Mapping[int, str]
"""The places of CSV files, with the class whose rows each holds."""

_NATURAL = {name: 2 * ORDER.index(stem) for name, stem in STEMS.items()}

DELETES = 2 * ORDER.index(LAST)
"""The place of deletes."""

OURS = frozenset(f"{stem}{end}" for stem in ORDER for end in (".jsonl", ".csv", BESIDE))
"""The names of all files that can come of it."""


def table_places(names: Iterable[str]) -> Tables:
    """Return the places of the classes called *names*, which become CSV files."""
    return {_NATURAL[name]: name for name in names if name in _NATURAL}


def natural_place(command_type: type[LaneCommand]) -> int:
    """Return the place of a class by itself, an even number; the next one is the file beside it."""
    if not (issubclass(command_type, Upsertable) or command_type.attaches):
        return DELETES
    return _NATURAL.get(command_type.__name__, DELETES)


def place_after(natural: int, earlier: int, *, tables: Tables) -> int:
    """Return the place of a command whose key stands at *earlier* already.

    A CSV file holds rows of its own class only.
    """
    place = max(natural, earlier)
    return place + 1 if place in tables and place != natural else place


def file_of(place: int, *, tables: Tables) -> str:
    """Return the name of the file at *place*."""
    stem = ORDER[place // 2]
    if place in tables:
        return f"{stem}.csv"
    return f"{stem}{BESIDE if place % 2 else '.jsonl'}"
