"""How a command ended, or why it has not yet."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from attrs import frozen

if TYPE_CHECKING:
    from importbus.bus.messages import LaneCommand


class OutcomeKind(StrEnum):
    """The names of all outcomes; ``PARKED`` and ``UNKNOWN`` are not final."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    UPLOADED = "uploaded"
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"
    FAILED = "failed"
    DEAD = "dead"
    CANCELLED = "cancelled"
    PARKED = "parked"
    UNKNOWN = "unknown"

    @cached_property
    def final(self) -> bool:
        """Whether nothing more happens to a command that ended so."""
        return self not in (OutcomeKind.PARKED, OutcomeKind.UNKNOWN)

    @cached_property
    def failure(self) -> bool:
        """Whether a person has to look at it."""
        return self in (OutcomeKind.FAILED, OutcomeKind.DEAD)


_CREATED, _UPDATED = OutcomeKind.CREATED, OutcomeKind.UPDATED  # one for nearly every command


@frozen
class ServerError:
    """One reason of a refusal, as the sink gave it."""

    message: str
    property: str | None = None
    attribute: str | None = None
    locale: str | None = None
    scope: str | None = None


@frozen
class Outcome:
    """What became of one item of a batch.

    Attributes:
        status: The HTTP status that the sink answered for the item, if it has such a thing.
        errors: Why it was refused, or why it is unknown.
        wants: Of a parked item: the identities (``family:shoes``) that it waits for; empty when
            nobody can tell.
        remainder: Of a parked item: what is still to be written, when a part was written already.
        written: Of a parked item with a remainder: how the written part ended.
        sent: False of an unknown item that was not sent, or not carried out for certain: it goes
            again as if nothing had been tried.
        request_id: The sink's own name for the call in which the item was refused, if it gave one.
    """

    kind: OutcomeKind
    status: int | None = None
    errors: tuple[ServerError, ...] = ()
    wants: tuple[str, ...] = ()
    remainder: LaneCommand | None = None
    written: OutcomeKind | None = None
    sent: bool = True
    request_id: str | None = None

    @classmethod
    def created(cls, status: int | None = None) -> Self:
        """Return: it did not exist and does now."""
        return _ALIKE.get((cls, _CREATED, status)) or cls._plain(_CREATED, status)

    @classmethod
    def updated(cls, status: int | None = None) -> Self:
        """Return: it existed and was written."""
        return _ALIKE.get((cls, _UPDATED, status)) or cls._plain(_UPDATED, status)

    @classmethod
    def deleted(cls, status: int | None = None) -> Self:
        """Return: it is gone."""
        return cls._plain(OutcomeKind.DELETED, status)

    @classmethod
    def uploaded(cls, status: int | None = None) -> Self:
        """Return the outcome of a file that was uploaded."""
        return cls(OutcomeKind.UPLOADED, status)

    @classmethod
    def unchanged(cls) -> Self:
        """Return: not sent, since it is what was written before."""
        return cls._plain(OutcomeKind.UNCHANGED, None)

    @classmethod
    def superseded(cls) -> Self:
        """Return: merged into a newer command of the same key, which carries the result."""
        return cls._plain(OutcomeKind.SUPERSEDED, None)

    @classmethod
    def failed(cls, *errors: ServerError | str, status: int | None = None) -> Self:
        """Return: refused for good, for the reasons *errors*."""
        return cls(OutcomeKind.FAILED, status, _errors(errors))

    @classmethod
    def parked(
        cls, *errors: ServerError | str, status: int | None = None, wants: Iterable[str] = ()
    ) -> Self:
        """Return: refused now, but what it *wants* may still come."""
        return cls(OutcomeKind.PARKED, status, _errors(errors), tuple(wants))

    @classmethod
    def unknown(cls, *errors: ServerError | str, status: int | None = None) -> Self:
        """Return: no answer for this item, or one that asks to send it again."""
        return cls(OutcomeKind.UNKNOWN, status, _errors(errors))

    @classmethod
    def unsent(cls) -> Self:
        """Return: nothing was done with this item, since a call before it failed."""
        return cls(OutcomeKind.UNKNOWN, sent=False)

    @classmethod
    def _plain(cls, kind: OutcomeKind, status: int | None) -> Self:
        known: Self | None = _ALIKE.get((cls, kind, status))
        if known is None:
            known = cls(kind, status)
            if len(_ALIKE) < MOST_ALIKE:
                _ALIKE[cls, kind, status] = known
        return known


_ALIKE: dict[tuple[Any, OutcomeKind, int | None], Any] = {}
"""Outcomes without a reason, each once: most of an import are alike, and they never change."""

MOST_ALIKE = 100
"""Most of them that are kept; there are not as many HTTP statuses."""


SUSPECT = "?suspect"
"""What a command waits for that got no answer too often: to be tried alone in a parking round."""


def behind(number: int) -> str:
    """Return what a command waits for that must not overtake the parked command *number*."""
    return f"behind:{number}"


class Written(tuple[Outcome, ...]):
    """The outcomes of one ``Sink.write``, with the number of calls that it took."""

    requests: int

    def __new__(cls, outcomes: Iterable[Outcome], *, requests: int = 1) -> Self:
        """Keep *outcomes*, one an item, in the order of the items."""
        written = super().__new__(cls, outcomes)
        written.requests = requests
        return written


def _errors(errors: Iterable[ServerError | str]) -> tuple[ServerError, ...]:
    return tuple(ServerError(e) if isinstance(e, str) else e for e in errors)


_SEVERITY = {
    OutcomeKind.UNCHANGED: 0,
    OutcomeKind.UPDATED: 1,
    OutcomeKind.CREATED: 2,
    OutcomeKind.FAILED: 3,
    OutcomeKind.DEAD: 4,
}


def worse(first: OutcomeKind, second: OutcomeKind) -> OutcomeKind:
    """Return the one outcome of a command that was written in two parts."""
    return max(first, second, key=lambda kind: _SEVERITY.get(kind, 1))
