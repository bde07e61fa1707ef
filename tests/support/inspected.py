"""Lets an inspector check commands as a dry run does."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from checked_shop import file_of
from importbus.bus.errors import SinkUnavailable
from importbus.bus.findings import Finding
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo.checks.inspector import AkeneoInspector


def inspected(inspector: AkeneoInspector, commands: Sequence[LaneCommand]) -> list[list[Finding]]:
    """Return what *inspector* finds wrong with each of *commands*, which are one source."""
    found: list[list[Finding]] = [[] for _ in commands]
    for each in commands:
        inspector.survey(each)
    with suppress(SinkUnavailable):
        inspector.prepare()
    for stage in inspector.stages():
        some = [n for n, each in enumerate(commands) if type(each).__name__ in stage.wanted]
        with suppress(SinkUnavailable):
            inspector.ask([commands[n] for n in some])
        for n in some:
            if stage.task == "learn":
                inspector.learn(commands[n])
            else:
                new = inspector.check(commands[n], file_of(commands[n]))
                found[n] += [each for each in new if each not in found[n]]
        if stage.task == "check":
            bad = [(commands[n], found[n]) for n in some if any(f.error for f in found[n])]
            inspector.withdraw(bad)
    return found
