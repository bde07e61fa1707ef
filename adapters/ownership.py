"""Which process runs which import: nobody else may continue or forget it meanwhile."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from importbus.bus.errors import ConfigurationError, JournalError
from importbus.bus.messages import ImportFinished, ImportStarted

TRIES, PAUSE = 10, 0.02
"""How often a lock is tried for, and seconds between: who asks for the owner holds it shortly."""


def share(import_id: str, producer: object) -> str:
    """Return the name of the mark of one of several producers."""
    return f"{import_id}.producer-{producer}"


class Owners:
    """Marks imports of the journal at *path* as run by this process; thread-safe.

    The mark is a file beside the journal, locked as long as the import runs. The operating system
    gives up the lock when the process ends, in whatever way, so that no mark outlives its process;
    the file says who it was.
    """

    def __init__(self, path: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._journal = os.path.realpath(path)
        self._sleep = sleep
        self._held: dict[str, int] = {}
        self._lock = Lock()

    def import_started(self, event: ImportStarted) -> None:
        """Mark the import as run by this process, unless a share of it is marked already."""
        if not any(name.startswith(share(event.import_id, "")) for name in self._held):
            self.take(event.import_id)

    def import_finished(self, event: ImportFinished) -> None:
        """Take the mark off."""
        self.release(event.import_id)

    def take(self, import_id: str) -> None:
        """Mark the import as run by this process; a second time changes nothing.

        Raises:
            ConfigurationError: Another process runs it; the message says which.
            JournalError: The mark cannot be written.
        """
        with self._lock:
            if import_id not in self._held:
                self._held[import_id] = self._locked(import_id)

    def release(self, import_id: str) -> None:
        """Take the mark off; nothing happens when there is none of this process."""
        with self._lock:
            descriptor = self._held.pop(import_id, None)
            if descriptor is not None:
                with contextlib.suppress(OSError):
                    self._file(import_id).unlink()  # while the lock still keeps others from it
                os.close(descriptor)

    def owner(self, import_id: str) -> str | None:
        """Return who runs the import, None when nobody does."""
        try:
            descriptor = os.open(self._file(import_id), os.O_RDONLY)
        except OSError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _mark(descriptor)
        else:
            return None
        finally:
            os.close(descriptor)

    def owner_of_any(self, import_id: str, producers: int) -> str | None:
        """Return who runs the import or is one of its producers, None when nobody is."""
        names = [import_id, *(share(import_id, number) for number in range(1, producers + 1))]
        return next(filter(None, map(self.owner, names)), None)

    def close(self) -> None:
        """Take all marks of this process off."""
        for import_id in list(self._held):
            self.release(import_id)

    def _file(self, import_id: str) -> Path:
        return Path(f"{self._journal}.{import_id}.lock")

    def _locked(self, import_id: str) -> int:
        """Return the descriptor of the locked file, which is the one that others will find."""
        try:
            for _ in range(TRIES):
                if (descriptor := _lock(self._file(import_id))) is not None:
                    return descriptor
                self._sleep(PAUSE)
        except OSError as error:
            reason = f"{self._file(import_id)}: {error.strerror}"
            raise JournalError(f"The import cannot be marked as running: {reason}.") from error
        who = self.owner(import_id) or "another process"
        raise ConfigurationError(
            f"Import {import_id!r} is being run by {who}: wait for its end, or stop it there."
        )


def _lock(file: Path) -> int | None:
    """Return a descriptor of *file* that holds its lock; None when another one does."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_still(descriptor, file):
            _write_mark(descriptor)
            return descriptor
    except BlockingIOError:
        pass
    except OSError:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _is_still(descriptor: int, file: Path) -> bool:
    """Whether *file* was not taken away between opening and locking it."""
    try:
        return os.path.samestat(os.fstat(descriptor), file.stat())
    except OSError:
        return False


def _write_mark(descriptor: int) -> None:
    mark = f"process {os.getpid()} on {socket.gethostname()}"
    with contextlib.suppress(OSError):  # on a full disk the lock alone must do
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, mark.encode(), 0)


def _mark(descriptor: int) -> str:
    return os.pread(descriptor, 200, 0).decode("utf-8", "replace") or "another process"
