"""What the API is known to answer, met by a whole import; `docs/answers.md` has the table.

The other tests of that table try the client, the sink, or one answer a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from import_desk import (
    MUGS,
    ImportDesk,
    attribute,
    config_for,
    only_failure,
    open_desk,
    outcomes,
    value,
)
from importbus.adapters.batch_run import Patience
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.adapters.wiring import open_runtime
from importbus.bus import InvalidCommand
from importbus.bus.lanes import lane_of
from importbus.handlers.akeneo import CreateOrUpdateAttributeOption, DeleteProduct
from importbus.handlers.akeneo import CreateOrUpdateProduct as Product
from importbus.handlers.akeneo import CreateOrUpdateProductModel as Model

pytestmark = pytest.mark.integration

COLLECTION = "application/vnd.akeneo.collection+json"
TOKEN = "POST /api/oauth/v1/token"
PRODUCTS = {"method": "PATCH", "path": "/products$"}


@contextmanager
def open_strict(folder: Path, **settings: Any) -> Iterator[ImportDesk]:
    """Open a PIM with all its limits, and a bus with four lanes."""
    with SimulatedPim(**settings) as pim:
        config = config_for(pim, folder)
        with open_runtime(config, patience=Patience(quiet=0.2)) as runtime:
            yield ImportDesk(pim, runtime.bus, config)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ImportDesk]:
    """A PIM, and a bus with one lane that leads to it."""
    with open_desk(tmp_path, lanes=1, quiet=0.2) as desk:
        yield desk


def goods(count: int) -> list[Product]:
    """Return products."""
    return [Product(identifier=f"p{n}") for n in range(count)]


def statuses(desk: ImportDesk) -> Mapping[str, int]:
    """Return how often the PIM gave each status."""
    counts: dict[str, int] = desk.pim.trace()["requests_by_status"]
    return counts


def fault(desk: ImportDesk, kind: str, *, match: Any = None, **settings: Any) -> None:
    """Let the first call for products that *match* tells go wrong."""
    rule = {"match": {**PRODUCTS, **(match or {})}, "times": 1}
    desk.pim.set_faults([{**rule, "fault": {"kind": kind, **settings}}])


def test_four_lanes_with_an_expired_token_refresh_it_once(tmp_path: Path) -> None:
    """Their calls are refused, one lane asks for a token, and no item is the worse for it."""
    one_a_lane = {lane_of(product.key, 4): product for product in goods(40)}.values()
    with open_strict(tmp_path, latency_ms=400) as desk:
        desk.run(Product(identifier="first"))
        desk.pim.expire_tokens()
        run = desk.run(*one_a_lane)
        made = desk.pim.trace()["requests_by_route"]

        assert 2 <= statuses(desk)["401"] <= 4  # a thread that starts late has the new token
    assert outcomes(run) == {"created": 4}
    assert made[TOKEN] == 2  # the login of the first import, and the refresh


def test_lines_that_are_refused_without_their_code_are_told_by_their_number(
    desk: ImportDesk,
) -> None:
    """A line that is no JSON and one that is too long are answered before anyone knows whose."""
    said = (
        '{"line":1,"status_code":201}\n'
        '{"line":2,"status_code":400,"message":"Invalid json message received"}\n'
        '{"line":3,"status_code":413,"message":"Line is too long."}'
    )
    fault(desk, "status", status=200, body=said, type=COLLECTION)
    run = desk.run(*goods(3))
    failures = [(f.key, f.status, f.errors[0].message) for f in run.failures()]

    assert outcomes(run) == {"created": 1, "failed": 2}
    assert failures == [
        ("p1", 400, "Invalid json message received"),
        ("p2", 413, "Line is too long."),
    ]


def test_a_hundred_and_first_line_goes_with_the_next_call(desk: ImportDesk) -> None:
    """A PIM refuses 101 lines as a whole."""
    run = desk.run(*goods(201))
    sent = [call["lines"] for call in desk.pim.trace()["requests"] if call["method"] == "PATCH"]

    assert outcomes(run) == {"created": 201}
    assert sent == [100, 100, 1]


def test_a_line_that_is_too_long_is_never_sent(desk: ImportDesk) -> None:
    """Whoever dispatches it is told at once; the others go."""
    long = Product(identifier="long", values={"note": value("x" * 1_000_000)})
    with desk.bus.importing(id="long") as run:
        desk.bus.dispatch(Product(identifier="short"))
        with pytest.raises(InvalidCommand, match="at most 1,000,000"):
            desk.bus.dispatch(long)

    assert outcomes(run) == {"created": 1}
    assert max(call["bytes"] for call in desk.pim.trace()["requests"]) < 1000


@pytest.mark.parametrize(
    "settings",
    [
        {"retry_after": 1},
        {"retry_after": 1, "retry_after_as": "date"},
        {},
        {"body": "slow down"},
    ],
    ids=["seconds", "date", "nothing", "plain text"],
)
def test_a_429_is_waited_out(desk: ImportDesk, settings: Any) -> None:
    """Whatever it says of the time, nothing is lost, and no second one comes."""
    fault(desk, "429", **settings)
    run = desk.run(*goods(2))

    assert outcomes(run) == {"created": 2}
    assert statuses(desk)["429"] == 1


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("status", {"status": 500, "commit": True}),
        ("line_status", {"status": 500, "lines": [2], "commit": True}),
        ("line_status", {"status": 500, "lines": [2]}),
    ],
    ids=["call", "line, written", "line"],
)
def test_a_deadlock_is_tried_again(desk: ImportDesk, kind: str, settings: Any) -> None:
    """Writes of one tree may block each other in the database of the PIM: a 500."""
    desk.run(*MUGS)
    fault(desk, kind, **settings)
    colors = {color: {"color": value(color)} for color in ("red", "blue")}
    variants = [
        Product(identifier=color, parent="mug", values=values) for color, values in colors.items()
    ]
    run = desk.run(Model(code="mug", categories=["master"]), *variants)

    assert set(outcomes(run)) <= {"created", "updated"}
    assert [desk.stored("products", color)["parent"] for color in colors] == ["mug", "mug"]


@pytest.mark.parametrize(
    ("status", "body"), [(409, ""), (414, "<h1>414 Request-URI Too Large</h1>"), (422, "{}")]
)
def test_a_call_that_is_refused_for_one_item_costs_the_others_nothing(
    desk: ImportDesk, status: int, body: str
) -> None:
    """Statuses that the docs name without a body, or that a web server gives by itself."""
    match = {**PRODUCTS, "body_contains": '"p1"'}
    refusal = {"kind": "status", "status": status, "body": body, "type": "text/html"}
    desk.pim.set_faults([{"match": match, "fault": refusal}])
    run = desk.run(*goods(4))

    assert outcomes(run) == {"created": 3, "failed": 1}
    assert (only_failure(run).key, only_failure(run).status) == ("p1", status)


def test_a_path_that_is_too_long_fails_alone(desk: ImportDesk) -> None:
    """The web server in front of a PIM refuses the address of a delete, and the next one goes."""
    desk.run(Product(identifier="a"))
    too_long = {"kind": "html", "status": 414}
    desk.pim.set_faults([{"match": {"method": "DELETE", "path": "xxx"}, "fault": too_long}])
    run = desk.run(DeleteProduct(identifier="x" * 200), DeleteProduct(identifier="a"))

    assert outcomes(run) == {"failed": 1, "deleted": 1}
    assert only_failure(run).status == 414


def test_a_lost_answer_after_the_commit_is_asked_for_again(desk: ImportDesk) -> None:
    """I8: all is written once more, which changes nothing but `created` to `updated`."""
    fault(desk, "reset_after")
    run = desk.run(*goods(3))

    assert outcomes(run) == {"updated": 3}
    assert len(desk.pim.state()["products"]) == 3


def test_options_of_many_attributes_keep_within_three_calls_a_second(tmp_path: Path) -> None:
    """The PIM answers 429 to a fourth, and never has to."""
    selects = [f"s{n}" for n in range(7)]
    with open_strict(tmp_path) as desk:
        run = desk.run(
            *(attribute(code, "simpleselect") for code in selects),
            *(CreateOrUpdateAttributeOption(attribute=code, code="o") for code in selects),
        )

        assert set(statuses(desk)) == {"200"}
    assert outcomes(run) == {"created": 14}
