"""Does the documentation work? Every block of it is run as a reader would run it.

- ``python`` blocks of a file are one program, run in order in a folder of their
  own; a ``text`` block directly after one is what it prints.
- ``console`` blocks hold commands after ``$``, with what they print below; see
  ``documents.matches`` for ``...``. ``# exit: N`` below a command is its exit
  code, else it is 0. A simulated PIM is there, named by ``IMPORTBUS_PIM_*``.
- Any block with ``file=NAME`` is written to that file before anything runs.
- ``json``, ``jsonl`` and ``toml`` blocks are parsed.
- ``sh`` blocks are for the reader alone; ``documents.FOR_THE_READER`` says what
  they may hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from document_runner import run_document
from documents import read_blocks, read_links
from importbus.adapters.simulated_pim import SimulatedPim
from source_tree import ROOT

pytestmark = pytest.mark.docs

README = ROOT / "README.md"
DOCUMENTS = [
    README,
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "deploy").rglob("*.md")),
]


@pytest.fixture
def pim() -> Iterator[dict[str, str]]:
    """The variables that name a simulated PIM, which runs meanwhile."""
    with SimulatedPim() as server:
        yield {
            "IMPORTBUS_PIM_URL": server.url,
            "IMPORTBUS_PIM_CLIENT_ID": "importbus",
            "IMPORTBUS_PIM_SECRET": "secret",
            "IMPORTBUS_PIM_USERNAME": "admin",
            "IMPORTBUS_PIM_PASSWORD": "admin",
        }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_document_works(document: Path, pim: dict[str, str], tmp_path: Path) -> None:
    """Each block runs, in order, and prints what the document says."""
    folder = tmp_path / "reader"
    folder.mkdir()

    run_document(document, folder, pim)


def test_the_readme_can_be_tried() -> None:
    """It shows both set-up commands, a program with its output, and a source file."""
    blocks = read_blocks(README)

    shell = "".join(block.text for block in blocks if block.language == "sh")
    assert "make demo" in shell
    assert "make test" in shell
    assert any(block.prints for block in blocks)
    assert any(block.language == "jsonl" for block in blocks)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    """A link to a file of the project names a file that is there."""
    targets = [link for link in read_links(document) if ":" not in link and link[0] != "#"]

    missing = [t for t in targets if not (document.parent / t.partition("#")[0]).exists()]

    assert missing == []
