"""What is kept of an end that could not be announced, and for whom."""

from __future__ import annotations

from typing import cast

import pytest

from importbus.bus.errors import WiringError
from importbus.bus.importing import Ending
from importbus.bus.messages import FinishImport
from importbus.bus.ports import Imports


class Refusing:
    """An adapter that knows no import."""

    def finish(self, event: FinishImport) -> None:
        raise WiringError(f"no {event.import_id}")


@pytest.mark.parametrize(("expected", "kept"), [("spring", ["no spring"]), ("autumn", [])])
def test_failures_are_kept_for_those_who_will_ask(expected: str, kept: list[str]) -> None:
    """I7: an application may announce the end of what does not exist again and again."""
    ending = Ending(cast(Imports, Refusing()))
    ending.expect(expected)
    with pytest.raises(WiringError):
        ending(FinishImport("spring"))
    failures = [ending.failure(expected), ending.failure("spring")]

    assert [str(failure) for failure in failures if failure] == kept
    assert ending._failures == {}
