"""A plan of failures: which requests fail, and how; `docs/simulated-pim.md` has the format."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from attrs import define, field, frozen

from importbus.adapters.simulated_pim.service.fault_settings import (
    CONDITIONS,
    KINDS,
    TIMES,
    Setting,
)
from importbus.adapters.simulated_pim.service.messages import Request


class BadPlan(ValueError):
    """A fault plan that cannot be read; the message names the rule and what is wrong with it."""


@frozen
class Fault:
    """What goes wrong with one request: a kind and its settings."""

    kind: str
    settings: Mapping[str, Any]

    def get(self, name: str, default: Any = None) -> Any:
        """Return one setting."""
        return self.settings.get(name, default)


@define
class _Rule:
    method: str | None
    path: re.Pattern[str] | None
    nth: frozenset[int] | None
    every: int | None
    after: int
    contains: bytes | None
    over: int | None
    times: int | None
    fault: Fault
    seen: int = field(default=0)
    fired: int = field(default=0)

    def fits(self, request: Request) -> bool:
        """Tell whether *request* is of the kind that this rule is about."""
        return (
            self.method in (None, request.method)
            and (self.path is None or self.path.search(request.target) is not None)
            and (self.contains is None or request.contains(self.contains))
            and (self.over is None or request.size > self.over)
        )

    def due(self) -> bool:
        """Count one more fitting request; tell whether it is one that fails."""
        self.seen += 1
        number = self.seen - self.after
        due = (
            number > 0
            and (self.times is None or self.fired < self.times)
            and (self.nth is None or self.seen in self.nth)
            and (self.every is None or number % self.every == 0)
        )
        self.fired += due
        return due


class FaultPlan:
    """Rules in order; the first one that is due decides. Thread-safe."""

    def __init__(self, rules: Sequence[Any] = ()) -> None:
        self._lock = Lock()
        self._rules = [_rule(n, each) for n, each in enumerate(rules, 1)]

    @classmethod
    def load(cls, source: str | Path | Sequence[Any] | None) -> FaultPlan:
        """Return the plan in a JSON file, in a list of rules, or an empty one.

        Raises:
            BadPlan: No JSON, or a rule is wrong.
            OSError: The file cannot be read.
        """
        if source is None:
            return cls()
        if not isinstance(source, (str, Path)):
            return cls(source)
        try:
            rules = json.loads(Path(source).read_text(encoding="utf-8"))
        except ValueError as error:
            raise BadPlan(f"{source}: not JSON: {error}") from error
        return cls(rules_of(rules))

    def pick(self, request: Request) -> Fault | None:
        """Return what goes wrong with *request*; every rule counts the requests that fit it."""
        with self._lock:
            due = [rule for rule in self._rules if rule.fits(request) and rule.due()]
            for late in due[1:]:
                late.fired -= 1
        return due[0].fault if due else None


def rules_of(plan: Any) -> list[Any]:
    """Return the rules of a decoded plan: a list, or an object with a list under `rules`."""
    rules = plan.get("rules") if isinstance(plan, dict) else plan
    if not isinstance(rules, list):
        raise BadPlan('a fault plan is a list of rules, or {"rules": [...]}')
    return rules


def _rule(n: int, said: Any) -> _Rule:
    if not isinstance(said, dict) or not isinstance(said.get("fault"), dict):
        raise BadPlan(f'rule {n}: an object with "fault" is needed')
    match = said.get("match", {})
    if not isinstance(match, dict):
        raise BadPlan(f"rule {n}: match must be an object")
    strange = (said.keys() - {"match", "times", "fault"}) | (match.keys() - CONDITIONS.keys())
    if strange:
        raise BadPlan(f"rule {n}: unknown: {', '.join(sorted(strange))}")
    _check(n, match, CONDITIONS)
    if "times" in said:
        _check(n, {"times": said["times"]}, {"times": TIMES})
    return _built(match, said.get("times"), _fault(n, dict(said["fault"])))


def _fault(n: int, settings: dict[str, Any]) -> Fault:
    kind = str(settings.pop("kind", None))
    if kind not in KINDS:
        raise BadPlan(f"rule {n}: kind is {kind}, allowed are {', '.join(sorted(KINDS))}")
    if unknown := settings.keys() - KINDS[kind].keys():
        raise BadPlan(f"rule {n}: {kind} does not know {', '.join(sorted(unknown))}")
    _check(n, settings, KINDS[kind])
    return Fault(kind, settings)


def _check(n: int, said: Mapping[str, Any], settings: Mapping[str, Setting]) -> None:
    for name, data in said.items():
        if not settings[name].fits(data):
            raise BadPlan(f"rule {n}: {name} must be {settings[name].what}")


def _built(match: Mapping[str, Any], times: int | None, fault: Fault) -> _Rule:
    nth = match.get("nth")
    contains = match.get("body_contains")
    return _Rule(
        method=match.get("method"),
        path=re.compile(match["path"]) if "path" in match else None,
        nth=None if nth is None else frozenset([nth] if isinstance(nth, int) else nth),
        every=match.get("every"),
        after=match.get("after", 0),
        contains=None if contains is None else contains.encode(),
        over=match.get("bytes_over"),
        times=times,
        fault=fault,
    )
