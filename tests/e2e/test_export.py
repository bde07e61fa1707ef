"""`importbus export` from the outside: copies of a PIM, and what is said when there is none."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from command_line import Shop, line, open_shop
from exported import comparable, contents
from importbus.adapters.export import CLASSES
from importbus.adapters.export.folder import file_of

FILES = [file_of(command) for command in CLASSES[:3]]
"""The first files of an export."""


LINES = (
    line("CreateOrUpdateAttribute", code="color", type="pim_catalog_simpleselect", group="other"),
    line("CreateOrUpdateAttribute", code="picture", type="pim_catalog_image", group="other"),
    line("CreateOrUpdateAttributeOption", attribute="color", code="red", labels={"en_US": "Red"}),
    line("CreateOrUpdateFamily", code="mugs", attributes=["sku", "color", "picture"]),
    line("CreateOrUpdateReferenceEntity", code="brand", labels={"en_US": "Brand"}),
    line("CreateOrUpdateReferenceEntityRecord", reference_entity="brand", code="acme"),
    line("CreateOrUpdateProduct", identifier="mug", family="mugs", categories=["master"]),
    line("CreateOrUpdateProduct", identifier="cup", associations={"X_SELL": {"products": ["mug"]}}),
    line("CreateProductMediaFile", identifier="mug", attribute="picture", file="mug.png"),
    line("CreateProductMediaFile", identifier="cup", attribute="picture", file="mug.png"),
)


def fill(shop: Shop) -> None:
    """Bring a small catalogue into the PIM."""
    (shop.folder / "mug.png").write_bytes(b"a picture of a mug")
    (shop.folder / "made.jsonl").write_text("\n".join(LINES))
    said = shop.run("import", "made.jsonl")
    assert said.code == 0, said.err


def test_export_and_import_copy_a_pim(shop: Shop) -> None:
    """Into an empty one: the same state, whose export has the same bytes."""
    fill(shop)
    said = shop.run("export", "copy")
    assert said.code == 0, said.err
    with open_shop(shop.folder, "--empty") as other:
        brought = other.shell("importbus import copy/*.jsonl")
        again = other.run("export", "again")
        state = other.state

    assert (brought.code, again.code) == (0, 0), brought.err
    assert comparable(state) == comparable(shop.state)
    assert contents(shop.folder / "again") == contents(shop.folder / "copy")


def test_the_account_names_each_file(shop: Shop) -> None:
    """As a table with a sum, and as JSON with digests."""
    table = shop.run("export", "copy")
    document = shop.run("export", "other", "--json").document
    count = sum(each["commands"] for each in document["files"])

    assert [each["file"] for each in document["files"][:3]] == FILES
    assert document["requests"] > 10
    assert (document["passed_over"], document["problems"], document["problem_count"]) == ([], [], 0)
    assert f"all {count}" in " ".join(table.out.replace("│", " ").split())
    assert "Import it with: importbus import copy/*.jsonl" in table.err


def test_a_class_alone(shop: Shop) -> None:
    """Nothing else is written, and files are left out on request."""
    fill(shop)
    said = shop.run("export", "copy", "--only", "CreateOrUpdateProduct", "--no-media")

    assert said.code == 0, said.err
    assert list(contents(shop.folder / "copy")) == [file_of("CreateOrUpdateProduct")]
    assert "values that name files (--no-media)" in said.err


def test_what_is_missing_is_told(shop: Shop) -> None:
    """A list is passed over and all is well; a file that is lost is exit 1."""
    fill(shop)
    gone = {"kind": "status", "status": 404}
    faults = [
        {"match": {"path": "/download$", "nth": 1}, "fault": gone},
        {"match": {"path": "/asset-families"}, "fault": {"kind": "status", "status": 403}},
    ]
    shop.ask("/_faults", "POST", faults)
    said = shop.run("export", "copy")

    assert said.code == 1
    assert "This user may not read the list asset-families (HTTP 403)." in said.err
    assert "could not be downloaded (HTTP 404)." in said.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("full",), "full: holds something: name a new folder, or replace what it has of"),
        (("new", "--only", "DeleteAsset"), "--only DeleteAsset: no export has such commands."),
        (("full/notes.txt",), "full/notes.txt: cannot be written: File exists."),
        ((), "Missing argument 'DIR'"),
    ],
)
def test_what_cannot_be_done_is_said_first(
    shop: Shop, arguments: tuple[str, ...], says: str
) -> None:
    """Exit 2, and nothing is written."""
    (shop.folder / "full").mkdir()
    (shop.folder / "full" / "notes.txt").write_text("mine")
    said = shop.run("export", *arguments)

    assert (said.code, said.out) == (2, "")
    assert says in said.err
    assert "Traceback" not in said.err
    assert list(contents(shop.folder)) == ["full/notes.txt"]


def test_a_pim_is_needed(tmp_path: Path) -> None:
    """Exit 2 without one."""
    none = Shop(tmp_path, "", {}).run("export", "copy")

    assert none.code == 2
    assert "No PIM is configured" in none.err


def test_wrong_credentials_are_told(shop: Shop) -> None:
    """Exit 3, as for every command, without the secret."""
    said = shop.run("export", "copy", IMPORTBUS_PIM_SECRET="wr0ng-secret")

    assert said.code == 3
    assert "wr0ng-secret" not in said.err
    assert contents(shop.folder) == {}


def test_a_signal_ends_it_with_whole_files(shop: Shop) -> None:
    """At once, also while an answer is waited for; a second run needs leave to replace them."""
    slow = {"kind": "slow", "seconds": 20}
    shop.ask("/_faults", "POST", [{"match": {"path": "/channels"}, "fault": slow}])
    running = shop.start("export", "copy")
    until = time.monotonic() + 30
    while not (shop.folder / "copy" / f".{file_of(CLASSES[3])}.part").exists():
        assert time.monotonic() < until
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=60)

    assert running.returncode == 130
    assert sorted(contents(shop.folder / "copy")) == sorted(FILES)
    assert "what stands in copy is whole. Begin anew with --force." in told
