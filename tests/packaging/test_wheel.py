"""The wheel, installed into a fresh environment, beside an application with names like ours."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from source_tree import PACKAGES, ROOT

pytestmark = pytest.mark.packaging

BUILT_FROM = (*PACKAGES, "pyproject.toml", "setup.cfg", "README.md", "LICENSE")

APPLICATION = {
    "handlers/__init__.py": "def rename(command):\n    return f'{command.code}: {command.label}'\n",
    "adapters/__init__.py": "GREETING = 'from the adapters of the application'\n",
    "bus/__init__.py": "COLOUR = 'red'\n",
    "main.py": """
from attrs import frozen
from importbus.bus import Command, CommandBus

import adapters, bus, handlers


@frozen
class Rename(Command[str]):
    code: str
    label: str


commands = CommandBus()
commands.register(Rename, handlers.rename)
print(commands.dispatch(Rename("shoes", "Shoes")), adapters.GREETING, bus.COLOUR)
""",
}


def run(*command: str | Path, cwd: Path) -> str:
    """Run *command* without what this process adds to paths; return its standard output."""
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy: a build leaves files behind that the next one would pack."""
    copy, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in BUILT_FROM:
        clone = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        clone(ROOT / name, copy / name)
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation")
    run(*pip, "--wheel-dir", out, copy, cwd=copy)
    return next(out.iterdir())


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of a fresh environment with the wheel in it.

    The dependencies are those of this environment, by a path file: what these
    tests try is our wheel, and installing a dozen others would take a minute.
    """
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, symlinks=True)
    paths = {"base": str(home), "platbase": str(home)}
    packages = Path(sysconfig.get_path("purelib", scheme="venv", vars=paths))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    bin_folder = Path(sysconfig.get_path("scripts", scheme="venv", vars=paths))
    pip = (sys.executable, "-m", "pip", "--python", bin_folder / "python")
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=home)
    return bin_folder


@pytest.fixture
def application(tmp_path: Path) -> Path:
    """A folder with nothing but an application whose packages are named like our folders."""
    for name, text in APPLICATION.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_wheel_has_one_top_level_name(wheel: Path) -> None:
    """Nothing is installed as `bus`, `handlers` or `adapters`."""
    with ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"importbus"}


def test_the_wheel_holds_every_source_file(wheel: Path) -> None:
    """Each module, template and `py.typed` of the three folders is packed, and nothing else."""
    with ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("importbus/")}

    assert packed == {
        f"importbus/{path.relative_to(ROOT).as_posix()}"
        for folder in PACKAGES
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def test_the_wheel_names_licence_and_script(wheel: Path) -> None:
    """What an installer reads: the licence with its text, and the console script."""
    with ZipFile(wheel) as archive:
        facts = {
            name.partition("/")[2]: name for name in archive.namelist() if ".dist-info/" in name
        }
        metadata = archive.read(facts["METADATA"]).decode()
        scripts = archive.read(facts["entry_points.txt"]).decode()

    assert "License-Expression: MIT\n" in metadata
    assert "licenses/LICENSE" in facts
    assert "importbus = importbus.adapters.cli:main" in scripts


def test_an_application_keeps_its_own_names(scripts: Path, application: Path) -> None:
    """An application with packages called handlers, adapters and bus gets its own ones."""
    printed = run(scripts / "python", "main.py", cwd=application)

    assert printed == "shoes: Shoes from the adapters of the application red\n"


def test_the_tool_works_beside_such_an_application(scripts: Path, application: Path) -> None:
    """The command line imports its own packages, also where others of the name come first."""
    program = "import sys; from importbus.adapters.cli import main; sys.exit(main())"

    report = run(scripts / "python", "-c", program, "demo", "--products", "20", cwd=application)

    assert "created" in report


def test_the_console_script_is_installed(scripts: Path, tmp_path: Path) -> None:
    """`importbus` runs from an empty folder and leaves it empty."""
    usage = run(scripts / "importbus", "--help", cwd=tmp_path)

    assert usage.startswith("Usage: importbus")
    assert list(tmp_path.iterdir()) == []


def test_what_runs_is_the_wheel(scripts: Path, tmp_path: Path) -> None:
    """The tests above would prove nothing if the source folders were imported."""
    program = "import importbus.bus; print(importbus.bus.__file__)"

    printed = run(scripts / "python", "-c", program, cwd=tmp_path)

    assert Path(printed).is_relative_to(scripts.parent)
