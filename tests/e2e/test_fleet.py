"""Publish now, consume anywhere: processes on one queue file, some of which are killed."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import Shop, line, open_shop
from fleet_shop import (
    comparable,
    holder_of,
    result_of,
    running,
    status,
    until,
    with_queue,
)


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Shop]:
    """Give a shop whose commands share a queue, and whose PIM takes a while for each call."""
    with open_shop(tmp_path, "--latency-ms", "20") as shop:
        yield with_queue(shop)


def products(letter: str) -> list[str]:
    """Return the lines of 150 products; no structure, for which a gate would be closed."""
    return [line("CreateOrUpdateProduct", identifier=f"{letter}{n}") for n in range(150)]


def test_a_consumer_that_is_killed_changes_nothing_in_the_end(fleet: Shop) -> None:
    """I2, I3, I6: three consumers, the holder of lanes 1 and 2 killed amid a call; as in sync."""
    name = fleet.catalogue(2000)
    with (
        running(fleet, "publish", name, "--import-id", "night", "--wait") as publisher,
        running(fleet, "consume", "--lanes", "structure,0"),
        running(fleet, "consume", "--lanes", "1-2"),
        running(fleet, "consume", "--lanes", "1-3"),
    ):
        until(lambda: holder_of(fleet, "1") and fleet.state["products"])
        victim = holder_of(fleet, "1")
        assert victim
        os.kill(victim, signal.SIGKILL)
        until(lambda: holder_of(fleet, "1") not in (None, victim))
        code = publisher.wait(90)
    report = fleet.run("report", "night", "--json").document

    assert code == 0
    assert (report["state"], report["open"]) == ("finished", 0)
    assert report["read"] == sum(report["outcomes"].values())
    assert comparable(fleet.state) == result_of(fleet.folder, fleet.folder / name)


def test_what_was_published_waits_for_consumers_that_come_late(fleet: Shop) -> None:
    """The exit code of publish says that it is in the queue, that of consume how it ended."""
    name = fleet.catalogue()
    published = fleet.run("publish", name, "--import-id", "night")
    before = fleet.run("report", "night", "--json").document
    consumed = fleet.run("consume", "--until-finished", "night")
    after = fleet.run("report", "night", "--json").document

    assert published.code == 0, published.err
    assert published.out == f"night: {before['read']} commands published.\n"
    assert (before["state"], before["open"]) == ("running", before["read"])
    assert consumed.code == 0, consumed.err
    assert "import night is over" in consumed.err
    assert (after["state"], after["open"]) == ("finished", 0)


def test_several_producers_of_one_import_end_it_together(fleet: Shop) -> None:
    """It is not over before the last of them has announced its end (I6)."""
    fleet.write("a.jsonl", products("a"))
    fleet.write("b.jsonl", products("b"))
    one = fleet.run("publish", "a.jsonl", "--import-id", "stock", "--producer", "1/2")
    idle = fleet.run("consume", "--until-idle", "1")
    between = status(fleet, "stock")["state"]
    two = fleet.run("publish", "b.jsonl", "--import-id", "stock", "--producer", "2/2")
    consumed = fleet.run("consume", "--until-finished", "stock")
    report = fleet.run("report", "stock", "--json").document

    assert (one.code, idle.code, two.code, consumed.code) == (0, 0, 0, 0), consumed.err
    assert between == "running"
    assert (report["state"], report["read"], report["open"]) == ("finished", 300, 0)
    assert len(fleet.state["products"]) == 300


def killed_producer(shop: Shop, lines: list[str]) -> None:
    """Publish import ``night`` from standard input, and kill the producer behind *lines*."""
    with running(shop, "publish", "-", "--import-id", "night", piped=True) as producer:
        assert producer.stdin
        producer.stdin.write("\n".join(lines) + "\n")
        producer.stdin.flush()
        until(lambda: (shop.folder / "queue.db").exists() and _published(shop) >= 4)
        producer.kill()


def _published(shop: Shop) -> int:
    return sum(lane["batches"] for lane in status(shop).get("lanes", ()))


def test_a_producer_that_was_killed_continues_where_it_was(fleet: Shop) -> None:
    """What was confirmed stays in the queue; the rest is read again, under ids of its own."""
    lines = [line("CreateOrUpdateProduct", identifier=f"p{n}") for n in range(1000)]
    killed_producer(fleet, lines[:600])
    interrupted = status(fleet, "night")
    resumed = fleet.run("publish", "-", "--resume", "night", stdin="\n".join(lines).encode())
    consumed = fleet.run("consume", "--until-finished", "night")
    report = fleet.run("report", "night", "--json").document

    assert interrupted["owner"] is None
    assert (resumed.code, consumed.code) == (0, 0), resumed.err + consumed.err
    assert (report["state"], report["read"], report["open"]) == ("finished", 1000, 0)
    assert report["outcomes"] == {"created": 1000}
    assert len(fleet.state["products"]) == 1000


def test_an_import_whose_producer_is_gone_can_be_finished(fleet: Shop) -> None:
    """What it has published is carried out, and the import has ended."""
    lines = [line("CreateOrUpdateProduct", identifier=f"p{n}") for n in range(600)]
    killed_producer(fleet, lines)
    shown = fleet.run("status", "night").out
    finished = fleet.run("finish", "night")
    consumed = fleet.run("consume", "--until-finished", "night")
    report = fleet.run("report", "night", "--json").document

    assert "importbus publish - --resume night, or end it with: importbus finish night" in shown
    assert finished.out == "night: the end is announced for producer 1.\n"
    assert consumed.code == 0, consumed.err
    assert (report["state"], report["open"]) == ("finished", 0)
    assert report["outcomes"] == {"created": len(fleet.state["products"])}
    assert report["read"] >= 400


def test_an_import_can_be_given_up(fleet: Shop) -> None:
    """I1: what has no outcome is cancelled, nothing of it is sent, and the account is balanced."""
    name = fleet.catalogue()
    fleet.run("publish", name, "--import-id", "night")
    cancelled = fleet.run("cancel", "night")
    again = fleet.run("cancel", "night")
    consumed = fleet.run("consume", "--until-idle", "1")
    report = fleet.run("report", "night", "--json").document

    assert cancelled.out == f"night: {report['read']} commands cancelled.\n"
    assert (again.code, again.err) == (2, "importbus: Import 'night' has ended: cancelled.\n")
    assert "received" in consumed.out
    assert report["outcomes"] == {"cancelled": report["read"]}
    assert (report["state"], report["open"]) == ("cancelled", 0)
    assert fleet.state["products"] == {}


def test_a_consumer_that_is_told_to_stop_leaves_in_order(fleet: Shop) -> None:
    """I11: what is in flight is settled; the next consumer gets the rest."""
    name = fleet.catalogue(1000)
    fleet.run("publish", name, "--import-id", "night")
    consumer = fleet.start("consume")
    until(lambda: fleet.state["products"])
    consumer.send_signal(signal.SIGTERM)
    out, err = consumer.communicate(timeout=40)
    left = status(fleet)
    rest = fleet.run("consume", "--until-finished", "night")

    assert consumer.returncode == 143, err
    assert " 0 in flight" in out
    assert [lane["holder"] for lane in left["lanes"]] == [None] * 5
    assert rest.code == 0, rest.err
    assert len(fleet.state["products"]) == 1000


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (("--limit", "50"), " received"),
        (("--time-limit", "0.5"), "0.5 seconds have passed"),
        (("--memory-limit", "20"), "more than 20 MB of memory are in use"),
        (("--failure-limit", "1"), "1 failed"),
        (("--until-idle", "0.5"), "nothing came for 0.5 seconds"),
    ],
)
def test_a_limit_ends_a_consumer_in_order(fleet: Shop, limit: tuple[str, str], said: str) -> None:
    """It says which, exits with 0, and leaves nothing in flight."""
    wrong = line("CreateOrUpdateProduct", identifier="bad", family="none")
    fleet.write("a.jsonl", [line("CreateOrUpdateCategory", code="master"), wrong])
    fleet.run("publish", "a.jsonl")
    fleet.run("publish", fleet.catalogue(500))
    consumed = fleet.run("consume", *limit)

    assert consumed.code == 0, consumed.err
    assert said in consumed.err
    assert " 0 in flight" in consumed.out


def test_what_is_wrong_with_a_queue_is_said_at_once(fleet: Shop) -> None:
    """Another number of lanes, another journal, lanes that do not exist, no queue at all."""
    fleet.run("publish", fleet.catalogue(100), "--import-id", "night")
    lanes = fleet.run("consume", IMPORTBUS_LANES="2")
    journal = fleet.run("consume", IMPORTBUS_JOURNAL="other.db")
    lane = fleet.run("consume", "--lanes", "structure,9")
    memory = fleet.run("publish", "catalog.jsonl", IMPORTBUS_TRANSPORT="memory:")
    taken = fleet.run("publish", "catalog.jsonl", "--import-id", "night")

    assert [said.code for said in (lanes, journal, lane, memory, taken)] == [2] * 5
    assert "has 4 lanes, and transport.lanes is 2" in lanes.err
    assert "belong to the journal" in journal.err
    assert "there is no lane 9, only 0 to 3" in lane.err
    assert "transport.url is memory:, which is for one process only" in memory.err
    assert "Continue it with --resume night, or choose another --import-id" in taken.err


def test_an_import_of_a_queue_is_not_resumed_as_one_of_a_process(fleet: Shop) -> None:
    """And the other way round: the two would send everything twice."""
    name = fleet.catalogue(100)
    fleet.run("publish", name, "--import-id", "night")
    fleet.run("import", name, "--import-id", "day", IMPORTBUS_TRANSPORT="memory:")
    wrong = fleet.run("import", name, "--resume", "night")
    other = fleet.run("publish", name, "--resume", "day")
    restarted = fleet.run("import", name, "--import-id", "night", "--restart")

    assert (wrong.code, other.code, restarted.code) == (2, 2, 2)
    assert "continue it with importbus publish" in wrong.err
    assert "continue it with importbus import" in other.err


def test_the_recorder_alone_decides_for_consumers_that_do_not(fleet: Shop) -> None:
    """A consumer with --no-record works on lanes only."""
    fleet.write("a.jsonl", products("a"))
    fleet.run("publish", "a.jsonl", "--import-id", "night")
    worked = fleet.run("consume", "--no-record", "--until-idle", "1")
    between = status(fleet, "night")
    recorded = fleet.run("record", "--until-finished", "night")
    after = status(fleet, "night")

    assert (worked.code, recorded.code) == (0, 0), recorded.err
    assert between["state"] == "running"
    assert (after["state"], after["open"]) == ("finished", 0)


def test_the_status_shows_who_does_what(fleet: Shop) -> None:
    """Lanes with holders and depths, the recorder, each consumer with its counts."""
    fleet.run("publish", fleet.catalogue(1000), "--import-id", "night")
    with running(fleet, "consume", "--lanes", "structure,0-1") as consumer:
        until(lambda: status(fleet)["consumers"])
        seen = status(fleet)
        shown = fleet.run("status").out
    holders = {lane["lane"]: lane["process"] for lane in seen["lanes"]}
    (told,) = seen["consumers"]

    assert holders == {
        "structure": consumer.pid, "0": consumer.pid, "1": consumer.pid, "2": None, "3": None,
    }  # fmt: skip
    assert seen["recorder"]["process"] == told["process"] == consumer.pid
    assert {"received", "in_flight", "written", "retried", "parked", "failed"} <= told.keys()
    assert f"process {consumer.pid} on" in shown


def test_publishing_needs_no_pim(fleet: Shop) -> None:
    """Who publishes may be where none is in reach; the doctor counts what waits."""
    fleet.write("a.jsonl", products("a"))
    away = Shop(fleet.folder, "", {})
    published = away.run("publish", "a.jsonl", "--import-id", "night")
    consumed = away.run("consume")
    checked = fleet.run("doctor")

    assert published.out == "night: 150 commands published.\n"
    assert consumed.code == 2
    assert "No PIM is configured" in consumed.err
    assert checked.code == 0, checked.out
    assert "ok    queue: queue.db, 4 batches waiting, undamaged" in checked.out


def test_the_status_can_be_watched(fleet: Shop) -> None:
    """Imports, lanes and consumers on a screen of their own, until Ctrl-C."""
    fleet.write("a.jsonl", products("a"))
    fleet.run("publish", "a.jsonl", "--import-id", "night")
    with fleet.terminal("status", "--watch", columns=100) as screen:
        screen.wait_for("Recorder: nobody")
        fleet.run("consume", "--until-finished", "night")
        screen.wait_for("finished")
        screen.press("\x03")
        code = screen.wait()

    assert code == 0
    assert re.search(r"night +finished +150 +150", screen.shown)
