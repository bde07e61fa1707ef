"""Does setup.cfg name every package, and no other?"""

from __future__ import annotations

import sys
import tomllib
from configparser import ConfigParser

from source_tree import PACKAGES, ROOT, source_files

SETUP = ConfigParser()
SETUP.read(ROOT / "setup.cfg", encoding="utf-8")


EXTRAS = ("xlsx",)
"""Extras with libraries whose absence the code tells with a sentence."""


def listed(option: str) -> list[str]:
    """Return the lines of *option* in setup.cfg."""
    return SETUP["options"][option].split("\n")[1:]


def test_every_package_is_listed() -> None:
    """A folder with code that setup.cfg does not name is missing in the wheel."""
    folders = {file.path.rpartition("/")[0] for file in source_files(*PACKAGES)}

    assert set(listed("packages")) == {"importbus." + f.replace("/", ".") for f in folders}


def test_every_package_has_a_door() -> None:
    """Only `importbus` itself has no `__init__.py`: three folders make it up."""
    files = {file.path for file in source_files(*PACKAGES)}

    assert {f"{path.rpartition('/')[0]}/__init__.py" for path in files} <= files


def test_every_folder_has_its_place_and_its_types() -> None:
    """The three folders are mapped below `importbus`, each with its `py.typed`."""
    assert listed("package_dir") == [f"importbus.{folder} = {folder}" for folder in PACKAGES]
    assert [folder for folder in PACKAGES if not (ROOT / folder / "py.typed").is_file()] == []


def test_every_library_that_is_imported_is_required() -> None:
    """What the code imports is installed with it or by an extra of its own, not by chance."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for name in EXTRAS for line in project["optional-dependencies"][name]]
    required = {line.partition(">")[0] for line in project["dependencies"] + extras}

    assert libraries() <= required


def libraries() -> set[str]:
    """Return the third-party libraries that the source folders import."""
    targets = {i.target.partition(".")[0] for f in source_files(*PACKAGES) for i in f.imports()}
    return targets - sys.stdlib_module_names - {"importbus"}
