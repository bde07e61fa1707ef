"""What an import reads: each line once, structure first, and how much there is."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event

import pytest
from attrs import define, field

from importbus.adapters.progress import ProgressBoard
from importbus.adapters.reading import Item, Reading, open_reading
from importbus.adapters.sources import JsonlSource
from importbus.adapters.sources.inputs import FileInput
from importbus.adapters.wiring import open_codec
from importbus.bus.errors import ConfigurationError
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.ports import Rejection, Source

CODEC = open_codec()

PRODUCT = {"command": "CreateOrUpdateProduct", "data": {"identifier": "p"}}
FAMILY = {"command": "CreateOrUpdateFamily", "data": {"code": "f"}}
BAD_PRODUCT = {"command": "CreateOrUpdateProduct", "data": {"identifier": 5}}
BAD_FAMILY = {"command": "CreateOrUpdateFamily", "data": {"code": 5}}
UNKNOWN = {"command": "CreateOrUpdateSpaceship", "data": {}}


@pytest.fixture
def board() -> ProgressBoard:
    """A board that learns how much there is."""
    return ProgressBoard()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(*lines: object, name: str = "a.jsonl") -> JsonlSource:
    """Write *lines* to a file and return it as a source."""
    Path(name).write_text("\n".join(map(json.dumps, lines)))
    return JsonlSource(FileInput(name), CODEC)


def piped(*lines: object) -> JsonlSource:
    """Return *lines* as a source that can be read once."""
    content = "\n".join(map(json.dumps, lines)).encode()
    return JsonlSource(FileInput("-", stdin=io.BytesIO(content)), CODEC)


def lines_of(reading: Reading, board: ProgressBoard) -> list[int]:
    """Return the lines in the order of reading; those that are no command are negative."""
    items = list(reading.items(board))
    return [-at.line if isinstance(item, Rejection) else at.line for at, item in items]


def test_structure_comes_first_where_a_source_can_be_read_twice(
    folder: Path, board: ProgressBoard
) -> None:
    """Each line comes once, in the order of the source within its kind."""
    reading = Reading([write(PRODUCT, FAMILY, PRODUCT, FAMILY)], CODEC)

    assert lines_of(reading, board) == [2, 4, 1, 3]


def test_a_pipe_is_read_as_it_comes(board: ProgressBoard) -> None:
    """It can be read once; nobody knows how much will come."""
    reading = Reading([piped(PRODUCT, FAMILY, BAD_FAMILY, PRODUCT)], CODEC)

    assert lines_of(reading, board) == [1, 2, -3, 4]
    assert board.snapshot().expected == {}


@pytest.mark.parametrize("strict", [False, True])
def test_every_bad_line_is_told_once(folder: Path, board: ProgressBoard, strict: bool) -> None:
    """I1: also one of structure, whose class is wanted by the first reading alone."""
    reading = Reading([write(BAD_PRODUCT, BAD_FAMILY, UNKNOWN, PRODUCT, FAMILY)], CODEC)

    assert sorted(lines_of(reading, board)) == [-3, -2, -1, 4, 5]


def test_strictly_the_first_reading_ends_at_any_bad_line(
    folder: Path, board: ProgressBoard
) -> None:
    """Structure behind a bad line is not sent before that line is known."""
    reading = Reading([write(FAMILY, UNKNOWN, FAMILY)], CODEC, strict=True)

    assert lines_of(reading, board)[:2] == [1, -2]


def test_only_and_limit_choose(folder: Path, board: ProgressBoard) -> None:
    """Classes first, then the first so many of what is left; bad lines count."""
    source = write(PRODUCT, FAMILY, BAD_PRODUCT, UNKNOWN, PRODUCT)

    assert lines_of(Reading([source], CODEC, limit=3), board) == [2, 1, -3]
    only = frozenset({"CreateOrUpdateProduct"})
    assert lines_of(Reading([source], CODEC, only), board) == [1, -3, -4, 5]
    assert lines_of(Reading([source], CODEC, only, limit=1), board) == [1]


def test_what_is_settled_is_not_read_again(folder: Path, board: ProgressBoard) -> None:
    """Resuming: neither commands nor bad lines; the limit counts what is left."""
    reading = Reading([write(PRODUCT, FAMILY, UNKNOWN, PRODUCT, PRODUCT)], CODEC, limit=1)
    settled = {Position("a.jsonl", line) for line in (1, 2, 3)}

    assert [at.line for at, _ in reading.items(board, settled)] == [4]


def test_how_much_there_is_is_known_before_the_first_product(
    folder: Path, board: ProgressBoard
) -> None:
    """The reading for structure counts everything on its way."""
    sources: Sequence[Source] = [
        write(PRODUCT, FAMILY, PRODUCT),
        write(PRODUCT, FAMILY, name="b.jsonl"),
    ]
    seen = []
    for _, item in Reading(sources, CODEC).items(board):
        assert isinstance(item, LaneCommand)
        seen.append((type(item).__name__, sum(board.snapshot().expected.values())))

    assert seen == 2 * [("CreateOrUpdateFamily", 0)] + 3 * [("CreateOrUpdateProduct", 5)]


def test_a_bad_line_is_waited_for_no_longer(folder: Path, board: ProgressBoard) -> None:
    """Its class was counted before its data was looked at."""
    reading = Reading([write(PRODUCT, BAD_PRODUCT, BAD_FAMILY, FAMILY, UNKNOWN)], CODEC)
    list(reading.items(board))

    assert board.snapshot().expected == {"CreateOrUpdateProduct": 1, "CreateOrUpdateFamily": 1}


@pytest.mark.parametrize("others", [{"limit": 2}, {"pipe": True}])
def test_how_much_there_is_is_not_guessed(
    folder: Path, board: ProgressBoard, others: dict[str, int]
) -> None:
    """With a limit or a pipe among the sources, nothing is said."""
    more = [piped(PRODUCT)] if others.pop("pipe", None) else []
    list(Reading([write(PRODUCT, PRODUCT, FAMILY), *more], CODEC, **others).items(board))  # type: ignore[arg-type]

    assert board.snapshot().expected == {}


@define
class Counted:
    """A source that notes how often it is read."""

    source: JsonlSource
    name: str = "a.jsonl"
    rereadable: bool = True
    reads: list[int] = field(factory=list)

    def read(self, want: Callable[[str], bool], *, rejections: bool = True) -> Iterator[Item]:
        self.reads.append(1)
        return self.source.read(want, rejections=rejections)


def test_a_survey_that_found_no_structure_saves_a_reading(
    folder: Path, board: ProgressBoard
) -> None:
    """What is read, and how much there is of it, is the same."""
    source = Counted(write(PRODUCT, UNKNOWN, BAD_PRODUCT, PRODUCT))
    reading = Reading([source], CODEC)
    reading.survey(Event())

    assert lines_of(reading, board) == [1, -2, -3, 4]
    assert board.snapshot().expected == {"CreateOrUpdateProduct": 2}
    assert len(source.reads) == 2


@pytest.mark.parametrize(
    ("lines", "strict", "over"),
    [
        ([PRODUCT, FAMILY, PRODUCT], False, False),
        ([PRODUCT, PRODUCT], False, True),
        ([PRODUCT, UNKNOWN], True, False),
    ],
)
def test_a_survey_that_found_something_or_nothing_out_changes_nothing(
    folder: Path, board: ProgressBoard, lines: list[object], strict: bool, over: bool
) -> None:
    """Structure, a bad line that ends everything, or no time to look to the end."""
    source = Counted(write(*lines))
    reading, ended = Reading([source], CODEC, strict=strict), Event()
    expected = lines_of(Reading([source], CODEC, strict=strict), ProgressBoard())
    if over:
        ended.set()
    reading.survey(ended)

    assert lines_of(reading, board) == expected
    assert len(source.reads) == 2 + 1 + 2


def test_a_survey_does_not_touch_what_can_be_read_once(board: ProgressBoard) -> None:
    """Nor does it tell what is wrong with a file, which the reading does."""
    reading = Reading([piped(PRODUCT, FAMILY)], CODEC)
    reading.survey(Event())

    assert lines_of(reading, board) == [1, 2]


def test_a_class_that_does_not_exist_cannot_be_chosen(folder: Path) -> None:
    """A slip in --only would else be an import of nothing."""
    write(PRODUCT)

    with pytest.raises(ConfigurationError, match=r"^--only CreateOrUpdateProdukt: .* mean Create"):
        open_reading(["a.jsonl"], CODEC, only=["CreateOrUpdateProdukt"])


def test_who_wants_to_hear_of_commands_is_told_each_that_is_read(
    folder: Path, board: ProgressBoard
) -> None:
    """Also those that are settled, none that lies beyond the limit, and no bad line."""
    heard: list[int] = []
    reading = Reading(
        [write(PRODUCT, BAD_PRODUCT, FAMILY, PRODUCT, PRODUCT)],
        CODEC,
        limit=3,
        heard=lambda position, command: heard.append(position.line),
    )
    read = [at.line for at, _ in reading.items(board, {Position("a.jsonl", 1)})]

    assert (heard, read) == ([3, 1, 4], [3, 2, 4])
