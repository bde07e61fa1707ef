"""Files on their whole way: named by a command, found, uploaded, and the value of a product."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from hashlib import sha1, sha256
from typing import Any

import pytest

from import_desk import ImportDesk, attribute, only_failure, open_desk, outcomes, variant_set
from importbus.adapters.wiring import open_journal
from importbus.bus import LaneCommand
from importbus.handlers.akeneo import (
    CreateOrUpdateAttributeOption,
    CreateOrUpdateFamily,
    CreateOrUpdateProduct,
    CreateOrUpdateProductModel,
    CreateProductMediaFile,
    CreateProductModelMediaFile,
    DeleteProduct,
)

pytestmark = pytest.mark.integration

MUG = b"\x89PNG a mug"
CUP = b"\x89PNG a cup"


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImportDesk]:
    """A PIM with an attribute for pictures of png, and files of a mug and a cup."""
    with open_desk(tmp_path_factory.mktemp("desk"), quiet=0.2) as desk:
        desk.keep("mug.png", MUG)
        desk.keep("cup.png", CUP)
        desk.run(
            attribute("picture", "image", allowed_extensions=["png"], max_file_size="1"),
            attribute("color", "simpleselect"),
            CreateOrUpdateAttributeOption(attribute="color", code="red"),
            CreateOrUpdateFamily(code="mugs", attributes=["sku", "color", "picture"]),
            variant_set("by_color", "color", attributes=["sku", "picture"]),
        )
        yield desk


def product(identifier: str, **more: Any) -> CreateOrUpdateProduct:
    """Return the creation of a product."""
    return CreateOrUpdateProduct(identifier=identifier, **more)


def picture(identifier: str, file: str = "mug.png") -> CreateProductMediaFile:
    """Return the upload of a picture of a product."""
    return CreateProductMediaFile(identifier=identifier, attribute="picture", file=file)


def shown(desk: ImportDesk, key: str, resource: str = "products") -> str | None:
    """Return the digest of the picture of an item as the PIM has it."""
    values = desk.stored(resource, key)["values"].get("picture")
    if not values:
        return None
    return str(desk.stored("media_files", values[0]["data"])["sha1"])


def digest(content: bytes) -> str:
    """Return the digest of *content*."""
    return sha1(content, usedforsecurity=False).hexdigest()


def calls(desk: ImportDesk, method: str, path: str) -> int:
    """Return how many calls of *method* the PIM got for *path*."""
    requests: list[dict[str, Any]] = desk.pim.trace()["requests"]
    return sum(r["method"] == method and r["path"].endswith(path) for r in requests)


def test_a_product_and_its_picture_may_stand_side_by_side(desk: ImportDesk) -> None:
    """A hundred pairs: the pictures wait behind the products, and all of them are one file."""
    codes = [f"p{n}" for n in range(100)]
    pairs = [each for code in codes for each in (product(code), picture(code))]
    run = desk.run(*pairs)

    assert outcomes(run) == {"created": 100, "uploaded": 100}
    assert {shown(desk, code) for code in codes} == {digest(MUG)}
    assert calls(desk, "POST", "/media-files") == 1
    assert calls(desk, "PATCH", "/products") <= 8


def test_a_picture_may_come_before_its_product(desk: ImportDesk) -> None:
    """It waits for it, and what is not said comes never."""
    run = desk.run(picture("mug"), picture("never"), product("mug"))

    assert outcomes(run) == {"created": 1, "uploaded": 1, "failed": 1}
    assert shown(desk, "mug") == digest(MUG)
    assert only_failure(run).key == "never"
    assert desk.stored("products", "never") is None


def test_the_picture_that_is_named_last_stays(desk: ImportDesk) -> None:
    """Commands of one product take effect in their order, known contents and new ones alike."""
    desk.run(product("mug"), product("cup"))
    files = ["mug.png", "cup.png", "mug.png"]
    run = desk.run(
        *(picture("mug", file) for file in files), picture("cup"), picture("cup", "cup.png")
    )

    assert outcomes(run) == {"uploaded": 5}
    assert (shown(desk, "mug"), shown(desk, "cup")) == (digest(MUG), digest(CUP))


def test_a_value_behind_an_upload_is_written_behind_it(desk: ImportDesk) -> None:
    """Null removes the picture that was uploaded before."""
    gone = {"picture": [{"locale": None, "scope": None, "data": None}]}
    run = desk.run(product("mug"), picture("mug"), product("mug", values=gone))

    assert outcomes(run) == {"created": 1, "uploaded": 1, "updated": 1}
    assert shown(desk, "mug") is None


def test_a_product_that_is_deleted_has_its_picture_until_then(desk: ImportDesk) -> None:
    """And none behind it: it is not made anew."""
    shops = [product("mug"), product("cup"), picture("cup"), picture("mug")]
    run = desk.run(*shops, DeleteProduct(identifier="mug"), picture("mug"))

    assert outcomes(run) == {"created": 2, "uploaded": 2, "deleted": 1, "failed": 1}
    assert desk.stored("products", "mug") is None


def test_models_and_variants_have_pictures_too(desk: ImportDesk) -> None:
    """In the lane of their tree; a picture of another level is refused, as the PIM does."""
    model = CreateOrUpdateProductModel(code="tree", family_variant="by_color")
    red = {"color": [{"locale": None, "scope": None, "data": "red"}]}
    wrong = CreateProductModelMediaFile(code="tree", attribute="picture", file="cup.png")
    steps: list[LaneCommand] = [model, product("leaf", parent="tree", values=red), picture("leaf")]
    run = desk.run(*steps, wrong)

    assert outcomes(run) == {"created": 2, "uploaded": 1, "failed": 1}
    assert shown(desk, "leaf") == digest(MUG)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("mug.gif", MUG, "takes files with the extensions png only, not mug.gif"),
        ("large.png", bytes(1_048_577), "takes files of 1 MB at most"),
    ],
    ids=["extension", "size"],
)
def test_what_the_attribute_does_not_take_is_not_sent(
    desk: ImportDesk, name: str, content: bytes, reason: str
) -> None:
    """The attribute is read once, before."""
    desk.keep(name, content)
    run = desk.run(product("mug"), picture("mug", name))
    error = only_failure(run).errors[0]

    assert reason in error.message
    assert (error.property, error.attribute) == ("values", "picture")
    assert calls(desk, "POST", "/media-files") == 0


def test_what_only_the_pim_refuses_fails_in_its_words(desk: ImportDesk) -> None:
    """A size that one may read as allowed, and the PIM does not."""
    desk.keep("large.png", bytes(1_030_000))
    error = only_failure(desk.run(product("mug"), picture("mug", "large.png"))).errors[0]

    assert (error.property, error.attribute) == ("values", "picture")
    assert "too large" in error.message


def test_a_file_survives_a_token_that_ends(desk: ImportDesk) -> None:
    """One refresh, and the file again from its beginning."""
    desk.run(product("mug"))
    match = {"method": "POST", "path": "/media-files$"}
    desk.pim.set_faults(
        [{"match": match, "times": 1, "fault": {"kind": "expire_tokens", "refresh": True}}]
    )
    run = desk.run(picture("mug"))

    assert outcomes(run) == {"uploaded": 1}
    assert shown(desk, "mug") == digest(MUG)


def test_an_empty_file_is_for_the_pim_to_decide(desk: ImportDesk) -> None:
    """Nothing is said about it in the documentation."""
    desk.keep("empty.png", b"")
    desk.run(product("mug"), picture("mug", "empty.png"))

    assert calls(desk, "POST", "/media-files") == 1


def test_a_file_of_megabytes_arrives_whole(desk: ImportDesk) -> None:
    """Byte by byte, whatever is in it; the attribute for it has no limits."""
    content = bytes(range(256)) * 40_000
    desk.keep("film.mov", content)
    desk.run(attribute("film", "file"), product("mug"))
    film = CreateProductMediaFile(identifier="mug", attribute="film", file="film.mov")
    run = desk.run(film)
    (stored,) = desk.stored("products", "mug")["values"]["film"]

    assert outcomes(run) == {"uploaded": 1}
    assert desk.stored("media_files", stored["data"])["sha1"] == digest(content)


def test_the_journal_knows_what_was_uploaded(desk: ImportDesk) -> None:
    """Whoever continues the import, or shares it, need not send the file again."""
    run = desk.run(product("mug"), picture("mug"))
    (stored,) = desk.stored("products", "mug")["values"]["picture"]
    with closing(open_journal(desk.config)) as journal:
        codes = journal.media_codes
        found = codes.get(run.report.import_id, "product", sha256(MUG).hexdigest(), "mug.png")

    assert found == stored["data"]
