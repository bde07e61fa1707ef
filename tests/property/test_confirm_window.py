"""Laws of what is on its way to a broker, whatever the broker and the network do."""

from __future__ import annotations

from attrs import define, field
from hypothesis import example, given
from hypothesis import strategies as st

from importbus.adapters.transports.rabbitmq.messages import Message
from importbus.adapters.transports.rabbitmq.window import ConfirmWindow, Pending

Step = tuple[str, int]


@define
class Broker:
    """What is stored in each lane, and what was not confirmed yet on the present connection."""

    window: ConfirmWindow = field(factory=ConfirmWindow)
    lanes: dict[str, list[int]] = field(factory=lambda: {"a": [], "b": []})
    open_tags: dict[int, Pending] = field(factory=dict)
    submitted: list[Pending] = field(factory=list)
    tag: int = 0

    def submit(self, lane: str) -> None:
        message = Message(b"x", str(len(self.submitted)))
        self.submitted.append(self.window.add(lane, message))
        self.send(self.submitted[-1])

    def send(self, pending: Pending) -> None:
        self.tag += 1
        self.window.sent(pending, self.tag)
        self.open_tags[self.tag] = pending

    def take(self, tag: int, *, multiple: bool, stored: bool) -> None:
        """Store or refuse what was sent, and say so."""
        tags = [one for one in self.open_tags if one == tag or (multiple and one < tag)]
        for one in tags:
            pending = self.open_tags.pop(one)
            if stored:
                self.lanes[pending.lane].append(int(pending.message.id))
        self.window.settle(tag, multiple=multiple, stored=stored)

    def lose(self, stored: int) -> None:
        """End the connection; the first so many were stored, and nobody was told."""
        for pending in list(self.open_tags.values())[:stored]:
            self.lanes[pending.lane].append(int(pending.message.id))
        self.open_tags.clear()
        self.window.lose()
        self.mend()

    def mend(self) -> None:
        for lane in sorted(self.window.refused):
            for pending in self.window.again(lane):
                self.send(pending)

    def settle_all(self) -> None:
        self.mend()
        while self.open_tags:
            self.take(min(self.open_tags), multiple=False, stored=True)

    def step(self, what: str, number: int) -> None:
        tags = sorted(self.open_tags)
        if what in ("a", "b") and not self.window.refused:
            self.submit(what)
        elif what == "lose":
            self.lose(number % (len(tags) + 1))
        elif what == "mend":
            self.mend()
        elif tags and what in ("ack", "acks", "nack", "nacks"):
            tag = tags[0] if what == "ack" else tags[number % len(tags)]
            self.take(tag, multiple=what.endswith("s"), stored=what.startswith("ack"))


LOSSES = ["a", "b", "ack", "acks", "lose", "mend"]


def steps(*kinds: str) -> st.SearchStrategy[list[Step]]:
    """Return what happens, one thing after the other."""
    return st.lists(st.tuples(st.sampled_from(kinds), st.integers(0, 7)), max_size=40)


def played(script: list[Step]) -> Broker:
    """Return the broker after *script*, and after all was mended and confirmed."""
    broker = Broker()
    for what, number in script:
        broker.step(what, number)
    broker.settle_all()
    return broker


def once(numbers: list[int]) -> list[int]:
    """Return *numbers* without those that came before."""
    return list(dict.fromkeys(numbers))


@given(steps(*LOSSES, "nack", "nacks"))
def test_everything_submitted_is_stored_in_the_end(script: list[Step]) -> None:
    """Lost connections and refusals cost time, and no batch."""
    broker = played(script)
    stored = {number for lane in broker.lanes.values() for number in lane}

    assert stored == {int(one.message.id) for one in broker.submitted}
    assert all(one.stored for one in broker.submitted)
    assert len(broker.window) == 0


@given(steps(*LOSSES))
def test_lost_connections_change_no_order(script: list[Step]) -> None:
    """Who drops what came before has each lane as it was submitted."""
    broker = played(script)

    for lane in ("a", "b"):
        sent = [int(one.message.id) for one in broker.submitted if one.lane == lane]
        assert once(broker.lanes[lane]) == sent


# The second of two is taken after the first was refused; then its second copy is lost, too.
OVERTAKEN = [("a", 0), ("a", 0), ("nack", 0), ("ack", 0)]
OVERTAKEN_TWICE = [*OVERTAKEN, ("mend", 0), ("ack", 0), ("lose", 0)]


@given(steps(*LOSSES, "nack", "nacks"))
@example(OVERTAKEN)
@example(OVERTAKEN_TWICE)
def test_the_last_copies_are_in_order(script: list[Step]) -> None:
    """Also where a later batch was taken after an earlier one was refused."""
    broker = played(script)

    for lane in ("a", "b"):
        sent = [int(one.message.id) for one in broker.submitted if one.lane == lane]
        assert once(broker.lanes[lane][::-1])[::-1] == sent


@given(steps(*LOSSES, "nack", "nacks"))
def test_stored_means_stored(script: list[Step]) -> None:
    """At no moment does the window say so of a batch that the broker does not have."""
    broker = Broker()
    for what, number in script:
        broker.step(what, number)
        for one in broker.submitted:
            assert not one.stored or int(one.message.id) in broker.lanes[one.lane]


@given(st.lists(st.integers(0, 10), max_size=30))
def test_the_window_is_bounded(sizes: list[int]) -> None:
    """By batches and by bytes, apart from a single batch that is larger by itself (I7)."""
    window = ConfirmWindow(most=4, most_bytes=12)
    for n, size in enumerate(sizes):
        if window.has_room(size):
            window.add("a", Message(b"x" * size, str(n)))

    kept = [one.message.size for one in window]
    assert len(kept) <= 4
    assert sum(kept) <= 12 or len(kept) == 1
    assert not sizes or kept


def test_what_no_queue_took_is_not_stored() -> None:
    """The broker confirms it all the same, since nobody wanted it."""
    broker = Broker()
    broker.submit("a")
    broker.window.unroutable("0")
    broker.window.settle(1, multiple=False, stored=True)

    assert not broker.submitted[0].stored
    assert broker.window.refused == {"a"}


@given(steps(*LOSSES, "nack", "nacks"))
def test_what_is_stored_makes_room(script: list[Step]) -> None:
    """However it went until then, in the end the window has room for as much as at first."""
    broker = Broker()
    for what, number in script:
        broker.step(what, number)
    broker.settle_all()

    broker.submit("a")  # of one byte

    assert len(broker.window) == len(list(broker.window)) == 1
    assert broker.window.has_room(broker.window.most_bytes - 1)
    assert not broker.window.has_room(broker.window.most_bytes)
