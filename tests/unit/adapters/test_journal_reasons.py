"""Groups of failures: what is specific to one command is not part of its reason."""

from __future__ import annotations

import pytest

from importbus.adapters.journal.reasons import decode_errors, encode_errors, reason_of
from importbus.bus.outcomes import ServerError


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ('Family "f1" does not exist.', "Family * does not exist."),
        ("Family “f1” does not exist.", "Family * does not exist."),
        ("The option 'red' is not in 'colors'.", "The option * is not in *."),
        ("It doesn't have 'x', that's why.", "It doesn't have *, that's why."),
        ("Expected one of [a, b], got 7.", "Expected one of *, got *."),
        ("No product mug-12 in 2024-05-06T10:00:00+00:00.", "No product * in *."),
        ("sku_0001 is taken, and so is ABC9D.", "* is taken, and so is *."),
        ("At most 1,000.50 may be given.", "At most * may be given."),
        ("Nothing specific here.", "Nothing specific here."),
    ],
)
def test_what_differs_becomes_a_star(message: str, reason: str) -> None:
    """Quoted text, lists, numbers, and codes with a digit; the words around them stay."""
    assert reason_of([ServerError(message)]) == reason


def test_the_first_error_names_the_group() -> None:
    """A command refused for several reasons is in one group."""
    assert reason_of([ServerError("first"), ServerError("second")]) == "first"


def test_errors_keep_every_member() -> None:
    """What the sink gave can be read back whole."""
    errors = (ServerError("no", "values", "name", "en_US", "ecommerce"), ServerError("and no"))

    assert decode_errors(encode_errors(errors)) == errors


def test_no_errors_are_one_reason_of_their_own() -> None:
    """A failure never stands there without a reason."""
    assert decode_errors(encode_errors(())) == (ServerError(reason_of(())),)
