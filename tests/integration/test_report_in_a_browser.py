"""The page of `importbus report --html` in a browser: it works, and whatever it shows is text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from browser import Browser, Tab
from importbus.adapters.html_report import write_html_report
from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import Outcome, ServerError
from reported_import import HOSTILE, product, reported, usual

pytestmark = pytest.mark.integration

PHONE = 390
"""Pixels of a phone's width."""

INKS = ("main", ".facts dt", ".state", ".verdict", ".count", ".position", ".retry", "summary")

ROWS = "[...document.querySelectorAll('.failure')].filter((row) => row.checkVisibility())"
KEYS = f"{ROWS}.map((row) => row.querySelector('.key')?.textContent ?? '')"
CHOOSE = """(() => {
    const form = document.getElementById("filter");
    const field = form.elements[%s];
    field.value = field.options
        ? [...field.options].find((option) => option.text.includes(%s)).value
        : %s;
    field.dispatchEvent(new Event("input", {bubbles: true}));
    return new Promise((resolve) => setTimeout(resolve, 100));
})()"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page about six failures of two reasons and a rejected line."""
    return written(tmp_path, usual())


def written(
    folder: Path, results: Iterable[tuple[LaneCommand, Outcome]], label: str = "", advice: str = ""
) -> Path:
    """Return the page of an import with *results*."""
    journal = reported(folder, results, label=label)
    found = write_html_report(folder / "report.html", journal, "spring", advice=advice)
    journal.close()
    return found.page


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Tab]]:
    """Opens pages, and closes them in the end."""
    tabs: list[Tab] = []

    def open_page(path: Path, *, width: int = 1200, scheme: str = "light") -> Tab:
        tabs.append(browser.open(path, width=width, scheme=scheme))
        return tabs[-1]

    yield open_page
    for tab in tabs:
        tab.close()


def choose(tab: Tab, name: str, value: str) -> None:
    """Set the field *name* of the filter, and wait until it has filtered."""
    tab.evaluate(CHOOSE % (json.dumps(name), json.dumps(value), json.dumps(value)))


def test_failures_are_filtered_by_class_reason_and_text(
    page: Path, opened: Callable[..., Tab]
) -> None:
    """What is chosen together must hold together, and it can be taken back."""
    tab = opened(page)
    everything = tab.evaluate(KEYS)
    choose(tab, "class", "CreateOrUpdateFamily")
    families = tab.evaluate(KEYS)
    choose(tab, "class", "all")
    choose(tab, "reason", "does not exist")
    choose(tab, "text", "BAD-2")
    both = tab.evaluate(KEYS)
    said = tab.evaluate("document.querySelector('#filter output').textContent")
    choose(tab, "text", "bad-3")
    nothing = tab.evaluate(KEYS)
    tab.evaluate("document.getElementById('filter').reset()")
    tab.evaluate("new Promise((resolve) => setTimeout(resolve, 50))")

    assert sorted(everything) == ["", "bad-1", "bad-2", "bad-3", "bad-4", "bad-5", "cups"]
    assert (families, both, nothing) == (["cups"], ["bad-2"], [])
    assert said == "1 of the 7 on this page"
    assert tab.evaluate(KEYS) == everything


def test_a_command_and_all_that_are_shown_can_be_copied(
    page: Path, opened: Callable[..., Tab]
) -> None:
    """As lines that an import reads."""
    tab = opened(page)
    choose(tab, "text", "bad-2")
    one = tab.copied_by(".failure:not([hidden]) [data-copy=one]")
    choose(tab, "text", "bad-")
    lines = tab.copied_by("[data-copy=all]").splitlines()

    assert json.loads(one) == {"command": "CreateOrUpdateProduct", "data": {"identifier": "bad-2"}}
    assert len(lines) == 5
    assert one in lines


def test_nothing_is_fetched_and_nothing_is_complained_of(
    page: Path, opened: Callable[..., Tab]
) -> None:
    """One file is all there is, and its style and script are those that its policy names."""
    tab = opened(page)

    assert tab.requested() == [page.as_uri()]
    assert tab.told("Log.entryAdded") == tab.told("Runtime.exceptionThrown") == []
    assert tab.style("main", "max-width") == "1120px"
    assert tab.style("#filter", "display") == "grid"


