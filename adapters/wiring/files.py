"""Files instead of a PIM: a bus whose commands are written into a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager

from attrs import evolve, frozen

from importbus.adapters.config import Config, JournalConfig, TransportConfig
from importbus.adapters.file_sink import FileSink, Format
from importbus.adapters.runtime import Runtime
from importbus.adapters.wiring.parts import open_codec
from importbus.adapters.wiring.running import open_runtime
from importbus.bus import ConfigurationError, LaneCommand, Report
from importbus.handlers.akeneo import COMMANDS


@contextmanager
def open_files(
    config: Config,
    folder: str,
    *,
    format: Format = "jsonl",
    import_id: str | None = None,
    resume: bool = False,
    fresh: bool = False,
) -> Iterator[tuple[Runtime, FileSink]]:
    """Open a bus whose Akeneo commands go into the files of *folder*, and the sink to flush.

    See ``FileSink`` for the arguments. The PIM of *config*, if any, is left alone.

    Raises:
        ConfigurationError: The folder must not be written to; the message says why.
        SinkRefused: The folder cannot be written.
    """
    opened = FileSink(
        folder, open_codec(), format=format, import_id=import_id, resume=resume, fresh=fresh
    )
    with closing(opened) as sink, open_runtime(evolve(config, pim=None)) as runtime:
        if import_id and resume and sink.is_empty:
            _must_not_have_begun(runtime, import_id, folder)
        for command in COMMANDS:
            runtime.bus.register_sink(command, sink)
        yield runtime, sink


def _must_not_have_begun(runtime: Runtime, import_id: str, folder: str) -> None:
    """Make sure that nothing is missing: what has its outcome would not be written again."""
    if runtime.journal.report(import_id, groups=0).outcomes:
        raise ConfigurationError(
            f"{folder}: holds nothing of import {import_id!r}, which has written something: begin "
            f"anew with --import-id {import_id} --restart."
        )


@frozen
class FileGenerator:
    """Writes commands into files for Akeneo's import jobs, or for ``importbus import``.

    Attributes:
        folder: Where the files go; it must be empty or missing.
        format: ``jsonl`` or ``csv``; see ``FileSink``.
        journal: The file that keeps the outcome of each command.
    """

    folder: str
    format: Format = "jsonl"
    journal: str = JournalConfig().path

    def run(
        self, commands: Iterable[LaneCommand], *, label: str | None = None, id: str | None = None
    ) -> Report:
        """Write *commands* and return the account when the files are complete.

        Raises:
            ConfigurationError: The folder holds files.
            ImportExists: The journal holds an import of that *id* already.
            ImportFailed: It cannot go on, as when the disk is full; the message says why.
            SinkRefused: The files cannot be written.
        """
        config = Config(transport=TransportConfig(), journal=JournalConfig(self.journal))
        with open_files(config, self.folder, format=self.format) as (runtime, sink):
            with runtime.bus.importing(label=label, id=id) as run:
                for command in commands:
                    run.dispatch(command)
            sink.flush()
            return run.report
