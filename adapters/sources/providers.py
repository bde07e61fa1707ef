"""Command providers: functions of an application, called by a name, that give commands."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from attrs import define, field, frozen
from loguru import logger

from importbus.adapters.codec import JsonCodec
from importbus.bus.errors import ConfigurationError, WiringError
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.ports import Rejection

GROUP = "importbus.providers"
"""The entry points of packages that bring providers."""

Provided = LaneCommand | tuple[Position, LaneCommand]

Provider = Callable[[], Iterable[Provided]]
"""Gives commands, or pairs of a position and a command, each time it is called."""


@frozen
class Providers:
    """The providers that can be called by name.

    Attributes:
        named: ``package.module:function`` by name, as the configuration has it.
        folder: Where modules are looked for, too: the folder of the configuration.
        origin: How messages call the configuration.
    """

    named: Mapping[str, str] = field(factory=dict)
    folder: str = ""
    origin: str = "importbus.toml"

    @property
    def names(self) -> list[str]:
        """All names, sorted; the configuration's stand above those of packages."""
        return sorted({*self.named, *(each.name for each in entry_points(group=GROUP))})

    def get(self, name: str) -> Provider | None:
        """Return the provider called *name*; None when there is none.

        Raises:
            ConfigurationError: It cannot be loaded, or is nothing that can be called.
        """
        if name in self.named:
            target = self.named[name]
            return self._loaded(EntryPoint(name, target, GROUP), f"{self.origin}: providers.{name}")
        for each in entry_points(group=GROUP, name=name):
            return self._loaded(each, f"entry point {name}")
        return None

    def near(self, name: str) -> str:
        """Return a sentence with the provider that was probably meant; "" when none is near."""
        close = get_close_matches(name, self.names, 1)
        return f" Did you mean the provider {close[0]}?" if close else ""

    def _loaded(self, target: EntryPoint, origin: str) -> Provider:
        if self.folder not in sys.path:
            sys.path.append(self.folder)  # the last one: it hides nothing that is installed
        try:
            import_module(target.module)
            found: Any = target.load()
        except Exception as error:
            raise ConfigurationError(
                f"{origin} = {target.value!r} cannot be loaded: {_said(error)}."
            ) from error
        if not callable(found):
            raise ConfigurationError(
                f"{origin} = {target.value!r} is nothing that can be called; allowed: a function "
                "without arguments that returns commands."
            )
        return found  # type: ignore[no-any-return]


@define(eq=False)
class ProviderSource:
    """What a provider gives; implements ``importbus.bus.ports.Source``.

    The n-th item has the position n, unless it is a pair and brings its own. What is no command is
    a rejection. A provider is called anew for each reading; to resume an import it has to give the
    same again.
    """

    name: str
    provider: Provider
    codec: JsonCodec
    rereadable: bool = field(default=False, init=False)

    def read(
        self, want: Callable[[str], bool], *, rejections: bool = True
    ) -> Iterator[tuple[Position, LaneCommand | Rejection]]:
        """Yield each wanted command with its position, and why other items are none.

        Raises:
            ConfigurationError: The provider raised an error; what it gave before was yielded.
        """
        for number, item in enumerate(self._items(), 1):
            position, command = _parts(item, Position(self.name, number))
            try:
                name = self.codec.name_of(type(command))
            except WiringError:
                if rejections:
                    yield position, _rejection(item)
                continue
            if want(name):
                yield position, command

    def _items(self) -> Iterator[Any]:
        number = 0
        try:
            for item in self.provider():
                yield item
                number += 1
        except Exception as error:
            logger.opt(exception=error).debug("The provider {} failed.", self.name)
            after = f"after {number:,} items" if number else "before its first item"
            raise ConfigurationError(
                f"The provider {self.name} failed {after}: {_said(error)}."
            ) from error


def _parts(item: Any, position: Position) -> tuple[Position, Any]:
    if isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], Position):
        return item
    return position, item


def _rejection(item: Any) -> Rejection:
    if isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], Position):
        item = item[1]
    kind = type(item)
    if isinstance(item, LaneCommand):
        return Rejection(f"{kind.__name__} is no command that the PIM takes", None, b"")
    reason = f"expected a command, or a pair of a Position and one, not {kind.__name__}"
    return Rejection(reason, None, b"")


def _said(error: Exception) -> str:
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return text[:500].rstrip(".")
