"""An import from its first command to its report, against an adapter that keeps notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from threading import Thread
from typing import Any

import pytest
from attrs import frozen

from importbus.bus import (
    Batch,
    BusError,
    Command,
    CommandBus,
    ConfigurationError,
    DuplicateHandler,
    Event,
    Failure,
    FinishImport,
    ImportContext,
    ImportExists,
    ImportFailed,
    ImportStarted,
    JournalError,
    LaneCommand,
    Outcome,
    Position,
    Receipt,
    Report,
    Sink,
    Upsertable,
    WiringError,
    checked_import_id,
    current_import,
    current_position,
    new_import_id,
)

NOWHERE = Position("nowhere", 1)


@frozen
class Price(Upsertable):
    """A lane command."""

    key: str


@frozen
class Unhandled(Command[None]):
    """A command without a handler."""


class NotingImports:
    """An adapter that notes what is asked of it; ``failing`` maps a method to what it raises."""

    def __init__(self, **failing: BaseException) -> None:
        self.log: list[str] = []
        self.failing = failing
        self.sinks: dict[type, tuple[int, float]] = {}
        self.accepted: list[Receipt] = []

    def _note(self, method: str, *facts: str) -> None:
        self.log.append(" ".join((method, *facts)))
        if method in self.failing:
            raise self.failing[method]

    def accept(self, command: LaneCommand, /) -> Receipt:
        """Note import and position of *command*."""
        context = current_import.get()
        self._note("accept", command.key)
        import_id = context.import_id if context else "standing"
        self.accepted.append(Receipt(import_id, current_position.get() or NOWHERE, 0))
        return self.accepted[-1]

    def begin(self, context: ImportContext) -> None:
        """Note the id."""
        self._note("begin", context.import_id, str(context.label))

    def finish(self, event: FinishImport) -> None:
        """Note the id."""
        self._note("finish", str(event.import_id))

    def wait(self, import_id: str) -> Report:
        """Note the id; all is written."""
        self._note("wait", import_id)
        return self._account(import_id, "finished", written=len(self.accepted))

    def abandon(self, import_id: str) -> Report:
        """Note the id; half is written."""
        self._note("abandon", import_id)
        return self._account(import_id, "running", written=len(self.accepted) // 2)

    def report(self, import_id: str) -> Report:
        """Say that nothing is written yet."""
        return self._account(import_id, "running", written=0)

    def failures(self, import_id: str) -> Iterator[Failure]:
        """Yield one failure that names the import."""
        yield Failure(NOWHERE, import_id, None, None, (), 0)

    def flush(self) -> None:
        """Note it."""
        self._note("flush")

    def register(
        self, command_type: type[LaneCommand], sink: Sink, *, size: int, linger: float
    ) -> None:
        """Keep the bounds."""
        self._note("register")
        self.sinks[command_type] = (size, linger)

    def close(self) -> None:
        """Note it."""
        self._note("close")

    def _account(self, import_id: str, state: str, *, written: int) -> Report:
        read = len(self.accepted)
        outcomes = {"updated": written} if written else {}
        return Report(import_id, None, state, read, 0, read - written, outcomes, {}, 0, 0, 0.0)


def bus_with(imports: NotingImports) -> CommandBus:
    """Return a bus with *imports* attached."""
    bus = CommandBus()
    bus.attach(imports)
    return bus


def test_an_import_is_begun_finished_and_waited_for() -> None:
    """The order of all that an adapter is asked for."""
    imports = NotingImports()
    with bus_with(imports).importing(label="Spring", id="spring") as run:
        run.dispatch(Price("mug"))

    assert imports.log == ["begin spring Spring", "accept mug", "finish spring", "wait spring"]


def test_an_import_announces_itself() -> None:
    """Listeners hear of the start after it is begun and of the end after the last command."""
    imports, heard = NotingImports(), list[Event]()
    bus = bus_with(imports)
    bus.subscribe(Event, heard.append)
    with bus.importing(label="Spring", id="spring"):
        assert heard == [ImportStarted("spring", "Spring")]

    assert heard[1:] == [FinishImport("spring")]


def test_commands_inside_belong_to_the_import() -> None:
    """``bus.dispatch`` inside is as good as ``run.dispatch``; before and after it is not."""
    imports = NotingImports()
    bus = bus_with(imports)
    bus.dispatch(Price("before"))
    with bus.importing(id="spring"):
        bus.dispatch(Price("inside"))
    bus.dispatch(Price("after"))

    assert [found.import_id for found in imports.accepted] == ["standing", "spring", "standing"]


def test_imports_may_be_nested() -> None:
    """The inner one ends and the outer one goes on."""
    imports = NotingImports()
    bus = bus_with(imports)
    with bus.importing(id="outer"), bus.importing(id="inner"):
        bus.dispatch(Price("a"))
    with bus.importing(id="other"):
        with bus.importing(id="within"):
            pass
        bus.dispatch(Price("b"))

    assert [found.import_id for found in imports.accepted] == ["inner", "other"]


def test_another_thread_dispatches_through_the_run() -> None:
    """Context variables do not reach other threads; the run brings its own."""
    imports = NotingImports()
    bus = bus_with(imports)
    with bus.importing(id="spring") as run:
        thread = Thread(target=lambda: (run.dispatch(Price("in")), bus.dispatch(Price("out"))))
        thread.start()
        thread.join()

    assert [found.import_id for found in imports.accepted] == ["spring", "standing"]


def test_a_position_is_given_for_one_command() -> None:
    """The next command does not inherit it."""
    imports, line = NotingImports(), Position("prices.csv", 7)
    with bus_with(imports).importing() as run:
        receipt = run.dispatch(Price("mug"), line)
        run.dispatch(Price("cup"))

    assert receipt.position == line
    assert imports.accepted[1].position == NOWHERE


def test_the_report_is_the_one_of_the_end() -> None:
    """Inside it tells how things stand, afterwards how they ended."""
    with bus_with(NotingImports()).importing(id="spring") as run:
        run.dispatch(Price("mug"))
        inside = run.report

    assert (inside.state, inside.open) == ("running", 1)
    assert (run.report.state, run.report.open) == ("finished", 0)


def test_failures_are_those_of_the_import() -> None:
    """The run asks for its own id."""
    with bus_with(NotingImports()).importing(id="spring") as run:
        pass

    assert [failure.command for failure in run.failures()] == ["spring"]


def test_without_waiting_the_end_is_only_announced() -> None:
    """Who publishes does not wait, and may do so later."""
    imports = NotingImports()
    with bus_with(imports).importing(id="spring", wait=False) as run:
        run.dispatch(Price("mug"))
    announced, left = list(imports.log), run.report.state

    assert announced[-1] == "finish spring"
    assert (left, run.wait().state, run.report.state) == ("running", "finished", "finished")


def test_an_exception_abandons_the_import_and_goes_on() -> None:
    """No end is announced; the exception says how far the import came."""
    imports = NotingImports()
    error = ValueError("source is broken")
    with pytest.raises(ValueError, match="source is broken") as caught:  # noqa: PT012, SIM117
        with bus_with(imports).importing(id="spring") as run:
            run.dispatch(Price("mug"))
            run.dispatch(Price("cup"))
            raise error

    assert caught.value is error
    assert imports.log[-1] == "abandon spring"
    assert error.__notes__ == [
        "Import 'spring' was left before its end, which was not announced: of 2 commands read, "
        "1 have their outcome, 1 are open and 0 were rejected."
    ]
    assert run.report.open == 1


def test_an_interrupt_abandons_the_import() -> None:
    """Ctrl-C is no end either."""
    imports = NotingImports()
    with pytest.raises(KeyboardInterrupt), bus_with(imports).importing(id="spring"):
        raise KeyboardInterrupt

    assert imports.log == ["begin spring None", "abandon spring"]


def test_an_error_while_abandoning_hides_nothing() -> None:
    """The first error goes on; the second one is its note."""
    imports = NotingImports(abandon=JournalError("the disk is full"))
    with pytest.raises(ValueError, match="broken") as caught, bus_with(imports).importing(id="a"):
        raise ValueError("broken")

    assert caught.value.__notes__ == [
        "Import 'a' could not be abandoned in order: the disk is full"
    ]


def test_after_an_exception_the_context_is_as_before() -> None:
    """The next dispatch does not belong to an import that was given up."""
    with pytest.raises(ValueError), bus_with(NotingImports()).importing():  # noqa: PT011
        raise ValueError

    assert current_import.get() is None


def test_an_id_that_is_taken_leaves_no_trace() -> None:
    """Nothing was opened, so nothing is abandoned and no context is left behind."""
    imports = NotingImports(begin=ImportExists("spring"))
    with pytest.raises(ImportExists), bus_with(imports).importing(id="spring"):
        pytest.fail("entered")

    assert imports.log == ["begin spring None"]
    assert current_import.get() is None


def test_a_failing_listener_of_the_start_abandons_the_import() -> None:
    """What was opened and not entered is given up at once."""
    imports = NotingImports()
    bus = bus_with(imports)
    bus.subscribe(ImportStarted, lambda event: 1 / 0)
    with pytest.raises(ExceptionGroup), bus.importing(id="spring"):
        pytest.fail("entered")

    assert imports.log == ["begin spring None", "abandon spring"]
    assert current_import.get() is None


def test_a_failing_listener_of_the_end_does_not_stop_the_import() -> None:
    """The import is waited for; then the failure of the application's listener comes out."""
    imports = NotingImports()
    bus = bus_with(imports)
    bus.subscribe(FinishImport, lambda event: 1 / 0)
    with pytest.raises(ExceptionGroup, match="Listeners of FinishImport"):  # noqa: SIM117
        with bus.importing(id="spring") as run:
            pass

    assert imports.log[-1] == "wait spring"
    assert run.report.state == "finished"


