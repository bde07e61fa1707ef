"""Each program in `examples/` runs as it stands, and prints what its docstring says."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from command_line import Shop, open_shop
from documents import matches, read_blocks
from importbus.adapters.transports.rabbitmq.address import Address
from rabbit_server import RabbitServer
from source_tree import ROOT

pytestmark = pytest.mark.docs

EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A folder with a PIM."""
    with open_shop(tmp_path) as shop:
        yield shop


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_prints_what_it_says(shop: Shop, example: Path) -> None:
    """In an empty folder, with a PIM that the environment names."""
    printed = run(shop, example)

    assert matches(promised(example), printed), printed


@pytest.mark.parametrize("name", ["05_own_sink.py", "06_import_with_positions.py"])
def test_the_same_program_runs_over_a_queue(shop: Shop, name: str) -> None:
    """One line of the configuration chooses how batches travel."""
    (shop.folder / "importbus.toml").write_text('[transport]\nurl = "sqlite:///queue.db"\n')
    example = ROOT / "examples" / name
    printed = run(shop, example)

    assert matches(promised(example), printed), printed
    assert (shop.folder / "queue.db").exists()


@pytest.mark.parametrize("name", ["05_own_sink.py", "06_import_with_positions.py"])
def test_the_same_program_runs_over_a_broker(
    shop: Shop, name: str, broker: RabbitServer, address: Address
) -> None:
    """With the same one line."""
    url = f"{broker.url}?name={address.name}"
    (shop.folder / "importbus.toml").write_text(f'[transport]\nurl = "{url}"\n')
    example = ROOT / "examples" / name
    printed = run(shop, example)

    assert matches(promised(example), printed), printed


def run(shop: Shop, example: Path) -> str:
    """Run a program and return what it prints."""
    done = subprocess.run(
        [sys.executable, str(example)],
        cwd=shop.folder,
        env=shop.environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def promised(example: Path) -> list[str]:
    """Return the lines that a program says to print."""
    text = ast.get_docstring(ast.parse(example.read_text(encoding="utf-8")), clean=False) or ""
    _, _, printed = text.partition("\nPrints:\n")
    return dedent(printed).splitlines()


def test_the_first_example_is_that_of_the_readme() -> None:
    """Whoever has pasted the one knows the other."""
    (program,) = [b.text for b in read_blocks(ROOT / "README.md") if b.language == "python"]
    example = (ROOT / "examples" / "01_first_command.py").read_text(encoding="utf-8")

    assert example.endswith(program)
