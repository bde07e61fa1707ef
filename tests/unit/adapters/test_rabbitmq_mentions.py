"""What is told beside the lanes without waiting for the broker."""

from __future__ import annotations

from typing import Any, cast

from attrs import define, field

from importbus.adapters.transports.rabbitmq.publisher import Publisher


@define
class SentTo:
    """A link that writes down what is sent over it."""

    error: None = None
    sent: list[Any] = field(factory=list)

    def publish(self, message: Any, *_: object, **__: object) -> int:
        """Take *message* and return its number."""
        self.sent.append(message)
        return len(self.sent)


def test_mentions_do_not_pile_up_while_the_broker_takes_nothing() -> None:
    """A consumer with a journal works on then, for as long as its lanes last: memory is bounded."""
    nothing = cast(Any, None)
    publisher = Publisher(nothing, nothing, "commands", nothing, 1.0, nothing)
    link = SentTo()
    publisher._link = cast(Any, link)

    publisher.mention(cast(Any, "before"), "events", "BatchSettled")
    publisher.blocked = "low on memory"
    publisher.mention(cast(Any, "meanwhile"), "events", "BatchSettled")
    publisher.blocked = None
    publisher.mention(cast(Any, "after"), "events", "BatchSettled")

    assert link.sent == ["before", "after"]
