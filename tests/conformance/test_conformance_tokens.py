"""Tokens.

Source: akeneo/pim-api-docs, content/rest-api/authentication.md (grants, lifetimes);
akeneo/pim-community-dev, end-to-end tests of the token endpoint (texts, 300 bytes).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from importbus.adapters.simulated_pim import SimulatedPim
from raw_http import API, JSON, TOKEN, RawClient

PASSWORD = {"grant_type": "password", "username": "admin", "password": "admin"}


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        """Begin at an arbitrary time."""
        self.now = 1_000_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Time for the server of these tests."""
    return Clock()


@pytest.fixture
def guarded(clock: Clock) -> Iterator[RawClient]:
    """A client of a server of its own, whose tokens last 60 seconds."""
    with SimulatedPim(clock=clock, token_lifetime=60, refresh_lifetime=600) as pim:
        client = RawClient(pim.port)
        yield client
        client.close()


def test_a_token_comes_with_its_lifetime_and_a_refresh_token(raw: RawClient) -> None:
    """The password grant answers all that later calls need."""
    reply = raw.token_request(PASSWORD)

    answer = reply.json

    assert reply.status == 200
    assert (answer["expires_in"], answer["token_type"], answer["scope"]) == (3600, "bearer", None)
    assert list(answer) == ["access_token", "expires_in", "token_type", "scope", "refresh_token"]


