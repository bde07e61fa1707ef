"""Log records that tell which import they belong to.

The import of a context stands in one context variable, which ``bus.importing()`` sets once. Two
ways lead from there into loguru's records, as ``extra["import_id"]``:

- The middleware tags what a handler logs while it handles a command inside an import. It uses
  ``logger.contextualize``, so it needs no configuration and leaves the application's alone.
- ``ImportIdTagging.patch`` tags every record of the program, also what is logged between two
  dispatches and by the lane workers. loguru has one patcher a program, and whoever configures it
  replaces it; so the application gives it, alone or called from its own patcher:
  ``logger.configure(patcher=ImportIdTagging.patch)``. The command line does that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from loguru import logger

from importbus.bus.chain import CommandTypes, Next
from importbus.bus.context import current_import
from importbus.bus.messages import Command, LaneCommand

if TYPE_CHECKING:
    from loguru import Record

R = TypeVar("R")


class ImportIdTagging:
    """Tag log records with the import that they belong to.

    Outside of an import nothing is tagged. Lane commands never pass it: they are only taken into
    a batch, and whoever writes the batch logs with its import id.
    """

    def __init__(self, *, only: CommandTypes = Command) -> None:
        """Tag what handlers of the classes *only* log."""
        self.only = only

    @staticmethod
    def patch(record: Record) -> None:
        """Tag *record* with the import of the context that logs it; a patcher for loguru."""
        if context := current_import.get():
            record["extra"].setdefault("import_id", context.import_id)

    def applies_to(self, command_type: type, /) -> bool:
        """Whether *command_type* is one of the classes, and has a handler that could log."""
        return issubclass(command_type, self.only) and not issubclass(command_type, LaneCommand)

    def __call__(self, command: Command[R], call_next: Next[R], /) -> R:
        """Pass *command* on, with the import id in what is logged meanwhile."""
        context = current_import.get()
        if context is None:
            return call_next(command)
        with logger.contextualize(import_id=context.import_id):
            return call_next(command)
