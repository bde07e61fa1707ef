"""Who tells whom what came of a batch: processes that share the journal, or the recorder alone."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from attrs import frozen
from loguru import logger

from importbus.adapters.codec import JsonCodec
from importbus.adapters.consumer import Duty, Standing
from importbus.adapters.fleet_recorder import FleetRecorder
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.one_look import OneLook
from importbus.adapters.outcomes.duty import StreamDuty
from importbus.adapters.outcomes.intake import Intake
from importbus.adapters.outcomes.near_journal import NearJournal
from importbus.adapters.outcomes.remote_journal import RemoteJournal
from importbus.adapters.recorder_duty import RecorderDuty
from importbus.adapters.transports.sqlite import SqliteTransport
from importbus.adapters.wiring.queues import Queue
from importbus.bus import BusError, TransportError, WiringError
from importbus.bus.journal import WorkerJournal
from importbus.bus.ports import Clock
from importbus.bus.sharing import ImportView


@frozen
class Views:
    """The journal as lane workers see it."""

    journal: WorkerJournal
    imports: ImportView
    standing: Standing


def view_of(queue: Queue, codec: JsonCodec, journal: SqliteJournal | None, stop: Event) -> Views:
    """Return how the lane workers of this process see the journal; *stop* ends their waits.

    Who has the journal writes into it. Without one they tell its recorder, by way of the broker.
    """
    if isinstance(queue, SqliteTransport):
        if journal is None:
            raise WiringError("Processes with a queue file share the journal.")
        look = OneLook(journal, journal.shared)
        return Views(look, look, journal)
    remote = RemoteJournal(queue, codec, stop)
    if journal is None:
        return Views(remote, remote, remote)
    look = OneLook(journal, journal.shared)
    near = NearJournal(look, look, remote)
    return Views(near, near, journal)


def duty_of(
    queue: Queue,
    journal: SqliteJournal,
    codec: JsonCodec,
    clock: Clock,
    recorder: Callable[[], FleetRecorder],
    fail: Callable[[BusError], object],
) -> Duty:
    """Return the duty of the recorder, which takes what the lane workers tell."""
    if isinstance(queue, SqliteTransport):
        return RecorderDuty(queue, recorder, fail)
    intake = Intake(journal, journal.shared, codec, queue.journal_place)
    return StreamDuty(queue.record, recorder, intake, fail, clock)


def tell_finish(queue: Queue, import_id: str, producer: str, last_seq: int) -> None:
    """Tell every lane of a broker that *producer* sends no more; a file needs no such word."""
    if isinstance(queue, SqliteTransport):
        return
    try:
        queue.finish(import_id, producer, last_seq)
    except TransportError as error:  # who gathers commands sends them after a while anyway
        logger.warning("The end of {} was not told to every lane: {}", import_id, error)
