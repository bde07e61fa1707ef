"""The HTML report as a file: what stands in it, and what is written beside it."""

from __future__ import annotations

import csv
import os
import re
import tracemalloc
from pathlib import Path

import pytest
from attrs import evolve

from importbus.adapters.html_report import WrittenReport, write_html_report
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.journal.activity import Stretch
from importbus.adapters.journal.selecting import Selection
from importbus.bus.errors import ConfigurationError, UnknownImport
from importbus.bus.journal import ImportRecord, Moment
from importbus.bus.outcomes import Outcome
from journal_desk import batch_of, open_journal
from journal_desk import product as numbered
from reported_import import NO_FAMILY, OPENED, product, reported, usual

pytestmark = pytest.mark.integration


def many(folder: Path, count: int) -> SqliteJournal:
    """Return the journal of an import with *count* failed products."""
    failed = Outcome.failed(NO_FAMILY, status=422)
    return reported(folder, [(product(f"p{n}", "x" * 500), failed) for n in range(count)])


def shown(page: Path) -> int:
    """Return how many failures stand in *page*."""
    return page.read_text(encoding="utf-8").count('<li class="failure"')


def test_a_page_has_every_part_of_the_account(tmp_path: Path) -> None:
    """The sum, classes, the plot, failures with their places, and the timeline."""
    written = write_html_report(tmp_path / "x.html", reported(tmp_path, usual()), "spring")
    text = " ".join(re.sub("<[^>]*>", " ", written.page.read_text(encoding="utf-8")).split())

    assert written == WrittenReport(tmp_path / "x.html", 7, 7)
    assert "9 read = 1 created + 1 updated + 6 failed + 1 rejected + 0 open The sum is" in text
    assert "command created updated failed CreateOrUpdateFamily 1 1 CreateOrUpdateProduct" in text
    assert "commands/s up to" in text
    assert "structure lane" in text
    assert "a.jsonl :4 bad-1 CreateOrUpdateProduct number 2 The family does not exist" in text
    assert "2026-11-28 01:00:01 retry 1 no answer" in text
    assert not (tmp_path / "x.csv").exists()


def test_what_is_mended_is_told_of_a_failure(tmp_path: Path) -> None:
    """The page of an import is made anew after its retries."""
    journal = reported(tmp_path, usual())
    journal.failed.drop(Selection(key="bad-1"), at=OPENED + 60)
    page = write_html_report(tmp_path / "x.html", journal, "spring").page.read_text("utf-8")

    assert page.count('<span class="tag">dropped</span>') == 1


