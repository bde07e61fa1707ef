"""Products by uuid.

Source: akeneo/pim-api-docs, products by uuid in the reference and content/concepts/products.md;
akeneo/pim-community-dev, the end-to-end tests of products by uuid.
"""

from __future__ import annotations

from typing import Any

import pytest

from importbus.adapters.simulated_pim import SimulatedPim
from raw_http import API, RawClient, value

PATH = "/products-uuid"
ONE = "7b3a1a52-2f6d-4c1e-9d55-0c8f6f3f7a01"
TWO = "0f9e8d7c-6b5a-4f3e-8d1c-2b3a4f5e6d02"
FIVE = "886313e1-3b8a-5372-9b90-0c9aee199e5d"


def identified(code: str | None) -> dict[str, Any]:
    """Return values with an identifier."""
    return {"sku": value(code)}


def test_a_product_is_written_by_uuid(raw: RawClient) -> None:
    """201 and then 204, without a body, and where it is."""
    first, second = (raw.patch(f"{PATH}/{ONE}", enabled=False) for _ in range(2))

    assert (first.status, first.text, second.status) == (201, "", 204)
    assert first.headers["Location"] == f"http://127.0.0.1:{raw.port}{API}{PATH}/{ONE}"
    assert raw.item(f"{PATH}/{ONE}")["enabled"] is False


def test_a_product_needs_no_identifier(raw: RawClient) -> None:
    """It is then none of the products by identifier."""
    raw.put(PATH, {"uuid": ONE}, {"uuid": TWO, "values": identified("mug")})
    listed = raw.item("/products")["_embedded"]["items"]

    assert raw.item(f"{PATH}/{ONE}")["values"] == {}
    assert [each["identifier"] for each in listed] == ["mug"]
    assert raw.get(f"/products/%0A{ONE}").status == 404


def test_the_identifier_is_one_of_the_values(raw: RawClient) -> None:
    """And `identifier` is no property, in what is read as in what is written."""
    raw.put(PATH, {"uuid": ONE, "values": identified("mug")})
    item = raw.item(f"{PATH}/{ONE}")
    refused = raw.patch(f"{PATH}/{ONE}", identifier="mug")

    assert item["values"] == identified("mug")
    assert "identifier" not in item
    assert refused.status == 422
    assert refused.message.startswith('Property "identifier" does not exist.')


def test_both_paths_lead_to_one_product(raw: RawClient) -> None:
    """What is written through one is read through the other, and deleted for both."""
    raw.put("/products", {"identifier": "mug", "enabled": False})
    uuid = raw.item("/products/mug")["uuid"]
    raw.put(PATH, {"uuid": uuid, "categories": ["master"]})
    item = raw.item("/products/mug")
    gone = raw.delete(f"{PATH}/{uuid}")

    assert (item["enabled"], item["categories"]) == (False, ["master"])
    assert (gone.status, raw.get("/products/mug").status) == (204, 404)
    assert raw.delete(f"{PATH}/{uuid}").status == 404


def test_what_is_deleted_by_identifier_is_gone_by_uuid(raw: RawClient) -> None:
    """It can come again."""
    raw.put(PATH, {"uuid": ONE, "values": identified("mug")})
    raw.delete("/products/mug")
    missing = raw.get(f"{PATH}/{ONE}")

    assert (missing.status, missing.message) == (404, f'Product "{ONE}" does not exist.')
    assert raw.patch(f"{PATH}/{ONE}").status == 201


def test_a_product_is_renamed_by_its_identifier_value(raw: RawClient) -> None:
    """The uuid stays; null takes the identifier away, and another gives one again."""
    raw.put("/products", {"identifier": "mug"})
    uuid = raw.item("/products/mug")["uuid"]
    names = []
    for name in ("cup", None, "jug"):
        raw.patch(f"{PATH}/{uuid}", values=identified(name))
        listed = raw.item("/products")["_embedded"]["items"]
        names.append([(each["identifier"], each["uuid"]) for each in listed])

    assert names == [[("cup", uuid)], [], [("jug", uuid)]]


