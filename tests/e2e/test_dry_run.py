"""`importbus import --dry-run` from the outside: everything is checked, nothing is sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Shop, line, open_shop

GOOD = line("CreateOrUpdateProduct", identifier="good")
FAMILY = line("CreateOrUpdateFamily", code="mugs")

BAD = [
    GOOD,
    "{",
    line("CreateOrUpdateProduct", identifier=5),
    line("CreateOrUpdateProdukt", identifier="x"),
    line("CreateOrUpdateFamily", code=5),
    line("CreateOrUpdateProduct", identifier=6),
    FAMILY,
]


@pytest.fixture
def alone(tmp_path: Path) -> Shop:
    """A folder in which nothing is configured: no PIM, no journal."""
    return Shop(tmp_path, "", {})


def test_it_needs_neither_pim_nor_journal(alone: Shop) -> None:
    """Exit 0; the counts by class are those of the file, and nothing appears beside it."""
    name = alone.catalogue(50)
    said = alone.run("import", name, "--dry-run")
    lines = (alone.folder / name).read_text().splitlines()
    products = sum('"CreateOrUpdateProduct"' in one for one in lines)

    assert said.code == 0, said.err
    assert f"would send {len(lines)} commands; nothing was sent." in said.out
    assert f"│ CreateOrUpdateProduct         │ {products:>13} │" in said.out
    assert [path.name for path in alone.folder.iterdir()] == [name]


def test_nothing_reaches_a_pim_that_is_configured(shop: Shop) -> None:
    """Not even a login; and the import that follows is the first one of its name."""
    name = shop.write("in.jsonl", [GOOD])
    said = shop.run("import", name, "--import-id", "x", "--dry-run")
    trace = shop.ask("/_trace")["requests"]

    assert (said.code, trace) == (0, [])
    assert shop.run("import", name, "--import-id", "x").code == 0


def test_every_bad_line_is_told_by_reason_with_its_place(alone: Shop) -> None:
    """Exit 1; broken lines, unknown commands, wrong types, also those of structure."""
    said = alone.run("import", alone.write("in.jsonl", BAD), "--dry-run")

    assert said.code == 1, said.err
    assert "would send 2 commands" in said.out
    assert "It would reject 5 lines:" in said.out
    for reason, place in {
        "2  identifier: expected a text, not a whole number": "in.jsonl:3, 6",
        "1  code: expected a text, not a whole number": "in.jsonl:5",
        "1  is not JSON: unexpected end of data at column 2": "in.jsonl:2",
        "'CreateOrUpdateProdukt' is unknown. Did you mean CreateOrUpdateProduct?": "in.jsonl:4",
    }.items():
        assert f"{reason}\n         {place}\n" in said.out


def test_an_import_rejects_what_the_dry_run_said(shop: Shop) -> None:
    """Both read in the same way: as many commands, the same lines."""
    name = shop.write("in.jsonl", BAD)
    dry = shop.run("import", name, "--dry-run")
    shop.run("import", name, "--import-id", "x")
    report = shop.run("report", "x", "--json").document
    rejected = [f["position"]["line"] for f in report["failures"] if f["status"] is None]

    assert f"would send {sum(report['outcomes'].values())} commands" in dry.out
    assert rejected == [2, 3, 4, 5, 6]


def test_only_limit_and_strict_are_honoured(alone: Shop) -> None:
    """They choose what is read, as in an import."""
    name = alone.write("in.jsonl", [GOOD, FAMILY, GOOD, "{", GOOD])
    only = alone.run("import", name, "--dry-run", "--only", "CreateOrUpdateFamily", "--limit", "1")
    limited = alone.run("import", name, "--dry-run", "--limit", "2")
    strict = alone.run("import", name, "--dry-run", "--strict")

    assert (only.code, limited.code, strict.code) == (0, 0, 1)
    assert "would send 1 command; nothing" in only.out
    assert "would send 2 commands; nothing" in limited.out
    assert "before it stopped at the first bad line" in strict.out


def test_standard_input_can_be_tried(alone: Shop) -> None:
    """In one reading, with a dash as its name."""
    said = alone.run("import", "-", "--dry-run", stdin=f"{GOOD}\n[]\n".encode())

    assert said.code == 1
    assert "expected an object with command and data\n         -:2\n" in said.out


@pytest.mark.parametrize("option", [("--resume", "x"), ("--import-id", "x", "--restart")])
def test_it_continues_nothing_and_forgets_nothing(alone: Shop, option: tuple[str, ...]) -> None:
    """A usage error that says why; exit 2."""
    said = alone.run("import", alone.write("in.jsonl", [GOOD]), "--dry-run", *option)

    assert (said.code, said.out) == (2, "")
    assert "--dry-run goes without --resume and --restart: it writes nothing." in said.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("missing.jsonl",), "missing.jsonl: cannot be read"),
        (("-", "--only", "CreateOrUpdateProdukt"), "Did you mean CreateOrUpdateProduct?"),
        (("-", "--import-id", "a/b"), "'a/b' cannot name an import"),
    ],
)
def test_what_an_import_refuses_it_refuses(
    alone: Shop, arguments: tuple[str, ...], says: str
) -> None:
    """Exit 2 with the same sentence."""
    said = alone.run("import", *arguments, "--dry-run")

    assert (said.code, said.out) == (2, "")
    assert says in said.err


def test_it_can_run_while_the_import_does(tmp_path: Path) -> None:
    """It marks nothing as running."""
    with open_shop(tmp_path, "--latency-ms", "40") as shop:
        name = shop.catalogue(1000)
        process = shop.start("import", name, "--import-id", "x")
        shop.wait_for_requests(20)
        said = shop.run("import", name, "--import-id", "x", "--dry-run")
        process.communicate(timeout=60)

    assert (said.code, process.returncode) == (0, 0)