def test_a_token_can_be_asked_for_with_a_form(raw: RawClient) -> None:
    """The other content type of the token endpoint works as well."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": "Basic aW1wb3J0YnVzOnNlY3JldA==",
    }
    reply = raw.send("POST", TOKEN, "grant_type=password&username=admin&password=admin", headers)

    assert reply.status == 200


@pytest.mark.parametrize(
    ("form", "message"),
    [
        (
            {"grant_type": "password", "username": "admin", "password": ""},
            'Parameter "grant_type", "username" or "password" is missing, empty or invalid',
        ),
        (
            {"grant_type": "password", "password": "admin"},
            'Parameter "grant_type", "username" or "password" is missing, empty or invalid',
        ),
        (
            {"grant_type": "password", "username": "admin", "password": ["admin"]},
            'Parameter "grant_type", "username" or "password" is missing, empty or invalid',
        ),
        (
            {"grant_type": "password", "username": "nobody", "password": "admin"},
            "No user found for the given username and password",
        ),
        (
            {"username": "admin", "password": "admin"},
            'Parameter "grant_type", "username" or "password" is missing, empty or invalid',
        ),
        (
            {"grant_type": "password", "username": "admin", "password": "wrong"},
            "No user found for the given username and password",
        ),
        (
            {"grant_type": "client_credentials", "username": "a", "password": "b"},
            "This grant type is not authorized for this client",
        ),
        (
            {"grant_type": "refresh_token"},
            'Parameter "grant_type" or "refresh_token" is missing or empty',
        ),
        (
            {"grant_type": "refresh_token", "refresh_token": "unknown"},
            "Refresh token is invalid or has expired",
        ),
    ],
)
def test_a_wrong_token_request_is_a_422(raw: RawClient, form: object, message: str) -> None:
    """Wrong credentials are 422, never 401."""
    reply = raw.token_request(form)

    assert (reply.status, reply.json) == (422, {"code": 422, "message": message})


@pytest.mark.parametrize("basic", [None, "importbus:wrong", "nobody:secret", "importbus", ""])
def test_the_client_must_be_known(raw: RawClient, basic: str | None) -> None:
    """Client id and secret are checked before user and password."""
    reply = raw.token_request({**PASSWORD, "password": "wrong"}, basic=basic)

    assert reply.status == 422
    assert reply.message.startswith('Parameter "client_id" is missing')


@pytest.mark.parametrize(("size", "status"), [(300, 200), (301, 413)])
def test_a_token_request_has_at_most_300_bytes(raw: RawClient, size: int, status: int) -> None:
    """The limit is in bytes and includes its end."""
    body = '{"grant_type":"password","username":"admin","password":"admin"}'.ljust(size)
    reply = raw.token_request(body)

    assert reply.status == status
    if status == 413:
        assert reply.message == "Request content exceeded the maximum allowed size of 300 bytes"


def test_a_token_request_needs_a_content_type_that_it_knows(raw: RawClient) -> None:
    """Anything but JSON and a form is 415."""
    reply = raw.send("POST", TOKEN, "<x/>", {"Content-Type": "application/xml"})

    assert reply.status == 415
    assert reply.message.endswith(
        'Only "application/json" or "application/x-www-form-urlencoded" are allowed.'
    )


def test_a_token_request_that_is_no_json_is_a_400(raw: RawClient) -> None:
    """What cannot be read is not a wrong credential."""
    reply = raw.token_request("{")

    assert (reply.status, reply.message) == (400, "Invalid json message received")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (None, "Authentication is required"),
        ("Basic aW1wb3J0YnVzOnNlY3JldA==", "Authentication is required"),
        ("Bearer ", "Authentication is required"),
        ("Bearer nonsense", "The access token provided is invalid."),
    ],
)
def test_a_call_without_a_good_token_is_a_401(
    raw: RawClient, header: str | None, message: str
) -> None:
    """The two kinds of 401 say different things."""
    headers = {"Authorization": header} if header else {}
    reply = raw.send("GET", f"{API}/products", None, headers)

    assert (reply.status, reply.json) == (401, {"code": 401, "message": message})


def test_a_token_expires(guarded: RawClient, clock: Clock) -> None:
    """At the end of its lifetime a token is refused with a message of its own."""
    assert guarded.get("/products").status == 200
    clock.now += 60
    reply = guarded.get("/products")

    assert (reply.status, reply.message) == (401, "The access token provided has expired.")


def test_a_batch_with_an_expired_token_does_nothing(guarded: RawClient, clock: Clock) -> None:
    """A 401 is about the whole call."""
    assert guarded.token
    clock.now += 61
    reply = guarded.lines("/categories", {"code": "master", "labels": {"en_US": "Changed"}})
    fresh = RawClient(guarded.port)

    assert reply.status == 401
    assert fresh.item("/categories/master")["labels"] == {"en_US": "Master catalog"}
    fresh.close()


def test_a_refresh_token_gives_two_new_tokens_and_works_once(guarded: RawClient) -> None:
    """Both tokens are replaced, so the old refresh token is of no use."""
    first = guarded.token_request(PASSWORD).json
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = guarded.token_request(form)
    again = guarded.token_request(form)

    assert second.json["access_token"] != first["access_token"]
    assert second.json["refresh_token"] != first["refresh_token"]
    assert (again.status, again.message) == (422, "Refresh token is invalid or has expired")


def test_a_refresh_token_expires(guarded: RawClient, clock: Clock) -> None:
    """Refresh tokens last longer than access tokens, but not for ever."""
    first = guarded.token_request(PASSWORD).json
    clock.now += 600
    reply = guarded.token_request(
        {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    )

    assert reply.status == 422


@pytest.mark.parametrize("path", ["", "/system-information"])
def test_what_the_pim_says_of_itself_needs_no_token(raw: RawClient, path: str) -> None:
    """The inventory of routes and the version are open."""
    reply = raw.send("GET", API + path)

    assert reply.status == 200
    assert set(reply.json) in ({"host", "authentication", "routes"}, {"version", "edition"})


def test_the_inventory_names_every_route_with_its_method(raw: RawClient) -> None:
    """Each route of the inventory has a path and methods."""
    routes = raw.send("GET", API).json["routes"]

    assert routes["pim_api_products_partial_update_list"] == {
        "route": f"{API}/products",
        "methods": ["PATCH"],
    }
    assert routes["pim_api_product_models_delete"]["methods"] == ["DELETE"]


def test_a_token_request_has_a_method(raw: RawClient) -> None:
    """Tokens are asked for with POST only."""
    assert raw.send("GET", TOKEN, None, {"Content-Type": JSON}).status == 405
