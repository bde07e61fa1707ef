"""I11 from the outside: a signal stops an import in order, whatever it is waiting for."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from command_line import Shop, line, open_shop

SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]


def stop(process: subprocess.Popen[str], number: int) -> tuple[str, str]:
    """Send a signal and return what the process still says."""
    process.send_signal(number)
    return process.communicate(timeout=60)


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_an_outage_does_not_keep_it(tmp_path: Path, number: int, code: int) -> None:
    """Lanes are full and their workers wait for the PIM: all of them hear the signal."""
    with open_shop(tmp_path) as shop:
        match = {"method": "PATCH", "path": "/products$"}
        shop.fail({"match": match, "fault": {"kind": "status", "status": 503}})
        name = shop.catalogue(6000)
        process = shop.start("import", name, "--import-id", "x")
        shop.wait_for_requests(30)
        _, err = stop(process, number)
        stopped = shop.run("report", "x", "--json").document
        shop.fail()
        resumed = shop.run("import", name, "--resume", "x")
        report = shop.run("report", "x", "--json").document

    assert process.returncode == code, err
    assert f"importbus import {name} --resume x" in err
    assert stopped["state"] == "stopped"
    assert resumed.code == 0, resumed.err
    assert report["read"] == sum(report["outcomes"].values()) > 6000


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_an_empty_pipe_does_not_keep_it(shop: Shop, number: int, code: int) -> None:
    """Nobody writes to standard input, and nobody closes it; what came is accounted for."""
    process = shop.start("import", "-", "--import-id", "x", piped=True)
    assert process.stdin is not None
    process.stdin.write(line("CreateOrUpdateProduct", identifier="mug") + "\n")
    process.stdin.flush()
    shop.wait_for_requests(3)  # login, probe, and the product, which has lingered
    out, err = stop(process, number)
    report = shop.run("report", "x", "--json").document

    assert process.returncode == code, err
    assert out.startswith("x: stopped: 1 created; ")
    assert (report["state"], report["outcomes"], report["open"]) == ("stopped", {"created": 1}, 0)


def test_a_pim_that_does_not_answer_at_the_start_does_not_keep_it(tmp_path: Path) -> None:
    """Nothing was opened that could be resumed."""
    with open_shop(tmp_path) as shop:
        shop.fail({"match": {"path": "/channels"}, "fault": {"kind": "slow", "seconds": 300}})
        name = shop.write("in.jsonl", [line("CreateOrUpdateProduct", identifier="mug")])
        process = shop.start("import", name, "--import-id", "x")
        shop.wait_for_requests(1)  # the login; a call is in the trace when it is answered
        out, err = stop(process, signal.SIGTERM)
        imports = shop.run("status", "--json").document["imports"]

    assert (process.returncode, out) == (143, ""), err
    assert imports == []


def test_what_is_in_flight_is_settled(tmp_path: Path) -> None:
    """A call that was made before the signal counts; what waits is left for resuming."""
    (tmp_path / "importbus.toml").write_text("[transport]\nlanes = 1\n")
    with open_shop(tmp_path, "--latency-ms", "1000") as shop:
        lines = [line("CreateOrUpdateProduct", identifier=f"p{n}") for n in range(1000)]
        process = shop.start("import", shop.write("in.jsonl", lines), "--import-id", "x")
        shop.wait_for_requests(3)  # login, probe, and the first batch: the second is on its way
        stop(process, signal.SIGTERM)
        report = shop.run("report", "x", "--json").document
        stored = len(shop.state["products"])

    assert process.returncode == 143
    assert 0 < stored < 1000
    assert report["outcomes"] == {"created": stored}
    assert report["read"] == stored + report["open"]


def test_strict_begins_to_count_anew_when_resumed(shop: Shop) -> None:
    """A line that was rejected before does not end every later run."""
    lines = [line("CreateOrUpdateProduct", identifier=f"p{n}") for n in range(3)]
    name = shop.write("in.jsonl", [lines[0], "{", *lines[1:]])
    first = shop.run("import", name, "--import-id", "x", "--strict")
    second = shop.run("import", name, "--resume", "x", "--strict")

    assert (first.code, second.code) == (1, 1)
    assert "x: finished with failures: 3 created, 1 rejected" in second.out
