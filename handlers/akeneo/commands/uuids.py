"""What the API of products by uuid asks of the two keys of a product."""

from __future__ import annotations

import re
from typing import Any

from importbus.bus.errors import InvalidCommand
from importbus.bus.unset import UNSET

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

VERSION_4 = re.compile(r".{14}4.{4}[89ab].*", re.IGNORECASE)
"""Version and variant of a random uuid. Source: RFC 9562, sections 4.1, 4.2 and 5.4."""


def check_uuid(_: Any, field: Any, uuid: Any) -> None:
    """Raise ``InvalidCommand`` unless *uuid* is one of version 4, as the PIM takes no other.

    Source: akeneo/pim-community-dev, which answers "The version of the uuid should be 4".
    """
    if not isinstance(uuid, str) or not UUID.fullmatch(uuid):
        raise InvalidCommand(f"expected a uuid, not {uuid!r}", field=field.name)
    if not VERSION_4.fullmatch(uuid):
        raise InvalidCommand(
            f"{uuid} is not of version 4, and the PIM takes no other: make it with uuid.uuid4()",
            field=field.name,
        )


def refuse_identifier(_: Any, field: Any, identifier: Any) -> None:
    """Raise ``InvalidCommand`` when an identifier is given beside a uuid.

    Source: akeneo/pim-api-docs, products by uuid: they have no such property.
    """
    if identifier is not UNSET:
        raise InvalidCommand(
            "is no property of products by uuid: give it as values.<identifier attribute>, "
            "such as values.sku",
            field=field.name,
        )