def test_an_end_that_could_not_be_announced_is_not_waited_for() -> None:
    """The adapter's own error comes out bare, and nobody waits for ever."""
    stop = ImportFailed("the PIM refuses the credentials")
    imports = NotingImports(finish=stop)
    with pytest.raises(ImportFailed) as caught, bus_with(imports).importing(id="spring"):
        pass

    assert caught.value is stop
    assert imports.log[1:] == ["finish spring", "abandon spring"]


def test_a_failing_listener_is_told_from_a_failing_adapter() -> None:
    """An error of this library that a listener raises leaves the import in order, too."""
    imports = NotingImports()
    bus = bus_with(imports)
    bus.subscribe(FinishImport, lambda event: bus.dispatch(Unhandled()))
    with pytest.raises(ExceptionGroup), bus.importing(id="spring"):
        pass

    assert imports.log[1:] == ["finish spring", "wait spring"]


def test_an_end_announced_from_outside_may_fail_as_well() -> None:
    """Who broadcasts it sees the error of the adapter like that of any listener."""
    stop = ImportFailed("the PIM refuses the credentials")

    with pytest.raises(ExceptionGroup) as caught:
        bus_with(NotingImports(finish=stop)).broadcast(FinishImport("spring"))
    assert caught.value.exceptions == (stop,)


