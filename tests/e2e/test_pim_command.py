"""`importbus pim` from the outside: ready, found by others, stopped, and refused with a reason."""

from __future__ import annotations

import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from command_line import Shop, line


@pytest.fixture
def alone(tmp_path: Path) -> Shop:
    """A folder in which nothing is configured."""
    return Shop(tmp_path, "", {})


@contextmanager
def started(shop: Shop, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a PIM; give its process and its first line."""
    with shop.start("pim", *options) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline()
        finally:
            process.kill()


def test_its_first_line_says_that_it_is_ready_and_where(alone: Shop) -> None:
    """READY and an address of the loopback interface, as soon as it answers."""
    with started(alone) as (_, ready):
        word, url = ready.split()
        with urlopen(f"{url}/_state", timeout=10) as answer:
            status = answer.status

    assert (word, status) == ("READY", 200)
    assert url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_until_it_is_stopped(alone: Shop, number: signal.Signals) -> None:
    """To be stopped is its right end: exit 0."""
    with started(alone) as (process, _):
        process.send_signal(number)
        code = process.wait(timeout=20)

    assert code == 0


def test_its_settings_are_for_a_shell_to_source(alone: Shop) -> None:
    """With them an import finds it, whatever port it has; only the owner can read them."""
    name = alone.write("in.jsonl", [line("CreateOrUpdateProduct", identifier="mug")])
    with started(alone, "--env", "pim.env"):
        said = alone.shell(f". ./pim.env; importbus import {name}; importbus doctor")
    mode = (alone.folder / "pim.env").stat().st_mode

    assert said.code == 0, said.out + said.err
    assert stat.S_IMODE(mode) == 0o600


def test_it_fails_as_it_is_told(alone: Shop) -> None:
    """A fault plan is read at the start."""
    (alone.folder / "plan.json").write_text('[{"fault": {"kind": "status", "status": 500}}]')
    with started(alone, "--faults", "plan.json", "--env", "pim.env"):
        said = alone.shell(". ./pim.env; importbus doctor")

    assert said.code == 3
    assert "500" in said.out


def test_a_port_in_use_is_refused(alone: Shop) -> None:
    """Exit 2 with the port and a way out."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = alone.run("pim", "--port", str(port))

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"importbus: Port {port} is in use: choose another --port")


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (None, "plan.json: cannot be read: No such file or directory."),
        ("{", "plan.json: not JSON: "),
        ('[{"fault": {"kind": "flood"}}]', "plan.json: rule 1: "),
        ('[{"match": {}}]', 'plan.json: rule 1: an object with "fault" is needed.'),
    ],
)
def test_a_plan_that_is_wrong_is_refused(alone: Shop, plan: str | None, says: str) -> None:
    """Exit 2 with the file, the rule and what is wrong with it."""
    if plan is not None:
        (alone.folder / "plan.json").write_text(plan)
    said = alone.run("pim", "--faults", "plan.json")

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"importbus: {says}")


def test_settings_that_cannot_be_written_are_named(alone: Shop) -> None:
    """Exit 2 with the path that was given."""
    said = alone.run("pim", "--env", "nowhere/pim.env")

    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "importbus: nowhere/pim.env: cannot be written: No such file or directory.\n"
    )
