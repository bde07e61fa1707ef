"""The calls of ``importbus`` that the files of ``deploy/`` make, each as its arguments."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from configparser import RawConfigParser
from typing import Any

import click
import yaml

from importbus.adapters.cli import group
from source_tree import ROOT

DEPLOY = ROOT / "deploy"

UNITS = DEPLOY / "systemd"

Arguments = Sequence[str]
"""What stands behind ``importbus`` on a command line."""


def deployed(name: str) -> str:
    """Return the text of a file of ``deploy/``."""
    return (DEPLOY / name).read_text(encoding="utf-8")


def supervisor_calls(text: str) -> list[Arguments]:
    """Return the calls of a configuration of supervisord, one for each process."""
    parser = RawConfigParser(inline_comment_prefixes=(";",))
    parser.read_string(text)
    programs = (parser[name] for name in parser.sections() if name.startswith("program:"))
    return [
        _arguments(program["command"].replace("%(process_num)d", str(number)))
        for program in programs
        for number in range(program.getint("numprocs", 1))
    ]


def unit_calls(names: Iterable[str]) -> list[Arguments]:
    """Return the calls of units, instances of a template with what stands behind their ``@``."""
    return [call for name in names for call in _calls_of_unit(name)]


def enabled_units(script: str) -> list[str]:
    """Return the units that a shell script enables."""
    lines = (shlex.split(line) for line in script.splitlines())
    return [unit for words in lines if words[:2] == ["systemctl", "enable"] for unit in words[2:]]


def compose_calls(text: str) -> list[Arguments]:
    """Return the calls of a compose file: what each service of ours runs."""
    services: dict[str, Any] = yaml.safe_load(text)["services"]
    ours = (one for one in services.values() if str(one["image"]).startswith("importbus:"))
    return [[*one.get("entrypoint", ["importbus"])[1:], *one["command"]] for one in ours]


def dockerfile_calls(text: str) -> list[Arguments]:
    """Return the calls of a Dockerfile; the check of health is one."""
    return [yaml.safe_load(call)[1:] for call in re.findall(r'CMD (\["importbus".*\])', text)]


def fault_of(arguments: Arguments) -> str | None:
    """Return what the command line has against *arguments*; None when it would begin."""
    name, *rest = arguments
    try:
        with click.Context(group, info_name="importbus") as ctx:
            if not (command := group.get_command(ctx, name)):
                return f"No such command {name!r}."
            command.make_context(name, rest, parent=ctx).close()
    except click.ClickException as error:
        return error.format_message()
    return None


def lanes_of(calls: Iterable[Arguments]) -> Counter[str]:
    """Return how often consumers of *calls* name each lane."""
    return Counter(lane for call in calls if "--lanes" in call for lane in _lanes(call))


def _lanes(call: Arguments) -> Iterator[str]:
    for part in call[call.index("--lanes") + 1].split(","):
        if found := re.fullmatch(r"(\d+)-(\d+)", part):
            yield from (str(lane) for lane in range(int(found[1]), int(found[2]) + 1))
        else:
            yield part


def _calls_of_unit(name: str) -> Iterator[Arguments]:
    stem, _, kind = name.partition(".")
    unit, at, instance = stem.partition("@")
    path = UNITS / f"{unit}{at}.{kind or 'service'}"
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("ExecStart="):
            yield _arguments(line.removeprefix("ExecStart=").replace("%i", instance))


def _arguments(command: str) -> Arguments:
    program, *arguments = shlex.split(command)
    assert program.rpartition("/")[2] == "importbus", command
    return arguments
