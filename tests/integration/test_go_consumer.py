"""The consumer in Go on real lanes: what each message makes it do, with a recorder of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha1
from pathlib import Path
from typing import Any

import orjson
import pika  # type: ignore[import-untyped]
import pytest
from attrs import evolve

from fake_recorder import FakeRecorder, recording
from go_consumer import GoConsumer, GoTools, stopped_at_the_end
from importbus.adapters.outcomes.messages import encode_finish
from importbus.adapters.protocol import encode_batch
from importbus.adapters.simulated_pim import Account, SimulatedPim
from importbus.adapters.transports.contract import with_file
from importbus.adapters.transports.rabbitmq.address import Address
from importbus.adapters.transports.rabbitmq.transport import RabbitTransport
from importbus.adapters.wiring.parts import open_codec
from importbus.bus.batches import Batch, Envelope
from importbus.bus.messages import LaneCommand, Position
from importbus.handlers.akeneo import CreateOrUpdateAttribute as Attribute
from importbus.handlers.akeneo import CreateOrUpdateFamily as Family
from importbus.handlers.akeneo import CreateOrUpdateProduct as Product
from importbus.handlers.akeneo import CreateProductMediaFile, DeleteProduct
from rabbit_queues import until, with_channel

pytestmark = pytest.mark.integration

LANES = 2


@pytest.fixture
def pim() -> Iterator[SimulatedPim]:
    """A PIM as just installed."""
    with SimulatedPim(option_rate=None) as pim:
        yield pim


@pytest.fixture
def transport(address: Address) -> Iterator[RabbitTransport]:
    """The queue as a producer sees it."""
    transport = RabbitTransport(address, open_codec(), LANES)
    yield transport
    transport.close()


@pytest.fixture
def consumer(
    go_program: Path, address: Address, pim: SimulatedPim, tmp_path: Path
) -> Iterator[GoConsumer]:
    """The consumer, not yet started."""
    with stopped_at_the_end(GoConsumer(go_program, address, pim.url, tmp_path / "log")) as consumer:
        yield consumer


def must_finish(recorder: FakeRecorder, seconds: float = 30) -> None:
    """Wait until every command has its outcome; no message was wrong."""
    assert recorder.finished.wait(seconds), recorder.messages
    assert not recorder.wrong


def test_the_program_is_as_the_tools_of_go_want_it(go_tools: GoTools) -> None:
    """Formatted, and without what ``go vet`` knows as mistakes."""
    assert go_tools.run("gofmt", "-l", ".") == ""
    go_tools.run("go", "vet", ".")


@pytest.fixture
def recorder(transport: RabbitTransport, address: Address) -> Iterator[FakeRecorder]:
    """A recorder that knows of what it is shown."""
    with recording(transport, address, []) as recorder:
        yield recorder
        assert not recorder.wrong


def batch(
    seq: int, *commands: LaneCommand, lane: int | None = 0, gated: bool = False
) -> Batch[Any]:
    """Return batch *seq* of import ``night``; the numbers of its commands begin with 10 * *seq*."""
    envelopes = (
        Envelope(command, Position("test", n), n, len(open_codec().encode(command)))
        for n, command in enumerate(commands, 10 * seq)
    )
    kind = type(commands[0])
    return Batch("night", "1", seq, lane, kind, tuple(envelopes), gated=gated)


def send(recorder: FakeRecorder, *batches: Batch[Any]) -> None:
    """Publish *batches*, which the recorder knows from now on."""
    recorder.batches.update({one.id: one for one in batches})
    for one in batches:
        recorder.transport.publish(one)


def calls(pim: SimulatedPim, path: str) -> list[str]:
    """Return the methods of all calls of *path*."""
    found = (call for call in pim.trace()["requests"] if call["path"] == f"/api/rest/v1/{path}")
    return [call["method"] for call in found]


def test_what_follows_a_parked_command_waits_behind_it(
    consumer: GoConsumer, recorder: FakeRecorder, pim: SimulatedPim
) -> None:
    """I3: updates and a delete of a product whose family is not there yet, in three batches."""
    late = Product(identifier="Mug", family="late")
    first = batch(1, late, Product(identifier="mug", enabled=False))
    second = batch(2, Product(identifier="MUG", enabled=True))
    third = batch(3, DeleteProduct(identifier="MUG"))
    family = batch(4, Family(code="late"), lane=None)
    recorder.batches[family.id] = family
    consumer.start()
    send(recorder, first, second, third)
    until(lambda: recorder.messages["outcomes"] == 3)
    sent, written = calls(pim, "products"), pim.state()["products"]
    send(recorder, family)
    must_finish(recorder)

    assert (sent, written) == (["PATCH"], {})
    assert recorder.outcomes == {"created": 2, "updated": 2, "deleted": 1}
    assert pim.state()["products"] == {}


def test_products_may_name_each_other(
    consumer: GoConsumer, recorder: FakeRecorder, pim: SimulatedPim
) -> None:
    """Each is written without what is not there yet, and the rest in a round."""
    consumer.start()
    pair = {"mug": "cup", "cup": "mug"}
    linked = (
        Product(identifier=one, associations={"X_SELL": {"products": [other]}})
        for one, other in pair.items()
    )
    send(recorder, *(batch(seq, one, lane=seq - 1) for seq, one in enumerate(linked, 1)))
    must_finish(recorder)

    stored = pim.state()["products"]
    assert {one: stored[one]["associations"]["X_SELL"]["products"] for one in stored} == {
        "mug": ["cup"],
        "cup": ["mug"],
    }


def test_a_file_waits_for_its_product_and_comes_again(
    consumer: GoConsumer, recorder: FakeRecorder, pim: SimulatedPim
) -> None:
    """With the bytes, which went to the recorder beside what became of the command."""
    shot = Attribute(code="shot", type="pim_catalog_image", group="other")
    upload = CreateProductMediaFile(identifier="mug", attribute="shot", file="mug.png")
    product = batch(2, Product(identifier="mug"))
    recorder.batches[product.id] = product
    consumer.start()
    send(recorder, batch(1, shot, lane=None), with_file(batch(3, upload), PNG))
    until(lambda: recorder.messages["outcomes"] == 2)
    send(recorder, product)
    must_finish(recorder)

    assert recorder.outcomes == {"created": 2, "uploaded": 1}
    assert [file["sha1"] for file in pim.state()["media_files"].values()] == [sha1(PNG).hexdigest()]


def test_the_gate_is_kept(consumer: GoConsumer, recorder: FakeRecorder, pim: SimulatedPim) -> None:
    """Nothing of a batch is sent before the structure of its import is settled."""
    recorder.gate = False
    consumer.start()
    send(recorder, batch(1, Product(identifier="mug"), gated=True))
    until(lambda: recorder.messages["state"] >= 3)
    before = calls(pim, "products")
    recorder.gate = True
    must_finish(recorder)

    assert (before, calls(pim, "products")) == ([], ["PATCH"])


def test_a_batch_that_was_withdrawn_is_not_carried_out(
    consumer: GoConsumer, recorder: FakeRecorder, pim: SimulatedPim
) -> None:
    """Its import was cancelled, say; the lane goes on."""
    recorder.withdrawn.add("night/1/1")
    send(recorder, batch(1, Product(identifier="mug")), batch(2, Product(identifier="cup")))
    del recorder.batches["night/1/1"]
    consumer.start()
    must_finish(recorder)

    assert list(pim.state()["products"]) == ["cup"]


def test_gathered_batches_share_a_request_and_leave_with_a_finish(
    consumer: GoConsumer, recorder: FakeRecorder, address: Address, pim: SimulatedPim
) -> None:
    """Two batches, and a key that is in both: no time passes that would let them go."""
    consumer.start("-gather", "8", "-linger", "1h")
    first, second = Product(identifier="mug"), Product(identifier="cup")
    send(recorder, batch(1, first, second), batch(2, Product(identifier="MUG", enabled=False)))
    with with_channel(address) as channel:
        end = encode_finish("night", "1", 0, LANES, 2)
        kind = pika.BasicProperties(type="finish")
        channel.basic_publish(f"{address.name}.commands", "lane.0", end, kind)
    must_finish(recorder)

    until(lambda: recorder.messages["BatchSettled"] == 2)
    assert recorder.requests == 2
    assert pim.state()["products"]["mug"]["enabled"] is False


def test_what_it_does_not_understand_is_put_aside(
    consumer: GoConsumer, recorder: FakeRecorder, address: Address, transport: RabbitTransport
) -> None:
    """With the reason; the lane goes on."""
    good = orjson.loads(encode_batch(batch(1, Product(identifier="mug")), open_codec(), lanes=2))
    wrong = [
        b"{",
        orjson.dumps({**good, "v": 2}),
        orjson.dumps({**good, "command": "DeleteEverything"}),
        orjson.dumps({**good, "Reason": "a field in another case is another field"}),
        orjson.dumps({**good, "items": [{**good["items"][0], "more": 1}]}),
        orjson.dumps({**good, "items": [{**good["items"][0], "data": {"identifier": 5}}]}),
    ]
    with with_channel(address) as channel:
        for body in wrong:
            channel.basic_publish(f"{address.name}.commands", "lane.0", body)
    send(recorder, batch(1, Product(identifier="mug")))
    consumer.start()
    must_finish(recorder)
    until(lambda: len(transport.dead_letters_after(0)) == len(wrong))

    letters = transport.dead_letters_after(0)
    assert [letter.body for letter in letters] == wrong
    assert [letter.reason.partition(":")[0] for letter in letters] == [
        "it is no object",
        "its version is 2, not 1",
        'its command "DeleteEverything" is not known here',
        "Reason is not known here",
        "more is not known here",
        "command 10",
    ]


PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)

PRODUCTS = {"method": "PATCH", "path": "/products$"}


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "html", "status": 503},
        {"kind": "reset_after"},
        {"kind": "truncate", "lines": 1, "commit": True},
        {"kind": "line_status", "lines": [2], "status": 500},
        {"kind": "expire_tokens", "refresh": True},
    ],
    ids=lambda fault: fault["kind"],
)
def test_what_has_no_answer_is_sent_again(
    consumer: GoConsumer, recorder: FakeRecorder, pim: SimulatedPim, fault: dict[str, Any]
) -> None:
    """Errors of servers, broken connections and streams, and tokens that end."""
    pim.set_faults([{"match": {**PRODUCTS, "nth": 2}, "fault": fault}])
    consumer.start()
    send(recorder, batch(1, Product(identifier="tin")))
    send(recorder, batch(2, *(Product(identifier=one) for one in ("mug", "cup", "pot"))))
    must_finish(recorder)

    assert sorted(pim.state()["products"]) == ["cup", "mug", "pot", "tin"]
    assert recorder.outcomes.keys() <= {"created", "updated"}


def test_other_processes_are_told_of_a_pause(
    consumer: GoConsumer, recorder: FakeRecorder, pim: SimulatedPim
) -> None:
    """And all of its lanes wait, whoever was told to."""
    fault = {"kind": "429", "retry_after": 1}
    pim.set_faults([{"match": PRODUCTS, "times": 1, "fault": fault}])
    consumer.start()
    send(recorder, batch(1, Product(identifier="mug")), batch(2, Product(identifier="cup"), lane=1))
    must_finish(recorder)

    until(lambda: recorder.messages["PimPaused"] == 1)


def test_without_access_to_the_broker_it_stops_and_says_so(consumer: GoConsumer) -> None:
    """I9: with exit code 3, and without the password that is wrong."""
    consumer.address = evolve(consumer.address, password="mistaken")
    consumer.start()

    assert consumer.wait() == 3
    said = consumer.log.read_text()
    assert "The broker does not let this user in" in said
    assert "mistaken" not in said


def test_without_access_to_the_pim_it_stops_and_says_so(
    consumer: GoConsumer, recorder: FakeRecorder, pim: SimulatedPim
) -> None:
    """I9: with exit code 3, no secret in what it says, and its batch still in the lane."""
    pim.stop()
    with SimulatedPim(account=Account(password="another")) as strict:
        consumer.pim = strict.url
        send(recorder, batch(1, Product(identifier="mug")))
        consumer.start()

        assert consumer.wait() == 3
    said = consumer.log.read_text()
    assert "The PIM refuses the login" in said
    assert not [one for one in ("secret\n", "admin", "guest:guest", "another") if one in said]