def test_an_import_that_fails_while_waiting_says_so() -> None:
    """The error reaches the caller; the report tells how things stand."""
    imports = NotingImports(wait=ImportFailed("the PIM refuses the credentials"))
    with pytest.raises(ImportFailed):  # noqa: SIM117
        with bus_with(imports).importing(id="spring") as run:
            run.dispatch(Price("mug"))

    assert run.report.open == 1
    assert current_import.get() is None


def test_a_run_that_was_left_takes_no_more_commands() -> None:
    """Its end is announced; a late thread must not slip something in."""
    with bus_with(NotingImports()).importing(id="spring") as run:
        pass

    with pytest.raises(WiringError, match="Import 'spring' was left"):
        run.dispatch(Price("mug"))
    with pytest.raises(WiringError, match="was entered before"), run:
        pass


def test_ids_are_made_up_when_none_is_given() -> None:
    """UTC time and five random characters, other ones every time."""
    bus = bus_with(NotingImports())
    ids = {bus.importing().import_id for _ in range(20)}

    assert len(ids) == 20
    assert all(re.fullmatch(r"\d{8}-\d{6}-[a-z0-9]{5}", found) for found in ids)


@pytest.mark.parametrize(
    ("random", "letters"),
    [(bytes(8), "00000"), ((35).to_bytes(8, "big"), "z0000"), ((36).to_bytes(8, "big"), "01000")],
)
def test_a_new_id_is_made_of_time_and_chance(random: bytes, letters: str) -> None:
    """1795444205 is 2026-11-23 14:30:05 UTC."""
    assert new_import_id(1795444205.9, random) == f"20261123-143005-{letters}"


