"""What the stages of an export share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

from attrs import define, field

from importbus.adapters.export.account import Account
from importbus.adapters.export.lists import Item, Lists
from importbus.adapters.export.media import MediaFolder
from importbus.adapters.export.shaping import Data, File, Shape
from importbus.adapters.export.side_by_side import side_by_side
from importbus.adapters.export.store import Queue, Store

T = TypeVar("T")

STRANGE: Final = (AttributeError, LookupError, TypeError, ValueError)
"""What code raises that expects the shapes of the API and gets others."""


@define
class Context:
    """The lists of a PIM, and what was found in them for later stages.

    Attributes:
        lists: Where all is read.
        shapes: What each command class takes, by its name.
        media: Where files go; None when they are left out.
        account: Gets what could not be exported.
        uuids: Whether products that have an identifier bring their uuid, too.
    """

    lists: Lists
    shapes: Mapping[str, Shape]
    store: Store
    media: MediaFolder | None
    account: Account
    uuids: bool = True
    _uploads: dict[str, Queue] = field(factory=dict, init=False)

    def shaped(self, command: str, item: Item, shape: Callable[[], list[T]]) -> list[T]:
        """Return what *shape* makes of *item*; of a strange one nothing, and tell."""
        try:
            return shape()
        except STRANGE as error:
            key = str(item.get("identifier") or item.get("uuid") or item.get("code"))[:100]
            self.account.problem(
                f"{command}: {key}: the PIM gives it in a shape that the API does not have "
                f"({type(error).__name__}: {error})."
            )
            return []

    def upload(self, command: str, kind: str, owner: Mapping[str, Any], file: File) -> None:
        """Keep for later that *owner* has a *file*, which was uploaded for *kind*."""
        if self.media is None:
            self.account.files_left_out += 1
            return
        scope = "scope" if kind == "product" else "channel"
        place = {"attribute": file.attribute, scope: file.scope, "locale": file.locale}
        said = {name: each for name, each in place.items() if each not in (None, "")}
        self.queue(command).add({"kind": kind, "code": file.code, "data": {**owner, **said}})

    def queue(self, command: str) -> Queue:
        """Return the uploads of one class."""
        if command not in self._uploads:
            self._uploads[command] = self.store.queue(command)
        return self._uploads[command]


def uploads(context: Context, command: str) -> Iterator[Data]:
    """Download the files that were found for *command*, and yield its uploads in their order."""
    media = context.media
    if media is None:
        return
    paths = context.store.table(f"{command}Paths")

    def known() -> Iterator[tuple[Data, bytes | None]]:
        for wanted in context.queue(command):
            yield wanted, paths.get(wanted["code"])

    def fetched(wanted: tuple[Data, bytes | None]) -> str | None:
        one, path = wanted
        return path.decode() if path is not None else media.fetch(one["kind"], one["code"])

    for (wanted, _), path in side_by_side(fetched, known()):
        if path is not None:
            paths.put(wanted["code"], path.encode())
            yield {**wanted["data"], "file": path}
