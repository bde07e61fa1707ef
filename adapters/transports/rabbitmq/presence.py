"""Who is there: what consumers tell of themselves every second, heard by those who look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

import orjson
from attrs import define, field

from importbus.adapters.transports.rabbitmq.driver import Hooks, Link, Received
from importbus.adapters.transports.rabbitmq.events import KEPT, STATUS
from importbus.bus.ports import Clock

LISTEN = 1.5
"""Seconds to listen before the first answer: consumers tell something every second."""

GONE = 5.0
"""Seconds after which a consumer that tells nothing is left out."""


@define(eq=False)
class Presence:
    """Listens from the first question on; thread-safe."""

    _connect: Callable[[Hooks, str, int], Link]
    _exchange: str
    _clock: Clock
    _said: dict[str, tuple[float, Mapping[str, Any]]] = field(factory=dict, init=False)
    _link: Link | None = field(default=None, init=False)
    _lock: Any = field(factory=Lock, init=False)

    def told(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what each consumer said last: ``holds``, names, and ``status``.

        Raises:
            TransportUnavailable: The broker cannot be reached.
        """
        with self._lock:
            if self._link is None or self._link.error:
                self._link = self._connect(Hooks(delivered=self._on_told), "status", KEPT)
                self._link.listen(self._exchange, KEPT, STATUS)
                self._clock.sleep(LISTEN)
        now = self._clock.monotonic()
        return {name: said for name, (at, said) in list(self._said.items()) if now - at < GONE}

    def close(self) -> None:
        """End the connection."""
        with self._lock:
            if self._link:
                self._link.close()

    def _on_told(self, received: Received) -> None:
        if self._link:
            self._link.ack(received.tag)
        try:
            said = orjson.loads(received.message.body)
            name, known = str(said["holder"]), said["status"] is not None
            heard = {"holds": list(said["holds"]), "status": said["status"]}
        except (ValueError, KeyError, TypeError):
            return  # of a newer version
        if known:
            self._said[name] = (self._clock.monotonic(), heard)
        else:
            self._said.pop(name, None)
