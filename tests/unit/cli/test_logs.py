"""Where log records go, and how they look there."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from loguru import logger

from importbus.adapters.cli import logs
from importbus.adapters.cli.logs import begin_logging, secrets_of
from importbus.adapters.config import Config, PimConfig, TransportConfig
from importbus.adapters.log_config import LogConfig
from importbus.adapters.pim import Secrets
from importbus.bus.context import ImportContext, current_import
from importbus.bus.errors import ConfigurationError


@pytest.fixture(autouse=True)
def sinks() -> Iterator[None]:
    """No sink outlives its test."""
    yield
    logger.remove()
    logger.configure(patcher=lambda record: None)


@pytest.fixture
def night() -> Iterator[None]:
    """An import that the log is written in."""
    inside = current_import.set(ImportContext("night", "1"))
    yield
    current_import.reset(inside)


def documents(text: str) -> list[dict[str, Any]]:
    """Return the JSON documents of *text*, one a line."""
    return [json.loads(line) for line in text.splitlines()]


def test_a_line_for_people_has_its_import(
    capsys: pytest.CaptureFixture[str], night: object
) -> None:
    """Time, level, import and text, on standard error alone; warnings unless told otherwise."""
    begin_logging(LogConfig(format="human"))
    logger.warning("lane {} [waits] :mug: {{}}", 2)
    logger.info("unimportant")

    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.split(maxsplit=1)[1] == "WARNING night lane 2 [waits] :mug: {}\n"


def test_a_line_for_machines_has_the_facts_by_name(
    capsys: pytest.CaptureFixture[str], night: object
) -> None:
    """That is the form where standard error is no terminal, and nobody asked for another one."""
    begin_logging(LogConfig())
    logger.warning("{method} failed: <{status}>", method="GET", status=503, counts={"created": 2})

    (found,) = documents(capsys.readouterr().err)
    assert found["message"] == "GET failed: <503>"
    assert (found["level"], found["import_id"]) == ("WARNING", "night")
    assert (found["method"], found["status"], found["counts"]) == ("GET", 503, {"created": 2})
    assert found["time"].endswith("+00:00")


@pytest.mark.parametrize("form", ["human", "json"])
def test_a_record_is_one_line_whatever_a_server_says(
    capsys: pytest.CaptureFixture[str], form: str
) -> None:
    """Nobody can forge a record or move the cursor."""
    begin_logging(LogConfig(format=form))
    logger.warning("{}", "a page\r\n12:00:00 ERROR night forged \x1b[2J \u202e \x9b2J")

    shown = capsys.readouterr().err
    assert len(shown.splitlines()) == 1
    assert not {"\x1b", "\u202e", "\x9b"} & set(shown)


@pytest.mark.parametrize("form", ["human", "json"])
def test_a_traceback_goes_along_without_values(
    capsys: pytest.CaptureFixture[str], form: str
) -> None:
    """What a variable holds may be a secret."""
    begin_logging(LogConfig(format=form))
    hidden = "swordfish"
    try:
        int(hidden[:0])
    except ValueError:
        logger.exception("It broke.")

    shown = capsys.readouterr().err
    assert "Traceback" in shown
    assert "ValueError: invalid literal" in shown
    assert hidden not in shown


def test_a_fact_cannot_hide_what_every_record_has(capsys: pytest.CaptureFixture[str]) -> None:
    """A level is the level of the record, whatever an application binds."""
    begin_logging(LogConfig(format="json"))
    logger.bind(level="none", message="none").warning("text", thing=object())

    (found,) = documents(capsys.readouterr().err)
    assert (found["level"], found["message"]) == ("WARNING", "text")


def test_a_file_gets_more_and_is_for_its_owner(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """INFO and above as JSON, unless another level was asked for; the console gets its own."""
    file = tmp_path / "import.log"
    before = os.umask(0)
    begin_logging(LogConfig(format="auto", file=str(file)))
    os.umask(before)
    logger.info("{}", "{braces} <red>tags</red>")
    logger.debug("too much")

    assert capsys.readouterr().err == ""
    assert [one["message"] for one in documents(file.read_text())] == ["{braces} <red>tags</red>"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_for_people_has_their_lines(tmp_path: Path) -> None:
    """With the format that was asked for, and the level."""
    file = tmp_path / "import.log"
    begin_logging(LogConfig("error", "human", str(file)))
    logger.warning("unimportant")
    logger.error("It {}.", "broke")

    assert [line.split(maxsplit=1)[1] for line in file.read_text().splitlines()] == [
        "ERROR   - It broke."
    ]


def test_a_file_is_set_aside_when_it_is_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole records only, at most as many files as are kept, each for its owner."""
    monkeypatch.setattr(logs, "ROTATION", 1000)
    begin_logging(LogConfig(file=str(tmp_path / "import.log")))
    for number in range(40):
        logger.info("record {} {}", number, "x" * 200)
    found = list(tmp_path.iterdir())

    assert len(found) == logs.KEPT + 1
    assert all(documents(one.read_text()) for one in found)
    assert {stat.S_IMODE(one.stat().st_mode) for one in found} == {0o600}


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """Named with its reason, before anything is done."""
    with pytest.raises(
        ConfigurationError, match=r"log.file: .*: cannot be written: Is a directory"
    ):
        begin_logging(LogConfig(file=str(tmp_path)))


def test_no_line_shows_a_secret(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Whoever wrote it, as a text, a fact or an error; on both ways."""
    file = tmp_path / "import.log"
    begin_logging(LogConfig(file=str(file)), Secrets("swordfish"))
    try:
        raise ValueError("swordfish")
    except ValueError:
        logger.exception("It broke: swordfish", fact="swordfish")

    for shown in (capsys.readouterr().err, file.read_text()):
        assert "It broke: ***" in shown
        assert "swordfish" not in shown


def test_the_secrets_of_a_configuration_are_known() -> None:
    """Those of the PIM and the password of a broker, as it is in the address and decoded."""
    pim = PimConfig("http://pim.example", "client", "s3cret", "admin", "p4ssword")
    config = Config(pim, TransportConfig("amqp://guest:br%2Fker@rabbit.example/"))
    hidden = secrets_of(config).hide("s3cret p4ssword br/ker br%2Fker client admin")

    assert hidden == "*** *** *** *** client admin"
