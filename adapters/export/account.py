"""What an export tells besides what it yields: lists that are not there, and problems."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from attrs import define, field

MOST: Final = 1_000
"""Problems that are kept; all are told and counted."""


@define
class Account:
    """What was passed over and what could not be exported; threads add to it.

    Attributes:
        told: Gets a sentence for each.
        passed_over: Why lists are left out, each reason once.
        problems: Why items are left out, the first ones.
        count: How many items are left out.
        files_left_out: Values that are files, when nobody wants those.
    """

    told: Callable[[str], object]
    passed_over: list[str] = field(factory=list, init=False)
    problems: list[str] = field(factory=list, init=False)
    count: int = field(default=0, init=False)
    files_left_out: int = field(default=0, init=False)

    def pass_over(self, reason: str) -> None:
        """Tell why a list is left out, once."""
        if reason not in self.passed_over:
            self.passed_over.append(reason)
            self.told(reason)

    def problem(self, reason: str) -> None:
        """Count an item that is left out, and tell why."""
        self.count += 1
        if self.count <= MOST:
            self.problems.append(reason)
        self.told(reason)
