"""On a terminal: live bars that fit it, Ctrl-C, and a cursor that comes back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from command_line import Shop, open_shop
from terminal import COLOUR, HIDE_CURSOR, SHOW_CURSOR

CLASSES = {"all", "Category", "Attribute", "Family", "FamilyVariant", "ProductModel", "Product"}


@pytest.mark.parametrize("columns", [60, 80])
def test_an_import_shows_a_bar_for_each_class(tmp_path: Path, columns: int) -> None:
    """With counts, rate, time and lanes; no line is wider than the terminal."""
    with open_shop(tmp_path, "--latency-ms", "40") as shop:
        name = shop.catalogue(1000)
        with shop.terminal("import", name, "--import-id", "x", columns=columns) as screen:
            screen.wait_for(" in use")
            code = screen.wait()
    lines = screen.shown.splitlines()
    first_words = {line.partition(" ")[0] for line in lines}
    too_wide = [line for line in lines if len(line) > columns]
    rates = [line for line in lines if "/s " in line]

    assert code == 0
    assert first_words >= CLASSES
    assert too_wide == []
    assert rates
    assert screen.written.count(HIDE_CURSOR) == screen.written.count(SHOW_CURSOR) == 1


def test_a_total_is_known_from_the_first_product_on_and_stays(tmp_path: Path) -> None:
    """The file is counted while its structure is read, so no bar grows while it fills."""
    with open_shop(tmp_path, "--latency-ms", "20") as shop:
        name = shop.catalogue(1000)
        with shop.terminal("import", name) as screen:
            screen.wait()
    bars = [line for line in screen.shown.splitlines() if line.startswith("Product ")]
    totals = {total for line in bars for total in re.findall(r" [\d,]+/([\d,]+) ", f"{line} ")}

    assert totals == {"1,100"}  # a tenth of the products has a second line, for associations


def test_ctrl_c_stops_in_order(tmp_path: Path) -> None:
    """It says so, gives the cursor back and the command that goes on; exit 130."""
    with open_shop(tmp_path, "--latency-ms", "40") as shop:
        name = shop.catalogue(3000)
        with shop.terminal("import", name, "--import-id", "x") as screen:
            screen.wait_for(" in use")
            screen.press("\x03")
            code = screen.wait()
        report = shop.run("report", "x", "--json").document

    assert code == 130
    assert "Stopping: what is in flight is finished first." in screen.shown
    assert f"importbus import {name} --resume x" in screen.shown
    assert screen.written.rindex(SHOW_CURSOR) > screen.written.rindex(HIDE_CURSOR)
    assert report["state"] == "stopped"


def test_a_second_ctrl_c_leaves_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    """Not even a call that hangs is waited for; resuming does what is left."""
    with open_shop(tmp_path) as shop:
        name = shop.catalogue()
        shop.hang()
        with shop.terminal("import", name, "--import-id", "x") as screen:
            screen.wait_for(" in use")
            screen.press("\x03")
            screen.wait_for("Stopping")
            screen.press("\x03")
            code = screen.wait(seconds=20)
        shop.fail()
        resumed = shop.run("import", name, "--resume", "x")
        products = shop.state["products"]

    assert code == 130
    assert screen.written.rindex(SHOW_CURSOR) > screen.written.rindex(HIDE_CURSOR)
    assert resumed.code == 0, resumed.err
    assert len(products) == 300


def test_colours_can_be_switched_off(shop: Shop) -> None:
    """NO_COLOR is honoured; bars stay."""
    name = shop.catalogue()
    with shop.terminal("import", name) as coloured:
        coloured.wait()
    with shop.terminal("import", name, NO_COLOR="1") as plain:
        plain.wait()

    assert COLOUR.search(coloured.written)
    assert not COLOUR.search(plain.written)
    assert HIDE_CURSOR in plain.written


def test_a_terminal_that_cannot_move_its_cursor_gets_lines(shop: Shop) -> None:
    """As in an editor's window: TERM=dumb."""
    with shop.terminal("import", shop.catalogue(), TERM="dumb") as screen:
        code = screen.wait()

    assert code == 0
    assert "\x1b" not in screen.written


@pytest.mark.parametrize("forced", ["", "1"])
def test_no_bars_go_into_a_pipe(shop: Shop, forced: str) -> None:
    """Neither movements nor a frame of a bar, whatever a build server asks for."""
    said = shop.run("import", shop.catalogue(), "--import-id", "x", FORCE_COLOR=forced)

    assert said.code == 0, said.err
    assert HIDE_CURSOR not in said.err
    assert "━" not in said.err
    assert said.out.startswith("x: finished: ")


def test_a_list_of_imports_fits_a_narrow_terminal(shop: Shop) -> None:
    """Two lines for each import instead of a table of folds."""
    shop.run("import", shop.catalogue(), "--import-id", "spring-2026", "--label", "Spring")
    with shop.terminal("status", columns=80) as screen:
        screen.wait()

    assert screen.shown.splitlines()[0] == "spring-2026 (Spring): finished"


def test_the_demo_can_be_left_by_ctrl_c(tmp_path: Path) -> None:
    """Exit 130, and nothing is left behind."""
    shop = Shop(tmp_path, "", {"TMPDIR": str(tmp_path)})
    with shop.terminal("demo", "--products", "5000") as screen:
        screen.wait_for(" in use")
        screen.press("\x03")
        code = screen.wait()

    assert code == 130
    assert "Import demo: stopped" in screen.shown
    assert list(tmp_path.iterdir()) == []
