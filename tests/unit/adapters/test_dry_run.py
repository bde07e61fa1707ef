"""A dry run: what is read and asked in which order, and what becomes of what is found."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from attrs import define, field

from importbus.adapters import dry_run
from importbus.adapters.dry_run import DryRun, try_out
from importbus.adapters.findings import Findings
from importbus.adapters.progress import ProgressBoard
from importbus.adapters.reading import Reading
from importbus.adapters.sources import JsonlSource
from importbus.adapters.sources.inputs import FileInput
from importbus.adapters.sources.spooled import SpooledSource
from importbus.adapters.stopping import StopRequest
from importbus.adapters.wiring import open_codec
from importbus.bus.attachments import Attachment
from importbus.bus.batching import LINE_BYTES
from importbus.bus.errors import SinkUnavailable
from importbus.bus.findings import Finding, Scope, Stage
from importbus.bus.messages import LaneCommand

CODEC = open_codec()
FAMILY = b'{"command": "CreateOrUpdateFamily", "data": {"code": "f"}}'
STAGES = (
    Stage(frozenset({"CreateOrUpdateFamily"}), "learn"),
    Stage(frozenset({"CreateOrUpdateFamily"}), "check"),
    Stage(frozenset({"CreateOrUpdateProduct"}), "check"),
)


def product(identifier: str = "p", **data: object) -> bytes:
    """Return a line for a product."""
    command = {"command": "CreateOrUpdateProduct", "data": {"identifier": identifier} | data}
    return json.dumps(command).encode()


def upload(file: str) -> bytes:
    """Return a line for a file of a product."""
    data = {"identifier": "p", "attribute": "picture", "file": file}
    return json.dumps({"command": "CreateProductMediaFile", "data": data}).encode()


def stdin(*lines: bytes) -> SpooledSource:
    """Return standard input that is kept."""
    source = JsonlSource(FileInput("-", stdin=io.BytesIO(b"\n".join(lines))), CODEC)
    return SpooledSource(source, CODEC)


@define
class Watchman:
    """An inspector that finds fault with the keys that it is told, and remembers all it is asked.

    ``fail`` is what raises an error, once.
    """

    bad: Sequence[str] = ()
    fail: str = ""
    more: tuple[Stage, ...] = ()
    seen: list[str] = field(factory=list)

    def survey(self, command: LaneCommand) -> None:
        self.seen.append(f"survey {command.key}")

    def prepare(self) -> None:
        self._asked("prepare")

    def stages(self) -> Iterator[Stage]:
        return iter((*STAGES, *self.more))

    def learn(self, command: LaneCommand) -> None:
        self.seen.append(f"learn {command.key}")

    def ask(self, commands: Sequence[LaneCommand]) -> None:
        self._asked(f"ask {' '.join(each.key for each in commands)}")

    def check(self, command: LaneCommand, file: Attachment | None = None) -> Iterable[Finding]:
        if file is not None:
            self.seen.append(f"file {file.name} {file.size} {file.problem}")
        self.seen.append(f"check {command.key}")
        odd = [Finding("odd", "x", "is odd", error=False)] if command.key == "odd" else []
        return [*odd, *([Finding("bad", "y", "is bad")] if command.key in self.bad else [])]

    def withdraw(self, refused: Sequence[tuple[LaneCommand, Sequence[Finding]]]) -> None:
        self._asked(f"withdraw {' '.join(command.key for command, _ in refused)}")

    def scope(self) -> Scope:
        return Scope(True, (), {}, (), ())

    def _asked(self, what: str) -> None:
        self.seen.append(what)
        if what == self.fail:
            self.fail = ""
            raise SinkUnavailable("The PIM is away.")


@pytest.fixture
def tried() -> Iterator[Callable[..., DryRun]]:
    """Tries out lines, as standard input that is kept."""
    with ExitStack() as stack:
        findings = stack.enter_context(Findings())

        def run(*lines: bytes, inspector: Watchman | None = None, **choice: object) -> DryRun:
            source = stack.enter_context(closing(stdin(*lines)))
            reading = Reading([source], CODEC, **choice)  # type: ignore[arg-type]
            board, stop = ProgressBoard(), StopRequest()
            return try_out(reading, inspector or Watchman(), findings, board, stop)

        yield run


Tried = Callable[..., DryRun]


def told(found: DryRun) -> list[str]:
    """Return the findings in words."""
    return list(map(str, found.findings))


def test_commands_are_counted_by_class(tried: Tried) -> None:
    """As many as an import would send."""
    found = tried(product(), FAMILY, product())

    assert found.commands == {"CreateOrUpdateProduct": 2, "CreateOrUpdateFamily": 1}
    assert (told(found), found.complete) == ([], True)


def test_all_is_surveyed_before_the_pim_is_asked_and_stages_follow(tried: Tried) -> None:
    """Each stage reads its classes only."""
    inspector = Watchman()
    tried(product("a"), FAMILY, product("b"), inspector=inspector)

    assert inspector.seen == [
        *("survey a", "survey f", "survey b", "prepare", "learn f", "ask f", "check f"),
        *("ask a b", "check a", "check b"),
    ]


def test_what_is_found_stands_at_its_line(tried: Tried) -> None:
    """With class, key, field and message; rejected lines beside it."""
    found = tried(product("odd"), b"{", product("b"), inspector=Watchman(["b"]))

    assert told(found) == [
        "-:1: warning: CreateOrUpdateProduct odd: x: is odd",
        "-:2: error: is not JSON: unexpected end of data at column 2",
        "-:3: error: CreateOrUpdateProduct b: y: is bad",
    ]


def test_refused_commands_are_withdrawn(tried: Tried) -> None:
    """Those with an error, not those with a warning."""
    inspector = Watchman(["b"])
    tried(product("odd"), product("b"), product("c"), inspector=inspector)

    assert [each for each in inspector.seen if "withdraw" in each] == ["withdraw b"]


def test_checks_come_in_chunks(tried: Tried, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that what is asked of the PIM is bounded."""
    monkeypatch.setattr(dry_run, "CHUNK", 2)
    inspector = Watchman()
    tried(product("a"), product("b"), product("c"), inspector=inspector)

    assert [each for each in inspector.seen if "ask" in each] == ["ask a b", "ask c"]


