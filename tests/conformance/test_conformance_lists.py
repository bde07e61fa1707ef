"""Lists and searches.

Source: akeneo/pim-api-docs, content/rest-api/pagination.md and filter.md; akeneo/pim-community-dev,
ErrorListProductEndToEnd.php.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from raw_http import API, RawClient


@pytest.fixture
def many(raw: RawClient) -> RawClient:
    """The client; there are the products p00 to p24."""
    raw.put("/families", {"code": "f"})
    raw.put("/products", *({"identifier": f"p{n:02}", "enabled": n % 2 == 0} for n in range(25)))
    raw.patch("/products/p07", family="f", categories=["master"])
    return raw


def codes(page: Any) -> list[str]:
    """Return the identifiers on a page."""
    return [item["identifier"] for item in page["_embedded"]["items"]]


def follow(client: RawClient, href: str) -> Any:
    """Return the page that a link leads to."""
    parts = urlsplit(href)
    assert parts.path.startswith(API)
    return client.item(f"{parts.path[len(API) :]}?{parts.query}")


def test_a_list_comes_in_pages_of_ten(many: RawClient) -> None:
    """With links, and without a count unless it is wanted."""
    page = many.item("/products")

    assert codes(page) == [f"p{n:02}" for n in range(10)]
    assert set(page["_links"]) == {"self", "first", "next"}
    assert page["current_page"] == 1
    assert "items_count" not in page


def test_the_links_lead_through_all_pages(many: RawClient) -> None:
    """The last page has no next one."""
    page, seen = many.item("/products?limit=10"), []
    seen += codes(page)
    while "next" in page["_links"]:
        page = follow(many, page["_links"]["next"]["href"])
        seen += codes(page)

    assert seen == [f"p{n:02}" for n in range(25)]
    assert page["current_page"] == 3
    assert "previous" in page["_links"]


def test_a_list_can_be_counted(many: RawClient) -> None:
    """`with_count` costs the real PIM time, so it is not the default."""
    assert many.item("/products?with_count=true")["items_count"] == 25
    assert "items_count" not in many.item("/products?with_count=false")


@pytest.mark.parametrize("path", ["/products", "/product-models"])
def test_search_after_leads_through_all_items(many: RawClient, path: str) -> None:
    """The link holds the place; there is no page number and no way back."""
    page = many.item(f"{path}?pagination_type=search_after&limit=10")
    seen = [item.get("identifier") for item in page["_embedded"]["items"]]
    while "next" in page["_links"]:
        page = follow(many, page["_links"]["next"]["href"])
        seen += codes(page)

    assert seen == ([f"p{n:02}" for n in range(25)] if path == "/products" else [])
    assert "current_page" not in page
    assert "previous" not in page["_links"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/products?limit=101", "You cannot request more than 100 items."),
        ("/products?limit=0", '"0" is not a valid limit number.'),
        ("/products?page=x", '"x" is not a valid page number.'),
        ("/categories?pagination_type=search_after", "Pagination type does not exist."),
        ("/products?pagination_type=odd", "Pagination type does not exist."),
        ("/products?limit=100&page=101", "You have reached the maximum number of pages"),
        ("/products?search={}&search=[]", "Structure of filter is not valid."),
        ("/products?search={%22odd%22:[{%22operator%22:%22=%22}]}", 'Filter on property "odd"'),
        (
            "/products?search={%22family%22:[{%22operator%22:%22~%22}]}",
            'Filter on property "family"',
        ),
    ],
)
def test_a_list_has_limits(many: RawClient, path: str, message: str) -> None:
    """Each is a 422."""
    reply = many.get(path)

    assert reply.status == 422
    assert reply.message.startswith(message)


def test_the_window_of_pages_has_ten_thousand_items(many: RawClient) -> None:
    """The limit includes its end; the refusal leads to the way around it."""
    last, beyond = (many.get(f"/products?limit=100&page={page}") for page in (100, 101))

    assert (last.status, beyond.status) == (200, 422)
    assert beyond.json["_links"]["documentation"]["href"] == (
        "http://api.akeneo.com/documentation/pagination.html#the-search-after-method"
    )


@pytest.mark.parametrize("value", [{"a": 1}, [["a"]], [{}], 1.5])
def test_the_value_of_a_filter_is_text_or_a_list_of_text(many: RawClient, value: object) -> None:
    """Numbers, booleans and null are fine as well."""
    search = {"identifier": [{"operator": "IN", "value": value}]}
    reply = many.get(f"/products?search={quote(json.dumps(search))}")

    assert (reply.status, reply.message) == (
        422,
        'Filter on property "identifier" expects text, or a list of text.',
    )


def test_a_hundred_items_a_page_are_fine(many: RawClient) -> None:
    """The limit includes its end."""
    assert len(codes(many.item("/products?limit=100"))) == 25


def test_a_search_must_be_json(many: RawClient) -> None:
    """A 400."""
    assert many.get("/products?search={").status == 400


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ({"identifier": [{"operator": "IN", "value": ["p03", "P01", "zz"]}]}, ["p01", "p03"]),
        ({"identifier": [{"operator": "=", "value": "p05"}]}, ["p05"]),
        ({"identifier": [{"operator": "IN", "value": []}]}, []),
        ({"family": [{"operator": "IN", "value": ["F"]}]}, ["p07"]),
        ({"family": [{"operator": "NOT EMPTY"}]}, ["p07"]),
        ({"categories": [{"operator": "IN", "value": ["master"]}]}, ["p07"]),
        (
            {
                "enabled": [{"operator": "=", "value": False}],
                "identifier": [{"operator": "IN", "value": ["p01", "p02", "p03"]}],
            },
            ["p01", "p03"],
        ),
        (
            {
                "identifier": [{"operator": "IN", "value": ["p01", "p02"]}],
                "enabled": [{"operator": "!=", "value": False}],
            },
            ["p02"],
        ),
        (
            {
                "identifier": [
                    {"operator": "IN", "value": ["p01", "p02"]},
                    {"operator": "NOT IN", "value": ["p01"]},
                ],
            },
            ["p02"],
        ),
    ],
)
def test_a_list_can_be_searched(many: RawClient, search: Any, found: list[str]) -> None:
    """All conditions must hold."""
    page = many.item(f"/products?search={quote(json.dumps(search))}")

    assert codes(page) == found


@pytest.mark.parametrize(
    ("path", "name", "operator", "value", "found"),
    [
        ("/product-models", "parent", "=", "tee", ["tee_red"]),
        ("/product-models", "parent", "EMPTY", None, ["tank", "tee"]),
        ("/product-models", "family_variant", "IN", ["by_size"], ["tank"]),
        ("/product-models", "code", "!=", "tee", ["tank", "tee_red"]),
        ("/products", "parent", "IN", ["TEE_RED"], ["tee_red_s"]),
        ("/products", "groups", "NOT EMPTY", None, []),
        ("/attributes", "type", "IN", ["pim_catalog_date"], ["released"]),
        ("/categories", "parent", "=", "master", ["branch"]),
    ],
)
def test_several_properties_can_be_searched(
    tree: RawClient, path: str, name: str, operator: str, value: object, found: list[str]
) -> None:
    """Those by which an importer reads back what it wrote."""
    tree.put("/categories", {"code": "branch", "parent": "master"})
    search = {name: [{"operator": operator, "value": value}]}
    items = tree.item(f"{path}?search={quote(json.dumps(search))}")["_embedded"]["items"]

    assert [item.get("code", item.get("identifier")) for item in items] == found


def test_a_search_stays_in_the_links(many: RawClient) -> None:
    """The next page is searched, too."""
    search = quote(json.dumps({"enabled": [{"operator": "=", "value": True}]}))
    page = many.item(f"/products?limit=10&search={search}")
    rest = follow(many, page["_links"]["next"]["href"])

    assert codes(rest) == ["p20", "p22", "p24"]


@pytest.mark.parametrize(
    "path",
    [
        "/categories",
        "/attributes",
        "/attributes/color/options",
        "/attribute-groups",
        "/families",
        "/families/shirts/variants",
        "/channels",
        "/association-types",
        "/locales",
        "/currencies",
        "/measure-families",
    ],
)
def test_every_resource_can_be_listed(shop: RawClient, path: str) -> None:
    """Each item has a link to itself, which works."""
    page = shop.item(path)

    for item in page["_embedded"]["items"]:
        link = item.pop("_links")["self"]["href"]
        assert follow(shop, link) == item
    assert page["_embedded"]["items"]


def test_locales_can_be_searched_by_code(raw: RawClient) -> None:
    """They are known by their code alone."""
    search = quote(json.dumps({"code": [{"operator": "IN", "value": ["en_US"]}]}))

    assert [
        each["code"] for each in raw.item(f"/locales?search={search}")["_embedded"]["items"]
    ] == ["en_US"]
