"""A terminal for the command line: it is as wide as wanted, and what is shown can be looked at."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from attrs import define, field

BACK = re.compile(r"\x1b\[\d*A|\r(?!\n)")
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\r\x07]")
COLOUR = re.compile(r"\x1b\[(?:[0-9;]*;)?(?:3[0-7]|9[0-7]|38;[0-9;]+)m")

HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"

# The command gets a session of its own, so that the terminal sends it signals.
_LAUNCH = "import os, sys; os.login_tty(os.dup(0)); os.execv(sys.argv[1], sys.argv[1:])"


@define
class Terminal:
    """Runs a command on a terminal of its own; a context manager that ends with the command."""

    command: Sequence[str]
    folder: Path
    settings: Mapping[str, str]
    columns: int = 80
    _content: bytes = field(default=b"", init=False)
    process: subprocess.Popen[bytes] = field(init=False)
    _screen: int = field(init=False)

    def __enter__(self) -> Self:
        """Start the command; its output and errors go to the terminal, which is its own, too."""
        self._screen, inside = os.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 50, self.columns, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-c", _LAUNCH, *self.command],
            cwd=self.folder,
            env=self.settings,
            stdin=inside,
        )
        os.close(inside)
        return self

    def __exit__(self, *error: object) -> None:
        """End the command if it still runs."""
        self.process.kill()
        self.process.wait()
        os.close(self._screen)

    def press(self, keys: str) -> None:
        """Type *keys*; ``\\x03`` is Ctrl-C."""
        os.write(self._screen, keys.encode())

    def wait_for(self, text: str, *, seconds: float = 60) -> None:
        """Return when *text* was shown."""
        until = time.monotonic() + seconds
        while text not in self.shown:
            assert time.monotonic() < until, f"{text!r} was not shown:\n{self.shown}"
            self._read(0.1)

    def wait(self, *, seconds: float = 60) -> int:
        """Return the exit code when the command has ended and everything was read."""
        until = time.monotonic() + seconds
        while self._read(0.1) or self.process.poll() is None:
            assert time.monotonic() < until, f"it did not end:\n{self.shown}"
        return self.process.returncode

    @property
    def written(self) -> str:
        """Everything that was written, as it came."""
        return self._content.decode("utf-8", "replace")

    @property
    def shown(self) -> str:
        """Everything that was written, without colours; what overwrites a line is another line."""
        return CONTROL.sub("", BACK.sub("\n", self.written))

    def _read(self, seconds: float) -> bool:
        """Take what was written; return whether there was anything."""
        if not select.select([self._screen], [], [], seconds)[0]:
            return False
        try:
            content = os.read(self._screen, 65536)
        except OSError:  # the other end is closed
            return False
        self._content += content
        return bool(content)
