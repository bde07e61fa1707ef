"""What every journal must do with commands that wait; the laws are in `tests/property`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from attrs import evolve

from importbus.adapters.journal import SqliteJournal
from importbus.bus.attachments import Attachment
from importbus.bus.batches import Envelope
from importbus.bus.journal import ParkedToken
from importbus.bus.messages import Position
from importbus.bus.outcomes import SUSPECT, Outcome, OutcomeKind, behind
from importbus.handlers.akeneo import (
    CreateOrUpdateFamily,
    CreateOrUpdateProduct,
    DeleteProduct,
)
from journal_desk import RECORD, batch_of, names, open_journal, plan, product, refused, settle


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    """A journal with an open import."""
    journal = open_journal(tmp_path)
    journal.open_import(RECORD)
    yield journal
    journal.close()


def test_a_parked_command_keeps_its_file(journal: SqliteJournal) -> None:
    """The bytes that came in a message go along in the round, alone, and are kept no longer."""
    content = Attachment("mug.png", 3, "ab", content=b"png")
    shared = Attachment("cup.png", 9, "cd", path="/m/cup.png", reference="cup.png")
    files = [content, shared, None, shared]
    envelopes = [evolve(product(n), attachment=file) for n, file in enumerate(files, 1)]
    settle(journal, batch_of(1, *envelopes), *[refused()] * 4)
    batches = plan(journal, 1)
    again = sorted((e.number, e.attachment) for batch in batches for e in batch.envelopes)

    assert sorted(map(len, batches)) == [1, 3]
    assert again == list(enumerate(files, 1))
    for batch in batches:
        settle(journal, batch, *[Outcome.updated()] * len(batch))
    with closing(sqlite3.connect(journal.path)) as connection:
        assert connection.execute("SELECT count(*) FROM attachments").fetchone() == (0,)


def test_a_parked_command_gets_one_more_send_and_no_third(journal: SqliteJournal) -> None:
    """A refusal that nothing in the import can cure is sent at most twice."""
    settle(journal, batch_of(1, product(1)), refused("family:mugs"))
    (again,) = plan(journal, 1)
    settle(journal, again, refused("family:mugs"))

    assert plan(journal, 2) == []
    assert journal.report("spring").outcomes == {"failed": 1}
    assert [f.attempts for f in journal.failures("spring")] == [2]


def test_a_cure_gives_another_send(journal: SqliteJournal) -> None:
    """When what it waits for is written after all, a parked command goes once more."""
    settle(journal, batch_of(1, product(1)), refused("family:mugs"))
    (again,) = plan(journal, 1)
    settle(journal, again, refused("family:mugs"))
    family = Envelope(CreateOrUpdateFamily(code="MUGS"), Position("a.jsonl", 2), 2, 20)
    settle(journal, batch_of(2, family, lane=None), Outcome.created())

    assert names(plan(journal, 2)) == [["p1"]]


def test_a_new_reason_gives_another_send(journal: SqliteJournal) -> None:
    """The first reason is cured, a second shows: that one gets its doubt, too."""
    settle(journal, batch_of(1, product(1)), refused("family:mugs"))
    (again,) = plan(journal, 1)
    settle(journal, again, refused("category:new"))

    assert names(plan(journal, 2)) == [["p1"]]


def test_structure_goes_before_the_catalogue(journal: SqliteJournal) -> None:
    """While parked structure can be sent, no catalogue command is: it may depend on it."""
    family = Envelope(CreateOrUpdateFamily(code="mugs"), Position("a.jsonl", 2), 2, 20)
    settle(journal, batch_of(1, product(1)), refused("family:mugs"))
    settle(journal, batch_of(2, family, lane=None), refused("attribute:name"))

    (first,) = plan(journal, 1)
    assert (first.lane, names([first])) == (None, [["mugs"]])
    settle(journal, first, Outcome.created())
    assert names(plan(journal, 2)) == [["p1"]]


def test_structure_that_stays_parked_does_not_keep_the_gate_shut(journal: SqliteJournal) -> None:
    """The rounds of structure end with what can be sent; the rest waits for the end."""
    family = Envelope(CreateOrUpdateFamily(code="mugs"), Position("a.jsonl", 1), 1, 20)
    settle(journal, batch_of(1, family, lane=None), refused("attribute:name"))
    assert journal.plan_round("spring", 1, "structure", at=102.0) == 1
    (again,) = journal.round_batches("spring", 1)
    settle(journal, again, refused("attribute:name"))

    assert journal.plan_round("spring", 2, "structure", at=102.0) == 0
    assert journal.parked("spring") == 1


def test_a_follower_goes_with_its_leader(journal: SqliteJournal) -> None:
    """Both in one batch, in their order."""
    settle(
        journal,
        batch_of(1, product(1), evolve(product(1), number=2)),
        refused("family:mugs"),
        Outcome.parked(wants=[behind(1)]),
    )

    (again,) = plan(journal, 1)
    assert [envelope.number for envelope in again.envelopes] == [1, 2]


def test_a_follower_is_tried_when_its_leader_has_failed(journal: SqliteJournal) -> None:
    """What waits behind a hopeless command is not hopeless itself."""
    delete = Envelope(DeleteProduct(identifier="p1"), Position("a.jsonl", 2), 2, 20)
    settle(journal, batch_of(1, product(1)), refused("family:mugs"))
    settle(journal, batch_of(2, delete), Outcome.parked(wants=[behind(1)]), sends=0)
    first = plan(journal, 1)
    settle(journal, first[0], refused("family:mugs"))
    settle(journal, first[1], Outcome.parked(wants=[behind(1)]), sends=0)

    (last,) = plan(journal, 2)
    assert last.items == (DeleteProduct(identifier="p1"),)
    assert [f.key for f in journal.failures("spring")] == ["p1"]


def test_suspects_go_alone_and_end_dead(journal: SqliteJournal) -> None:
    """Poison: one a batch; what nothing can cure any more is dead, not failed."""
    settle(journal, batch_of(1, product(1), product(2)), refused(SUSPECT), refused(SUSPECT))
    batches = plan(journal, 1)
    settle(journal, batches[0], Outcome.created())
    settle(journal, batches[1], refused(SUSPECT))

    assert names(batches) == [["p1"], ["p2"]]
    assert plan(journal, 2) == []
    assert journal.report("spring").outcomes == {"created": 1, "dead": 1}


def test_whoever_is_a_suspect_again_goes_alone_again(journal: SqliteJournal) -> None:
    """Poison in a later batch, too: its neighbours must not end dead for it."""
    settle(journal, batch_of(1, product(1)), refused(SUSPECT))
    settle(journal, plan(journal, 1)[0], refused("family:mugs"))
    settle(journal, batch_of(2, product(2)), refused("family:mugs"))
    (shared,) = plan(journal, 2)
    settle(journal, shared, refused(SUSPECT), refused(SUSPECT))

    assert names(plan(journal, 3)) == [["p1"], ["p2"]]


def test_a_parked_command_keeps_its_tree(journal: SqliteJournal) -> None:
    """A delete of the tree finds it, and it knows its tree when it goes again."""
    settle(journal, batch_of(1, evolve(product(1), tree="product_model:m")), refused("family:mugs"))
    held = journal.parked_tokens("spring", ["tree:product_model:m"])
    (again,) = plan(journal, 1)

    assert [token.number for token in held] == [1]
    assert [envelope.tree for envelope in again.envelopes] == ["product_model:m"]


def test_a_remainder_is_sent_in_place_of_the_whole(journal: SqliteJournal) -> None:
    """The part that was written is not sent again, and its outcome stays."""
    rest = CreateOrUpdateProduct(identifier="p1", associations={"X": {"products": ["p2"]}})
    parked = evolve(refused("product:p2"), remainder=rest, written=OutcomeKind.CREATED)
    settle(journal, batch_of(1, product(1)), parked)
    (again,) = plan(journal, 1)
    settle(journal, again, Outcome.updated())

    assert again.items == (rest,)
    assert journal.report("spring").outcomes == {"created": 1}


def test_the_worse_part_decides(journal: SqliteJournal) -> None:
    """Written without its associations, which then fail: the command has failed."""
    rest = CreateOrUpdateProduct(identifier="p1", associations={"X": {"products": ["p2"]}})
    parked = evolve(refused("product:p2"), remainder=rest, written=OutcomeKind.CREATED)
    settle(journal, batch_of(1, product(1)), parked)
    (again,) = plan(journal, 1)
    settle(journal, again, refused("product:p2"))
    plan(journal, 2)

    assert journal.report("spring").outcomes == {"failed": 1}


def test_parked_keys_are_found_by_their_tokens(journal: SqliteJournal) -> None:
    """A lane worker sees which keys must not be overtaken; case does not matter."""
    settle(journal, batch_of(1, product(1)), refused("family:mugs"))

    assert journal.parked_tokens("spring", {"product:p1", "product:p2"}) == [
        ParkedToken("product:p1", 1, own=True, upsert=True)
    ]
