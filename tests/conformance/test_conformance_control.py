"""Looking in and steering.

Source: this page; nothing of it is in a real PIM.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from importbus.adapters.simulated_pim import SimulatedPim
from raw_http import API, RawClient, value
from raw_libraries import put_attributes, put_brands
from raw_measurements import FAMILY, unit
from raw_shop import Arrange, put_shop


def test_the_trace_shows_each_request(pim: SimulatedPim, raw: RawClient) -> None:
    """With its keys in order, also those of lines that failed."""
    raw.lines("/products", {"identifier": "a"}, {"identifier": "b", "family": "nope"}, "{")
    raw.patch("/categories/shoes")
    trace = raw.send("GET", "/_trace").json
    batch, single = trace["requests"]

    assert (batch["method"], batch["path"], batch["status"]) == ("PATCH", f"{API}/products", 200)
    assert (batch["n"], batch["lines"], batch["keys"]) == (1, 3, ["a", "b"])
    assert (single["lines"], single["keys"], single["bytes"]) == (None, ["shoes"], 2)
    assert batch["concurrent"] == 1
    assert single["started"] >= batch["started"] >= 0
    assert batch["ms"] >= 0


def test_the_trace_counts_requests(pim: SimulatedPim, raw: RawClient) -> None:
    """By path, by method and path, by status; lines, too."""
    raw.lines("/products", {"identifier": "a"}, {"identifier": "b"})
    raw.get("/products/a")
    raw.get("/products/b")
    raw.get("/products/c")
    trace = pim.trace()

    assert trace["count"] == 4
    assert trace["lines"] == 2
    assert trace["requests_by_path"] == {
        f"{API}/products": 1,
        f"{API}/products/{{identifier}}": 3,
    }
    assert trace["requests_by_route"][f"GET {API}/products/{{identifier}}"] == 3
    assert trace["requests_by_status"] == {"200": 3, "404": 1}


def test_the_trace_is_bounded() -> None:
    """Older requests are only counted, and keys can be left out."""
    with SimulatedPim(trace_limit=2, trace_keys=False) as pim:
        client = RawClient(pim.port)
        for code in "abc":
            client.patch(f"/products/{code}")
        client.close()
        trace = pim.trace()

    assert [call["path"][-1] for call in trace["requests"]] == ["b", "c"]
    assert [call["keys"] for call in trace["requests"]] == [[], []]
    assert trace["count"] == 4


def test_no_entry_of_the_trace_grows_without_bound(pim: SimulatedPim, raw: RawClient) -> None:
    """Paths are cut after 2,000 characters, keys after 255; bodies are not kept at all."""
    raw.get(f"/products?search={'x' * 5_000}")
    raw.lines("/products", {"identifier": "y" * 5_000})
    reading, writing = pim.trace()["requests"]

    assert len(reading["path"]) == 2_000
    assert writing["keys"] == ["y" * 255]
    assert writing["bytes"] > 5_000


def test_the_trace_can_be_emptied(pim: SimulatedPim, raw: RawClient) -> None:
    """What is stored stays."""
    raw.patch("/products/a")
    reply = raw.send("DELETE", "/_trace")

    assert reply.status == 204
    assert (pim.trace()["requests"], pim.trace()["count"]) == ([], 0)
    assert raw.get("/products/a").status == 200


def test_the_trace_names_faults(pim: SimulatedPim, raw: RawClient) -> None:
    """So that a test can tell a planned failure from a real one."""
    pim.set_faults([{"fault": {"kind": "html"}}])
    raw.get("/products")

    assert pim.trace()["requests"][0]["fault"] == "html"


def test_steering_stands_in_no_trace(pim: SimulatedPim, raw: RawClient) -> None:
    """Looking changes nothing."""
    raw.send("GET", "/_trace")
    raw.send("GET", "/_state")

    assert pim.trace()["count"] == 0


def test_the_state_is_the_same_over_http(pim: SimulatedPim, tree: RawClient) -> None:
    """And what the API shows, without times."""
    state = tree.send("GET", "/_state").json
    item = tree.item("/products/tee_red_s")
    del item["created"], item["updated"]

    assert state == pim.state()
    assert state["products"]["tee_red_s"] == item
    assert state["attribute_options"]["color/red"]["code"] == "red"
    assert state["family_variants"]["shirts/by_size"]["code"] == "by_size"


def test_equal_states_have_equal_digests(raw: RawClient) -> None:
    """And another value of one product has another one."""
    raw.lines("/products", {"identifier": "a"}, {"identifier": "b"})
    first = raw.send("GET", "/_digests").json
    raw.send("POST", "/_reset")
    raw.lines("/products", {"identifier": "b"}, {"identifier": "a"})
    second = raw.send("GET", "/_digests").json
    raw.patch("/products/a", enabled=False)
    third = raw.send("GET", "/_digests").json

    assert first == second
    assert first["products"]["count"] == 2
    assert third["products"]["digest"] != first["products"]["digest"]
    assert third | {"products": first["products"]} == first


def backwards(items: Sequence[Any]) -> list[Any]:
    """Return *items* in the opposite order."""
    return list(reversed(items))


@pytest.mark.parametrize("arrange", [list, backwards])
def test_the_state_does_not_depend_on_the_order_of_arrival(
    pim: SimulatedPim, raw: RawClient, arrange: Arrange
) -> None:
    """Two orders of the same writes end in one state."""
    products = [
        {"identifier": "a", "values": {"note": value("n"), "ean": value("1")}},
        {"identifier": "b", "values": {"name": [*value("x", "fr_FR"), *value("y", "en_US")]}},
    ]
    states = []
    for order in (list, arrange):
        pim.reset()
        put_shop(raw, order)
        raw.put("/products", *order(products))
        states.append(json.dumps(pim.state()))

    assert states[0] == states[1]
    assert '"sort_order": 1}' not in states[0]


def test_what_the_pim_makes_up_does_not_depend_on_the_order_of_arrival(
    pim: SimulatedPim, raw: RawClient
) -> None:
    """Codes of files and uuids that nobody gave are made of what was said."""
    units = {code: unit(code, ("mul", "1")) for code in "BA"}
    states = []
    for order in (list, backwards):
        pim.reset()
        put_brands(raw)
        put_attributes(raw)
        raw.put_array("/measurement-families", FAMILY)
        for code in order("AB"):
            said = {"code": "Torque", "units": {code: units[code]}}
            raw.put_array("/measurement-families", said)
            raw.post("/products-uuid", values={"sku": value(code)})
            raw.upload("/asset-media-files", code.encode())
        raw.put_array("/reference-entities/brand/records", *order([{"code": "a"}, {"code": "b"}]))
        states.append(json.dumps(pim.state()))

    assert states[0] == states[1]


def test_a_reset_keeps_tokens(pim: SimulatedPim, raw: RawClient) -> None:
    """What was stored and traced is gone."""
    raw.patch("/products/a")
    reply = raw.send("POST", "/_reset")

    assert reply.status == 204
    assert raw.get("/products/a").status == 404


def test_the_plan_can_be_replaced(pim: SimulatedPim, raw: RawClient) -> None:
    """A wrong one is refused and changes nothing."""
    rules = '[{"fault":{"kind":"status","status":418}}]'
    done = raw.send("POST", "/_faults", rules)
    wrong = raw.send("POST", "/_faults", '[{"fault":{"kind":"odd"}}]')

    assert (done.status, wrong.status) == (204, 400)
    assert wrong.message.startswith("rule 1: kind is odd")
    assert raw.get("/products").status == 418


@pytest.mark.parametrize(("query", "refresh"), [("", 200), ("?refresh=true", 422)])
def test_tokens_can_be_expired(pim: SimulatedPim, query: str, refresh: int) -> None:
    """Access tokens, and refresh tokens if wanted."""
    client = RawClient(pim.port)
    form = {"grant_type": "refresh_token", "refresh_token": ""}
    form["refresh_token"] = client.token_request().json["refresh_token"]
    access = client.token
    client.send("POST", f"/_expire_tokens{query}")
    headers = {"Authorization": f"Bearer {access}"}
    status = client.send("GET", f"{API}/products", None, headers).status
    refreshed = client.token_request(form).status
    client.close()

    assert (status, refreshed) == (401, refresh)


def test_there_is_no_other_steering(raw: RawClient) -> None:
    """A wrong path says so."""
    assert raw.send("GET", "/_nothing").status == 404


def test_an_empty_pim_has_only_what_no_pim_can_be_without() -> None:
    """The identifier attribute, its group, locales, currencies, measurement families."""
    with SimulatedPim(empty=True) as pim:
        state = pim.state()

    assert {name for name, items in state.items() if items} == {
        "locales",
        "currencies",
        "measurement_families",
        "attribute_groups",
        "attributes",
    }
    assert list(state["attributes"]) == ["sku"]


def test_it_listens_on_the_loopback_interface_only(pim: SimulatedPim) -> None:
    """Nobody else on the network reaches it."""
    assert pim.address == ("127.0.0.1", pim.port)
    assert pim.url == f"http://127.0.0.1:{pim.port}"


@pytest.mark.parametrize(("path", "count"), [("/products/A", 1), ("/products/b", 0)])
def test_two_calls_that_write_one_key_at_once_are_noted(path: str, count: int) -> None:
    """Parallel writes of one product lose values in a real PIM; here they are told of."""
    meanwhile: list[str] = []

    def sleep(seconds: float) -> None:
        if meanwhile:
            other.patch(meanwhile.pop())

    with SimulatedPim(latency_ms=1, sleep=sleep, monotonic=lambda: 0.0) as pim:
        client = RawClient(pim.port)
        other = RawClient(pim.port, client.token)
        meanwhile.append(path)
        client.lines("/products", {"identifier": "a"})
        overlaps = pim.trace()["overlaps"]
        client.close()
        other.close()

    expected = [{"path": f"{API}/products", "key": "A", "requests": [2, 3]}]
    assert overlaps == expected[:count]


def test_the_program_says_when_it_is_ready_and_stops_on_a_signal(tmp_path: Path) -> None:
    """The settings stand in a file that only its owner can read."""
    env = tmp_path / "pim.env"
    command = [sys.executable, "-m", "importbus.adapters.simulated_pim", "--env", str(env)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = process.stdout.readline()
        lines = env.read_text().splitlines()
        process.send_signal(signal.SIGTERM)
        code = process.wait(10)

    assert ready.startswith("READY http://127.0.0.1:")
    assert lines[0] == f"export IMPORTBUS_PIM_URL={ready.split()[1]}"
    assert [line.split("=")[0] for line in lines[1:]] == [
        "export IMPORTBUS_PIM_CLIENT_ID",
        "export IMPORTBUS_PIM_SECRET",
        "export IMPORTBUS_PIM_USERNAME",
        "export IMPORTBUS_PIM_PASSWORD",
    ]
    assert stat.S_IMODE(os.stat(env).st_mode) == 0o600
    assert code == 0


def test_the_program_refuses_a_wrong_plan(tmp_path: Path) -> None:
    """With one line and exit code 2."""
    file = tmp_path / "faults.json"
    file.write_text('[{"fault":{"kind":"odd"}}]')
    command = [sys.executable, "-m", "importbus.adapters.simulated_pim", "--faults", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)

    assert done.returncode == 2
    assert done.stderr.startswith("simulated_pim: ")
    assert "rule 1: kind is odd" in done.stderr
    assert done.stderr.count("\n") == 1
