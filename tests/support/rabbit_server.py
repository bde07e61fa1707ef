"""A RabbitMQ of the tests' own: its ports, its node name, its data, on the loopback only."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from uuid import uuid4

from attrs import define, field

from certificates import make_certificates

PROGRAMS = Path("/usr/lib/rabbitmq/bin")
"""Where Debian has the programs themselves; those on the PATH change the user first."""

START_SECONDS = 120.0
"""Within which a broker takes connections, on a machine that is busy with other tests."""

CONFIG = """
listeners.tcp.1 = 127.0.0.1:{port}
listeners.ssl.1 = 127.0.0.1:{tls_port}
ssl_options.cacertfile = {folder}/ca.pem
ssl_options.certfile = {folder}/server.pem
ssl_options.keyfile = {folder}/server.key
ssl_options.verify = verify_peer
ssl_options.fail_if_no_peer_cert = true
disk_free_limit.absolute = 1MB
log.console = false
log.file.level = info
"""

ADVANCED = "[{rabbit, [{channel_tick_interval, 300}]}].\n"
"""How often the broker looks for consumers that take too long, in milliseconds."""


def is_installed() -> bool:
    """Tell whether this machine has a broker."""
    return (PROGRAMS / "rabbitmq-server").exists() and shutil.which("erl") is not None


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@define(eq=False)
class RabbitServer:
    """A broker with its data, its logs and the certificates for TLS in *folder*."""

    folder: Path
    port: int = field(factory=free_port)
    tls_port: int = field(factory=free_port)
    node: str = field(factory=lambda: f"importbus-{uuid4().hex[:8]}@localhost")
    emulator: str = "+S 1:1 +sbwt none"
    """Options of Erlang. One scheduler that sleeps when idle: the machine has others to serve."""
    _ports: tuple[int, int] = field(factory=lambda: (free_port(), free_port()), init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started: float = field(default=0.0, init=False)
    """When it was started last, by the monotonic clock."""

    @property
    def url(self) -> str:
        """The address for those who need no TLS."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start it, and return when it takes connections."""
        config = CONFIG.format(port=self.port, tls_port=self.tls_port, folder=self.folder)
        (self.folder / "rabbitmq.conf").write_text(config)
        (self.folder / "advanced.config").write_text(ADVANCED)
        (self.folder / "plugins").write_text("[].\n")
        if not (self.folder / "ca.pem").exists():
            make_certificates(self.folder)
        with (self.folder / "output.log").open("ab") as output:
            self._process = subprocess.Popen(
                [PROGRAMS / "rabbitmq-server"],
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._wait_until_it_answers()
        self.started = time.monotonic()

    def kill(self) -> None:
        """End it as a loss of power does; what it has on the disk stays."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._forget_node()

    def stop(self) -> None:
        """End it, and the daemon that it has started to be found by."""
        if self._process and self._process.poll() is None:
            self.kill()
        self._forget_node()

    def evaluate(self, expression: str) -> str:
        """Have the broker evaluate an Erlang *expression*; return what it prints."""
        return self.control("eval", expression)

    def control(self, *arguments: str) -> str:
        """Run ``rabbitmqctl``; return what it prints."""
        command = [str(PROGRAMS / "rabbitmqctl"), "--quiet", *arguments]
        done = subprocess.run(command, env=self._environment(), capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run(self, script: Path, *arguments: str, said: str, **variables: str) -> str:
        """Run *script*, which finds ``rabbitmqctl`` in ``RABBITMQCTL``; return what it says.

        *said* is its standard input.
        """
        program = {"RABBITMQCTL": str(PROGRAMS / "rabbitmqctl")}
        done = subprocess.run(
            [str(script), *arguments],
            env=self._environment() | program | variables,
            input=said,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def logs(self) -> str:
        """Return the end of what it has written."""
        files = [self.folder / "output.log", *sorted((self.folder / "log").glob("*.log"))]
        texts = (file.read_text(errors="replace")[-20_000:] for file in files if file.exists())
        return "\n".join(texts)

    def _environment(self) -> dict[str, str]:
        epmd, distribution = self._ports
        loopback = "-kernel inet_dist_use_interface {127,0,0,1}"
        mine = {name: value for name, value in os.environ.items() if "RABBITMQ" not in name}
        return mine | {
            "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            # It may be ended although it knows of nodes: it has not noticed yet that they are gone.
            "ERL_EPMD_RELAXED_COMMAND_CHECK": "1",
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{loopback} {self.emulator}",
            "RABBITMQ_CTL_ERL_ARGS": loopback,
        }

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._process is not None
            ended = self._process.poll() is not None
            assert not ended, f"The broker has ended:\n{self.logs()}"
            assert time.monotonic() < until, f"The broker does not start:\n{self.logs()}"
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"AMQP\0\0\x09\x01")
                return bool(connection.recv(8))
        except OSError:
            return False

    def _forget_node(self) -> None:
        """End the daemon that knows the ports of nodes, and make sure that it has ended."""
        command, until = ["epmd", "-kill"], time.monotonic() + 20
        while _listens(self._ports[0]):
            subprocess.run(command, env=self._environment(), capture_output=True)
            assert time.monotonic() < until, "The daemon of the broker's node does not end."
            time.sleep(0.05)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
