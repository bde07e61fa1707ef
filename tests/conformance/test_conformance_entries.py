"""Records and assets.

Source: akeneo/pim-api-docs, content/rest-api/update.md, records and assets in the reference, and
content/concepts/reference-entities.md and asset-manager.md.
"""

from __future__ import annotations

import pytest

from importbus.adapters.simulated_pim import SimulatedPim
from raw_http import API, RawClient
from raw_libraries import ASSETS, ENTITY, entry

KINDS = [(f"{ENTITY}/records", "record"), (f"{ASSETS}/assets", "asset")]


@pytest.mark.parametrize(("path", "noun"), KINDS)
def test_an_entry_is_written_by_itself(library: RawClient, path: str, noun: str) -> None:
    """201 and then 204, without a body, and where it is."""
    first, second = (library.patch(f"{path}/a", code="a") for _ in range(2))
    item = library.item(f"{path}/a")

    assert (first.status, first.text, second.status) == (201, "", 204)
    assert first.headers["Location"] == f"http://127.0.0.1:{library.port}{API}{path}/a"
    assert (item["code"], item["values"]) == ("a", {})
    assert set(item) == {"code", "values", "created", "updated"}


@pytest.mark.parametrize(("path", "noun"), KINDS)
def test_entries_are_written_as_one_array(library: RawClient, path: str, noun: str) -> None:
    """Each by itself and in their order, so one may link to one before it."""
    reply = library.array(path, {"code": "a"}, {"code": "b c"}, {"code": "A"}, {})

    assert [(each["code"], each["status_code"]) for each in reply.json] == [
        ("a", 201),
        ("b c", 422),
        ("a", 204),
        ("", 422),
    ]
    assert reply.json[1]["message"] == (
        f"The {noun} has data that does not comply with the business rules."
    )
    assert reply.json[3]["message"] == f"The {noun} has an invalid format."
    assert [error["property"] for error in reply.json[1]["errors"]] == ["code"]


@pytest.mark.parametrize(("path", "noun"), KINDS)
def test_a_hundred_entries_are_the_most(library: RawClient, path: str, noun: str) -> None:
    """One more is a 413 of the whole call, and nothing is done."""
    items = [{"code": f"e{n}"} for n in range(101)]
    reply = library.array(path, *items)

    assert (reply.status, reply.json) == (
        413,
        {"code": 413, "message": "Too many resources to process, 100 is the maximum allowed."},
    )
    assert library.get(f"{path}/e0").status == 404
    assert library.array(path, *items[:100]).status == 200


@pytest.mark.parametrize(("path", "noun"), KINDS)
def test_a_list_of_entries_has_a_format(library: RawClient, path: str, noun: str) -> None:
    """A 400 that names them."""
    reply = library.call("PATCH", path, {"code": "a"})

    assert (reply.status, reply.message) == (400, f"The list of {noun}s has an invalid format.")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/reference-entities/nope/records", 'Reference entity "nope" does not exist.'),
        ("/asset-families/nope/assets", 'Asset family "nope" does not exist.'),
        ("/asset-families/BRAND/assets", 'Asset family "BRAND" does not exist.'),
    ],
)
def test_entries_of_an_unknown_family_are_a_404(
    library: RawClient, path: str, message: str
) -> None:
    """Of the whole call."""
    reply = library.array(path, {"code": "a"})

    assert (reply.status, reply.json) == (404, {"code": 404, "message": message})


@pytest.mark.parametrize(("path", "noun"), KINDS)
def test_an_entry_has_no_other_properties(library: RawClient, path: str, noun: str) -> None:
    """Its times may be sent back and are passed over."""
    wrong = library.patch(f"{path}/a", unicorn=1)
    fine = library.patch(f"{path}/a", created="2020-01-01T00:00:00+00:00", updated=None)

    assert (wrong.status, wrong.blamed) == (422, ["unicorn"])
    assert wrong.message == f"The {noun} has an invalid format."
    assert fine.status == 201


