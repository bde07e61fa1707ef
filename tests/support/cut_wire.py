"""A relay in front of a server, which a test can make deaf, mute, or cut."""

from __future__ import annotations

import contextlib
import socket
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self


class CutWire:
    """Passes bytes between those who connect to ``port`` and the server at *target*.

    While it is ``mute`` what the server says is lost, and while it is ``deaf`` what the clients say
    is; who connects then gets nowhere. A context manager.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.mute, self.deaf = Event(), Event()
        self._open: list[socket.socket] = []
        self._lock = Lock()

    def __enter__(self) -> Self:
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """End every connection, on both sides, as a broken wire does."""
        with self._lock:
            ends, self._open = self._open, []
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client: socket.socket) -> None:
        with (
            client,
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self._target), timeout=10) as server,
        ):
            server.settimeout(None)
            with self._lock:
                self._open += [client, server]
            answers = Thread(target=_pass_on, args=(server, client, self.mute), daemon=True)
            answers.start()
            _pass_on(client, server, self.deaf)
            answers.join()


def _pass_on(source: socket.socket, goal: socket.socket, lost: Event) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            if not lost.is_set():
                goal.sendall(data)
    for end in (goal, source):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