def test_an_identifier_is_taken_once(raw: RawClient) -> None:
    """The violation stands at the value; the same identifier again is fine."""
    raw.put(PATH, {"uuid": ONE, "values": identified("mug")})
    taken = raw.patch(f"{PATH}/{TWO}", values=identified("MUG"))
    again = raw.patch(f"{PATH}/{ONE}", values=identified("mug"))
    (error,) = taken.json["errors"]

    assert (taken.status, again.status) == (422, 204)
    assert (error["property"], error["attribute"]) == ("values", "sku")


@pytest.mark.parametrize("name", ["a,b", " a", "a;b", "x" * 256])
def test_an_identifier_value_has_the_form_of_an_identifier(raw: RawClient, name: str) -> None:
    """No comma, semicolon or outer blank; 255 characters."""
    reply = raw.patch(f"{PATH}/{ONE}", values=identified(name))

    assert reply.status == 422
    assert raw.get(f"{PATH}/{ONE}").status == 404


def test_a_new_uuid_must_be_of_version_4(raw: RawClient) -> None:
    """A deterministic one of version 5 is refused."""
    reply = raw.patch(f"{PATH}/{FIVE}")

    assert (reply.status, reply.json["errors"]) == (
        422,
        [
            {
                "property": "uuid",
                "message": f'The version of the uuid "{FIVE}" should be 4, 5 given.',
            }
        ],
    )


def test_what_is_no_uuid_is_a_documented_422(raw: RawClient) -> None:
    """In a path and in a line; reading it is a 404."""
    single = raw.patch(f"{PATH}/mug")
    (line,) = raw.lines(PATH, {"uuid": "MUG"}).lines

    assert (single.status, "_links" in single.json) == (422, True)
    assert single.message.startswith("This is not a valid UUID.")
    assert (line["line"], line["uuid"], line["status_code"]) == (1, "mug", 422)
    assert "_links" in line
    assert raw.get(f"{PATH}/mug").status == 404


@pytest.mark.parametrize("said", ["mug", None, 4, ONE[:-1]])
def test_by_identifier_a_uuid_has_its_form_too(raw: RawClient, said: Any) -> None:
    """Before it is asked whose it is."""
    reply = raw.patch("/products/mug", uuid=said)

    assert (reply.status, "_links" in reply.json) == (422, True)
    assert reply.message.startswith("This is not a valid UUID.")


def test_lines_echo_the_uuid_in_lower_case(raw: RawClient) -> None:
    """However it was sent."""
    lines = raw.lines(PATH, {"uuid": ONE.upper()}, {"uuid": ONE, "family": "nope"}).lines

    assert [(line["uuid"], line["status_code"]) for line in lines] == [(ONE, 201), (ONE, 422)]
    assert lines[0] == {"line": 1, "uuid": ONE, "status_code": 201}


@pytest.mark.parametrize("line", [{}, {"uuid": None}, {"uuid": ""}, {"uuid": " "}])
def test_a_line_needs_a_uuid(raw: RawClient, line: dict[str, Any]) -> None:
    """A 422 without a key."""
    assert raw.lines(PATH, line).lines == [
        {"line": 1, "status_code": 422, "message": "Uuid is missing."}
    ]


def test_a_path_and_a_body_name_one_uuid(raw: RawClient) -> None:
    """Letter by letter when the product is new; later in any spelling, and no other one."""
    other = raw.patch(f"{PATH}/{ONE}", uuid=TWO)
    spelled = raw.patch(f"{PATH}/{ONE}", uuid=ONE.upper())
    raw.patch(f"{PATH}/{ONE}", uuid=ONE)
    changed = raw.patch(f"{PATH}/{ONE}", uuid=TWO)
    same = raw.patch(f"{PATH}/{ONE}", uuid=ONE.upper())

    assert (other.status, spelled.status, same.status) == (422, 422, 204)
    assert other.message == (
        f'The uuid "{TWO}" provided in the request body must match the uuid "{ONE}" provided in '
        "the url."
    )
    assert changed.blamed == ["uuid"]


