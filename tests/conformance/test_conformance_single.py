"""Writes of one item.

Source: akeneo/pim-api-docs, content/rest-api/update.md (behaviour of PATCH) and responses.md
(bodies of errors); akeneo/pim-community-dev, Create...EndToEnd.php and
PartialUpdate...EndToEnd.php.
"""

from __future__ import annotations

import pytest

from raw_http import API, RawClient


def test_a_patch_creates_with_201_and_updates_with_204(raw: RawClient) -> None:
    """There is no body, and Location says where the item is."""
    created = raw.patch("/products/a%2Fb", enabled=True)
    updated = raw.patch("/products/a%2Fb", enabled=False)

    assert (created.status, updated.status) == (201, 204)
    assert created.text == updated.text == ""
    location = f"http://127.0.0.1:{raw.port}{API}/products/a%2Fb"
    assert created.headers["Location"] == updated.headers["Location"] == location


def test_a_post_creates_with_201(raw: RawClient) -> None:
    """The key comes from the body."""
    reply = raw.post("/categories", code="shoes", parent="master")

    assert (reply.status, reply.text) == (201, "")
    assert reply.headers["Location"].endswith(f"{API}/categories/shoes")


@pytest.mark.parametrize(
    ("path", "body", "blamed", "message"),
    [
        ("/categories", {"code": "master"}, "code", "This value is already used."),
        (
            "/products",
            {"identifier": "taken"},
            "identifier",
            "The same identifier is already set on another product.",
        ),
    ],
)
def test_a_post_of_what_exists_is_a_422(
    raw: RawClient, path: str, body: dict[str, str], blamed: str, message: str
) -> None:
    """POST never updates."""
    raw.put("/products", {"identifier": "taken"})
    reply = raw.call("POST", path, body)

    assert reply.status == 422
    assert reply.json["errors"] == [{"property": blamed, "message": message}]


@pytest.mark.parametrize(
    ("path", "key", "message"),
    [
        ("/categories", "code", "This value should not be blank."),
        ("/products", "identifier", "The identifier attribute cannot be empty."),
        ("/product-models", "code", "The product model code must not be empty."),
    ],
)
@pytest.mark.parametrize("said", [{}, {"key": None}, {"key": ""}, {"key": " "}])
def test_a_post_needs_the_key(
    raw: RawClient, path: str, key: str, message: str, said: dict[str, str | None]
) -> None:
    """A missing or blank one is a violation."""
    reply = raw.call("POST", path, {key: said["key"]} if said else {})

    assert reply.status == 422
    assert reply.json["errors"][0] == {"property": key, "message": message}


@pytest.mark.parametrize(
    ("code", "start"),
    [([], 'Property "code" expects a scalar as data, "array" given.'), (1, "code must be of type")],
)
def test_the_key_of_a_post_is_text(raw: RawClient, code: object, start: str) -> None:
    """As it is in a batch."""
    reply = raw.post("/categories", code=code)

    assert reply.status == 422
    assert reply.message.startswith(start)


def test_the_shape_of_a_post_is_checked_before_its_key(raw: RawClient) -> None:
    """Rules come after shapes."""
    reply = raw.post("/categories", labels=None)

    assert reply.message.startswith('Property "labels" expects an array as data, "NULL" given.')


def test_a_patch_that_creates_must_not_contradict_its_path(raw: RawClient) -> None:
    """Path and body name one item."""
    reply = raw.patch("/categories/shoes", code="boots")

    assert (reply.status, reply.message) == (
        422,
        'The code "boots" provided in the request body must match the code "shoes" provided in '
        "the url.",
    )


def test_a_code_cannot_be_changed(raw: RawClient) -> None:
    """What exists keeps its code."""
    reply = raw.patch("/categories/master", code="boots")

    assert reply.status == 422
    assert reply.json["errors"] == [
        {"property": "code", "message": "This property cannot be changed."}
    ]


def test_an_empty_patch_changes_nothing_or_creates(raw: RawClient) -> None:
    """`{}` is fine."""
    assert raw.patch("/categories/master").status == 204
    assert raw.patch("/categories/shoes").status == 201


def test_a_product_can_be_renamed_by_a_single_patch(raw: RawClient) -> None:
    """Location and list know the new identifier, and the old one is gone."""
    raw.put("/products", {"identifier": "old", "enabled": False})
    uuid = raw.item("/products/old")["uuid"]
    reply = raw.patch("/products/old", identifier="new")

    assert (reply.status, reply.headers["Location"][-3:]) == (204, "new")
    assert raw.get("/products/old").status == 404
    assert (raw.item("/products/new")["uuid"], raw.item("/products/new")["enabled"]) == (
        uuid,
        False,
    )


def test_a_product_cannot_be_renamed_to_one_that_exists(raw: RawClient) -> None:
    """Identifiers are unique."""
    raw.put("/products", {"identifier": "a"}, {"identifier": "b"})
    reply = raw.patch("/products/a", identifier="B")

    assert (reply.status, reply.blamed) == (422, ["identifier"])


def test_a_whole_call_error_has_its_status_as_code(raw: RawClient) -> None:
    """The documented kind has a link beside it."""
    reply = raw.patch("/families/shoes", nonsense=1)

    assert reply.json == {
        "code": 422,
        "message": 'Property "nonsense" does not exist. Check the expected format on the API '
        "documentation.",
        "_links": {
            "documentation": {
                "href": "http://api.akeneo.com/api-reference.html#patch_families__code_"
            }
        },
    }


def test_a_post_links_to_its_own_documentation(raw: RawClient) -> None:
    """The link is that of the operation."""
    reply = raw.post("/families", code="shoes", nonsense=1)

    assert reply.json["_links"]["documentation"]["href"].endswith("#post_families")
