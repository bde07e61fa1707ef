"""The files of ``deploy/`` call ``importbus`` as its command line has it, and name each lane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from deployed_commands import (
    UNITS,
    Arguments,
    compose_calls,
    deployed,
    dockerfile_calls,
    enabled_units,
    fault_of,
    lanes_of,
    supervisor_calls,
    unit_calls,
)
from deployed_files import script_of
from importbus.adapters.config import TransportConfig

ENABLED = enabled_units(script_of(deployed("cloud-init.yaml")))

FLEETS: Mapping[str, Sequence[Arguments]] = {
    "supervisord.conf": supervisor_calls(deployed("supervisord.conf")),
    "compose.yaml": compose_calls(deployed("compose.yaml")),
    "cloud-init.yaml": unit_calls(ENABLED),
}

OTHERS: Mapping[str, Sequence[Arguments]] = {
    "Dockerfile": dockerfile_calls(deployed("Dockerfile")),
    "importbus-publish.service": unit_calls(["importbus-publish.service"]),
}


@pytest.mark.parametrize("file", [*FLEETS, *OTHERS])
def test_each_call_is_one_that_the_command_line_takes(file: str) -> None:
    """Commands, options and lanes are there, so that nothing ends as it begins."""
    calls = {**FLEETS, **OTHERS}[file]

    assert calls
    assert {fault_of(call) for call in calls} == {None}


@pytest.mark.parametrize("file", FLEETS)
def test_a_fleet_works_on_each_lane_once_and_has_one_recorder(file: str) -> None:
    """A lane without a consumer would keep every import of it from ending."""
    calls = FLEETS[file]
    lanes = ["structure", *(str(lane) for lane in range(TransportConfig().lanes))]

    assert lanes_of(calls) == dict.fromkeys(lanes, 1)
    assert [call[0] for call in calls].count("record") == 1


def test_units_that_are_enabled_are_there() -> None:
    """An instance of a template has the template's file."""
    files = {path.name for path in UNITS.iterdir()}
    templates = {unit.partition("@")[0] + "@.service" if "@" in unit else unit for unit in ENABLED}

    assert templates <= files


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["consume", "--lane", "0"], "No such option"),
        (["consume", "--lanes", "first"], "is no lane"),
        (["recorder"], "No such command"),
        (["publish", "--wait"], "Missing argument"),
    ],
)
def test_a_wrong_call_is_noticed(call: Arguments, said: str) -> None:
    """What the tests above look for is found when it is there."""
    fault = fault_of(call)

    assert fault
    assert said in fault
