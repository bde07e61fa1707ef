"""Media files.

Source: akeneo/pim-api-docs, content/rest-api/update.md and the media files of the reference;
akeneo/pim-community-dev, CreateProductMediaFileEndToEnd.php and
CreateProductModelMediaFileIntegration.php.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from importbus.adapters.simulated_pim import SimulatedPim
from raw_http import API, BOUNDARY, JSON, MULTIPART, RawClient, multipart, value
from raw_media import KINDS, PICTURE, code_of, picture_of, place

CODE = re.compile(r"([0-9a-f])/([0-9a-f])/([0-9a-f])/([0-9a-f])/(\1\2\3\4[0-9a-f]{36})_(.+)")


def test_an_uploaded_file_becomes_the_value_at_once(mug: RawClient) -> None:
    """One step: 201 without a body, and the place of the file."""
    reply = mug.upload("/media-files", PICTURE, product=place())

    assert (reply.status, reply.text) == (201, "")
    assert reply.headers["Location"].startswith(f"http://127.0.0.1:{mug.port}{API}/media-files/")
    assert picture_of(mug) == code_of(reply)


def test_the_code_of_a_file_has_folders_a_hash_and_its_name(mug: RawClient) -> None:
    """Four folders of one character; what is no letter, digit or dot of the name is a `_`."""
    code = code_of(mug.upload("/media-files", PICTURE, "my röd mug.png", product=place()))
    match = CODE.fullmatch(code)

    assert match is not None
    assert match[6] == "my_r_d_mug.png"


def test_the_code_is_made_of_content_and_owner(mug: RawClient) -> None:
    """A real PIM draws it by lot; here the same upload gives the same code."""
    mug.put("/products", {"identifier": "cup"})
    first, again, other, changed = (
        code_of(mug.upload("/media-files", content, product=place(owner)))
        for content, owner in ((PICTURE, "mug"), (PICTURE, "MUG"), (PICTURE, "cup"), (b"x", "mug"))
    )

    assert first == again
    assert len({first, other, changed}) == 3


def test_a_file_of_a_model_is_uploaded_alike(tree: RawClient) -> None:
    """With the key `product_model` and its code."""
    said = {"code": "tee", "attribute": "picture", "locale": None, "scope": None}
    code = code_of(tree.upload("/media-files", PICTURE, product_model=said))

    assert picture_of(tree, "/product-models/tee") == code
    assert picture_of(tree, "/products/tee_red_s") == code


@pytest.mark.parametrize(
    ("form", "status", "message"),
    [
        (
            {"product": place(), "product_model": {}},
            422,
            'You should give either a "product" or a "product_model" key.',
        ),
        (
            {},
            422,
            'You should at least give one of the following properties: "product" or '
            '"product_model".',
        ),
        ({"product": "{"}, 400, "Invalid json message received"),
        ({"product": "null"}, 400, "Invalid json message received"),
        ({"product": place("nobody")}, 422, 'Product "nobody" does not exist.'),
        (
            {"product_model": {"code": "x", "attribute": "picture", "locale": None, "scope": None}},
            422,
            'Product model "x" does not exist.',
        ),
    ],
)
def test_a_form_names_one_owner_that_exists(
    mug: RawClient, form: dict[str, Any], status: int, message: str
) -> None:
    """A product or a product model, as JSON."""
    reply = mug.upload("/media-files", PICTURE, **form)

    assert (reply.status, reply.json) == (status, {"code": status, "message": message})


@pytest.mark.parametrize("missing", ["identifier", "attribute", "locale", "scope"])
def test_an_owner_names_the_whole_place(mug: RawClient, missing: str) -> None:
    """Locale and scope, too, even if they are null."""
    said = {name: data for name, data in place().items() if name != missing}
    reply = mug.upload("/media-files", PICTURE, product=said)

    assert (reply.status, reply.message) == (
        422,
        'Product property must contain "identifier", "attribute", "locale" and "scope" properties.',
    )


def test_a_model_has_words_of_its_own_for_its_place(tree: RawClient) -> None:
    """It is known by its code."""
    reply = tree.upload("/media-files", PICTURE, product_model={"code": "tee"})

    assert (reply.status, reply.message) == (
        422,
        'Product model property must contain "code", "attribute", "locale" and "scope" properties.',
    )


@pytest.mark.parametrize("path", ["/media-files", *KINDS])
def test_a_form_needs_a_file(mug: RawClient, path: str) -> None:
    """A part called `file`, with a file name."""
    reply = mug.upload(path, None, product=place(), file="text")

    assert (reply.status, reply.json) == (
        422,
        {"code": 422, "message": 'Property "file" is required.'},
    )


@pytest.mark.parametrize("path", ["/media-files", *KINDS])
def test_an_upload_must_be_a_form(mug: RawClient, path: str) -> None:
    """Any other content type is a 415."""
    reply = mug.call("POST", path, "{}", JSON)

    assert reply.status == 415
    assert reply.message.endswith('Only "multipart/form-data" is allowed.')


BROKEN = [
    (MULTIPART, b"--a-boundary--\r\n", "names no boundary"),
    (f"{MULTIPART}; boundary={BOUNDARY}", b"", "ends before its last boundary"),
    (
        f"{MULTIPART}; boundary={BOUNDARY}",
        multipart([('name="file"; filename="a"', PICTURE)])[:-4],
        "ends before its last boundary",
    ),
    (f"{MULTIPART}; boundary={BOUNDARY}", multipart([("x=y", b"")]), "has no name"),
    (f"{MULTIPART}; boundary={BOUNDARY}", multipart([('name="product"', b"\xff")]), "no UTF-8"),
    (f"{MULTIPART}; boundary={BOUNDARY}", b"--a-boundary!\r\n", "not at the end of its line"),
    (
        f"{MULTIPART}; boundary={BOUNDARY}",
        multipart([('name="product"', b"x" * 1_000_001)]),
        "too long",
    ),
]


@pytest.mark.parametrize(("kind", "body", "why"), BROKEN)
def test_a_broken_form_is_a_400(
    pim: SimulatedPim, mug: RawClient, kind: str, body: bytes, why: str
) -> None:
    """And nothing of it stays on the disk."""
    reply = mug.call("POST", "/media-files", body, kind)

    assert reply.status == 400
    assert why in reply.message
    assert list(pim.application.store.media.folder().iterdir()) == []


@pytest.mark.parametrize(
    ("attribute", "more", "start"),
    [
        ("unicorn", {}, "The unicorn attribute does not exist in your PIM."),
        ("note", {}, "The note attribute does not hold a file."),
        ("picture", {"scope": "print"}, "The picture attribute does not require a value per chann"),
        ("picture", {"locale": "en_US"}, "The picture attribute does not require a value per chan"),
    ],
)
def test_a_file_goes_to_a_place_for_files(
    mug: RawClient, attribute: str, more: dict[str, Any], start: str
) -> None:
    """Otherwise neither file nor value is stored, and there is no link to the documentation."""
    reply = mug.upload("/media-files", PICTURE, product=place(attribute=attribute, **more))

    assert (reply.status, sorted(reply.json)) == (422, ["code", "message"])
    assert reply.message.startswith(start)
    assert mug.item("/media-files")["_embedded"]["items"] == []
    assert picture_of(mug) is None


def test_a_file_of_another_level_is_refused(tree: RawClient) -> None:
    """Not dropped without a word, as a value of a PATCH is."""
    reply = tree.upload("/media-files", PICTURE, product=place("tee_red_s"))

    assert (reply.status, reply.json["errors"]) == (
        422,
        [
            {
                "property": "attribute",
                "message": 'Cannot set the property "picture" to this entity as it is not in the '
                "attribute set",
            }
        ],
    )


LIMITED = {"allowed_extensions": ["png", "jpg"], "max_file_size": "0.01"}


@pytest.mark.parametrize(
    ("name", "size", "status"),
    [
        ("a.png", 10_000, 201),
        ("a.PNG", 1, 201),
        ("a.png", 10_001, 422),
        ("a.gif", 1, 422),
        ("png", 1, 422),
    ],
)
def test_an_attribute_limits_extension_and_size(
    mug: RawClient, name: str, size: int, status: int
) -> None:
    """The violation says where; neither file nor value is stored; a megabyte has 1,000,000 B."""
    mug.put("/attributes", {"code": "picture", **LIMITED})
    reply = mug.upload("/media-files", b"x" * size, name, product=place())

    assert reply.status == status
    if status == 422:
        error = reply.json["errors"][0]
        del error["message"]
        where = {"attribute": "picture", "locale": None, "scope": None}
        assert (reply.message, error) == ("Validation failed.", {"property": "values", **where})
        assert mug.item("/media-files")["_embedded"]["items"] == []
        assert picture_of(mug) is None


def test_a_refused_file_leaves_the_one_before(mug: RawClient) -> None:
    """Also when it is the same file, which was allowed before."""
    code = code_of(mug.upload("/media-files", PICTURE, product=place()))
    mug.put("/attributes", {"code": "picture", "allowed_extensions": ["gif"]})

    assert mug.upload("/media-files", PICTURE, product=place()).status == 422
    assert mug.get(f"/media-files/{code}").status == 200
    assert picture_of(mug) == code


def test_a_code_may_be_the_value_of_others(mug: RawClient) -> None:
    """A known one; one that is not known is a documented 422."""
    code = code_of(mug.upload("/media-files", PICTURE, product=place()))
    other = mug.patch("/products/cup", values={"picture": value(code)})
    wrong = mug.patch("/products/cup", values={"picture": value(code + "x")})

    assert (other.status, picture_of(mug, "/products/cup")) == (201, code)
    assert (wrong.status, "_links" in wrong.json) == (422, True)


def test_a_code_must_fit_the_attribute_that_it_is_written_to(mug: RawClient) -> None:
    """Extension and size are looked at again."""
    kind = {"type": "pim_catalog_file", "group": "other", "allowed_extensions": ["pdf"]}
    mug.put("/attributes", {"code": "manual", **kind})
    code = code_of(mug.upload("/media-files", PICTURE, product=place()))
    reply = mug.patch("/products/cup", values={"manual": value(code)})

    assert (reply.status, reply.json["errors"][0]["attribute"]) == (422, "manual")


def test_a_null_takes_the_file_from_the_value(mug: RawClient) -> None:
    """The file stays."""
    code = code_of(mug.upload("/media-files", PICTURE, product=place()))
    mug.patch("/products/mug", values={"picture": value(None)})

    assert picture_of(mug) is None
    assert mug.get(f"/media-files/{code}").status == 200
