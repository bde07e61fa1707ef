"""`--skip-unchanged` from the outside: what the last import wrote so is not sent again."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Said, Shop, line, open_shop
from fleet_shop import with_queue


def products(*notes: bool) -> list[str]:
    """Return a line for each product, which is enabled or not."""
    numbered = enumerate(notes)
    return [line("CreateOrUpdateProduct", identifier=f"p{n}", enabled=one) for n, one in numbered]


def outcomes(shop: Shop, import_id: str) -> dict[str, int]:
    """Return how the commands of an import ended."""
    found: dict[str, int] = shop.run("report", import_id, "--json").document["outcomes"]
    return found


def written(shop: Shop) -> list[str]:
    """Return the keys that the PIM got since it was asked last."""
    requests = shop.ask("/_trace")["requests"]
    shop.ask("/_trace", "DELETE")
    return [key for r in requests if r["method"] == "PATCH" for key in r["keys"]]


def skip(shop: Shop, name: str, import_id: str, *more: str) -> Said:
    """Import a file, and skip what is unchanged."""
    return shop.run("import", name, "--skip-unchanged", "--import-id", import_id, *more)


def test_a_catalogue_that_comes_again_takes_no_request(shop: Shop) -> None:
    """Every command ends as unchanged, also those of standard input; what changed is sent."""
    name = shop.catalogue(100)
    skip(shop, name, "first")
    written(shop)
    content = (shop.folder / name).read_bytes()
    again = shop.run("import", "-", "--skip-unchanged", "--import-id", "second", stdin=content)
    read = shop.run("report", "first", "--json").document["read"]
    sent = written(shop)
    more = shop.write("more.jsonl", [content, *products(True)])
    third = skip(shop, more, "third")

    assert again.code == third.code == 0, again.err + third.err
    assert outcomes(shop, "second") == {"unchanged": read}
    assert sent == []
    assert written(shop) == ["p0"]


def test_reading_back_covers_what_was_not_sent(shop: Shop) -> None:
    """The journal does not see what others write into the PIM; --verify does."""
    name = shop.write("in.jsonl", products(True, True))
    skip(shop, name, "first")
    foreign = shop.write("foreign.jsonl", products(False))
    shop.run("import", foreign, IMPORTBUS_JOURNAL="foreign.db")
    said = skip(shop, name, "second", "--verify", "all")

    assert outcomes(shop, "second") == {"unchanged": 2}
    assert "CreateOrUpdateProduct p0: enabled: sent true, stored false." in said.out


def test_another_pim_is_not_taken_for_the_first(shop: Shop, tmp_path: Path) -> None:
    """What one PIM holds says nothing about another one."""
    name = shop.write("in.jsonl", products(True))
    skip(shop, name, "first")
    with open_shop(tmp_path) as other:
        skip(other, name, "second")
        state = other.state

    assert state["products"].keys() == {"p0"}


def test_through_a_queue_it_is_the_same(shop: Shop) -> None:
    """What is unchanged is not published, and accounted for all the same."""
    fleet = with_queue(shop)
    for number, notes in enumerate([(True, True), (True, False)]):
        name = fleet.write("in.jsonl", products(*notes))
        said = fleet.run("publish", name, "--skip-unchanged", "--import-id", f"i{number}")
        done = fleet.run("consume", "--until-finished", f"i{number}")
        assert (said.code, done.code) == (0, 0), said.err + done.err

    assert outcomes(fleet, "i1") == {"unchanged": 1, "updated": 1}
    assert not fleet.state["products"]["p1"]["enabled"]


def test_what_a_killed_import_may_have_sent_is_sent(tmp_path: Path) -> None:
    """I2: nobody knows what the PIM holds of it, also when it is never resumed."""
    with open_shop(tmp_path, "--latency-ms", "20") as shop:
        name = shop.write("in.jsonl", products(*[True] * 900))
        skip(shop, name, "first")
        written(shop)
        other = shop.write("other.jsonl", products(*[False] * 900))
        process = shop.start("import", other, "--skip-unchanged", "--import-id", "second")
        shop.wait_for_requests(5)
        process.kill()
        process.communicate()
        skip(shop, name, "third")
        enabled = [product["enabled"] for product in shop.state["products"].values()]

    assert enabled == [True] * 900


@pytest.mark.parametrize(("value", "unchanged"), [("true", 1), ("false", 0)])
def test_it_can_be_the_rule(shop: Shop, value: str, unchanged: int) -> None:
    """A setting says it for every import, and an option says otherwise for one."""
    name = shop.write("in.jsonl", products(True))
    for import_id in ("first", "second"):
        shop.run("import", name, "--import-id", import_id, IMPORTBUS_SKIP_UNCHANGED=value)
    options = ("import", name, "--no-skip-unchanged", "--import-id", "third")
    shop.run(*options, IMPORTBUS_SKIP_UNCHANGED=value)

    assert outcomes(shop, "second").get("unchanged", 0) == unchanged
    assert outcomes(shop, "third") == {"updated": 1}