@pytest.mark.parametrize("good", ["a", "Spring_2026.v1-final", "x" * 100])
def test_good_ids_stay_as_they_are(good: str) -> None:
    """Letters, digits and three signs."""
    assert checked_import_id(good) == good


@pytest.mark.parametrize("bad", ["", "a/b", "a b", "a\n", "x" * 101, "früh", "a:b"])
def test_bad_ids_are_refused(bad: str) -> None:
    """An id stands in batch ids, whose parts are separated by slashes."""
    with pytest.raises(ConfigurationError, match="cannot name an import: use 1 to 100"):
        bus_with(NotingImports()).importing(id=bad)


def write(batch: Batch[Price]) -> Iterable[Outcome]:
    """Write prices."""
    return []


@pytest.mark.parametrize("attach_first", [True, False])
def test_sinks_reach_the_adapter_whenever_it_comes(*, attach_first: bool) -> None:
    """Batch handlers are handed over at once or kept until an adapter is attached."""
    bus, imports = CommandBus(), NotingImports()
    if attach_first:
        bus.attach(imports)
    bus.batch_handler(size=10, linger=0.5)(write)
    if not attach_first:
        bus.attach(imports)

    assert imports.sinks == {Price: (10, 0.5)}


def test_a_bus_has_one_adapter() -> None:
    """A second one could not know what the first one holds."""
    bus = bus_with(NotingImports())

    with pytest.raises(WiringError, match="attached already"):
        bus.attach(NotingImports())


def test_an_adapter_does_not_replace_a_handler() -> None:
    """An application that handles all lane commands itself cannot attach one."""
    bus = CommandBus()
    bus.register(LaneCommand, print)

    with pytest.raises(DuplicateHandler, match="LaneCommand"):
        bus.attach(NotingImports())


def test_flush_and_close_reach_the_adapter_once() -> None:
    """A second close does nothing."""
    imports = NotingImports()
    bus = bus_with(imports)
    bus.flush()
    bus.close()
    bus.close()

    assert imports.log == ["flush", "close"]


def test_while_the_adapter_closes_the_bus_still_works() -> None:
    """The end of the standing import is told to listeners, who may dispatch."""
    imports, heard = NotingImports(), list[Any]()
    bus = bus_with(imports)
    bus.subscribe(FinishImport, heard.append)
    imports.close = lambda: bus.broadcast(FinishImport("standing"))  # type: ignore[method-assign]
    bus.close()

    assert heard == [FinishImport("standing")]


def test_a_bus_is_closed_even_if_closing_failed() -> None:
    """The error comes out once, and nothing more is taken."""
    imports = NotingImports(close=JournalError("the disk is full"))
    bus = bus_with(imports)
    with pytest.raises(JournalError):
        bus.close()

    with pytest.raises(BusError, match="closed"):
        bus.dispatch(Price("mug"))
