"""I9 from the outside: what a whole run leaves behind holds no secret, whatever the PIM says."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from command_line import Shop, line
from importbus.adapters.simulated_pim import Account, SimulatedPim

ACCOUNT = Account("c1ient", "s3cr&t/+é", "us3r", "p4ss w/rd=")

ACCESS, REFRESH = "acc3ss/token+1", "r3fresh/token+1"

BROKER = "br0ker/p4ss"

WHOLE = (
    f"{ACCOUNT.client_id}:{ACCOUNT.secret}",
    *(ACCOUNT.secret, ACCOUNT.password, ACCESS, REFRESH, BROKER),
)
"""What must be in nothing that is written, nor its base64, nor as a URL writes it."""


def forms(secret: str) -> set[str]:
    """Return how *secret* may be written."""
    coded = base64.b64encode(secret.encode()).decode()
    return {secret, coded, coded.rstrip("="), quote(secret, safe=""), quote_plus(secret)}


FORMS = sorted({form for secret in WHOLE for form in forms(secret)})

PRODUCTS = {"path": "/products$"}


@pytest.fixture
def talkative(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedPim]:
    """A PIM that repeats every secret when it fails, in the lines of its answers, too."""
    drawn = cycle([ACCESS, REFRESH])
    monkeypatch.setattr("secrets.token_urlsafe", lambda size: next(drawn))
    said = " ".join(form for form in FORMS if form not in forms(BROKER))
    faults = [
        {"match": PRODUCTS, "times": 1, "fault": {"kind": "status", "status": 408, "body": said}},
        {
            "match": PRODUCTS,
            "fault": {"kind": "line_status", "contains": "bad", "status": 422, "message": said},
        },
    ]
    pim = SimulatedPim(account=ACCOUNT, faults=faults).start()
    yield pim
    pim.stop()


@pytest.fixture
def shop(talkative: SimulatedPim, tmp_path: Path) -> Shop:
    """A folder with that PIM, and commands some of which fail."""
    given = {"URL": talkative.url, "CLIENT_ID": ACCOUNT.client_id, "SECRET": ACCOUNT.secret}
    given |= {"USERNAME": ACCOUNT.username, "PASSWORD": ACCOUNT.password}
    shop = Shop(tmp_path, talkative.url, {f"IMPORTBUS_PIM_{k}": v for k, v in given.items()})
    names = ("good", "bad-1", "bad-2")
    shop.write("shop.jsonl", [line("CreateOrUpdateProduct", identifier=name) for name in names])
    return shop


def leaks(written: dict[str, bytes]) -> list[tuple[str, str]]:
    """Return which secret stands where."""
    return [
        (name, form)
        for name, content in written.items()
        for form in FORMS
        if form.encode() in content
    ]


def everything(shop: Shop, *said: Any) -> dict[str, bytes]:
    """Return what stands in the files of the folder, and what was said."""
    files = {one.name: one.read_bytes() for one in shop.folder.iterdir()}
    spoken = {f"said {n}": (one.out + one.err).encode() for n, one in enumerate(said)}
    return {**files, **spoken}


def test_nothing_that_a_run_writes_holds_a_secret(shop: Shop) -> None:
    """Logs of all levels, results, journal: of an import, its report and the look at it."""
    log = ("--log-level", "debug", "--log-file", "run.log")
    said = shop.run(*log, "import", "shop.jsonl", "--import-id", "x", "--verify", "all")
    looks = [shop.run(*log, *look) for look in (["report", "x"], ["report", "x", "--json"])]
    written = everything(shop, said, *looks)

    assert said.code == 1, said.err
    assert leaks(written) == []
    assert b"*** ***" in written["importbus-journal.db"]
    assert b"answered 408" in written["run.log"]


def test_nothing_that_a_queue_holds_is_a_secret(shop: Shop) -> None:
    """The file of the queue, the log of the consumer, and what ``doctor`` and ``status`` say."""
    shop = Shop(
        shop.folder, shop.url, {**shop.settings, "IMPORTBUS_TRANSPORT": "sqlite:///queue.db"}
    )
    published = shop.run("publish", "shop.jsonl", "--import-id", "x")
    log = ("--log-level", "debug", "--log-file", "run.log")
    consumed = shop.run(*log, "consume", "--until-finished", "x")
    looks = [shop.run(*look) for look in (["status", "--json"], ["status", "x"], ["doctor"])]
    written = everything(shop, published, consumed, *looks)

    assert (published.code, consumed.code) == (0, 1), consumed.err
    assert leaks(written) == []
    assert "queue.db" in written


@pytest.mark.parametrize("scheme", ["kafka", "amqp"])
def test_the_password_of_a_broker_is_not_shown(shop: Shop, scheme: str) -> None:
    """Not even in what is said about an address that is wrong, or where nobody answers."""
    address = f"{scheme}://guest:{quote(BROKER, safe='')}@127.0.0.1:1/"
    said = shop.run("--log-level", "debug", "doctor", IMPORTBUS_TRANSPORT=address)

    assert said.code in {2, 3}
    assert leaks(everything(shop, said)) == []