@pytest.mark.parametrize(("path", "noun"), KINDS)
def test_a_path_and_a_body_name_one_entry(library: RawClient, path: str, noun: str) -> None:
    """Before it exists, and after."""
    before = library.patch(f"{path}/a", code="b")
    library.patch(f"{path}/a")
    after = library.patch(f"{path}/a", code="b")
    number = library.patch(f"{path}/a", code=1)

    assert (before.status, after.status, after.blamed) == (422, 422, ["code"])
    assert (number.status, number.blamed) == (422, ["code"])
    assert library.get(f"{path}/a").status == 200


def test_an_asset_may_name_its_family(library: RawClient) -> None:
    """The one that it is in, and no other one."""
    fine = library.patch(f"{ASSETS}/assets/a", asset_family_code="brand")
    other = library.patch(f"{ASSETS}/assets/a", asset_family_code="other")

    assert (fine.status, other.status, other.blamed) == (201, 422, ["asset_family_code"])


def test_an_asset_can_be_deleted(library: RawClient) -> None:
    """204, and then 404; a record cannot be deleted."""
    library.put_array(f"{ASSETS}/assets", {"code": "a"}, {"code": "b"})
    library.put_array(f"{ENTITY}/records", {"code": "a"})
    replies = [library.delete(f"{ASSETS}/assets/a") for _ in range(2)]

    assert [reply.status for reply in replies] == [204, 404]
    assert replies[1].message == 'Asset "a" does not exist.'
    assert library.get(f"{ASSETS}/assets/a").status == 404
    assert library.get(f"{ASSETS}/assets/b").status == 200
    assert library.delete(f"{ENTITY}/records/a").status == 405


@pytest.mark.parametrize(("path", "noun"), KINDS)
def test_an_entry_cannot_be_posted(library: RawClient, path: str, noun: str) -> None:
    """Neither one nor many."""
    assert library.post(path, code="a").status == 405
    assert library.post(f"{path}/a").status == 405


@pytest.mark.parametrize(("path", "noun"), KINDS)
def test_entries_are_listed_after_a_place(library: RawClient, path: str, noun: str) -> None:
    """A hundred on a page, each with a link to itself."""
    library.put_array(path, *({"code": f"e{n:03}"} for n in range(100)))
    library.put_array(path, {"code": "e100"})
    page = library.item(path)
    items = page["_embedded"]["items"]
    rest = library.item(f"{path}?search_after=e099")["_embedded"]["items"]

    assert [len(items), len(rest)] == [100, 1]
    assert items[0]["_links"]["self"]["href"].endswith(f"{path}/e000")
    assert page["_links"]["next"]["href"].endswith("search_after=e099")


@pytest.mark.parametrize(("operator", "found"), [("IN", ["a", "c"]), ("NOT%20IN", ["b"])])
@pytest.mark.parametrize(("path", "noun"), KINDS)
def test_entries_can_be_searched_by_code(
    library: RawClient, path: str, noun: str, operator: str, found: list[str]
) -> None:
    """In any spelling."""
    library.put_array(path, *({"code": code} for code in "abc"))
    search = f'{{"code":[{{"operator":"{operator}","value":["A","c"]}}]}}'
    items = library.item(f"{path}?search={search}")["_embedded"]["items"]

    assert [each["code"] for each in items] == found


def test_one_code_may_stand_in_many_families(library: RawClient) -> None:
    """Each has entries of its own."""
    library.patch("/reference-entities/other")
    library.put_array("/reference-entities/other/records", {"code": "a"})

    assert library.get(f"{ENTITY}/records/a").status == 404


def test_entries_stand_in_the_state(pim: SimulatedPim, library: RawClient) -> None:
    """Under `family/code`, without times."""
    library.put_array(f"{ENTITY}/records", {"code": "a", "values": {"motto": entry("x")}})
    library.put_array(f"{ASSETS}/assets", {"code": "b"})
    state = pim.state()

    assert state["reference_entity_records"] == {
        "brand/a": {"code": "a", "values": {"motto": entry("x")}}
    }
    assert state["assets"] == {"brand/b": {"code": "b", "values": {}}}