def test_a_posted_product_may_leave_its_uuid_to_the_pim(raw: RawClient) -> None:
    """The place names it; two posts make two products, and one uuid can be posted once."""
    posted = [raw.post(PATH, enabled=False) for _ in range(2)]
    places = {reply.headers["Location"].rpartition("/")[2] for reply in posted}
    own = raw.post(PATH, uuid=ONE)
    again = raw.post(PATH, uuid=ONE.upper())

    assert [reply.status for reply in (*posted, own, again)] == [201, 201, 201, 422]
    assert len(places) == 2
    assert {raw.item(f"{PATH}/{uuid}")["enabled"] for uuid in places} == {False}


def test_one_uuid_is_one_product(raw: RawClient) -> None:
    """Also when it is given by identifier."""
    raw.put(PATH, {"uuid": ONE})
    reply = raw.patch("/products/mug", uuid=ONE)

    assert (reply.status, reply.blamed) == (422, ["uuid"])


def test_associations_name_products_by_uuid(raw: RawClient) -> None:
    """By identifier on the other path, which leaves out what has none."""
    raw.put(PATH, {"uuid": ONE, "values": identified("mug")}, {"uuid": TWO})
    raw.put(PATH, {"uuid": ONE, "associations": {"PACK": {"products": [TWO.upper(), ONE]}}})

    assert raw.item(f"{PATH}/{ONE}")["associations"] == {"PACK": {"products": sorted([ONE, TWO])}}
    assert raw.item("/products/mug")["associations"] == {"PACK": {"products": ["mug"]}}


def test_an_association_by_uuid_needs_a_product(raw: RawClient) -> None:
    """An identifier is none, and neither is what does not exist."""
    raw.put("/products", {"identifier": "mug"})
    replies = [
        raw.patch(f"{PATH}/{ONE}", associations={"PACK": {"products": [said]}})
        for said in (TWO, "mug")
    ]

    assert [reply.status for reply in replies] == [422, 422]
    assert replies[0].message.startswith(
        'Property "associations" expects a valid product uuid. The product does not exist, '
        f'"{TWO}" given.'
    )


def test_quantities_name_products_by_uuid(raw: RawClient) -> None:
    """Under `uuid`, and under `identifier` on the other path; both ways count one product."""
    raw.put("/association-types", {"code": "KIT", "is_quantified": True})
    raw.put("/products", {"identifier": "mug"})
    uuid = raw.item("/products/mug")["uuid"]
    linked = {"KIT": {"products": [{"uuid": uuid, "quantity": 2}]}}
    raw.put(PATH, {"uuid": ONE, "values": identified("set"), "quantified_associations": linked})

    assert raw.item(f"{PATH}/{ONE}")["quantified_associations"] == linked
    assert raw.item("/products/set")["quantified_associations"] == {
        "KIT": {"products": [{"identifier": "mug", "quantity": 2}]}
    }


@pytest.mark.parametrize("said", ["x", {"PACK": "x"}, {"PACK": {"products": "x"}}])
@pytest.mark.parametrize("name", ["associations", "quantified_associations"])
def test_associations_by_uuid_have_a_shape(raw: RawClient, name: str, said: Any) -> None:
    """The one that they have by identifier."""
    raw.put("/association-types", {"code": "KIT", "is_quantified": True})
    plain = name == "associations" or isinstance(said, str)
    body = said if plain else {"KIT": said["PACK"]}
    reply = raw.patch(f"{PATH}/{ONE}", **{name: body})

    assert (reply.status, "_links" in reply.json) == (422, True)


def test_quantities_by_uuid_come_sorted(raw: RawClient) -> None:
    """By uuid, whatever the order of the identifiers."""
    raw.put("/association-types", {"code": "KIT", "is_quantified": True})
    raw.put(
        PATH,
        {"uuid": ONE, "values": identified("a")},
        {"uuid": TWO, "values": identified("b")},
    )
    entries = [{"uuid": uuid, "quantity": 1} for uuid in (ONE, TWO)]
    raw.put(PATH, {"uuid": ONE, "quantified_associations": {"KIT": {"products": entries}}})

    assert raw.item(f"{PATH}/{ONE}")["quantified_associations"] == {
        "KIT": {"products": sorted(entries, key=lambda entry: str(entry["uuid"]))}
    }