@pytest.mark.parametrize("failing", ["prepare", "ask a", "withdraw a"])
def test_a_pim_that_is_away_stops_nothing(tried: Tried, failing: str) -> None:
    """It is said why, and everything is checked all the same."""
    inspector = Watchman(["a"], fail=failing)
    found = tried(product("a"), inspector=inspector)

    assert found.troubles == ["The PIM is away."]
    assert told(found) == ["-:1: error: CreateOrUpdateProduct a: y: is bad"]
    assert inspector.seen[-1] == "withdraw a"
    assert inspector.seen.count("withdraw a") == 1 + (failing == "withdraw a")


def test_strictly_it_ends_at_the_first_bad_line(tried: Tried) -> None:
    """Nothing behind it is surveyed or checked; it says that there may be more."""
    inspector = Watchman()
    found = tried(product("a"), b"{", product("b"), strict=True, inspector=inspector)

    assert (sum(found.commands.values()), found.complete) == (1, False)
    assert not {"survey b", "check b"} & set(inspector.seen)


def test_strictly_it_ends_at_the_first_error(tried: Tried) -> None:
    """An import would stop there, too."""
    inspector = Watchman(["a"])
    found = tried(product("a"), product("b"), strict=True, inspector=inspector)

    assert (len(told(found)), found.complete) == (1, False)
    assert "check b" not in inspector.seen


def test_only_what_an_import_would_read_is_checked(tried: Tried) -> None:
    """The wanted classes, up to the limit."""
    inspector = Watchman()
    tried(FAMILY, product("a"), product("b"), limit=2, inspector=inspector)
    tried(FAMILY, product("c"), only=frozenset({"CreateOrUpdateFamily"}), inspector=inspector)

    assert {"check a", "check f"} <= set(inspector.seen)
    assert not {"check b", "check c"} & set(inspector.seen)


def test_data_that_is_too_large_to_send_is_found(tried: Tried) -> None:
    """A number that is written short can be long; the line is within its limit."""
    numbers = b",".join([b"1e15"] * 100_000)
    line = (
        b'{"command": "CreateOrUpdateProduct", "data": {"identifier": "p", "values": {"x": '
        b'[{"locale": null, "scope": null, "data": [' + numbers + b"]}]}}}"
    )
    inspector = Watchman()
    (said,) = told(tried(line, product("small"), inspector=inspector))

    assert len(line) < LINE_BYTES
    assert said.endswith("bytes; at most 1,000,000 can be sent.")
    assert "check small" in inspector.seen
    assert "check p" not in inspector.seen


def test_a_signal_ends_it() -> None:
    """What was counted so far is not the whole."""
    stop = StopRequest()
    stop.request()
    source = JsonlSource(FileInput("-", stdin=io.BytesIO(product())), CODEC)
    with Findings() as findings:
        found = try_out(Reading([source], CODEC), Watchman(), findings, ProgressBoard(), stop)

    assert (found.commands, found.complete) == ({}, False)


def test_the_board_shows_how_far_it_is() -> None:
    """What was checked is done, once, and so is what nothing can be checked of."""
    board = ProgressBoard()
    delete = b'{"command": "DeleteProduct", "data": {"identifier": "p"}}'
    with Findings() as findings, closing(stdin(product(), b"{", delete)) as source:
        twice = Watchman(more=STAGES[-1:])
        try_out(Reading([source], CODEC), twice, findings, board, StopRequest())
    seen = board.snapshot()

    assert (seen.rejected, seen.reading) == (1, False)
    assert seen.read == seen.done == {"CreateOrUpdateProduct": 1, "DeleteProduct": 1}


def test_files_are_looked_for_beside_their_source_and_not_read(tmp_path: Path) -> None:
    """The inspector is told name and size, or why there is none."""
    (tmp_path / "mug.png").write_bytes(b"12345")
    lines = [upload("mug.png"), upload("../mug.png"), product()]
    source = tmp_path / "a.jsonl"
    source.write_bytes(b"\n".join(lines))
    watchman = Watchman(more=(Stage(frozenset({"CreateProductMediaFile"}), "check"),))
    with Findings() as findings:
        reading = Reading([JsonlSource(FileInput(str(source)), CODEC)], CODEC)
        try_out(reading, watchman, findings, ProgressBoard(), StopRequest())

    assert [each for each in watchman.seen if each.startswith("file")] == [
        "file mug.png 5 None",
        f"file mug.png 0 ../mug.png leads outside of {tmp_path}.",
    ]