def test_very_many_failures_are_capped_and_all_of_them_stand_in_a_table(tmp_path: Path) -> None:
    """The true total is named, and each reason has its true count."""
    written = write_html_report(tmp_path / "x.html", many(tmp_path, 3_000), "spring", most=50)
    page = written.page.read_text(encoding="utf-8")
    with (tmp_path / "x.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))

    assert written == WrittenReport(tmp_path / "x.html", 50, 3_001, tmp_path / "x.csv")
    assert shown(written.page) == 50
    assert "3,001 failures" in page
    assert '<b class="count">3,000</b>' in page
    assert '<a href="x.csv">x.csv</a>' in page
    assert len(rows) == 3_001


def test_memory_does_not_grow_with_the_number_of_failures(tmp_path: Path) -> None:
    """Ten times as many take no more than twice as much: all of them would take 3 MB."""
    peaks = []
    for count in (300, 3_000):
        folder = tmp_path / str(count)
        folder.mkdir()
        journal = many(folder, count)
        tracemalloc.start()
        write_html_report(folder / "x.html", journal, "spring", most=50)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < 2 * peaks[0]


def test_a_file_of_somebody_else_is_not_replaced(tmp_path: Path) -> None:
    """A catalogue may well have the name of the page."""
    (tmp_path / "shop.csv").write_text("sku;name\n", encoding="utf-8")
    journal = many(tmp_path, 10)

    with pytest.raises(ConfigurationError, match=r"shop\.csv is there and is no list of failures"):
        write_html_report(tmp_path / "shop.html", journal, "spring", most=5)

    assert (tmp_path / "shop.csv").read_text(encoding="utf-8") == "sku;name\n"
    assert not (tmp_path / "shop.html").exists()


def test_the_table_of_an_earlier_page_is_replaced(tmp_path: Path) -> None:
    """It is known by its head; a page called like a table gets a table of another name."""
    journal = many(tmp_path, 10)
    first = write_html_report(tmp_path / "x.csv", journal, "spring", most=5)
    second = write_html_report(tmp_path / "x.csv", journal, "spring", most=5)

    assert first.table == second.table == tmp_path / "x.csv.csv"
    assert shown(tmp_path / "x.csv") == 5


def test_any_name_of_a_file_will_do(tmp_path: Path) -> None:
    """Also one that is no text, or would be another address."""
    page = tmp_path / os.fsdecode(b"javascript:\xff?.html")
    written = write_html_report(page, many(tmp_path, 3), "spring", most=1)
    text = page.read_text(encoding="utf-8")

    assert written.table == page.with_suffix(".csv")
    assert '<a href="javascript%3A%FF%3F.csv">javascript:\\udcff?.csv</a>' in text


def test_a_page_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """In our own words."""
    journal = reported(tmp_path, usual())

    with pytest.raises(ConfigurationError, match=r"x\.html: cannot be written: No such file"):
        write_html_report(tmp_path / "nowhere" / "x.html", journal, "spring")


def test_of_an_unknown_import_nothing_is_written(tmp_path: Path) -> None:
    """Not even an empty file."""
    with pytest.raises(UnknownImport):
        write_html_report(tmp_path / "x.html", open_journal(tmp_path), "spring")

    assert not (tmp_path / "x.html").exists()


def test_an_import_of_nothing_has_a_page(tmp_path: Path) -> None:
    """Without a plot, failures, a timeline and a script."""
    journal = open_journal(tmp_path)
    journal.open_import(ImportRecord("spring", None, (), 2, OPENED))
    page = write_html_report(tmp_path / "x.html", journal, "spring").page.read_text("utf-8")

    assert "<b>0</b> read" in page
    assert "so far" in page
    assert not re.search("<svg|<script|Timeline|<table", page)


def test_a_very_long_command_is_looked_up_where_it_stands(tmp_path: Path) -> None:
    """A page of hundreds of megabytes would be opened by nobody."""
    long = (product("long", "x" * 20_000), Outcome.failed(NO_FAMILY, status=422))
    written = write_html_report(tmp_path / "x.html", reported(tmp_path, [long]), "spring")
    page = written.page.read_text(encoding="utf-8")

    assert "x" * 16_000 not in page
    assert re.search(r"The command has 20,\d+ characters: see a\.jsonl, line 1\.", page)


def test_of_a_long_timeline_begin_and_end_are_shown(tmp_path: Path) -> None:
    """What is left out is counted."""
    journal = reported(tmp_path, usual())
    for n in range(600):
        journal.moment("spring", Moment(OPENED + 2, "retry", f"attempt {n}", 0))
    page = write_html_report(tmp_path / "x.html", journal, "spring").page.read_text("utf-8")

    assert "102 entries are left out" in page
    assert page.index("attempt 0<") < page.index("entries are left out")
    assert page.index("entries are left out") < page.index("attempt 599<")
    assert "attempt 300<" not in page


def test_the_journal_says_when_lanes_were_at_work(tmp_path: Path) -> None:
    """By the end; nobody works on what is cancelled."""
    journal = reported(tmp_path, usual())
    journal.open_import(ImportRecord("given-up", None, (), 2, OPENED))
    journal.note(evolve(batch_of(1, numbered(1)), import_id="given-up"), accepted=1)
    cancelled = journal.shared.cancel("given-up", at=OPENED + 5)

    assert cancelled == 1
    assert list(journal.activity.stretches("spring"))[:2] == [
        Stretch(None, 1, OPENED, OPENED + 1),
        Stretch(0, 1, OPENED + 1, OPENED + 2),
    ]
    assert list(journal.activity.stretches("given-up")) == []
