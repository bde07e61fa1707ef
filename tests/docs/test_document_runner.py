"""Would the test of the documentation notice? The runner is tried on documents with mistakes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from document_runner import run_document
from documents import DocumentError, matches

Try = Callable[[str], None]


@pytest.fixture
def run(tmp_path: Path) -> Try:
    """Runs a document that is given as text, with fences of tildes for readability."""

    def run_text(text: str) -> None:
        document, folder = tmp_path / "page.md", tmp_path / "reader"
        document.write_text(text, encoding="utf-8")
        folder.mkdir()
        run_document(document, folder, {"IMPORTBUS_PIM_URL": "http://127.0.0.1:1"})

    return run_text


RIGHT = {
    "one program": "~~~python\nx = 1\n~~~\n~~~python\nprint(x)\n~~~\nIt prints:\n~~~text\n1\n~~~\n",
    "classes": "~~~python\nclass A: pass\nprint(A.__module__)\n~~~\n~~~text\n__main__\n~~~\n",
    "a file": '~~~json file=a.json\n{"a": 1}\n~~~\n~~~console\n$ cat a.json\n{"a": 1}\n~~~\n',
    "a wildcard": "~~~console\n$ seq 5\n1\n...\n5\n$ echo 12 s\n... s\n~~~\n",
    "an exit code": "~~~console\n$ echo no; false\nno\n# exit: 1\n~~~\n",
    "a variable": "~~~console\n$ cd /; export A=1\n~~~\n~~~console\n$ echo $A $PWD\n1 /\n~~~\n",
    "two lines": "~~~console\n$ echo a \\\n>   b\na b\n~~~\n",
    "standard error": "~~~console\n$ echo warned >&2\nwarned\n~~~\n",
    "the server": "~~~console\n$ echo $IMPORTBUS_PIM_URL\nhttp://127.0.0.1:1\n~~~\n",
    "in order": "~~~console\n$ touch a\n~~~\n~~~python\nwith open('a'): pass\n~~~\n",
    "a module": "~~~python file=app.py\nx = 1\n~~~\n~~~python\nfrom app import x\n~~~\n",
    "for the reader": "~~~sh\nmake demo  # set up\nimportbus pim --port 0\n. pim.env\n~~~\n",
}

WRONG = {
    "page.md:2: prints\n2": "~~~python\nprint(2)\n~~~\n~~~text\n1\n~~~\n",
    'page.md", line 3, in': "~~~python\n\nraise ValueError\n~~~\n",
    "NameError": "~~~python\nprint(nothing)\n~~~\n",
    "SystemExit": "~~~python\nraise SystemExit(0)\n~~~\n",
    "ended the program": "~~~python\nimport os; os._exit(0)\n~~~\n",
    "exits 1, not 0": "~~~console\n$ false\n~~~\n",
    "exits 0, not 1": "~~~console\n$ true\n# exit: 1\n~~~\n",
    "page.md:3: `echo b` prints\nb\n": "~~~console\n$ echo a\n$ echo b\na\n~~~\n",
    "a console block begins": "~~~console\nls\n~~~\n",
    "'python no-run' is not one of": "~~~python no-run\n1/0\n~~~\n",
    "'bash' is not one of": "~~~bash\nls\n~~~\n",
    "'' is not one of": "~~~\nls\n~~~\n",
    "not json": "~~~json\n{\n~~~\n",
    "not toml": "~~~toml\na =\n~~~\n",
    "not jsonl": '~~~jsonl\n{"a": 1}\n{\n~~~\n',
    "could be run": "~~~sh\nimportbus import a.jsonl\n~~~\n",
    "nothing runs app.py": "~~~python file=app.py\n1/0\n~~~\n",
    "shown twice": "~~~text file=a\n1\n~~~\n~~~text file=a\n2\n~~~\n",
}


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT)
def test_a_right_document_passes(run: Try, text: str) -> None:
    """Whatever the rules allow is run without a complaint."""
    run(text)


@pytest.mark.parametrize(("message", "text"), WRONG.items(), ids=WRONG.values())
def test_a_wrong_document_is_noticed(run: Try, message: str, text: str) -> None:
    """Each kind of mistake is an error that says where it is and what is wrong."""
    with pytest.raises(DocumentError) as noticed:
        run(text)

    assert message in str(noticed.value)


@pytest.mark.parametrize(
    ("expected", "printed"),
    [
        (["a"], "a \n\n"),
        (["a", "..."], "a\n"),
        (["...", "a"], "1\n2\na\n"),
        (["a...z"], "a to z\n"),
        (["1.5 (x)"], "1.5 (x)\n"),
        ([""], ""),
    ],
)
def test_output_matches(expected: list[str], printed: str) -> None:
    """Three dots stand for anything; spaces at the end do not count."""
    assert matches(expected, printed)


@pytest.mark.parametrize(
    ("expected", "printed"),
    [
        (["a"], "a\nb\n"),
        (["a", "b"], "a\n"),
        (["1.5"], "125\n"),
        (["a...z"], "a\nz\n"),
        (["a", "...", "b"], "a\nbc\n"),
        ([" a"], "a\n"),
    ],
)
def test_other_output_does_not_match(expected: list[str], printed: str) -> None:
    """A line too many, a line too few, another text or indent is another output."""
    assert not matches(expected, printed)
