"""Headers, methods and paths.

Source: akeneo/pim-api-docs, content/rest-api/responses.md (401, 405, 406, 415) and resources.md;
akeneo/pim-community-dev, ApiBundle/EventSubscriber/CheckHeadersRequestSubscriber.php.
"""

from __future__ import annotations

import pytest

from raw_http import API, COLLECTION, JSON, RawClient

WRITABLE = (
    "categories",
    "attribute-groups",
    "attributes",
    "attributes/sku/options",
    "families",
    "families/x/variants",
    "channels",
    "association-types",
    "product-models",
    "products",
    "products-uuid",
)
READ_ONLY = ("locales", "currencies", "measure-families")


@pytest.mark.parametrize("path", WRITABLE)
def test_a_batch_needs_the_collection_content_type(raw: RawClient, path: str) -> None:
    """JSON is refused where lines are expected."""
    reply = raw.call("PATCH", f"/{path}", "{}", JSON)

    assert reply.status == 415
    assert reply.message == (
        '"application/json" in "Content-Type" header is not valid. Only '
        '"application/vnd.akeneo.collection+json" is allowed.'
    )


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/categories"), ("PATCH", "/categories/master")]
)
def test_a_single_write_needs_json(raw: RawClient, method: str, path: str) -> None:
    """The collection content type is refused where one object is expected."""
    reply = raw.call(method, path, "{}", COLLECTION)

    assert reply.status == 415
    assert reply.message.endswith('Only "application/json" is allowed.')


def test_a_write_needs_a_content_type(raw: RawClient) -> None:
    """Without the header the answer names the type that is wanted."""
    headers = {"Authorization": f"Bearer {raw.token}"}
    reply = raw.send("PATCH", f"{API}/categories/master", "{}", headers)

    assert (reply.status, reply.message) == (
        415,
        'The "Content-Type" header is missing. "application/json" has to be specified as value.',
    )


def test_parameters_of_a_content_type_do_not_matter(raw: RawClient) -> None:
    """A charset may be given."""
    assert raw.call("PATCH", "/categories/master", "{}", f"{JSON}; charset=utf-8").status == 204


@pytest.mark.parametrize(("accept", "status"), [("text/html", 406), (JSON, 200), ("*/*", 200)])
@pytest.mark.parametrize("path", ["", "/system-information", "/categories", "/categories/master"])
def test_a_read_must_accept_json(raw: RawClient, path: str, accept: str, status: int) -> None:
    """Whoever wants something else than JSON gets 406."""
    headers = {"Authorization": f"Bearer {raw.token}", "Accept": accept}

    assert raw.send("GET", API + path, None, headers).status == status


def test_a_path_that_does_not_exist_is_a_404(raw: RawClient) -> None:
    """There is no such resource."""
    assert raw.get("/unicorns").status == 404
    assert raw.get("/products/a/b").status == 404


@pytest.mark.parametrize("path", [path for path in WRITABLE if "product" not in path])
def test_nothing_but_products_and_models_can_be_deleted(raw: RawClient, path: str) -> None:
    """DELETE of structure is 405, whether the item exists or not."""
    reply = raw.delete(f"/{path}/some")

    assert reply.status == 405
    assert "Method Not Allowed (Allow: GET, PATCH)" in reply.message
    assert reply.headers["Allow"] == "GET, PATCH"


@pytest.mark.parametrize("path", WRITABLE)
def test_a_collection_can_be_read_and_written_only(raw: RawClient, path: str) -> None:
    """DELETE and PUT are for nobody."""
    replies = [raw.call(method, f"/{path}", {}) for method in ("DELETE", "PUT")]

    assert [reply.status for reply in replies] == [405, 405]
    assert {reply.headers["Allow"] for reply in replies} == {"GET, POST, PATCH"}


@pytest.mark.parametrize("path", READ_ONLY)
def test_what_is_read_only_cannot_be_written(raw: RawClient, path: str) -> None:
    """Locales, currencies and measure families are for reading."""
    assert raw.get(f"/{path}").status == 200
    assert raw.call("PATCH", f"/{path}", "{}", COLLECTION).status == 405
    assert raw.post(f"/{path}", code="x").status == 405


def test_an_item_cannot_be_posted_to(raw: RawClient) -> None:
    """POST belongs to collections; the message lists what is allowed."""
    reply = raw.post("/products/x", identifier="x")

    assert reply.status == 405
    assert "Method Not Allowed (Allow: GET, PATCH, DELETE)" in reply.message


def test_an_item_that_does_not_exist_is_a_404(raw: RawClient) -> None:
    """The message names the resource and the code."""
    reply = raw.get("/products/nobody")

    assert (reply.status, reply.json) == (
        404,
        {"code": 404, "message": 'Product "nobody" does not exist.'},
    )


@pytest.mark.parametrize("body", ["{", "", "null", '"text"'])
def test_a_single_write_that_is_no_json_object_is_a_400(raw: RawClient, body: str) -> None:
    """What cannot be read changes nothing."""
    reply = raw.call("PATCH", "/categories/shoes", body)

    assert (reply.status, reply.message) == (400, "Invalid json message received")
    assert raw.get("/categories/shoes").status == 404
