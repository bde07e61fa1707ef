"""Exit codes: one table, complete."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from importbus.adapters.cli.exits import CODES, exit_code_for, exit_code_of
from importbus.bus import errors
from importbus.bus.report import Report


def report(state: str = "finished", *, rejected: int = 0, **outcomes: int) -> Report:
    """Return an account of an import."""
    read = sum(outcomes.values()) + rejected
    return Report("x", None, state, read, rejected, 0, outcomes, {}, 0, 1, 1.0)


def family(kind: type[errors.BusError]) -> Iterator[type[errors.BusError]]:
    """Yield the classes below *kind*."""
    for below in kind.__subclasses__():
        yield below
        yield from family(below)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.ConfigurationError("wrong"), 2),
        (errors.ImportExists("x"), 2),
        (errors.UnknownImport("x", "journal.db"), 2),
        (errors.SinkUnavailable("away"), 3),
        (errors.SinkRefused("no"), 3),
        (errors.JournalError("damaged"), 3),
        (errors.TransportUnavailable("away"), 3),
        (errors.ImportFailed("ended"), 3),
        (errors.JournalMismatch("x", None, "y"), 3),
        (errors.BusError("a bug"), 70),
    ],
)
def test_an_error_has_the_code_of_its_branch(error: errors.BusError, code: int) -> None:
    """Usage and configuration are 2, what is out of reach is 3, what nobody foresaw is 70."""
    assert exit_code_of(error) == code


def test_what_a_user_can_meet_stands_in_the_table() -> None:
    """Every branch of the tree has a row, but for mistakes of the program and of single lines."""
    rows = tuple(kind for kind, _ in CODES)
    left = [kind for kind in family(errors.BusError) if not issubclass(kind, rows)]

    assert all(issubclass(kind, errors.WiringError | errors.InvalidCommand) for kind in left)


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        (report(created=3), 0),
        (report(), 0),
        (report("finished_with_failures", created=3, failed=1), 1),
        (report("finished_with_failures", dead=1), 1),
        (report(rejected=1), 1),
        (report("cancelled", created=3), 1),
        (report("finished", created=3, cancelled=1), 1),
        (report("stalled", created=3), 4),
        (report("stalled", failed=1), 4),
    ],
)
def test_an_import_has_the_code_of_its_end(ended: Report, code: int) -> None:
    """All done is 0; failures, rejected lines or what was cancelled are 1; stalled is 4."""
    assert exit_code_for(ended) == code
