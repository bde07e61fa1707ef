"""What a PIM holds, as commands: class by class, in the order of an import."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator
from difflib import get_close_matches
from pathlib import Path
from time import sleep as wait
from typing import Any

from attrs import define, field
from loguru import logger

from importbus.adapters.codec import JsonCodec
from importbus.adapters.export.account import Account
from importbus.adapters.export.context import Context
from importbus.adapters.export.goods import Goods
from importbus.adapters.export.lists import Lists
from importbus.adapters.export.media import MediaFolder
from importbus.adapters.export.patience import PatientReading, Pim
from importbus.adapters.export.shaping import Data, shape_of
from importbus.adapters.export.stages import CLASSES, STAGES
from importbus.adapters.export.store import Store, open_store
from importbus.bus.errors import ConfigurationError, InvalidCommand
from importbus.bus.messages import LaneCommand

Record = dict[str, Any]
"""What a line of a file says: the class of a command, and its data."""


@define
class Export:
    """An export of a PIM: what is wanted, and who is told what.

    Attributes:
        pim: A client of the PIM.
        codec: Knows the command classes; what it does not take is not exported.
        only: Names of classes; all when empty.
        media: Where files are downloaded to; None leaves out uploads and the values that are files.
        uuids: Whether products that have an identifier bring their uuid, which a PIM that has them
            under another one refuses.
        told: Gets a sentence for each list that is passed over, and for each problem.
        sleep: Waits a number of seconds; what it raises ends the export.

    Raises:
        ConfigurationError: *only* names a class that no export has.
    """

    pim: Pim
    codec: JsonCodec
    only: Collection[str] = ()
    media: Path | None = None
    uuids: bool = True
    told: Callable[[str], object] = lambda said: logger.warning("{}", said)
    sleep: Callable[[float], object] = wait
    account: Account = field(init=False)
    reading: PatientReading = field(init=False)

    def __attrs_post_init__(self) -> None:
        for name in self.only:
            _check(name)
        self.account = Account(self.told)
        self.reading = PatientReading(self.pim, self.sleep)

    def sections(self) -> Iterator[tuple[str, Iterator[Data]]]:
        """Yield each class with the data of its commands, to be taken to their end one by one.

        Raises:
            SinkUnavailable: No usable answer for two minutes.
            SinkRefused: The PIM refuses the calls of this client.
            ConfigurationError: The temporary file cannot be written.
            OSError: A file cannot be written.
        """
        for name, commands in self._commands():
            yield name, (data for data, _ in commands)

    def commands(self) -> Iterator[LaneCommand]:
        """Yield all as commands, for an import; raises as ``sections`` does."""
        for _, commands in self._commands():
            yield from (command for _, command in commands)

    def _commands(self) -> Iterator[tuple[str, Iterator[tuple[Data, LaneCommand]]]]:
        with open_store() as store:
            context = self._context(store)
            goods = Goods(context)
            for stage in STAGES:
                checked = self._checked(stage.command, stage.read(context, goods))
                if self._wants(stage.command):
                    yield stage.command, checked
                elif self.media and any(map(self._wants, stage.finds)):
                    deque(checked, maxlen=0)  # for the files that it finds

    def _context(self, store: Store) -> Context:
        lists = Lists(self.reading, self.account.pass_over)
        shapes = {name: shape_of(self.codec.type_of(name)) for name in CLASSES}
        media = MediaFolder(self.media, self.reading, self.account.problem) if self.media else None
        return Context(lists, shapes, store, media, self.account, self.uuids)

    def _wants(self, command: str) -> bool:
        return not self.only or command in self.only

    def _checked(self, command: str, found: Iterator[Data]) -> Iterator[tuple[Data, LaneCommand]]:
        for data in found:
            try:
                yield data, self.codec.decode(command, data)
            except InvalidCommand as error:
                self.account.problem(f"{command}: {_key(data)}: {error}")


def export_records(pim: Pim, codec: JsonCodec, *, only: Collection[str] = ()) -> Iterator[Record]:
    """Yield what *pim* holds, but for files, as the lines of a JSONL file say it.

    Raises as ``Export.sections`` does.
    """
    for name, found in Export(pim, codec, only).sections():
        yield from ({"command": name, "data": data} for data in found)


def export_commands(
    pim: Pim, codec: JsonCodec, *, only: Collection[str] = ()
) -> Iterator[LaneCommand]:
    """Yield what *pim* holds, but for files, as commands; raises as ``Export.sections`` does."""
    return Export(pim, codec, only).commands()


def _check(name: str) -> None:
    if name not in CLASSES:
        close = get_close_matches(name, CLASSES, 1)
        likely = f" Did you mean {close[0]}?" if close else ""
        raise ConfigurationError(f"--only {name}: no export has such commands.{likely}")


def _key(data: Data) -> str:
    """Return what names an item, for people."""
    names = ("reference_entity", "asset_family", "attribute", "code", "identifier", "uuid")
    return ".".join(str(data[name]) for name in names if name in data)[:200]
