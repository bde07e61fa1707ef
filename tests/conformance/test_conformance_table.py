"""The table of rules in the documentation is made of the tests.

Run this file to write it anew: `python tests/conformance/test_conformance_table.py`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "simulated-pim.md"
TABLES = re.compile(
    r"(?<=<!-- conformance: begin -->\n).*?(?=<!-- conformance: end -->)", re.DOTALL
)
ORDER = (
    "tokens",
    "gate",
    "inventory",
    "batches",
    "connections",
    "single",
    "merge",
    "value_types",
    "structure",
    "attributes",
    "arrays",
    "measurements",
    "families",
    "trees",
    "uuids",
    "associations",
    "libraries",
    "library_attributes",
    "entries",
    "entry_values",
    "references",
    "tables",
    "deletes",
    "media",
    "downloads",
    "lists",
    "limits",
    "faults",
    "plans",
    "control",
)


def tables() -> str:
    """Return a table for each file of tests."""
    return "".join(table(HERE / f"test_conformance_{name}.py") for name in ORDER)


def table(file: Path) -> str:
    """Return the rules of one file, with their source and tests."""
    module = ast.parse(file.read_text(encoding="utf-8"))
    title, _, source = (ast.get_docstring(module) or "").partition("\n\n")
    source = " ".join(source.split()).removeprefix("Source: ").removesuffix(".")
    lines = [
        f"\n### {title.removesuffix('.')}\n",
        f"Source: {source}.\n",
        "| rule | test |",
        "|---|---|",
    ]
    lines += [f"| {rule} | `{test}` |" for rule, test in rules(module)]
    return "\n".join(lines) + "\n"


def rules(module: ast.Module) -> Iterator[tuple[str, str]]:
    """Give each test as a sentence, and its name."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            words = node.name.removeprefix("test_").replace("_", " ")
            more = " ".join((ast.get_docstring(node) or "").split()).replace("|", "\\|")
            yield f"{words[0].upper()}{words[1:]}. {more}", node.name


def test_the_table_of_rules_is_that_of_the_tests() -> None:
    """Run this file to write it anew."""
    page = TABLES.search(PAGE.read_text(encoding="utf-8"))

    assert page is not None
    assert page[0] == tables()


def test_no_file_of_tests_is_left_out_of_the_table() -> None:
    """Each file of this folder has its table."""
    names = {file.stem.removeprefix("test_conformance_") for file in HERE.glob("test_*.py")}

    assert names == {*ORDER, "table"}


if __name__ == "__main__":
    written = TABLES.sub(lambda _: tables(), PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(written, encoding="utf-8")
