"""What a server repeats of secrets goes no further."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from akeneo_batches import batch_of
from importbus.adapters.pim import HidingSink
from importbus.bus.batches import Batch
from importbus.bus.outcomes import Outcome, ServerError, Written
from importbus.handlers.akeneo.commands import CreateOrUpdateProduct

BATCH = batch_of(*(CreateOrUpdateProduct(identifier=code) for code in "ab"))

REFUSED = Outcome.failed(ServerError("Token s3cret met a bug.", attribute="name"), status=422)


@frozen
class Answering:
    """Answers the same each time."""

    written: Written

    def write(self, batch: Batch[Any], /) -> Written:
        return self.written

    def probe(self) -> None:
        raise AssertionError("nobody asks")

    def recent_seconds(self) -> float | None:
        return 1.5


def hide(text: str) -> str:
    """Take one secret out."""
    return text.replace("s3cret", "***")


def test_a_reason_is_passed_on_without_secrets() -> None:
    """Everything else of the outcome, and the number of calls, stay as they are."""
    sink = HidingSink(Answering(Written([Outcome.created(201), REFUSED], requests=3)), hide)
    written = sink.write(BATCH)

    hidden = Outcome.failed(ServerError("Token *** met a bug.", attribute="name"), status=422)
    assert tuple(written) == (Outcome.created(201), hidden)
    assert (written.requests, sink.recent_seconds()) == (3, 1.5)


def test_no_part_of_a_reason_has_a_secret() -> None:
    """A server may name a property by what it was sent; what it did not say stays unsaid."""
    refused = Outcome.failed(ServerError("No.", "s3cret", "s3cret", "s3cret", "s3cret"))
    bare = Outcome.failed(ServerError("No."))
    written = HidingSink(Answering(Written([refused, bare])), hide).write(BATCH)

    hidden = Outcome.failed(ServerError("No.", "***", "***", "***", "***"))
    assert tuple(written) == (hidden, bare)


def test_a_batch_without_reasons_is_passed_on_as_it_is() -> None:
    """Nearly all are; they cost nothing."""
    fine = Written([Outcome.created(201)] * 2)

    assert HidingSink(Answering(fine), hide).write(BATCH) is fine
