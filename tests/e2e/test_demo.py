"""`importbus demo` from the outside: the main job in one command, and nothing left behind."""

from __future__ import annotations

import re
import signal
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from command_line import Shop

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@pytest.fixture
def alone(tmp_path: Path) -> Shop:
    """A folder in which nothing is configured, and where temporary files go."""
    return Shop(tmp_path, "", {"TMPDIR": str(tmp_path)})


def is_there(url: str) -> bool:
    """Whether something answers at *url*."""
    try:
        with urlopen(f"{url}/_state", timeout=10):
            return True
    except URLError:
        return False


def test_the_demo_checks_what_it_imported(alone: Shop) -> None:
    """It reads everything back and says so; results are on standard output."""
    said = alone.run("demo", "--products", "200")

    assert said.code == 0, said.out + said.err
    assert said.out.startswith("Import demo: finished, ")
    assert "0 rejected + 0 open: balanced" in said.out
    assert re.search(
        r"Read back \d+ items, compared [\d,]+ properties .*: nothing differs\.", said.out
    )


def test_nothing_is_left_behind(alone: Shop) -> None:
    """Neither a file nor the simulated PIM."""
    said = alone.run("demo", "--products", "50")
    (url,) = ADDRESS.findall(said.err)

    assert said.code == 0
    assert list(alone.folder.iterdir()) == []
    assert not is_there(url)


def test_what_is_configured_is_left_alone(shop: Shop) -> None:
    """A demo must not write into the PIM that the environment names."""
    said = shop.run("demo", "--products", "20")

    assert said.code == 0
    assert shop.ask("/_trace")["requests"] == []
    assert list(shop.folder.iterdir()) == []


def test_an_error_inside_is_one_sentence(alone: Shop) -> None:
    """A disk that is full: exit 2 with the file, no traceback, and nothing left behind."""
    said = alone.shell("ulimit -f 20; importbus demo --products 1000")

    assert (said.code, said.out) == (2, "")
    assert "catalog.jsonl: cannot be written: File too large." in said.err
    assert "Traceback" not in said.err
    assert list(alone.folder.iterdir()) == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_in_order(alone: Shop, number: signal.Signals, code: int) -> None:
    """Whenever it comes; the PIM ends, too."""
    process = alone.start("demo", "--products", "20000")
    assert process.stderr is not None
    (url,) = ADDRESS.findall(process.stderr.readline())
    process.send_signal(number)
    _, err = process.communicate(timeout=60)

    assert process.returncode == code, err
    assert "Traceback" not in err
    assert list(alone.folder.iterdir()) == []
    assert not is_there(url)


def test_its_pim_ends_with_it_when_it_is_killed(alone: Shop) -> None:
    """The PIM runs only as long as somebody holds the other end of its input."""
    process = alone.start("demo", "--products", "20000")
    assert process.stderr is not None
    (url,) = ADDRESS.findall(process.stderr.readline())
    process.kill()
    process.communicate()

    assert not is_there(url)


@pytest.mark.parametrize("wrong", [("--products", "0"), ("--seed", "x"), ("more",)])
def test_wrong_options_are_refused(alone: Shop, wrong: tuple[str, ...]) -> None:
    """Exit 2 before anything is started."""
    said = alone.run("demo", *wrong)

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("Usage: importbus demo [OPTIONS]")
