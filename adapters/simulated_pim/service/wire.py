"""HTTP/1.1: reads requests whole, writes answers. The only module here that knows sockets."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from importbus.adapters.simulated_pim.service.messages import Answer, Request, html

MAX_BODY = 128 * 1024 * 1024
"""Most bytes of a body that are read; a larger one is answered 413, as a front end would."""

Answering = Callable[[Request], Answer]


class Server(ThreadingHTTPServer):
    """Listens on the loopback interface and answers each connection in a thread of its own."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, answering: Answering) -> None:
        self.answering = answering
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Connection)

    @property
    def address(self) -> tuple[str, int]:
        """The interface, and the port that was given, or found free for 0."""
        return str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that `close` can end it."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection and close it."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of connections that their callers closed."""

    def close(self) -> None:
        """Stop listening and end every connection."""
        self.shutdown()
        self.server_close()
        for connection in list(self._open):
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

    def _exchange(self) -> None:
        try:
            body = self._read_body()
        except ValueError:
            self.close_connection = True
            self._send(html(400, "400 Bad Request"))
            return
        if body is None:
            self.close_connection = True
            self._send(html(413, "413 Request Entity Too Large"))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        base = f"http://{headers.get('host', '127.0.0.1')}"
        request = Request(self.command, self.path, headers, body, base)
        self._send(self.server.answering(request))

    def __getattr__(self, name: str) -> Any:
        """Answer every method alike; which are allowed is for the application to say."""
        if name.startswith("do_"):
            return self._exchange
        raise AttributeError(name)

    def _read_body(self) -> bytes | None:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._read_chunks()
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY:
            return None
        return self.rfile.read(length)

    def _read_chunks(self) -> bytes | None:
        parts: list[bytes] = []
        total = 0
        while size := int(self.rfile.readline(64).split(b";")[0], 16):
            total += size
            if total > MAX_BODY:
                return None
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline(65536).strip():
            pass
        return b"".join(parts)

    def _send(self, answer: Answer) -> None:
        if answer.reset:
            self._tear_down()
            return
        self.send_response(answer.status)
        if answer.content_type is not None:
            self.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.stream and self.request_version == "HTTP/1.1":
            self._send_chunks(answer)
        else:
            self._send_whole(answer)
        self.wfile.flush()
        if answer.cut:
            self._tear_down()

    def _send_whole(self, answer: Answer) -> None:
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

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
