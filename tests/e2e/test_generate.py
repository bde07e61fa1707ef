"""`importbus generate` from the outside: a file, a folder, a pipe; the same bytes every time."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Shop

SOME = ("--products", "30", "--models", "10")


@pytest.fixture
def alone(tmp_path: Path) -> Shop:
    """A folder in which nothing is configured."""
    return Shop(tmp_path, "", {})


def test_a_file_has_a_command_a_line(alone: Shop) -> None:
    """How many there are is said on standard error; standard output stays empty."""
    said = alone.run("generate", "catalog.jsonl", *SOME)
    lines = (alone.folder / "catalog.jsonl").read_text().splitlines()

    assert (said.code, said.out) == (0, "")
    assert said.err == f"{len(lines)} commands written to catalog.jsonl\n"
    assert sum('"CreateOrUpdateProductModel"' in one for one in lines) == 10


def test_a_folder_has_a_file_a_class(alone: Shop) -> None:
    """Their names sort as they are best imported; together they hold the same lines."""
    alone.run("generate", "one.jsonl", *SOME)
    said = alone.run("generate", "catalog", *SOME)
    files = sorted((alone.folder / "catalog").iterdir())

    assert said.code == 0, said.err
    assert [file.name for file in files][-2:] == ["17-product-models.jsonl", "18-products.jsonl"]
    joined = b"".join(file.read_bytes() for file in files)
    assert joined == (alone.folder / "one.jsonl").read_bytes()


def test_a_dash_is_standard_output(alone: Shop) -> None:
    """Nothing but commands is on it."""
    alone.run("generate", "one.jsonl", *SOME)
    said = alone.run("generate", "-", *SOME)

    assert said.code == 0
    assert said.out == (alone.folder / "one.jsonl").read_text()


def test_the_seed_decides_the_bytes(alone: Shop) -> None:
    """The same seed gives the same file on every run; another one another file."""
    first, again, other = (
        alone.run("generate", "-", *SOME, "--seed", seed).out for seed in ("7", "7", "8")
    )

    assert first == again != other


def test_a_folder_can_be_imported_by_its_files(shop: Shop) -> None:
    """As a shell spells them out."""
    shop.run("generate", "catalog", *SOME)
    said = shop.shell("importbus import catalog/*.jsonl --import-id x")

    assert said.code == 0, said.err
    assert len(shop.state["products"]) == 30


def test_a_profile_is_imported_in_any_order_and_reads_back(shop: Shop) -> None:
    """Nothing fails, and the PIM holds what the lines say."""
    made = shop.run("generate", "catalog.jsonl", "--profile", "small", "--products", "20")
    shop.shell("shuf --random-source=catalog.jsonl catalog.jsonl > shuffled.jsonl")
    said = shop.run("import", "shuffled.jsonl", "--verify", "all")

    assert made.code == 0, made.err
    assert said.code == 0, said.err
    assert ": nothing differs." in said.out
    assert len(shop.state["attributes"]) == 43


def test_a_catalogue_without_size_is_a_mistake(alone: Shop) -> None:
    """The sentence says which options give one; files do not go to standard output."""
    nothing = alone.run("generate", "catalog.jsonl")
    files = alone.run("generate", "-", "--profile", "small", "--products", "1")
    without = alone.run("generate", "-", "--profile", "small", "--products", "1", "--no-media")

    assert (nothing.code, files.code, without.code) == (2, 2, 0)
    assert "--products, or choose a --profile" in nothing.err
    assert "--no-media" in files.err


def test_too_many_bad_products_are_a_mistake(alone: Shop) -> None:
    """One sentence, and no file."""
    said = alone.run("generate", "catalog.jsonl", "--products", "11", "--bad", "90")

    assert said.code == 2
    assert said.err.startswith("importbus: 10 products cannot be bad")
    assert not (alone.folder / "catalog.jsonl").exists()


@pytest.mark.parametrize(
    ("out", "says"),
    [
        ("nowhere/catalog.jsonl", "nowhere/catalog.jsonl: cannot be written: No such file"),
        ("catalog.txt", "catalog.txt: give a file ending in .jsonl, a folder, or -."),
        ("taken/catalog", "taken/catalog: cannot be written: Not a directory"),
    ],
)
def test_what_cannot_be_written_is_named(alone: Shop, out: str, says: str) -> None:
    """Exit 2 with the path."""
    (alone.folder / "taken").touch()
    said = alone.run("generate", out, *SOME)

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"importbus: {says}")


@pytest.mark.parametrize(
    ("script", "code", "says"),
    [
        ("ulimit -f 8; importbus generate a.jsonl --products 500", 2, "a.jsonl: cannot be written"),
        ("importbus generate - --products 500 >/dev/full", 2, "-: cannot be written: No space"),
        ("importbus generate - --products 5 >&-", 2, "-: standard output is closed."),
        ("importbus generate - --products 5000 | head -1", 141, ""),
    ],
)
def test_a_disk_that_is_full_and_a_pipe_that_is_closed(
    alone: Shop, script: str, code: int, says: str
) -> None:
    """One sentence for the first; silence for the second, as for every program."""
    said = alone.shell(script)

    assert said.code == code
    assert says in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("wrong", [("--products", "-1"), ("--products", "many"), ()])
def test_a_number_of_products_is_needed(alone: Shop, wrong: tuple[str, ...]) -> None:
    """Exit 2, and nothing is written."""
    said = alone.run("generate", "catalog.jsonl", *wrong)

    assert said.code == 2
    assert "--products" in said.err
    assert list(alone.folder.iterdir()) == []