def test_the_policy_forbids_every_other_script_and_connection(
    page: Path, opened: Callable[..., Tab]
) -> None:
    """Were there a gap, what comes through it could not act."""
    tab = opened(page)
    tab.evaluate(
        """(() => {
            const script = document.createElement("script");
            script.textContent = "window.owned = true";
            document.body.append(script);
            document.body.insertAdjacentHTML("beforeend", '<b onclick="window.owned = true">');
            document.body.lastChild.click();
        })()"""
    )
    connected = tab.evaluate("fetch('data:,x').then(() => 'yes', (error) => error.name)")
    told = json.dumps(tab.told("Log.entryAdded"))

    assert tab.evaluate("window.owned === undefined")
    assert connected == "TypeError"
    assert "violates the following Content Security Policy directive" in told


def test_whatever_others_wrote_is_text(tmp_path: Path, opened: Callable[..., Tab]) -> None:
    """A script in a key, a label, a message or a value is shown and not run, and stays whole."""
    bad = product(f"key{HOSTILE}", HOSTILE)
    outcome = Outcome.failed(ServerError(f"No{HOSTILE}", HOSTILE), status=422)
    tab = opened(written(tmp_path, [(bad, outcome)], f"label{HOSTILE}", f"Next: {HOSTILE}"))
    shown = tab.evaluate("document.querySelector('main').textContent")
    line = json.loads(tab.evaluate("document.querySelector('.failure pre').textContent"))

    assert tab.evaluate("document.title") == "Import spring: finished with failures"
    assert tab.evaluate("document.querySelectorAll('script, img, [onerror]').length") == 1
    assert tab.evaluate("document.querySelector('script').parentElement.tagName") == "BODY"
    for name in ("key", "label", "No", "Next: "):
        assert f"{name}{HOSTILE[:-2]}\\u202e\\u0007" in shown
    assert line["data"] == {"identifier": bad.key, "values": bad.values}


@pytest.mark.parametrize("length", [10, 300])
def test_a_phone_needs_no_scrolling_to_the_side(
    length: int, tmp_path: Path, opened: Callable[..., Tab]
) -> None:
    """Not even with a message and a key of 300 characters without a space."""
    results = usual()
    error = ServerError("x" * length, "values", "y" * length, "en_US")
    results.append((product("k" * length), Outcome.failed(error, status=422)))
    tab = opened(written(tmp_path, results, "l" * length, "n" * length), width=PHONE)
    tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")

    assert tab.evaluate("document.documentElement.scrollWidth") == PHONE


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_light_and_dark(
    scheme: str, page: Path, opened: Callable[..., Tab]
) -> None:
    """A contrast of 4.5 to 1 at least; source: w3.org/TR/WCAG22, 1.4.3."""
    tab = opened(page, scheme=scheme)
    ground = luminance(tab.style("body", "background-color"))
    found = {name: contrast(ground, luminance(tab.style(name, "color"))) for name in INKS}

    assert (ground > 0.5) is (scheme == "light")
    assert {name: ratio for name, ratio in found.items() if ratio < 4.5} == {}


def contrast(one: float, other: float) -> float:
    """Return how well two colours are told apart, from 1 to 21; source: as below."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def luminance(colour: str) -> float:
    """Return how bright a colour is, from 0 to 1; source: w3.org/TR/WCAG22, relative luminance."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_it_prints_dark_on_white_without_what_only_a_screen_needs(
    page: Path, opened: Callable[..., Tab]
) -> None:
    """Also for those who read it in the dark."""
    tab = opened(page, scheme="dark")
    tab.ask("Emulation.setEmulatedMedia", media="print")

    assert luminance(tab.style("body", "background-color")) == pytest.approx(1)
    assert tab.style("#filter", "display") == tab.style("button", "display") == "none"
    assert tab.pdf().startswith(b"%PDF")


def test_without_its_script_only_the_filter_is_missing(
    page: Path, opened: Callable[..., Tab]
) -> None:
    """What is shown stands in the page itself."""
    tab = opened(page)
    tab.ask("Emulation.setScriptExecutionDisabled", value=True)
    tab.reload()
    root = tab.ask("DOM.getDocument", depth=0)["root"]["nodeId"]
    html = tab.ask("DOM.getOuterHTML", nodeId=root)["outerHTML"]

    assert '<form id="filter" hidden="">' in html
    assert "bad-2" in html
