"""Fault plans.

Source: this page; nothing of it is in a real PIM.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from importbus.adapters.simulated_pim import BadPlan, SimulatedPim
from raw_faults import plan, send
from raw_http import RawClient


def statuses(raw: RawClient, count: int = 6) -> list[int]:
    """Send a batch several times."""
    return [send(raw).status for _ in range(count)]


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ({"nth": 2}, [200, 500, 200, 200, 200, 200]),
        ({"nth": [1, 3]}, [500, 200, 500, 200, 200, 200]),
        ({"every": 2}, [200, 500, 200, 500, 200, 500]),
        ({"after": 4}, [200, 200, 200, 200, 500, 500]),
        ({"after": 1, "every": 2}, [200, 200, 500, 200, 500, 200]),
        ({"path": "/families"}, [200] * 6),
        ({"path": "/products$"}, [500] * 6),
        ({"method": "GET"}, [200] * 6),
        ({"body_contains": '"d"'}, [500] * 6),
        ({"body_contains": '"z"'}, [200] * 6),
        ({"bytes_over": 70}, [500] * 6),
        ({"bytes_over": 80}, [200] * 6),
    ],
)
def test_a_rule_says_which_requests_fail(
    pim: SimulatedPim, raw: RawClient, match: Any, expected: list[int]
) -> None:
    """By method, path, number, content and size; the batch has 79 bytes."""
    plan(pim, "status", match)

    assert statuses(raw) == expected


def test_a_rule_may_fire_a_number_of_times(pim: SimulatedPim, raw: RawClient) -> None:
    """Then it is over."""
    plan(pim, "status", times=2)

    assert statuses(raw) == [500, 500, 200, 200, 200, 200]


def test_the_first_rule_that_is_due_decides(pim: SimulatedPim, raw: RawClient) -> None:
    """A later one keeps its turns."""
    rules = [
        {"match": {"nth": 1}, "fault": {"kind": "status", "status": 500}},
        {"match": {}, "times": 2, "fault": {"kind": "status", "status": 503}},
    ]
    pim.set_faults(rules)

    assert statuses(raw, 4) == [500, 503, 503, 200]


def test_a_plan_comes_from_a_file_too(raw: RawClient, tmp_path: Path) -> None:
    """As a list, or under `rules`."""
    rules = [{"match": {"path": "/channels"}, "fault": {"kind": "status", "status": 418}}]
    file = tmp_path / "faults.json"
    file.write_text(json.dumps({"rules": rules}))
    with SimulatedPim(faults=file) as pim:
        client = RawClient(pim.port)
        status = client.get("/channels").status
        client.close()

    assert status == 418


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([{}], 'rule 1: an object with "fault" is needed'),
        ([{"fault": {"kind": "odd"}}], "rule 1: kind is odd, allowed are 429,"),
        (
            [{"fault": {"kind": "429"}}, {"fault": {"kind": "429"}, "odd": 1}],
            "rule 2: unknown: odd",
        ),
        ([{"fault": {"kind": "429"}, "match": {"pth": "x"}}], "rule 1: unknown: pth"),
        (
            [{"fault": {"kind": "429"}, "match": {"every": 0}}],
            "rule 1: every must be a whole number",
        ),
        ([{"fault": {"kind": "429"}, "match": {"path": "("}}], "rule 1: "),
        ([{"fault": {"kind": "slow", "seonds": 1}}], "rule 1: slow does not know seonds"),
    ],
)
def test_a_wrong_plan_is_refused_with_its_rule(rules: Any, message: str) -> None:
    """Before anything listens."""
    with pytest.raises(BadPlan) as error:
        SimulatedPim(faults=rules)

    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ({"match": {"method": 1}}, "method"),
        ({"match": {"path": "("}}, "path"),
        ({"match": {"path": 1}}, "path"),
        ({"match": {"nth": 0}}, "nth"),
        ({"match": {"nth": "1"}}, "nth"),
        ({"match": {"nth": [1, 0]}}, "nth"),
        ({"match": {"every": True}}, "every"),
        ({"match": {"after": -1}}, "after"),
        ({"match": {"body_contains": 1}}, "body_contains"),
        ({"match": {"bytes_over": "1"}}, "bytes_over"),
        ({"match": []}, "match"),
        ({"times": 0}, "times"),
        ({"times": "1"}, "times"),
        ({"fault": {"kind": "429", "retry_after": "1"}}, "retry_after"),
        ({"fault": {"kind": "429", "retry_after_as": "seconds"}}, "retry_after_as"),
        ({"fault": {"kind": "429", "body": {}}}, "body"),
        ({"fault": {"kind": "status", "status": "500"}}, "status"),
        ({"fault": {"kind": "status", "status": 199}}, "status"),
        ({"fault": {"kind": "html", "status": 600}}, "status"),
        ({"fault": {"kind": "html", "message": 1}}, "message"),
        ({"fault": {"kind": "html_200", "commit": "yes"}}, "commit"),
        ({"fault": {"kind": "redirect", "status": 200}}, "status"),
        ({"fault": {"kind": "redirect", "location": None}}, "location"),
        ({"fault": {"kind": "truncate", "lines": [1]}}, "lines"),
        ({"fault": {"kind": "truncate", "abrupt": 1}}, "abrupt"),
        ({"fault": {"kind": "slow", "seconds": -1}}, "seconds"),
        ({"fault": {"kind": "expire_tokens", "refresh": 1}}, "refresh"),
        ({"fault": {"kind": "line_status", "lines": 1}}, "lines"),
        ({"fault": {"kind": "line_status", "pattern": "("}}, "pattern"),
        ({"fault": {"kind": "line_status", "contains": 1}}, "contains"),
        ({"fault": {"kind": "line_status", "missing": 1}}, "missing"),
    ],
)
def test_a_plan_over_http_is_checked_value_by_value(
    raw: RawClient, rule: dict[str, Any], name: str
) -> None:
    """A wrong one is named, and fails no request later."""
    reply = raw.send("POST", "/_faults", [{"fault": {"kind": "status"}, **rule}])

    assert (reply.status, raw.get("/products").status) == (400, 200)
    assert reply.message.startswith(f"rule 1: {name} must be ")


@pytest.mark.parametrize("said", ["{", "{}", '{"rules": 1}', "5", "null"])
def test_a_plan_is_a_list_of_rules(raw: RawClient, said: str) -> None:
    """Anything else is refused."""
    assert raw.send("POST", "/_faults", said).status == 400


def test_a_plan_that_is_no_json_names_its_file(tmp_path: Path) -> None:
    """And what is wrong with it."""
    file = tmp_path / "faults.json"
    file.write_text("{")

    with pytest.raises(BadPlan, match=r"faults\.json: not JSON"):
        SimulatedPim(faults=file)
