"""A selection in SQL selects what its conditions say."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from failed_rows import is_meant, refused, run, written
from importbus.adapters.journal.selecting import Selection
from importbus.bus.messages import Position
from journal_desk import open_journal

WORDS = st.text(alphabet="aB%_!*\\\"'é", min_size=1, max_size=4)
LINES = st.integers(1, 4)

ROWS = st.lists(st.tuples(WORDS, WORDS, st.sampled_from(("a.jsonl", "b.jsonl"))), max_size=5)
REJECTED = st.lists(WORDS, max_size=2)

SELECTIONS = st.builds(
    Selection,
    import_id=st.none() | st.sampled_from(("first", "second")),
    command=st.none() | st.sampled_from(("CreateOrUpdateProduct", "DeleteProduct")),
    key=st.none() | WORDS,
    error=st.none() | WORDS,
    since=st.none() | st.sampled_from((101.0, 102.0)),
    until=st.none() | st.sampled_from((102.0, 103.0)),
    source=st.none() | st.just("a.jsonl"),
    lines=st.none() | st.tuples(LINES, LINES),
    number=st.none() | st.integers(1, 10),
    state=st.sampled_from(("open", "dropped", "cured", "all")),
)


@given(ROWS, ROWS, REJECTED, SELECTIONS, SELECTIONS)
def test_sql_selects_what_the_conditions_say(
    first: list[tuple[str, str, str]],
    second: list[tuple[str, str, str]],
    rejected: list[str],
    dropped: Selection,
    selection: Selection,
) -> None:
    """Also among what was dropped before, whatever signs the values have."""
    with TemporaryDirectory() as folder:
        journal = open_journal(Path(folder))
        for at, (name, rows) in enumerate((("first", first), ("second", second)), 101):
            failures = [
                refused(line, key, reason, source=source)
                for line, (key, reason, source) in enumerate(rows, 1)
            ]
            run(journal, name, written(9, "mug"), *failures, at=float(at))
        for line, reason in enumerate(rejected, 20):
            at_line = Position("a.jsonl", line)
            journal.reject("first", at_line, command=None, reason=reason, raw=b"{")
        everything = list(journal.failed.each(Selection(state="all")))
        counts = journal.failed.drop(dropped, at=200.0)
        left = list(journal.failed.each(Selection(state="all")))
        found = list(journal.failed.each(selection))
        groups = sum(group.count for group in journal.failed.groups(selection))
        journal.close()

    meant = evolve(dropped, state="open")
    expected = [
        one for one in everything if dropped.state in ("open", "all") and is_meant(meant, one)
    ]
    assert sum(counts) == len(expected)
    assert found == [one for one in left if is_meant(selection, one)]
    assert groups == len(found)
