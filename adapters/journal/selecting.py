"""Which failures are meant: conditions that people name, as SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from attrs import frozen

State = Literal["open", "cured", "dropped", "all"]
"""``open`` is what is still to be done; ``cured`` what a retry has mended."""

REPEATS = "import_id IN (SELECT import_id FROM parents)"
"""What failed in a retry: it is a failure of an earlier import that failed once more."""

SAYS = """
EXISTS (SELECT 1 FROM json_each(errors)
        WHERE json_extract(value, '$.message') LIKE :error ESCAPE '!')
"""
"""Whether one of the errors has a message like that."""


@frozen
class Selection:
    """Failures and rejected lines that fulfil all conditions; None is none.

    Attributes:
        import_id: The import. Without it, what failed in a retry is not counted a second time.
        command: The class name on the wire.
        key: The key, in any case of ASCII letters; ``*`` stands for any characters.
        error: What its reason or one of its errors contains, in any case; ``*`` as in ``key``.
        since: The earliest time of the last refusal, of the wall clock in seconds.
        until: The time before which it was.
        source: The name of the source.
        lines: The first and the last line.
        number: The number of the failure; no rejected line has one.
        state: What has become of it since.
    """

    import_id: str | None = None
    command: str | None = None
    key: str | None = None
    error: str | None = None
    since: float | None = None
    until: float | None = None
    source: str | None = None
    lines: tuple[int, int] | None = None
    number: int | None = None
    state: State = "open"

    @property
    def everything(self) -> bool:
        """Whether nothing was named but the state."""
        return self == Selection(state=self.state)

    @property
    def failed(self) -> str:
        """The condition for rows of ``failures``; its values are ``values``."""
        more = [] if self.import_id else [f"NOT ({REPEATS})"]
        if self.number is not None:
            more = ["id = :number"]
        if self.key is not None:
            more.append("key LIKE :key ESCAPE '!'")
        if self.error is not None:
            more.append(f"(reason LIKE :error ESCAPE '!' OR {SAYS})")
        return " AND ".join([*self._conditions(), *more]) or "1"

    @property
    def rejected(self) -> str:
        """The condition for rows of ``rejected``; its values are ``values``."""
        if self.key is not None or self.number is not None:
            return "0"
        more = [] if self.import_id else [f"NOT ({REPEATS})"]
        if self.error is not None:
            more.append("(reason LIKE :error ESCAPE '!' OR message LIKE :error ESCAPE '!')")
        return " AND ".join([*self._conditions(), *more]) or "1"

    @property
    def values(self) -> Mapping[str, Any]:
        """The values of both conditions."""
        first, last = self.lines or (None, None)
        return {
            "import_id": self.import_id,
            "command": self.command,
            "key": _like(self.key or ""),
            "error": f"%{_like(self.error or '')}%",
            "since": self.since,
            "until": self.until,
            "source": self.source,
            "first": first,
            "last": last,
            "number": self.number,
            "state": self.state,
        }

    def _conditions(self) -> Iterator[str]:
        if self.import_id is not None:
            yield "import_id = :import_id"
        if self.state != "all":
            yield "closed IS NULL" if self.state == "open" else "closed = :state"
        if self.command is not None:
            yield "command = :command"
        if self.since is not None:
            yield "at >= :since"
        if self.until is not None:
            yield "at < :until"
        if self.source is not None:
            yield "source = :source"
        if self.lines is not None:
            yield "line BETWEEN :first AND :last"


def _like(text: str) -> str:
    """Return the pattern of LIKE for *text*, in which ``*`` stands for anything."""
    for sign in "!%_":
        text = text.replace(sign, f"!{sign}")
    return text.replace("*", "%")
