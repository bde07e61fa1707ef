"""The simulated PIM as an object, and as a program that runs until it is told to stop."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Thread
from types import FrameType, TracebackType
from typing import Any

from importbus.adapters.simulated_pim.model.store import Store
from importbus.adapters.simulated_pim.seed import fresh_store
from importbus.adapters.simulated_pim.service.application import Application, Settings
from importbus.adapters.simulated_pim.service.control import PREFIX, Control
from importbus.adapters.simulated_pim.service.faults import FaultPlan
from importbus.adapters.simulated_pim.service.messages import Answer, Request
from importbus.adapters.simulated_pim.service.tokens import Account, Tokens
from importbus.adapters.simulated_pim.service.trace import Trace
from importbus.adapters.simulated_pim.service.wire import Server

GRACE = 5.0
"""Seconds that requests under way have at a stop, unless told otherwise."""


class SimulatedPim:
    """A PIM on a port of the loopback interface, in threads of this process.

    Use it as a context manager, or call `start` and `stop`.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        latency_ms: float = 0,
        faults: str | Path | Sequence[Any] | None = None,
        empty: bool = False,
        option_rate: int | None = 3,
        concurrency: int | None = 4,
        token_lifetime: float = 3600,
        refresh_lifetime: float = 1_209_600,
        trace_limit: int = 20_000,
        trace_keys: bool = True,
        account: Account | None = None,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare a PIM; nothing listens before `start`.

        Args:
            port: 0 finds a free one.
            latency_ms: Least milliseconds from the end of a request to its answer.
            faults: A fault plan: a JSON file, or the rules themselves.
            empty: Without channel, category and association types; see `fresh_store`.
            option_rate: Most writes of attribute options in a second; None: any number.
            concurrency: Most calls in flight, 429 to more; None: any number.
            token_lifetime: Seconds that an access token is good for, by *clock*.
            refresh_lifetime: The same for refresh tokens.
            trace_limit: Requests kept in the trace; older ones are only counted.
            trace_keys: Whether the trace keeps the keys of each request.
            account: Client id, secret, user and password.
            clock: Seconds since 1970, for tokens and for `created` and `updated`.
            monotonic: Seconds that never go back, for latency and the rate of options.
            sleep: Waits a number of seconds.

        Raises:
            BadPlan: The fault plan is wrong; the message names the rule.
        """
        self._empty, self._port, self._clock = empty, port, clock
        self.account = account or Account()
        tokens = Tokens(clock, self.account, token_lifetime, refresh_lifetime)
        settings = Settings(latency_ms / 1000, option_rate, concurrency)
        trace = Trace(trace_limit, trace_keys, time.monotonic)
        self.application = Application(
            self._fresh(), tokens, FaultPlan.load(faults), trace, settings, monotonic, sleep
        )
        self._control = Control(self.application, self.reset)
        self._server: Server | None = None

    def _fresh(self) -> Store:
        return fresh_store(empty=self._empty, clock=self._clock)

    def start(self) -> SimulatedPim:
        """Listen; afterwards `port` and `url` are known.

        Raises:
            OSError: The port is taken.
        """
        self._server = Server(self._port, self._answer)
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self, *, grace: float = GRACE) -> None:
        """Stop listening, and end every connection; what is stored can still be read.

        Uploaded files are removed from the disk.

        Args:
            grace: Most seconds that requests under way may take to be answered.
        """
        if self._server is not None:
            self._server.close(grace)
            self._server = None
        self.application.store.media.close()

    def __enter__(self) -> SimulatedPim:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port that it listens on; raises `RuntimeError` before `start`."""
        return self.address[1]

    @property
    def address(self) -> tuple[str, int]:
        """The interface and the port; raises `RuntimeError` before `start`."""
        if self._server is None:
            raise RuntimeError("the simulated PIM is not started")
        return self._server.address

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`; raises `RuntimeError` before `start`."""
        return f"http://127.0.0.1:{self.port}"

    def state(self) -> dict[str, dict[str, Any]]:
        """Return all that is stored, resource to key to item; equal for equal contents.

        Nothing in it depends on when or in which order things arrived.
        """
        return self.application.state()

    def trace(self) -> dict[str, Any]:
        """Return the requests so far and the counts over them, as `GET /_trace` does."""
        return self.application.trace.dump()

    def reset(self) -> None:
        """Start over with a fresh store and an empty trace; tokens and fault plan stay."""
        self.application.reset(self._fresh())

    def set_faults(self, faults: str | Path | Sequence[Any] | None) -> None:
        """Replace the fault plan; raises `BadPlan` and then keeps the old one."""
        self.application.plan = FaultPlan.load(faults)

    def expire_tokens(self, *, refresh: bool = False) -> None:
        """Let every access token be expired, and with *refresh* every refresh token, too."""
        self.application.tokens.expire(refresh=refresh)

    def _answer(self, request: Request) -> Answer:
        if request.path.startswith(PREFIX):
            return self._control.answer(request)
        return self.application.answer(request)


def environment(pim: SimulatedPim) -> dict[str, str]:
    """Return the settings with which an importer reaches *pim*."""
    return {
        "IMPORTBUS_PIM_URL": pim.url,
        "IMPORTBUS_PIM_CLIENT_ID": pim.account.client_id,
        "IMPORTBUS_PIM_SECRET": pim.account.secret,
        "IMPORTBUS_PIM_USERNAME": pim.account.username,
        "IMPORTBUS_PIM_PASSWORD": pim.account.password,
    }


def write_environment(pim: SimulatedPim, path: str | Path) -> None:
    """Write *path* for a shell to source; only its owner can read it."""
    lines = (f"export {name}={shlex.quote(value)}\n" for name, value in environment(pim).items())
    temporary = Path(f"{path}.{os.getpid()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(lines)
    temporary.replace(path)


def serve(
    port: int = 0,
    latency_ms: float = 0,
    faults_path: str | Path | None = None,
    empty: bool = False,
    env_path: str | Path | None = None,
    **settings: Any,
) -> int:
    """Run a PIM until SIGTERM or SIGINT; to be called from the main thread.

    Writes *env_path*, then `READY http://127.0.0.1:PORT` to standard output.

    Args:
        port: 0 finds a free one.
        latency_ms: Least milliseconds from the end of a request to its answer.
        faults_path: A fault plan in JSON.
        empty: Without channel, category and association types.
        env_path: Where to write the settings for a shell to source.
        settings: Further arguments of `SimulatedPim`.

    Returns:
        The exit code: 0.

    Raises:
        BadPlan: The fault plan is wrong.
        OSError: The port is taken, or a file cannot be read or written.
    """
    stopped = Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    pim = SimulatedPim(
        port=port, latency_ms=latency_ms, faults=faults_path, empty=empty, **settings
    )
    try:
        with pim:
            if env_path is not None:
                write_environment(pim, env_path)
            sys.stdout.write(f"READY {pim.url}\n")
            sys.stdout.flush()
            stopped.wait()
    finally:
        for number, handler in before.items():
            with contextlib.suppress(ValueError):
                signal.signal(number, handler)
    return 0
