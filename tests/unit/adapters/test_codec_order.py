"""What a command looks like in the journal does not depend on chance."""

from __future__ import annotations

import orjson

from importbus.adapters.codec import JsonCodec
from importbus.handlers.akeneo import CreateOrUpdateAttribute


def test_data_is_written_in_the_order_of_the_class() -> None:
    """Fields stand where the class has them, in every run and whatever the caller's order."""
    codec = JsonCodec()
    codec.register(CreateOrUpdateAttribute)
    command = CreateOrUpdateAttribute(
        unique=False, scopable=False, localizable=True, group="other", type="text", code="name"
    )
    written = orjson.loads(codec.encode(command))

    assert list(written) == ["code", "type", "group", "localizable", "scopable", "unique"]
