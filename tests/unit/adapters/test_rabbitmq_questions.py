"""Who waits for the recorder's answer learns why none will come."""

from __future__ import annotations

from typing import Any, cast

import pytest
from attrs import define, field

from importbus.adapters.transports.rabbitmq.driver import Hooks, Link
from importbus.adapters.transports.rabbitmq.failures import BrokerRefused
from importbus.adapters.transports.rabbitmq.messages import Message
from importbus.adapters.transports.rabbitmq.questions import Questions
from importbus.bus.errors import BusError, TransportUnavailable


@define(eq=False)
class EndingLink:
    """A link that ends with *reason* when something is published on it."""

    hooks: Hooks
    reason: BusError
    error: BusError | None = field(default=None, init=False)

    def consume(self, queue: str, *, auto_ack: bool = False) -> None:
        """Take everything for granted."""

    def publish(self, message: Message, exchange: str, key: str) -> None:
        self.error = self.reason
        self.hooks.lost()


@pytest.mark.parametrize(
    ("reason", "temporary"),
    [(BrokerRefused("403"), False), (TransportUnavailable("The wire was cut."), True)],
)
def test_a_missing_right_is_told_and_a_cut_wire_is_worth_another_try(
    reason: TransportUnavailable, temporary: bool
) -> None:
    """Somebody has to give the right first; asking again would hide that."""
    questions = Questions(lambda hooks: cast(Link, EndingLink(hooks, reason)), "night.outcomes")
    with pytest.raises(TransportUnavailable) as caught:
        questions.ask(Message(b"{}"), 10)

    assert caught.value.temporary is temporary


def test_a_question_on_a_lost_link_is_asked_on_a_new_one() -> None:
    """And is forgotten when its answer has not come in time."""
    links: list[Any] = []

    def connect(hooks: Hooks) -> Link:
        links.append(EndingLink(hooks, TransportUnavailable("cut")))
        return cast(Link, links[-1])

    questions = Questions(connect, "night.outcomes")
    for _ in range(2):
        with pytest.raises(TransportUnavailable):
            questions.ask(Message(b"{}"), 10)

    assert len(links) == 2
