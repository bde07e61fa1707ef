"""`importbus import --dry-run` from the outside: everything is checked, nothing is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from command_line import Shop, line, open_shop

GOOD = line("CreateOrUpdateProduct", identifier="good")
FAMILY = line("CreateOrUpdateFamily", code="mugs")
LOST = line("CreateOrUpdateProduct", identifier="lost", family="nothing")
NAME = {"name": [{"locale": None, "scope": None, "data": "Mug"}]}

BAD = [
    GOOD,
    "{",
    line("CreateOrUpdateProduct", identifier=5),
    line("CreateOrUpdateProdukt", identifier="x"),
    line("CreateOrUpdateFamily", code=5),
    line("CreateOrUpdateProduct", identifier=6),
    FAMILY,
    LOST,
    line("CreateOrUpdateProduct", identifier="named", values=NAME),
]


@pytest.fixture
def alone(tmp_path: Path) -> Shop:
    """A folder in which nothing is configured: no PIM, no journal."""
    return Shop(tmp_path, "", {})


def places(document: dict[str, Any]) -> list[tuple[int, str]]:
    """Return line and rule of each finding."""
    return [(each["position"]["line"], each["rule"]) for each in document["findings"]]


def test_it_needs_neither_pim_nor_journal(alone: Shop) -> None:
    """Exit 0; the counts by class are those of the file, and nothing appears beside it."""
    name = alone.catalogue(50)
    said = alone.run("import", name, "--dry-run")
    lines = (alone.folder / name).read_text().splitlines()
    products = sum('"CreateOrUpdateProduct"' in one for one in lines)

    assert said.code == 0, said.err
    assert f"would send {len(lines)} commands; nothing was sent." in said.out
    assert f"│ CreateOrUpdateProduct         │ {products:>13} │" in said.out
    assert "Checked against the source alone.\n  No PIM is configured" in said.out
    assert "Not checked, since the source does not create them: attribute 1, " in said.out
    assert [path.name for path in alone.folder.iterdir()] == [name]


def test_a_pim_is_read_and_not_written(shop: Shop) -> None:
    """What the PIM has and the source needs is found; the import that follows is the first."""
    name = shop.catalogue(50)
    said = shop.run("import", name, "--import-id", "x", "--dry-run")
    methods = {each["method"] for each in shop.ask("/_trace")["requests"]}

    assert said.code == 0, said.err
    assert f"Checked against the structure of {shop.url} and of the source." in said.out
    assert "Not checked" not in said.out
    assert methods == {"POST", "GET"}  # a login, and lists
    assert shop.run("import", name, "--import-id", "x").code == 0


def test_offline_nothing_reaches_the_pim(shop: Shop) -> None:
    """Not even a login; the structure that is missing is no error then."""
    said = shop.run("import", shop.write("in.jsonl", [GOOD, LOST]), "--dry-run", "--offline")

    assert (said.code, shop.ask("/_trace")["requests"]) == (0, [])
    assert "The PIM was not asked (--offline)." in said.out
    assert "Not checked, since the source does not create them: family 1." in said.out


def test_a_pim_out_of_reach_is_said_and_stops_nothing(shop: Shop) -> None:
    """The source is checked alone, with wrong credentials, too."""
    name = shop.write("in.jsonl", [GOOD, "{"])
    away = shop.run("import", name, "--dry-run", IMPORTBUS_PIM_URL="http://127.0.0.1:9")
    refused = shop.run("import", name, "--dry-run", IMPORTBUS_PIM_PASSWORD="wrong")

    for said in (away, refused):
        assert said.code == 1
        assert "Checked against the source alone.\n  " in said.out
        assert "in.jsonl:2: error: is not JSON" in said.out
        assert "Traceback" not in said.err


def test_every_bad_line_is_told_with_its_place_and_counted_by_reason(shop: Shop) -> None:
    """Exit 1; broken lines, unknown commands, wrong types, unknown structure."""
    said = shop.run("import", shop.write("in.jsonl", BAD), "--dry-run")

    assert said.code == 1, said.err
    assert said.out.splitlines()[:7] == [
        "in.jsonl:2: error: is not JSON: unexpected end of data at column 2",
        "in.jsonl:3: error: CreateOrUpdateProduct: identifier: expected a text, not a whole number",
        "in.jsonl:4: error: CreateOrUpdateProdukt: command: 'CreateOrUpdateProdukt' is unknown. "
        "Did you mean CreateOrUpdateProduct?",
        "in.jsonl:5: error: CreateOrUpdateFamily: code: expected a text, not a whole number",
        "in.jsonl:6: error: CreateOrUpdateProduct: identifier: expected a text, not a whole number",
        "in.jsonl:8: error: CreateOrUpdateProduct lost: family: there is no family 'nothing', "
        "neither in the PIM nor in the source.",
        "in.jsonl:9: error: CreateOrUpdateProduct named: values.name: there is no attribute "
        "'name', neither in the PIM nor in the source.",
    ]
    assert "An import would send 4 commands; nothing was sent." in said.out
    assert "7 errors, 0 warnings:\n      2  identifier: expected a text, not a whole" in said.out


def test_the_document_lists_the_same(shop: Shop) -> None:
    """One JSON document on standard output."""
    said = shop.run("import", shop.write("in.jsonl", BAD), "--dry-run", "--json")
    rejected = [(n, "rejected") for n in range(2, 7)]

    assert said.code == 1
    assert places(said.document) == [*rejected, (8, "unknown-family"), (9, "unknown-attribute")]
    assert said.document["checked"]["pim"] is True


def test_what_is_wrong_in_the_dry_run_fails_in_the_import(shop: Shop) -> None:
    """Both read in the same way: as many commands, the same lines."""
    name = shop.write("in.jsonl", BAD)
    dry = shop.run("import", name, "--dry-run", "--json").document
    shop.run("import", name, "--import-id", "x")
    report = shop.run("report", "x", "--json").document
    failed = [each["position"]["line"] for each in report["failures"]]

    assert sum(dry["commands"].values()) == sum(report["outcomes"].values())
    assert [at for at, _ in places(dry)] == failed


def test_values_that_the_pim_drops_are_warnings(shop: Shop) -> None:
    """Exit 0: the line is taken, and what is lost is told."""
    lines = [
        line(
            "CreateOrUpdateAttribute", code="color", type="pim_catalog_simpleselect", group="other"
        ),
        line("CreateOrUpdateAttribute", code="name", type="pim_catalog_text", group="other"),
        line("CreateOrUpdateAttributeOption", attribute="color", code="red"),
        line("CreateOrUpdateFamily", code="mugs", attributes=["sku", "color", "name"]),
        line(
            "CreateOrUpdateFamilyVariant",
            code="by_color",
            family="mugs",
            variant_attribute_sets=[{"level": 1, "axes": ["color"], "attributes": ["name"]}],
        ),
        line("CreateOrUpdateProductModel", code="mug", family_variant="by_color", values=NAME),
    ]
    said = shop.run("import", shop.write("in.jsonl", lines), "--dry-run")

    assert said.code == 0, said.out
    assert said.out.startswith(
        "in.jsonl:6: warning: CreateOrUpdateProductModel mug: values.name: the PIM drops it "
        "without a word: name belongs to level 1.\n"
    )
    assert "0 errors, 1 warning:" in said.out


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


def test_standard_input_can_be_tried(shop: Shop) -> None:
    """It is read once, has a dash as its name, and may stand in any order."""
    lines = [line("CreateOrUpdateProduct", identifier="m", family="mugs"), FAMILY, "[]", LOST]
    said = shop.run("import", "-", "--dry-run", "--json", stdin="\n".join(lines).encode())

    assert said.code == 1
    assert places(said.document) == [(3, "rejected"), (4, "unknown-family")]


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


def test_offline_needs_a_dry_run(shop: Shop) -> None:
    """An import cannot do without the PIM."""
    said = shop.run("import", shop.write("in.jsonl", [GOOD]), "--offline")

    assert (said.code, said.out) == (2, "")
    assert "--offline needs --dry-run." in said.err


def test_it_can_run_while_the_import_does(tmp_path: Path) -> None:
    """It marks nothing as running."""
    with open_shop(tmp_path, "--latency-ms", "40") as shop:
        name = shop.catalogue(1000)
        process = shop.start("import", name, "--import-id", "x")
        shop.wait_for_requests(20)
        said = shop.run("import", name, "--import-id", "x", "--dry-run", "--offline")
        process.communicate(timeout=60)

    assert (said.code, process.returncode) == (0, 0)
