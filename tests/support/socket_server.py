"""A server made of bytes: it takes one request after the other and does what the script says."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import struct
from collections.abc import Callable
from threading import Lock, Thread
from types import TracebackType
from typing import Self

Step = Callable[[socket.socket], None]
"""What is done after a request was read; the connection stays open unless it closes it."""


def sends(*parts: bytes) -> Step:
    """Send *parts* one by one."""

    def step(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)

    return step


def resets(connection: socket.socket) -> None:
    """End the connection so that the other side gets an error."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def hangs_up(connection: socket.socket) -> None:
    """End the connection politely."""
    connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def is_silent(connection: socket.socket) -> None:
    """Say nothing until the other side gives up."""
    with contextlib.suppress(OSError):
        connection.recv(1)


def then(*steps: Step) -> Step:
    """Do one step after the other."""

    def step(connection: socket.socket) -> None:
        for each in steps:
            each(connection)

    return step


def head(status: str = "200 OK", **headers: str) -> bytes:
    """Return the beginning of an answer; ``content_type`` is the header Content-Type."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode()


def chunk(data: bytes) -> bytes:
    """Return a part of a body of which nobody knows how long it will be."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def whole(body: bytes, status: str = "200 OK", **headers: str) -> Step:
    """Send an answer with its length."""
    return sends(head(status, content_length=str(len(body)), **headers) + body)


TOKEN = whole(json.dumps({"access_token": "acc3ss", "refresh_token": "r3fresh"}).encode())
"""What a PIM answers to a login."""


class SocketServer:
    """Listens on the loopback interface; a context manager.

    Args:
        script: The steps, one a request; when it is at its end, connections are closed.
    """

    def __init__(self, *script: Step) -> None:
        self._script = list(script)
        self._lock = Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.requests: list[str] = []

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

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(30)
        with connection, contextlib.suppress(OSError):
            while (asked := _read_request(connection)) and (step := self._next(asked)):
                step(connection)

    def _next(self, asked: str) -> Step | None:
        with self._lock:
            self.requests.append(asked)
            return self._script.pop(0) if self._script else None


def _read_request(connection: socket.socket) -> str:
    """Read a request with its body; return method and target, empty at the end."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (more := connection.recv(65536)):
            return ""
        data += more
        if data.startswith(b"\x16\x03"):
            return "TLS handshake"
    start, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", start)
    while length and len(body) < int(length[1]):
        body += connection.recv(65536)
    return start.decode().partition(" HTTP/")[0]
