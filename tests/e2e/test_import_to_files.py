"""`import --to` and `generate --format csv` from the outside."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from command_line import Shop, line

PRODUCT = line("CreateOrUpdateProduct", identifier="mug")


@pytest.fixture
def alone(tmp_path: Path) -> Shop:
    """A folder in which nothing is configured."""
    return Shop(tmp_path, "", {})


def test_files_are_written_without_a_pim(alone: Shop) -> None:
    """Good lines are in files, bad ones are told; the exit code is that of any import."""
    source = alone.write("in.jsonl", [PRODUCT, "{broken"])
    said = alone.run("import", source, "--to", "out", "--import-id", "x")

    assert said.code == 1
    assert said.out.startswith("x: finished with failures: 1 created, 1 rejected; 0 requests")
    assert said.err.endswith("out/18-products.jsonl: 1 command\n")
    assert (alone.folder / "out" / "18-products.jsonl").read_text() == f"{PRODUCT}\n".replace(
        " ", ""
    )
    assert [path.name for path in (alone.folder / "out").iterdir()] == ["18-products.jsonl"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--to-format", "csv"), "--to-format and --force need --to."),
        (("--force",), "--to-format and --force need --to."),
        (("--to", "out", "--dry-run"), "--dry-run goes without --to"),
        (("--to", "out", "--verify"), "--verify goes without --to"),
        (("--to", "out", "--skip-unchanged"), "--skip-unchanged goes without --to"),
        (("--to", "in.jsonl"), "in.jsonl: cannot be written: File exists."),
        (("--to", "taken"), "taken: holds files already, as notes.txt."),
        (("--to", "out", "--resume", "never"), "holds no import 'never'"),
    ],
)
def test_what_makes_no_sense_is_exit_2(alone: Shop, more: tuple[str, ...], says: str) -> None:
    """And leaves nothing behind."""
    alone.write("in.jsonl", [PRODUCT])
    (alone.folder / "taken").mkdir()
    (alone.folder / "taken" / "notes.txt").touch()
    said = alone.run("import", "in.jsonl", *more)

    assert said.code == 2, said.err
    assert says in said.err
    assert not list((alone.folder).glob("*/.importbus*"))


def test_an_import_that_is_stopped_says_how_it_goes_on(alone: Shop) -> None:
    """The command that it prints is to be copied; it ends with the files."""
    source = alone.write("in.jsonl", [PRODUCT])
    process = alone.start("import", "-", "--to", "out", "--import-id", "x", piped=True)
    assert process.stdin is not None
    process.stdin.write(f"{PRODUCT}\n")
    process.stdin.flush()
    until = time.monotonic() + 60
    while not (alone.folder / "out" / ".importbus-spool.db").exists():
        assert time.monotonic() < until, "the import did not get going"
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    content = (alone.folder / source).read_bytes()
    resumed = alone.run("import", "-", "--to=out", "--resume", "x", stdin=content)

    assert process.returncode == 130, err
    assert "Continue with: importbus import - --to=out --resume x" in err
    assert resumed.code == 0, resumed.err
    assert (alone.folder / "out" / "18-products.jsonl").exists()


def test_a_folder_of_tables_has_the_names_of_that_of_commands(alone: Shop) -> None:
    """The same seed gives the same rows; the default catalogue is tables alone."""
    alone.run("generate", "lines", "--products", "30")
    said = alone.run("generate", "tables", "--products", "30", "--format", "csv")
    alone.run("generate", "again", "--products", "30", "--format", "csv")
    tables = sorted((alone.folder / "tables").iterdir())

    assert said.code == 0, said.err
    assert [path.stem for path in tables] == [
        path.stem for path in sorted((alone.folder / "lines").iterdir())
    ]
    assert {path.suffix for path in tables} == {".csv"}
    assert [path.read_bytes() for path in tables] == [
        path.read_bytes() for path in sorted((alone.folder / "again").iterdir())
    ]


@pytest.mark.parametrize("out", ["-", "catalog.jsonl"])
def test_tables_need_a_folder(alone: Shop, out: str) -> None:
    """A file has one header."""
    said = alone.run("generate", out, "--products", "3", "--format", "csv")

    assert said.code == 2
    assert f"{out}: CSV has a file a class: name a folder." in said.err