def test_quantities_by_uuid_have_rules(raw: RawClient) -> None:
    """The product must exist, and is not named by identifier."""
    raw.put("/association-types", {"code": "KIT", "is_quantified": True})
    missing, shape = (
        raw.patch(f"{PATH}/{ONE}", quantified_associations={"KIT": {"products": [entry]}})
        for entry in ({"uuid": TWO, "quantity": 1}, {"identifier": "mug", "quantity": 1})
    )

    assert missing.blamed == ["quantifiedAssociations.KIT.products"]
    assert TWO in missing.json["errors"][0]["message"]
    assert (shape.status, "_links" in shape.json) == (422, True)


def test_a_product_that_becomes_a_variant_by_uuid_is_a_204(tree: RawClient) -> None:
    """By identifier it is a 201."""
    tree.put(PATH, {"uuid": ONE}, {"uuid": TWO})
    said = {"parent": "tee_red", "values": {"size": value("m")}}

    assert tree.patch(f"{PATH}/{ONE}", **said).status == 204
    assert tree.item(f"{PATH}/{ONE}")["values"]["color"] == value("red")
    assert (
        tree.patch(f"{PATH}/{TWO}", **said)
        .json["errors"][0]["message"]
        .endswith(f'as the variant product "{ONE}" already has this value')
    )


def test_products_are_listed_by_uuid(raw: RawClient) -> None:
    """All of them, in their order, in pages and after a place."""
    raw.put("/products", {"identifier": "mug"})
    raw.put(PATH, {"uuid": ONE}, {"uuid": TWO})
    whole = raw.item(f"{PATH}?with_count=true")
    after = raw.item(f"{PATH}?pagination_type=search_after&search_after={TWO}")
    uuids = [each["uuid"] for each in whole["_embedded"]["items"]]

    assert (uuids, whole["items_count"]) == (sorted({ONE, TWO, *uuids}), 3)
    assert [each["uuid"] for each in after["_embedded"]["items"]] == uuids[uuids.index(TWO) + 1 :]
    assert whole["_embedded"]["items"][0]["_links"]["self"]["href"].endswith(f"{PATH}/{uuids[0]}")


def test_products_can_be_searched_by_uuid(raw: RawClient) -> None:
    """And by identifier, which a product may lack."""
    raw.put(PATH, {"uuid": ONE}, {"uuid": TWO, "values": identified("mug")})
    found = [
        raw.item(f'{PATH}?search={{"{name}":[{{"operator":"{operator}","value":["{said}"]}}]}}')
        for name, operator, said in (
            ("uuid", "IN", ONE),
            ("uuid", "NOT%20IN", ONE),
            ("identifier", "IN", "mug"),
        )
    ]

    assert [[each["uuid"] for each in page["_embedded"]["items"]] for page in found] == [
        [ONE],
        [TWO],
        [TWO],
    ]


def test_the_state_names_a_product_without_identifier_by_uuid(
    pim: SimulatedPim, raw: RawClient
) -> None:
    """Also in associations; every product stands there once."""
    raw.put(PATH, {"uuid": ONE}, {"uuid": TWO, "values": identified("mug")})
    raw.put("/products", {"identifier": "mug"})
    raw.put(PATH, {"uuid": TWO, "associations": {"PACK": {"products": [ONE]}}})
    state = pim.state()["products"]

    assert sorted(state) == [ONE, "mug"]
    assert state[ONE]["identifier"] is None
    assert state["mug"]["associations"] == {"PACK": {"products": [ONE]}}


def test_both_paths_write_one_product_for_the_trace() -> None:
    """A write by uuid while one by identifier is under way is an overlap."""
    meanwhile: list[str] = []

    def sleep(seconds: float) -> None:
        if meanwhile:
            other.patch(meanwhile.pop())

    with SimulatedPim(latency_ms=1, sleep=sleep, monotonic=lambda: 0.0) as pim:
        client = RawClient(pim.port)
        other = RawClient(pim.port, client.token)
        client.put(PATH, {"uuid": ONE, "values": identified("mug")})
        meanwhile.append(f"{PATH}/{ONE}")
        client.patch("/products/mug")
        overlaps = pim.trace()["overlaps"]
        client.close()
        other.close()

    assert [(each["path"], each["key"]) for each in overlaps] == [(f"{API}/products", "mug")]
