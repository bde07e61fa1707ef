"""HTTP/1.1: reads requests whole, writes answers. The only module here that knows sockets."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import struct
import tempfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Condition
from typing import IO, Any, BinaryIO

from importbus.adapters.simulated_pim.service.messages import MULTIPART, Answer, Request, html

MAX_BODY = 128 * 1024 * 1024
"""Most bytes of a body that are read; a larger one is answered 413, as a front end would."""

MAX_TARGET = 8_190
"""Most characters of path and query; more are answered 414.

Source: Apache HTTP Server 2.4, LimitRequestLine; no source says what stands in front of a PIM.
"""

MAX_UPLOAD = 2 * 1024 * 1024 * 1024
"""Most bytes of a form with files, which goes to disk as it comes."""

_PIECE = 256 * 1024

Answering = Callable[[Request], Answer]


class Unusable(Exception):
    """A request that nothing is done about; `answer` is what its caller gets, if anything."""

    def __init__(self, answer: Answer | None = None) -> None:
        super().__init__("the body cannot be used")
        self.answer = answer


class Server(ThreadingHTTPServer):
    """Listens on the loopback interface and answers each connection in a thread of its own."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, answering: Answering) -> None:
        self.answering = answering
        self.closing = False
        self._open: set[socket.socket] = set()
        self._busy: set[socket.socket] = set()
        self._changed = Condition()
        super().__init__(("127.0.0.1", port), _Connection)

    @property
    def address(self) -> tuple[str, int]:
        """The interface, and the port that was given, or found free for 0."""
        return str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that `close` can end it."""
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection and close it."""
        with self._changed:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of connections that their callers closed."""

    @contextlib.contextmanager
    def at_work(self, connection: socket.socket) -> Iterator[None]:
        """Note that *connection* has a request under way, which `close` waits for."""
        with self._changed:
            self._busy.add(connection)
        try:
            yield
        finally:
            with self._changed:
                self._busy.discard(connection)
                self._changed.notify_all()

    def close(self, grace: float) -> None:
        """Stop listening, let requests under way end within *grace* seconds, end what is left."""
        self.closing = True
        self.shutdown()
        self.server_close()
        with self._changed:
            _end(self._open - self._busy)
            self._changed.wait_for(lambda: not self._busy, grace)
            _end(self._open)


def _end(connections: set[socket.socket]) -> None:
    for connection in connections:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SimulatedPim"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def handle_expect_100(self) -> bool:
        """Ask for the body at once; the standard library would leave that in the buffer."""
        super().handle_expect_100()
        self.wfile.flush()
        return True

    def __getattr__(self, name: str) -> Any:
        """Answer every method alike; which are allowed is for the application to say."""
        if name.startswith("do_"):
            return self._exchange
        raise AttributeError(name)

    def _exchange(self) -> None:
        with self.server.at_work(self.connection), contextlib.ExitStack() as files:
            try:
                answer: Answer | None = self.server.answering(self._request(files))
            except Unusable as unusable:
                self.close_connection = True
                answer = unusable.answer
            if answer is not None:
                self._send(answer)

    def _request(self, files: contextlib.ExitStack) -> Request:
        if len(self.path) > MAX_TARGET:
            raise Unusable(html(414, "414 Request-URI Too Long"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        base = f"http://{headers.get('host', '127.0.0.1')}"
        if not headers.get("content-type", "").lower().startswith(MULTIPART):
            body = BytesIO()
            self._read_body(body, MAX_BODY)
            return Request(self.command, self.path, headers, body.getvalue(), base)
        spool: BinaryIO = files.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        self._read_body(spool, MAX_UPLOAD)
        return Request(self.command, self.path, headers, b"", base, spool, spool.tell())

    def _read_body(self, into: IO[bytes], most: int) -> None:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            self._read_chunks(into, most)
        else:
            self._exactly(into, _size(self.headers.get("Content-Length") or "0", 10, most))

    def _read_chunks(self, into: IO[bytes], most: int) -> None:
        while size := _size(self._line().split(b";")[0], 16, most - into.tell()):
            self._exactly(into, size)
            self._line()
        while self._line().strip():
            pass

    def _exactly(self, into: IO[bytes], size: int) -> None:
        """Read *size* bytes; a caller that leaves before has said nothing that is carried out."""
        while size > 0:
            piece = self.rfile.read(min(size, _PIECE))
            if not piece:
                raise Unusable
            into.write(piece)
            size -= len(piece)

    def _line(self) -> bytes:
        line = self.rfile.readline(65536)
        if not line.endswith(b"\n"):
            raise Unusable
        return line

    def _send(self, answer: Answer) -> None:
        if answer.reset:
            self._tear_down()
            return
        self.send_response(answer.status)
        if answer.content_type is not None:
            self.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if self.server.closing:
            self.send_header("Connection", "close")
        if answer.stream and self.request_version == "HTTP/1.1":
            self._send_chunks(answer)
        else:
            self._send_whole(answer)
        self.wfile.flush()
        if answer.cut:
            self._tear_down()

    def _send_whole(self, answer: Answer) -> None:
        if answer.file is not None:
            self._send_file(answer.file)
            return
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _send_file(self, path: Path) -> None:
        with path.open("rb") as file:
            self.send_header("Content-Length", str(os.fstat(file.fileno()).st_size))
            self.end_headers()
            shutil.copyfileobj(file, self.wfile, _PIECE)

    def _send_chunks(self, answer: Answer) -> None:
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if answer.body:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(answer.body), answer.body))
        if not answer.cut:
            self.wfile.write(b"0\r\n\r\n")

    def _tear_down(self) -> None:
        """End the connection with a reset, so that the caller cannot take it for an end."""
        self.close_connection = True
        linger = struct.pack("ii", 1, 0)
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing; the trace tells what was asked."""


def _size(text: str | bytes, base: int, most: int) -> int:
    try:
        size = int(text, base)
    except ValueError:
        size = -1
    if size < 0:
        raise Unusable(html(400, "400 Bad Request"))
    if size > most:
        raise Unusable(html(413, "413 Request Entity Too Large"))
    return size
