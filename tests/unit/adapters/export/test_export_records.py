"""An export of lists that are made up: old versions, strange items, products without a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from exported import CODEC
from importbus.adapters.export import Export
from importbus.bus.errors import SinkRefused
from raw_http import value

PRODUCT, BY_UUID = "CreateOrUpdateProduct", "CreateOrUpdateProductByUuid"

ONE, TWO, THREE = (
    "7b3a1a52-2f6d-4c1e-9d55-0c8f6f3f7a01",
    "0f9e8d7c-6b5a-4f3e-8d1c-2b3a4f5e6d02",
    "33f7a1e0-5f0b-4d63-9c58-0c7de1c5d6c3",
)

SKU = {"code": "sku", "type": "pim_catalog_identifier"}


class Listing:
    """Lists by path; one that is not there is 404, and what is asked of it is remembered."""

    def __init__(self, *, refuses_search: bool = False, **lists: list[Any]) -> None:
        self._lists = {name.replace("_", "-"): items for name, items in lists.items()}
        self._refuses_search = refuses_search
        self.searches = 0

    def items(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[Any]:
        """Yield what stands in a list; a search is one for products without an identifier."""
        name = path.removeprefix("/api/rest/v1/")
        if name not in self._lists:
            raise LookupError(path)
        items = self._lists[name]
        if "search" in (params or {}):
            self.searches += 1
            if self._refuses_search:
                raise SinkRefused("There is no such filter.", status=422)
            items = [each for each in items if "sku" not in each["values"]]
        yield from items


def export_of(listing: Listing, *only: str, **how: Any) -> tuple[dict[str, list[Any]], Export]:
    """Return the data of each class, and the export that gave it."""
    export = Export(None, CODEC, only, told=lambda said: None, **how)  # type: ignore[arg-type]
    export.reading.items = listing.items  # type: ignore[method-assign]
    return {name: list(found) for name, found in export.sections()}, export


def test_a_pim_before_version_7_has_no_uuids() -> None:
    """Neither in its products nor as a list; the rest is exported."""
    listing = Listing(products=[{"identifier": "mug", "values": {}}], attributes=[SKU])
    found, export = export_of(listing, PRODUCT)

    assert found == {PRODUCT: [{"identifier": "mug"}]}
    assert "This PIM has no list products-uuid." in export.account.passed_over


LINKS: list[dict[str, Any]] = [
    {"associations": {"X_SELL": {"products": [ONE]}}},
    {"quantified_associations": {"SET": {"products": [{"uuid": ONE, "quantity": 2}]}}},
]


@pytest.mark.parametrize("links", LINKS)
@pytest.mark.parametrize("refuses_search", [False, True])
def test_products_without_an_identifier_go_by_uuid(
    refuses_search: bool, links: dict[str, Any]
) -> None:
    """And so does who is associated with one; it is found also where no search finds it."""
    listing = Listing(
        refuses_search=refuses_search,
        attributes=[SKU],
        products=[{"identifier": "mug", "uuid": TWO}, {"identifier": "cup", "uuid": THREE}],
        products_uuid=[
            {"uuid": THREE, "values": {"sku": value("cup")}},
            {"uuid": ONE, "values": {}},
            {"uuid": TWO, "values": {"sku": value("mug")}, **links},
        ],
    )
    found, _ = export_of(listing, PRODUCT, BY_UUID)

    assert found == {
        PRODUCT: [{"identifier": "cup", "uuid": THREE}],
        BY_UUID: [
            {"uuid": ONE},
            {"uuid": TWO, "values": {"sku": value("mug")}},
            {"uuid": TWO, **links},
        ],
    }


def test_where_all_have_an_identifier_the_list_by_uuid_is_not_read() -> None:
    """One search tells."""
    listing = Listing(
        products=[{"identifier": "mug", "uuid": ONE}],
        products_uuid=[{"uuid": ONE, "values": {"sku": value("mug")}}],
    )
    found, _ = export_of(listing, PRODUCT, BY_UUID)

    assert found == {PRODUCT: [{"identifier": "mug", "uuid": ONE}], BY_UUID: []}
    assert listing.searches == 1


def test_a_product_without_an_identifier_is_never_lost_in_silence() -> None:
    """Should it be listed by identifier and not be found by the search, it is told."""
    listing = Listing(products=[{"identifier": None, "uuid": ONE}, {"identifier": "mug"}])
    found, export = export_of(listing, PRODUCT)

    assert found == {PRODUCT: [{"identifier": "mug"}]}
    (problem,) = export.account.problems
    assert ONE in problem


def test_uuids_can_be_left_out() -> None:
    """Of products that have another name."""
    listing = Listing(products=[{"identifier": "mug", "uuid": ONE}])

    assert export_of(listing, PRODUCT, uuids=False)[0] == {PRODUCT: [{"identifier": "mug"}]}


def test_sub_models_come_behind_roots_and_links_behind_both() -> None:
    """Whatever the order of the list."""
    model = "CreateOrUpdateProductModel"
    links = {"X_SELL": {"product_models": ["z"]}}
    listing = Listing(
        product_models=[
            {"code": "a", "parent": "z", "associations": links},
            {"code": "z", "parent": None, "family_variant": "by_size"},
        ]
    )

    assert export_of(listing, model)[0][model] == [
        {"code": "z", "family_variant": "by_size"},
        {"code": "a", "parent": "z"},
        {"code": "a", "associations": links},
    ]


STRANGE: list[dict[str, Any]] = [
    {"identifier": "odd", "values": {"note": [{"locale": None}]}},
    {"identifier": "odd", "values": "none"},
    {"identifier": "odd", "associations": {"X_SELL": ["mug"]}},
    {"identifier": "odd", "enabled": "yes"},
]


@pytest.mark.parametrize("strange", STRANGE)
def test_a_strange_item_never_stops_the_others(strange: dict[str, Any]) -> None:
    """It is told with its key, counted, and not written."""
    listing = Listing(products=[strange, {"identifier": "mug"}])
    found, export = export_of(listing, PRODUCT)

    (problem,) = export.account.problems
    assert problem.startswith("CreateOrUpdateProduct: odd: ")
    assert found == {PRODUCT: [{"identifier": "mug"}]}


def test_files_can_be_left_out() -> None:
    """With the values that name them; how many is counted."""
    picture = {"code": "picture", "type": "pim_catalog_image"}
    listing = Listing(
        attributes=[picture],
        products=[{"identifier": "mug", "values": {"picture": value("1/2/mug.png")}}],
    )
    found, export = export_of(listing, PRODUCT, "CreateProductMediaFile")

    assert found == {PRODUCT: [{"identifier": "mug"}], "CreateProductMediaFile": []}
    assert export.account.files_left_out == 1
