"""The consumer in Go: built, started, killed; and batches as a producer sends them to it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pika  # type: ignore[import-untyped]
from attrs import define, evolve, field, frozen

from importbus.adapters.attaching import Attaching
from importbus.adapters.transports.rabbitmq.address import Address
from importbus.adapters.transports.rabbitmq.transport import RabbitTransport
from importbus.adapters.wiring.parts import open_codec
from importbus.bus.batches import Batch, Envelope
from importbus.bus.batching import Batcher, Departure, Limits
from importbus.bus.journal import LaneEntry
from importbus.bus.lanes import LaneRouter
from importbus.bus.messages import LaneCommand, Position
from source_tree import ROOT

SOURCE = ROOT / "examples" / "go-consumer"

LIBRARY = Path("/usr/share/gocode/src/github.com/rabbitmq/amqp091-go")
"""Where Debian has the client of RabbitMQ."""

LANES = 2


def is_go_installed() -> bool:
    """Tell whether this machine can build the program."""
    return shutil.which("go") is not None and LIBRARY.exists()


@frozen
class GoTools:
    """The tools of Go, with caches in *folder* and Debian's libraries; nothing is downloaded."""

    folder: Path

    def run(self, *command: str) -> str:
        """Run *command* where the program is; return what it says."""
        mine = {
            "GO111MODULE": "off",
            "GOPATH": "/usr/share/gocode",
            "GOCACHE": str(self.folder / "cache"),
            "GOFLAGS": "",
            "CGO_ENABLED": "0",
        }
        done = subprocess.run(
            command, cwd=SOURCE, env=os.environ | mine, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def build(self) -> Path:
        """Build the program and return it."""
        program = self.folder / "go-consumer"
        self.run("go", "build", "-o", str(program), ".")
        return program


@define(eq=False)
class GoConsumer:
    """A consumer in Go that writes to the PIM at *pim*; its lines go to *log*."""

    program: Path
    address: Address
    pim: str
    log: Path
    arguments: tuple[str, ...] = ()
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self, *arguments: str) -> None:
        """Start it, or start it again."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self.program, *self.arguments, *arguments],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """End it as a loss of power does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """Tell it to stop; return its exit code."""
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=40)

    def wait(self, seconds: float = 20) -> int:
        """Wait for its end, which it finds itself; return its exit code."""
        assert self._process is not None
        return self._process.wait(timeout=seconds)

    def _environment(self) -> dict[str, str]:
        where = self.address
        broker = f"amqp://{where.user}:{where.password}@{where.host}:{where.port}/"
        return {
            "PATH": os.environ["PATH"],
            "IMPORTBUS_TRANSPORT": f"{broker}?name={where.name}",
            "IMPORTBUS_LANES": str(LANES),
            "IMPORTBUS_PIM_URL": self.pim,
            "IMPORTBUS_PIM_CLIENT_ID": "importbus",
            "IMPORTBUS_PIM_SECRET": "secret",
            "IMPORTBUS_PIM_USERNAME": "admin",
            "IMPORTBUS_PIM_PASSWORD": "admin",
        }


@contextmanager
def stopped_at_the_end(consumer: GoConsumer) -> Iterator[GoConsumer]:
    """Stop *consumer* in the end; a failure shows what it has written."""
    try:
        yield consumer
    except BaseException as error:
        error.add_note(consumer.log.read_text()[-20_000:])
        raise
    finally:
        consumer.stop()


@define
class KnownLanes:
    """The lanes of keys whose own hash would say otherwise, in memory."""

    known: dict[str, LaneEntry] = field(factory=dict)

    def get(self, identity: str) -> LaneEntry | None:
        """Return the entry of *identity*, if there is one."""
        return self.known.get(identity)

    def put(self, identity: str, entry: LaneEntry) -> None:
        """Keep the entry of *identity*."""
        self.known[identity] = entry


def batches_of(catalogue: Path, size: int, import_id: str = "night") -> list[Batch[Any]]:
    """Return the batches of the lines of *catalogue*, of *size* keys, as a producer makes them."""
    codec = open_codec()
    lines = map(orjson.loads, catalogue.read_bytes().splitlines())
    commands = [codec.decode(line["command"], line["data"]) for line in lines]
    return batches_from(commands, size, str(catalogue), import_id)


def batches_from(
    commands: Iterable[LaneCommand], size: int, source: str = "test", import_id: str = "night"
) -> list[Batch[Any]]:
    """Return the batches of *commands*, of *size* keys; files are looked for beside *source*."""
    batcher, router = Batcher(Limits(lines=size)), LaneRouter(LANES, KnownLanes())
    departures: list[Departure] = []
    for number, command in enumerate(commands, 1):
        route = router.route(command)
        place = Position(source, number)
        envelope = Envelope(command, place, number, len(open_codec().encode(command)))
        departures += batcher.add(evolve(envelope, tree=route.tree), route, 0.0)
    departures += batcher.flush()
    attaching = Attaching()
    pieces = [piece for one in departures for piece in attaching.pieces(one, durable=True)]
    structured = any(piece.lane is None for piece in pieces)
    return [
        attaching.attach(
            Batch(
                import_id,
                "1",
                seq,
                piece.lane,
                piece.command_type,
                tuple(piece.envelopes),
                gated=structured and piece.lane is not None,
                reason=piece.reason,
            ),
            durable=True,
        )
        for seq, piece in enumerate(pieces, 1)
    ]


def publish(transport: RabbitTransport, batches: Iterable[Batch[Any]]) -> None:
    """Publish *batches*, structure last, so that the gate is needed."""
    for batch in sorted(batches, key=lambda batch: batch.lane is None):
        transport.submit(batch)
    transport.flush()


def finish(channel: Any, name: str, import_id: str = "night") -> None:
    """Say behind the last batch of every lane that nothing more comes."""
    for lane in ("structure", *range(LANES)):
        body = {"v": 1, "kind": "finish", "import_id": import_id, "producer": "1"}
        said = {**body, "lane": lane, "lanes": LANES, "last_seq": 1}
        key = lane if lane == "structure" else f"lane.{lane}"
        persistent = pika.BasicProperties(type="finish", delivery_mode=2)
        channel.basic_publish(f"{name}.commands", key, orjson.dumps(said), persistent)
