"""`importbus doctor` from the outside: each check that fails says what to do."""

from __future__ import annotations

import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from command_line import Said, Shop, line, settings_for


def checks(said: Said) -> dict[str, dict[str, Any]]:
    """Return the checks by their name; the last one of a name."""
    return {check["name"]: check for check in said.document["checks"]}


def test_all_is_well_with_a_pim_that_is_there(shop: Shop) -> None:
    """A line for each check, and exit 0."""
    said = shop.run("doctor")

    assert said.code == 0
    assert said.out.splitlines() == [
        "ok    configuration: memory:, 4 lanes",
        "ok    journal: importbus-journal.db, which the first import makes",
        f"ok    PIM: {shop.url}, logged in as admin",
        "ok    version: CE 7.0.12",
        "ok    clock: within 30 s of the PIM's",
    ]
    assert list(shop.folder.iterdir()) == []


def test_a_journal_that_is_there_is_read_through(shop: Shop) -> None:
    """How many imports it holds, and that it is not damaged."""
    name = shop.write("in.jsonl", [line("CreateOrUpdateProduct", identifier="mug")])
    shop.run("import", name)
    found = checks(shop.run("doctor", "--json"))["journal"]

    assert (found["fine"], found["found"]) == (True, "importbus-journal.db, 1 import, undamaged")


def test_without_configuration_it_says_what_to_set(shop: Shop) -> None:
    """Exit 2; the other checks are made."""
    said = Shop(shop.folder, "", {}).run("doctor", "--json")
    found = checks(said)

    assert said.code == 2
    assert (found["configuration"]["fine"], found["journal"]["fine"]) == (True, True)
    assert "set IMPORTBUS_PIM_URL, IMPORTBUS_PIM_CLIENT_ID, " in found["PIM"]["found"]


def test_every_error_of_the_configuration_is_a_failed_check(shop: Shop) -> None:
    """Exit 2 and one JSON document all the same."""
    (shop.folder / "importbus.toml").write_text("[transport]\nlanes = 99\nline = 1\n")
    said = shop.run("doctor", "--json")
    found = [check["found"] for check in said.document["checks"]]

    assert said.code == 2
    assert found == [
        "importbus.toml: transport.line is unknown; allowed: url, lanes, lease_seconds. "
        "Did you mean lanes?",
        "importbus.toml: transport.lanes is 99; allowed: 1 to 64.",
    ]


@pytest.mark.parametrize(
    ("settings", "code", "says"),
    [
        ({"IMPORTBUS_PIM_URL": "http://127.0.0.1:9"}, 3, "Check pim.url, and whether this machine"),
        ({"IMPORTBUS_PIM_URL": "http://a:b@127.0.0.1"}, 2, "pim.url has more than an address"),
        ({"IMPORTBUS_PIM_SECRET": "wrong"}, 3, "client"),
        ({"IMPORTBUS_PIM_PASSWORD": "wrong"}, 3, "password"),
    ],
)
def test_a_pim_that_cannot_be_used_is_told_with_the_remedy(
    shop: Shop, settings: dict[str, str], code: int, says: str
) -> None:
    """What is wrong with the address or the credentials; the checks behind it are left out."""
    said = shop.run("doctor", "--json", stdin=None, **settings)
    found = checks(said)

    assert said.code == code
    assert not found["PIM"]["fine"]
    assert says in found["PIM"]["found"]
    assert "clock" not in found


def test_a_damaged_journal_fails_and_the_rest_is_checked(shop: Shop) -> None:
    """Exit 3 with the path and what to do."""
    (shop.folder / "importbus-journal.db").write_bytes(b"damaged " * 1000)
    said = shop.run("doctor", "--json")
    found = checks(said)

    assert said.code == 3
    assert "Move it away" in found["journal"]["found"]
    assert found["PIM"]["fine"]


def test_a_folder_that_is_missing_fails(shop: Shop) -> None:
    """Before the first import: it says which folder is to be made."""
    said = shop.run("--journal", "nowhere/j.db", "doctor", "--json")

    assert said.code == 3
    assert "nowhere: make it, or set journal.path." in checks(said)["journal"]["found"]


class SlowClock(BaseHTTPRequestHandler):
    """A PIM whose clock is an hour behind."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Log anybody in."""
        self.rfile.read(int(self.headers["content-length"]))
        self._answer(b'{"access_token": "t", "refresh_token": "r", "expires_in": 3600}')

    def do_GET(self) -> None:
        """Hold nothing."""
        self._answer(b'{"_embedded": {"items": []}, "_links": {}}')

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return a time that is an hour ago."""
        return formatdate(time.time() - 3600, usegmt=True)

    def _answer(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        """Be silent."""


def test_a_clock_that_is_wrong_is_a_warning(shop: Shop) -> None:
    """A pause until a date would be wrong by as much; the exit code stays 0."""
    with HTTPServer(("127.0.0.1", 0), SlowClock) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        said = Shop(shop.folder, "", settings_for(f"http://127.0.0.1:{server.server_port}")).run(
            "doctor"
        )
        server.shutdown()
    (clock,) = [each for each in said.out.splitlines() if "clock" in each]

    assert said.code == 0, said.out
    assert clock.startswith("WARN  clock: 36")
    assert clock.endswith(" s ahead of the PIM's; set both by NTP")
