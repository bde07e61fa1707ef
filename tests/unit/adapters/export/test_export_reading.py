"""Reading for an export: patience, lists that are not there, several lists at once."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from threading import Event
from typing import Any

import httpx
import pytest

from importbus.adapters.export.lists import Lists
from importbus.adapters.export.patience import WAITS, PatientReading
from importbus.adapters.export.side_by_side import AHEAD, side_by_side
from importbus.bus.errors import SinkRefused, SinkUnavailable
from scripted_pim import ScriptedPim, lines_until, says

PATH = "/api/rest/v1/channels"
PAGE = {"_embedded": {"items": [{"code": "shop"}]}}


def patient(pim: ScriptedPim) -> tuple[PatientReading, list[float]]:
    """Return who reads *pim*, and the waits so far."""
    slept: list[float] = []
    return PatientReading(pim.client(), slept.append), slept


def test_a_call_is_made_again_until_it_is_answered() -> None:
    """In ever longer waits, or as long as the PIM says."""
    pim = ScriptedPim(
        calls=[says(503), says(500), says(502, headers={"Retry-After": "7"}), says(json=PAGE)]
    )
    reading, slept = patient(pim)

    assert list(reading.items(PATH)) == [{"code": "shop"}]
    assert slept == [1.0, 2.0, 7.0]
    assert reading.calls == 1


def test_a_page_of_maintenance_is_no_list() -> None:
    """Nor is an answer that breaks off."""
    broken = httpx.ReadError("cut")
    pim = ScriptedPim(calls=[says(text="<html>"), lines_until(broken, b'{"_emb'), says(json=PAGE)])
    reading, slept = patient(pim)

    assert list(reading.items(PATH)) == [{"code": "shop"}]
    assert slept == [1.0, 2.0]


def test_patience_has_an_end() -> None:
    """After two minutes the trouble is told."""
    pim = ScriptedPim(calls=[says(503)] * 20)
    reading, slept = patient(pim)

    with pytest.raises(SinkUnavailable, match="GET /api/rest/v1/channels answered 503"):
        list(reading.items(PATH))
    assert slept == list(WAITS)


def test_a_file_that_breaks_off_is_read_from_its_beginning() -> None:
    """What came of the first attempt is not kept, and a page of maintenance is no file."""
    broken = httpx.ReadError("cut")
    page = says(text="<html>", headers={"Content-Type": "text/html"})
    pim = ScriptedPim(calls=[lines_until(broken, b"half of"), page, says(content=b"a mug")])
    reading, slept = patient(pim)
    file = io.BytesIO()

    assert reading.download("/api/rest/v1/media-files/x/download", file).status == 200
    assert file.getvalue() == b"a mug"
    assert len(slept) == 2


def test_a_file_may_be_of_any_type() -> None:
    """A PIM answers 406 to who accepts JSON only."""
    pim = ScriptedPim(calls=[says(content=b"a mug")])
    patient(pim)[0].download("/x", io.BytesIO())

    assert pim.requests[-1].headers["Accept"] == "*/*"


class Listed:
    """Lists by path; what is no list is raised."""

    def __init__(self, **lists: Any) -> None:
        self._lists = lists
        self.asked: list[tuple[str, Mapping[str, str] | None]] = []

    def items(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[Any]:
        """Yield what stands in a list."""
        self.asked.append((path, params))
        name = path.removeprefix("/api/rest/v1/")
        if name not in self._lists:
            raise LookupError(path)
        for item in self._lists[name]:
            if isinstance(item, Exception):
                raise item
            yield item


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (LookupError("x"), "This PIM has no list channels."),
        (SinkRefused("no", status=403), "This user may not read the list channels (HTTP 403)."),
    ],
)
def test_a_list_that_is_not_there_is_empty(first: Exception, said: str) -> None:
    """And it is told why."""
    told: list[str] = []
    lists = Lists(Listed(channels=[first]), told.append)

    assert list(lists.items("channels")) == []
    assert told == [said]


@pytest.mark.parametrize("later", [LookupError("x"), SinkRefused("no", status=403)])
def test_a_list_that_ends_amid_its_pages_is_trouble(later: Exception) -> None:
    """A half list must not pass for a whole one."""
    lists = Lists(Listed(channels=[{"code": "shop"}, later]), print)

    with pytest.raises((SinkUnavailable, SinkRefused)):
        list(lists.items("channels"))


def test_a_refusal_of_the_client_is_trouble() -> None:
    """Wrong credentials are no reason to write an empty file."""
    lists = Lists(Listed(channels=[SinkRefused("wrong secret", status=401)]), print)

    with pytest.raises(SinkRefused, match="wrong secret"):
        list(lists.items("channels"))


def test_codes_are_read_once() -> None:
    """By the stage that yields them, or when somebody asks first."""
    reader = Listed(attributes=[{"code": "color", "type": "pim_catalog_simpleselect"}])
    lists = Lists(reader, print)
    list(lists.items("attributes"))

    assert lists.known("attributes") == {"color": "pim_catalog_simpleselect"}
    assert reader.asked == [
        ("/api/rest/v1/attributes", {"limit": "100", "with_table_select_options": "true"})
    ]


@pytest.mark.parametrize(
    ("path", "item", "key"),
    [
        ("families", {"labels": {}}, "code"),
        ("product-models", {"code": 5}, "code"),
        ("products-uuid", {"identifier": "mug"}, "uuid"),
        ("categories", "winter", "code"),
    ],
)
def test_an_item_without_a_key_is_trouble(path: str, item: Any, key: str) -> None:
    """Nobody could ask for what is inside it."""
    lists = Lists(Listed(**{path: [item]}), print)

    with pytest.raises(SinkUnavailable, match=f"{path} has an item without a {key}"):
        list(lists.items(path))


def test_lists_inside_are_told_once_for_all() -> None:
    """A right is missing for all attributes alike."""
    told: list[str] = []
    lists = Lists(Listed(), told.append)
    list(lists.inside(["attributes/color/options", "attributes/size/options"]))

    assert set(told) == {"This PIM has no list attributes/*/options."}


def test_results_come_in_the_order_of_the_questions() -> None:
    """Also when a later one is there first."""
    late = Event()

    def work(n: int) -> int:
        if n == 0:
            assert late.wait(10)
        if n == 3:
            late.set()
        return n * n

    assert list(side_by_side(work, range(20))) == [(n, n * n) for n in range(20)]


def test_few_are_worked_on_ahead() -> None:
    """However many there are: memory is bounded."""
    numbers = iter(range(1_000))
    found = side_by_side(lambda n: n, numbers)
    next(found)

    assert next(numbers) == AHEAD + 1


def test_an_error_comes_at_its_turn() -> None:
    """What was before it is there, what is behind it does not begin."""
    found = side_by_side(lambda n: 6 // (2 - n), range(10))

    assert [next(found), next(found)] == [(0, 3), (1, 6)]
    with pytest.raises(ZeroDivisionError):
        next(found)
