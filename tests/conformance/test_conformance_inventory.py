"""The documented API, call by call.

Source: akeneo/pim-api-docs, content/swagger/akeneo-web-api.json, of which
`tests/support/api_inventory.json` holds path, method and statuses.
"""

from __future__ import annotations

import re

import pytest

from api_inventory import METHODS, Operation, derived, inventory, operations
from raw_calls import World
from raw_http import API, JSON, TOKEN, RawClient
from raw_places import put_places
from unserved_calls import ELSEWHERE, NEVER, NOT_SERVED, REFUSED, SERVED, named


@pytest.fixture
def world(raw: RawClient) -> World:
    """A PIM with one item of each kind."""
    return World(raw, put_places(raw))


@pytest.mark.parametrize("operation", SERVED, ids=named)
def test_a_documented_call_has_its_documented_statuses(world: World, operation: Operation) -> None:
    """Each of them can be got, but those that this page says are never answered."""
    wanted = [
        status
        for status in operation.statuses
        if status not in NEVER and (operation.method, operation.path, status) not in ELSEWHERE
    ]
    # A success comes last: it may change what the other answers are about.
    order = sorted(wanted, reverse=True)
    got = [world.provoked(operation, status).status for status in order]

    assert got == order


@pytest.mark.parametrize("path", {each.path: None for each in SERVED})
def test_a_documented_path_has_no_other_methods(world: World, path: str) -> None:
    """They are a 405 that lists those that are."""
    documented = {each.method for each in SERVED if each.path == path}
    wrong = [method for method in METHODS if method not in documented]
    replies = [
        world.send(Operation(path, method, ()), world.target(Operation(path, method, ())), {})
        for method in wrong
    ]

    assert [reply.status for reply in replies] == [405] * len(wrong)
    assert {tuple(sorted(reply.headers["Allow"].split(", "))) for reply in replies} == {
        tuple(sorted(documented))
    }


@pytest.mark.parametrize("operation", REFUSED, ids=named)
def test_what_is_not_served_is_a_404_or_a_405(world: World, operation: Operation) -> None:
    """405 where the path leads to something else, and 404 everywhere else."""
    path = re.sub(r"\{\w+\}", "some", operation.path)

    assert world.send(operation, path, {}, Content_Type=JSON).status in (404, 405)


def test_the_server_serves_nothing_that_is_not_documented(raw: RawClient) -> None:
    """Its own list of routes and the documented ones are the same, apart from names in braces."""
    listed = {
        (method, re.sub(r"\{\w+\}", "{}", route["route"]))
        for route in raw.item("")["routes"].values()
        for method in route["methods"]
    }
    special = {TOKEN, API, f"{API}/system-information"}
    documented = {
        (each.method, re.sub(r"\{\w+\}", "{}", each.path))
        for each in SERVED
        if each.path not in special
    }

    assert listed == documented


def test_the_inventory_is_path_method_and_statuses() -> None:
    """Of a Swagger file nothing else is taken over."""
    call = {"summary": "?", "responses": {"200": {}, "401": {"description": "?"}}}
    swagger = {"paths": {"/b": {"get": call, "parameters": []}, "/a": {"patch": call}}}

    assert derived(swagger) == {"/a": {"PATCH": [200, 401]}, "/b": {"GET": [200, 401]}}


def test_every_reason_is_about_a_documented_call() -> None:
    """An exception that excepts nothing is a mistake."""
    names = [name for each in operations() for name in (each.path, f"{each.method} {each.path}")]
    idle = [rule for rule in NOT_SERVED if not any(re.fullmatch(rule, name) for name in names)]
    found = inventory()

    assert idle == []
    assert all(status in found[path][method] for method, path, status in ELSEWHERE)
    assert all(any(status in each.statuses for each in SERVED) for status in NEVER)
