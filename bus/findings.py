"""What can be said about single commands before or after an import, and who says it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, Protocol

from attrs import frozen

from importbus.bus.attachments import Attachment
from importbus.bus.messages import LaneCommand, Position


@frozen
class Finding:
    """Something about one command that a person should look at.

    Attributes:
        rule: The short name of what was looked at, the same for all findings of its kind.
        field: The path of the property: ``values.name``; empty for the whole.
        message: A sentence for people: what is so, and what was expected.
        error: Whether the command will be refused; otherwise it is carried out, but not wholly.
    """

    rule: str
    field: str
    message: str
    error: bool = True


@frozen
class Located:
    """A finding, and the command that it is about."""

    position: Position
    command: str | None
    key: str | None
    finding: Finding

    def __str__(self) -> str:
        """Read as ``a.jsonl:3: error: CreateOrUpdateProduct mug: family: there is no cups.``."""
        found = self.finding
        kind = "error" if found.error else "warning"
        what = " ".join(filter(None, (self.command, self.key)))
        return ": ".join(filter(None, (str(self.position), kind, what, found.field, found.message)))


@frozen
class Stage:
    """One reading of the commands of some classes.

    Attributes:
        wanted: The names of the classes.
        task: ``learn``: note what they say about the structure. ``check``: check them.
    """

    wanted: frozenset[str]
    task: Literal["learn", "check"]


@frozen
class Scope:
    """What findings were based on, and what nobody could tell.

    Attributes:
        pim: Whether the structure of the PIM was read.
        reasons: Why all of it, or a part, was not, in sentences.
        unchecked: How many codes of each kind neither PIM nor source could vouch for.
        classes: The names of command classes that only the PIM can check.
        pim_decides: What only the PIM can decide in any case, in a few words each.
    """

    pim: bool
    reasons: Sequence[str]
    unchecked: Mapping[str, int]
    classes: Sequence[str]
    pim_decides: Sequence[str]


@frozen
class Told:
    """A command of an import that is over, and whether it was carried out as a whole."""

    position: Position
    name: str
    command: LaneCommand
    carried_out: bool = True


@frozen
class Difference:
    """What the sink stores is not what a command said."""

    told: Told
    finding: Finding


@frozen
class ReadBack:
    """What became of reading back: how many items, how much of them was compared, what differs."""

    items: int
    compared: int
    differences: Sequence[Difference]


class Verifier(Protocol):
    """Compares what a sink stores with what it was told."""

    def compare(self, items: Sequence[Sequence[Told]]) -> ReadBack:
        """Read *items* back, each of them the commands of one identity in their order.

        Raises:
            HandlingFailed: The sink cannot be read.
        """
        ...


class Inspector(Protocol):
    """Checks commands without sending them.

    First it surveys every command, then it prepares, then each of its stages is read in turn.
    """

    def survey(self, command: LaneCommand) -> None:
        """Note what *command* creates and refers to."""
        ...

    def prepare(self) -> None:
        """Read what is needed of the PIM, if there is one.

        Raises:
            HandlingFailed: It answers no more, or refuses this caller. It is asked no more, and
                what is not in the source is not checked from now on.
        """
        ...

    def stages(self) -> Iterator[Stage]:
        """Yield what is to be read; each is over before the next one is asked for."""
        ...

    def learn(self, command: LaneCommand) -> None:
        """Note what *command* says about the structure."""
        ...

    def ask(self, commands: Sequence[LaneCommand]) -> None:
        """Look up in the PIM what checking *commands* needs; raises as ``prepare`` does."""
        ...

    def check(self, command: LaneCommand, file: Attachment | None = None) -> Iterable[Finding]:
        """Return what is wrong with *command*, and with the *file* that it names, if it does.

        Of the file there are name and size, or why it cannot be had; nobody has read its content.
        """
        ...

    def withdraw(self, refused: Sequence[tuple[LaneCommand, Sequence[Finding]]]) -> None:
        """Note which commands will be refused, and for what, so that nobody builds on them.

        Raises as ``prepare`` does; then it is to be called again.
        """
        ...

    def scope(self) -> Scope:
        """Return what the findings were based on."""
        ...
