"""Where results and notes go, and what happens when nobody takes them."""

from __future__ import annotations

import io
import json

import pytest
from rich.table import Table

from importbus.adapters.cli import streams
from importbus.adapters.cli.streams import note, show, show_document, writing_results
from importbus.bus.errors import ConfigurationError


class Terminal(io.StringIO):
    """A stream that people look at."""

    def isatty(self) -> bool:
        """Say so."""
        return True


class Failing(io.StringIO):
    """A stream that fails with *error* when it is written to."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self._error = error

    def write(self, text: str, /) -> int:
        """Fail."""
        raise self._error


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No environment that chooses width or colours."""
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)


def test_results_in_a_pipe_are_not_folded(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A program or grep looks at a line as a whole."""
    table = Table("reason")
    table.add_row("long " * 60)
    show(table, "word " * 60)
    lines = capsys.readouterr().out.splitlines()

    assert len(lines) == 5 + 1
    assert max(map(len, lines)) > 300


def test_a_text_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """An error may quote a server, a difference a value of the PIM; lines stay lines."""
    show("one\x1b[2J\ntwo")
    shown = capsys.readouterr().out

    assert shown == "one\\u001b[2J\ntwo\n"


def test_results_on_a_terminal_fit_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words stay whole; nothing is cut off."""
    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.setenv("COLUMNS", "60")
    show("word " * 60)
    lines = screen.getvalue().splitlines()

    assert max(map(len, lines)) <= 60
    assert " ".join(lines).split() == ["word"] * 60


@pytest.mark.parametrize("text", ["[bold]x[/bold] :mug: [/]", "[not closed", "{'a': [1, 2]}"])
def test_text_is_shown_as_it_is(capsys: pytest.CaptureFixture[str], text: str) -> None:
    """What others wrote is neither markup nor an emoji."""
    table = Table("key")
    table.add_row(":mug:")
    show(text, table)

    assert capsys.readouterr().out.startswith(f"{text}\n")
    note(text)
    assert capsys.readouterr().out == ""


def test_a_document_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Also with characters of all languages."""
    show_document({"imports": [{"label": "Frühling"}]})
    out = capsys.readouterr().out

    assert json.loads(out) == {"imports": [{"label": "Frühling"}]}
    assert out.count("\n") == 1


def test_a_full_disk_is_told_in_our_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was to be written, and why it was not."""
    monkeypatch.setattr(streams, "forget_output", lambda: None)
    monkeypatch.setattr("sys.stdout", Failing(OSError(28, "No space left on device")))

    with pytest.raises(ConfigurationError, match=r"^standard output: .*: No space left on device"):
        show("result")


def test_a_pipe_that_nobody_reads_is_left_to_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the command knows whether its work was the output."""
    monkeypatch.setattr("sys.stdout", Failing(BrokenPipeError(32, "Broken pipe")))

    with pytest.raises(BrokenPipeError):
        show("result")
    with pytest.raises(BrokenPipeError), writing_results():
        raise BrokenPipeError


@pytest.mark.parametrize("error", [BrokenPipeError(32, "Broken pipe"), OSError(28, "No space")])
def test_a_note_that_nobody_takes_is_dropped(
    monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    """A lane worker that logs goes on with its work."""
    monkeypatch.setattr(streams.console, "file", Failing(error))
    monkeypatch.setattr(streams.console, "quiet", False)

    note("The PIM asks everyone to wait.")


def test_without_standard_output_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after ``>&-`` in a shell: who closes it wants no results."""
    monkeypatch.setattr("sys.stdout", None)

    show("result")
    show_document({})
