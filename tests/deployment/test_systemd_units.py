"""The units of ``deploy/systemd/``: systemd itself finds nothing wrong, and they end in order."""

from __future__ import annotations

import shutil
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest

from deployed_commands import UNITS

SERVICES = sorted(path.name for path in UNITS.glob("*.service"))

INSTALLED = "/opt/importbus/bin/importbus"

EXPOSURE = 20
"""Highest exposure in tenths, of 100, by systemd's own count; without sandboxing it is 96."""

GRACE_SECONDS = 30
"""Seconds that a process takes at the most to end what is in flight."""

MISTAKES = [
    ("importbus-recorder.service", "Restart=always", "Restart=ever"),
    ("importbus-recorder.service", "ExecStart=/opt", "ExecStart=opt"),
    ("importbus-recorder.service", "Type=exec", "Tpye=exec"),
    ("importbus-consumer@.service", "[Service]", "[Servise]"),
    ("importbus-publish.timer", "02:30:00", "25:30:00"),
]


def verified(folder: Path) -> str:
    """Return what systemd has against the units in *folder*, which get a program that is there."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("There is no systemd-analyze here; the tests below read the units themselves.")
    installed = Path(sys.executable).with_name("importbus")
    for path in folder.iterdir():
        path.write_text(path.read_text().replace(INSTALLED, str(installed)))
    template = folder / "importbus-consumer@.service"
    template.rename(template.with_name("importbus-consumer@0-1.service"))
    return analysed("verify", *sorted(str(path) for path in folder.iterdir()))


def analysed(*arguments: str) -> str:
    """Return what ``systemd-analyze`` prints when it is not content; else nothing."""
    done = subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True)
    return done.stderr if done.returncode == 0 else done.stdout + done.stderr


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """A folder with a copy of the units."""
    for path in UNITS.iterdir():
        if path.suffix != ".example":
            shutil.copy(path, tmp_path)
    return tmp_path


def test_systemd_understands_the_units(units: Path) -> None:
    """Sections, keys, values and times are those that it knows."""
    assert verified(units) == ""


@pytest.mark.parametrize(("name", "right", "wrong"), MISTAKES)
def test_systemd_finds_a_mistake(units: Path, name: str, right: str, wrong: str) -> None:
    """The test above finds what it is there for."""
    text = (units / name).read_text()
    (units / name).write_text(text.replace(right, wrong))

    assert right in text
    assert verified(units) != ""


def test_services_are_in_a_sandbox(units: Path) -> None:
    """What somebody breaks into can read little and change less."""
    verified(units)
    services = [str(path) for path in units.glob("*.service")]

    assert analysed("security", "--offline=yes", f"--threshold={EXPOSURE}", *services) == ""


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_the_time_to_end_what_is_in_flight(name: str) -> None:
    """A kill would repeat calls; what works in the background comes back, a wrong setting not."""
    unit = RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(UNITS / name)
    service = unit["Service"]

    assert int(service["TimeoutStopSec"]) > GRACE_SECONDS
    assert service["User"] == "importbus"
    if service["Type"] != "oneshot":
        assert (service["Restart"], service["RestartPreventExitStatus"]) == ("always", "2")
        assert service["SuccessExitStatus"] == "143"


def test_credentials_are_for_consumers_alone() -> None:
    """The recorder and the producer never call the PIM."""
    readers = [name for name in SERVICES if "pim.env" in (UNITS / name).read_text()]

    assert readers == ["importbus-consumer@.service"]
