"""``importbus import --to DIR``: into files instead of a PIM."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar

import click
from attrs import evolve, frozen

from importbus.adapters import wiring
from importbus.adapters.cli.rendering import many
from importbus.adapters.cli.streams import note
from importbus.adapters.config import Config
from importbus.adapters.import_run import ImportOptions, failed
from importbus.adapters.runtime import Runtime
from importbus.bus import SinkRefused, new_import_id

if TYPE_CHECKING:
    from importbus.adapters.file_sink import FileSink, Format

Command = TypeVar("Command", bound=Callable[..., Any])

OPTIONS = (
    click.option(
        "--to", metavar="DIR", help="Write files into the folder DIR instead of to the PIM."
    ),
    click.option(
        "--to-format",
        type=click.Choice(["jsonl", "csv"]),
        help="With --to: commands, or Akeneo's CSV as far as that goes; default: jsonl.",
    ),
    click.option("--force", is_flag=True, help="With --to: replace the files that DIR holds."),
)


def to_options(command: Command) -> Command:
    """Give *command* the options that say where files go."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@frozen
class Target:
    """The files that an import goes into.

    Attributes:
        folder: The folder, as the user gave it.
        format: What the files are.
        force: Whether files that are there may be replaced.
    """

    folder: str
    format: Format
    force: bool

    def named(self, options: ImportOptions) -> ImportOptions:
        """Return *options* with a name for the import, and where it goes."""
        import_id = options.import_id or options.resume or new_import_id(time.time(), os.urandom(8))
        csv = ("--to-format=csv",) if self.format == "csv" else ()
        into = (f"--to={self.folder}", *csv)
        return evolve(options, into=into, import_id=None if options.resume else import_id)

    def opened(
        self, config: Config, options: ImportOptions
    ) -> AbstractContextManager[tuple[Runtime, FileSink]]:
        """Open the bus that writes the files of an import with *options*."""
        return wiring.open_files(
            config,
            self.folder,
            format=self.format,
            import_id=options.import_id or options.resume,
            resume=options.resume is not None,
            fresh=self.force or options.restart,
        )


def target_of(
    to: str | None, to_format: Format | None, *, force: bool, unfit: Mapping[str, object]
) -> Target | None:
    """Return where files go, None when the import goes to the PIM.

    *unfit* are options that make no sense for files, by their names.
    """
    if to is None:
        if to_format or force:
            raise click.UsageError("--to-format and --force need --to.")
        return None
    for name, given in unfit.items():
        if given:
            raise click.UsageError(f"{name} goes without --to: it is about the PIM.")
    return Target(os.path.normpath(to), to_format or "jsonl", force)


def flushed(sink: FileSink, import_id: str) -> dict[str, int]:
    """Write the files and return how many commands each has; an error says how to go on."""
    try:
        return sink.flush()
    except SinkRefused as error:
        raise SinkRefused(failed(import_id, error)) from error


def anew(again: str, import_id: str) -> str:
    """Return how files are written again once what failed is mended: a retry goes to the PIM."""
    name = shlex.quote(import_id)
    return f"Write all files again once that is mended: {again} --import-id {name} --restart"


def tell_files(folder: str, counts: Mapping[str, int]) -> None:
    """Say which files were written."""
    for name, count in sorted(counts.items()):
        note(f"{os.path.join(folder, name)}: {many(count, 'command')}")
