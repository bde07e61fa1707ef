"""The section ``[log]`` of the configuration: what is logged, in which form, and where to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

from attrs import frozen

LEVELS = ("debug", "info", "warning", "error")

FORMATS = ("auto", "human", "json")


@frozen
class LogConfig:
    """What is logged, and where to.

    Attributes:
        level: Least level, one of ``LEVELS``; None for ``warning`` on standard error and ``info``
            in the file.
        format: One of ``FORMATS``; ``auto`` is for people on a terminal, else for machines.
        file: A file that gets all records, too; None for none.
    """

    level: str | None = None
    format: str = "auto"
    file: str | None = None

    @classmethod
    def of_options(cls, overrides: Mapping[str, str]) -> Self:
        """Return what options say, by ``section.key``, where no configuration is read."""
        log = (name.partition(".") for name in overrides)
        return cls(**{key: overrides[f"log.{key}"] for section, _, key in log if section == "log"})


def wrong_log(log: Mapping[str, Any], origin: Callable[[str], str]) -> Iterator[str]:
    """Yield what is wrong with the values *log*; *origin* says where a key was set."""
    for key, allowed in (("level", LEVELS), ("format", FORMATS)):
        if key in log and log[key] not in allowed:
            yield f"{origin(key)} is {log[key]!r}; allowed: {', '.join(allowed)}."
    file = log.get("file", "-")
    if not isinstance(file, str) or not file:
        yield f"{origin('file')} is {file!r}; allowed: a file's path."
