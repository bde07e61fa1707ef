"""What dies when, and what makes it right: the rows of `docs/reliability.md` for one process.

An import dies at a planted point and is resumed. The proof is the account (I1), what the PIM was
sent (I2, I8) and what it holds in the end.
"""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

import dying_import
from command_line import Shop, open_shop
from dying_import import DISK_FULL, KILLED, POINTS
from import_desk import open_desk, outcomes
from importbus.adapters.journal.positions import PositionSet
from importbus.adapters.transports.memory import MemoryDelivery
from importbus.bus import Position
from importbus.handlers.akeneo import CreateOrUpdateProduct
from tangled_catalogue import tangled

pytestmark = pytest.mark.integration

Done = subprocess.CompletedProcess[str]

SOURCE = "tangled.jsonl"
NEVER = "never"

KILLS = 20


@frozen
class Workshop:
    """A PIM, a catalogue in the worst order, and what the PIM holds when all went well."""

    shop: Shop
    lines: list[dict[str, Any]]
    best: dict[str, Any]

    def run(self, point: str, *more: str) -> Done:
        """Import the catalogue, dying at *point*."""
        process = self.start(point, *more)
        out, err = process.communicate(timeout=120)
        return Done(process.args, process.returncode, out, err)

    def start(self, point: str, *more: str) -> subprocess.Popen[str]:
        """Begin to import the catalogue."""
        return subprocess.Popen(
            [sys.executable, dying_import.__file__, point, SOURCE, "night", *more],
            cwd=self.shop.folder,
            env=self.shop.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def forget_journal(self) -> None:
        """Remove the journal with its side files."""
        for file in self.shop.folder.glob("importbus-journal.db*"):
            file.unlink()

    def has_sent(self, calls: int, process: subprocess.Popen[str]) -> bool:
        """Whether *process* has ended, or the PIM has answered so many calls since `sent`."""
        written = [r for r in self.shop.ask("/_trace")["requests"] if r["method"] == "PATCH"]
        return len(written) >= calls or process.poll() is not None

    def event_id(self) -> str:
        """Return the event id that the journal holds."""
        with sqlite3.connect(self.shop.folder / "importbus-journal.db") as journal:
            (found,) = journal.execute("SELECT event_id FROM imports").fetchone()
        return str(found)

    def sent(self) -> Counter[str]:
        """Return how often the PIM got a line of each key, and forget it there."""
        requests = self.shop.ask("/_trace")["requests"]
        self.shop.ask("/_trace", "DELETE")
        written = [r for r in requests if r["method"] in ("PATCH", "DELETE")]
        return Counter(key for request in written for key in request["keys"])

    def done(self) -> set[str]:
        """Return the keys all of whose lines have their final outcome in the journal."""
        with sqlite3.connect(self.shop.folder / "importbus-journal.db") as journal:
            settled = PositionSet()
            for (text,) in journal.execute(
                "SELECT positions FROM batches WHERE settled IS NOT NULL AND round = 0"
            ):
                settled.add_encoded(text)
            parked = {line for (line,) in journal.execute("SELECT line FROM parked")}
        numbered = list(enumerate(self.lines, 1))
        waiting = {n for n, _ in numbered if Position(SOURCE, n) not in settled} | parked
        return {key_of(one) for _, one in numbered} - {
            key_of(one) for n, one in numbered if n in waiting
        }


def key_of(line: dict[str, Any]) -> str:
    """Return the key of a line as it stands in the PIM's trace."""
    key: str = line["data"].get("identifier", line["data"].get("code"))
    return key


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """The catalogue has been imported once, without an accident."""
    with open_shop(tmp_path_factory.mktemp("workshop")) as shop:
        lines = tangled(seed=3)
        shop.write(SOURCE, map(json.dumps, lines))
        workshop = Workshop(shop, lines, {})
        done = workshop.run(NEVER)
        assert done.returncode == 0, done.stderr
        yield Workshop(shop, workshop.lines, shop.state)


@pytest.fixture
def workshop(undisturbed: Workshop) -> Workshop:
    """A fresh PIM and no journal."""
    shop = undisturbed.shop
    shop.ask("/_reset", "POST")
    shop.ask("/_faults", "POST", [])
    undisturbed.forget_journal()
    return undisturbed


def said(done: Done) -> list[dict[str, Any]]:
    """Return the documents that a run printed."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def wait_for(fact: Callable[[], bool]) -> None:
    """Return when *fact* is so."""
    until = time.monotonic() + 30
    while not fact():
        assert time.monotonic() < until, "it takes too long"
        time.sleep(0.01)


def assert_made_right(workshop: Workshop) -> None:
    """Resume, and check account, traffic and result."""
    workshop.sent()
    done_before = workshop.done()
    resumed = workshop.run(NEVER, "resume")
    assert resumed.stdout, resumed.stderr
    report = said(resumed)[-1]

    assert resumed.returncode == 0, resumed.stderr
    assert report["state"] == "finished"
    assert report["read"] == len(workshop.lines) == sum(report["outcomes"].values())
    assert not done_before & workshop.sent().keys()
    assert workshop.shop.state == workshop.best


@pytest.mark.parametrize("point", POINTS)
def test_an_import_that_died_is_made_right(workshop: Workshop, point: str) -> None:
    """I1, I2, I8: every command ends with one outcome, and what had one is not sent again."""
    died = workshop.run(point)

    assert died.returncode == KILLED, died.stderr
    assert_made_right(workshop)


def test_an_import_killed_during_a_request_is_made_right(workshop: Workshop) -> None:
    """I2, I3: what the PIM carries out after the death is sent again, and nothing else is."""
    slow = {"match": {"method": "PATCH", "path": "/products$"}, "fault": {"kind": "slow"}}
    workshop.shop.ask("/_faults", "POST", [slow])
    process = workshop.start(NEVER)
    wait_for(lambda: workshop.shop.ask("/_trace")["in_flight"] == 4)
    process.kill()
    process.communicate()
    workshop.shop.ask("/_faults", "POST", [])

    assert_made_right(workshop)


def test_the_end_is_told_under_the_id_that_was_decided(workshop: Workshop) -> None:
    """I6: decided once; a listener that heard of it before the death can drop the repeat."""
    died = workshop.run("decided, not told")
    decided = workshop.event_id()
    resumed, again = workshop.run(NEVER, "resume"), workshop.run(NEVER, "resume")

    assert (died.returncode, said(died)) == (KILLED, [])
    assert said(resumed)[0] == said(again)[0] == {"event_id": decided}


def test_an_import_may_die_again_and_again(workshop: Workshop) -> None:
    """I1, I8: each death costs what was in flight, never the account."""
    codes = [workshop.run("answered, not settled").returncode]
    codes += [workshop.run(p, "resume").returncode for p in ("round planned", "before the end")]

    assert codes == [KILLED] * 3
    assert_made_right(workshop)


def test_an_import_may_be_killed_at_any_moment(workshop: Workshop) -> None:
    """I1, I2, I8: kill -9 at 20 moments by chance; what had its outcome is never sent again."""
    chance, done, again = random.Random(20), set[str](), set[str]()
    slow = {"match": {"method": "PATCH"}, "fault": {"kind": "slow", "seconds": 0.05}}
    workshop.shop.ask("/_faults", "POST", [slow])
    progress = []
    for number in range(KILLS):
        process = workshop.start(NEVER, *(["resume"] if number else []))
        wait_for(partial(workshop.has_sent, chance.randrange(6), process))
        time.sleep(chance.random() * 0.1)
        process.kill()
        process.communicate()
        again |= done & workshop.sent().keys()
        done = workshop.done()
        progress.append(len(done))
    workshop.shop.ask("/_faults", "POST", [])

    assert not again
    assert progress[0] < progress[-1], progress
    assert_made_right(workshop)


def test_a_journal_that_lost_its_last_transactions_is_a_correct_older_one(
    workshop: Workshop, tmp_path: Path
) -> None:
    """I8: as after a loss of power, what it does not know any more is sent again, harmlessly."""
    workshop.run("at the gate")
    files = list(workshop.shop.folder.glob("importbus-journal.db*"))
    for file in files:
        shutil.copy(file, tmp_path)
    workshop.run("round settled", "resume")
    workshop.forget_journal()
    for file in files:
        shutil.copy(tmp_path / file.name, file)

    assert_made_right(workshop)


def test_a_full_disk_stops_the_import_before_anything_is_lost(workshop: Workshop) -> None:
    """I2: the journal takes no more, so no more is acknowledged; with room again it goes on."""
    stopped = workshop.run(DISK_FULL)

    assert stopped.returncode == 3
    assert "The disk is full; make room and start again, nothing is lost." in stopped.stderr
    assert_made_right(workshop)


def test_a_batch_that_is_delivered_again_changes_no_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I8: a worker that breaks between outcome and acknowledgement does its batch once more."""
    whole, failures = MemoryDelivery.ack, ["no such luck"]

    def breaking(delivery: MemoryDelivery) -> None:
        if failures:
            raise RuntimeError(failures.pop())
        whole(delivery)

    monkeypatch.setattr(MemoryDelivery, "ack", breaking)
    with open_desk(tmp_path) as desk:
        first, second = (CreateOrUpdateProduct(identifier=key) for key in ("mug", "MUG"))
        run = desk.run(first, None, second)
        sent = [key for request in desk.pim.trace()["requests"] for key in request["keys"]]

    assert sent == ["mug", "mug", "MUG"]
    assert (run.report.read, outcomes(run)) == (2, {"created": 1, "updated": 1})
