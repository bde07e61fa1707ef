"""What an attribute says of the files that it takes, asked before a file is sent for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from threading import Lock
from typing import Any

import orjson
from attrs import frozen

from importbus.bus.attachments import Attachment
from importbus.bus.batches import Envelope
from importbus.bus.errors import HandlingFailed, InvalidCommand
from importbus.bus.outcomes import ServerError
from importbus.handlers.akeneo.attempt import Attempt
from importbus.handlers.akeneo.media_places import Place, attribute_path
from importbus.handlers.akeneo.requests import JSON

MEGABYTE = 1024 * 1024
"""Bytes in a megabyte of ``max_file_size``, at the most.

The documentation does not say whether it means 1,000,000 or 1,048,576: what lies between is left
to the PIM.
"""

MOST_ATTRIBUTES = 1_000
"""Attributes that are remembered; the oldest goes when there are more (I7)."""


@frozen
class Limits:
    """What one attribute takes.

    Attributes:
        type: Of the attribute; None when it was not told.
        extensions: In lower case; empty for any.
        megabytes: The largest file; None for no limit.
    """

    type: str | None = None
    extensions: tuple[str, ...] = ()
    megabytes: float | None = None

    @classmethod
    def read(cls, body: bytes) -> Limits | None:
        """Return what the PIM says of an attribute; None when it cannot be understood."""
        try:
            said = orjson.loads(body)
            size = said.get("max_file_size")
            extensions = said.get("allowed_extensions") or ()
            return cls(
                said["type"],
                tuple(str(each).lower().lstrip(".") for each in extensions),
                float(size) if size else None,
            )
        except (AttributeError, KeyError, TypeError, ValueError):
            return None

    def problem(self, file: Attachment, types: Sequence[str]) -> str | None:
        """Return why an attribute with these limits does not take *file*; None when it does."""
        extension = PurePath(file.name).suffix.lower().lstrip(".")
        if self.type not in (None, *types):
            return f"is of the type {self.type}, which takes no file"
        if self.extensions and extension not in self.extensions:
            allowed = ", ".join(self.extensions)
            return f"takes files with the extensions {allowed} only, not {file.name}"
        if self.megabytes is not None and file.size > self.megabytes * MEGABYTE:
            most = f"{self.megabytes:g} MB"
            return f"takes files of {most} at most, and {file.name} has {file.size:,} bytes"
        return None


class KnownLimits:
    """Remembers the limits of the attributes of one PIM. Thread-safe."""

    def __init__(self) -> None:
        self._limits: dict[str, Limits] = {}
        self._lock = Lock()

    def get(self, path: str) -> Limits | None:
        """Return what was read of the attribute at *path*."""
        return self._limits.get(path)

    def put(self, path: str, limits: Limits) -> None:
        """Remember what was read."""
        with self._lock:
            self._limits[path] = limits
            if len(self._limits) > MOST_ATTRIBUTES:
                del self._limits[next(iter(self._limits))]


class LimitsOfWrite:
    """The limits as one write sees them: it reads each attribute at most once.

    What was read by an earlier write is good enough to let a file go, and not to refuse it: the
    attribute may have been changed since. Where nothing can be read, the PIM decides.
    """

    def __init__(self, known: KnownLimits, attempt: Attempt, place: Place) -> None:
        self._known = known
        self._attempt = attempt
        self._place = place
        self._read_here: dict[str, Limits | None] = {}

    def problem(self, envelope: Envelope[Any], file: Attachment) -> ServerError | None:
        """Return why the attribute of a command does not take *file*; None when nothing is known.

        It makes at most one call, which raises nothing.
        """
        command = envelope.command
        path = self._path(command)
        if path is None:
            return None
        known = self._known.get(path)
        if known and path not in self._read_here and not known.problem(file, self._place.types):
            return None
        limits = self._read(path)
        problem = limits.problem(file, self._place.types) if limits else None
        if problem is None:
            return None
        scope = getattr(command, self._place.scope)
        message = f"The attribute {command.attribute} {problem}."
        return ServerError(message, "values", command.attribute, command.locale, scope)

    def _path(self, command: Any) -> str | None:
        try:
            return attribute_path(command, self._place)
        except (InvalidCommand, UnicodeEncodeError):
            return None

    def _read(self, path: str) -> Limits | None:
        if path not in self._read_here:
            self._read_here[path] = self._ask(path)
        return self._read_here[path]

    def _ask(self, path: str) -> Limits | None:
        try:
            answer = self._attempt.call("GET", path, None, JSON)
        except HandlingFailed:
            return None
        limits = Limits.read(answer.body) if answer.status == 200 else None
        if limits:
            self._known.put(path, limits)
        return limits
