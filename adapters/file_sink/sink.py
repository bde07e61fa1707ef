"""The sink that writes commands into files instead of a PIM."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import orjson

from importbus.adapters.file_sink import spool as spools
from importbus.adapters.file_sink.folder import owned, prepare, refused, written
from importbus.adapters.file_sink.media_copies import MediaCopies
from importbus.adapters.file_sink.places import DELETES, natural_place, place_after, table_places
from importbus.adapters.file_sink.spool import Line, Spool
from importbus.adapters.flat.writing import FLAT_CLASSES, IDENTIFIER, flat_cells, identifier_in
from importbus.bus.batches import Batch, Envelope
from importbus.bus.command_bus import CommandBus
from importbus.bus.errors import ConfigurationError
from importbus.bus.messages import ImportFinished, LaneCommand, Upsertable
from importbus.bus.outcomes import Outcome, Written
from importbus.bus.ports import Codec

Format = Literal["jsonl", "csv"]


class FileSink:
    """Writes batches into the files of a folder; implements ``Sink``. Thread-safe.

    What it is given stands on disk, in a spool, before it answers; ``flush`` makes the files of it,
    which have their names only when they are complete. A command that comes again replaces itself,
    so a crash neither doubles nor loses one. One process at a time may write to a folder.

    Args:
        folder: Where the files go; made when it is missing.
        codec: Knows the classes that come.
        format: ``jsonl``, or ``csv``: Akeneo's flat format where it can say it, JSONL beside it.
        import_id: The import that it is for; not to be given when there are several.
        resume: Go on with what a former process has left there of *import_id*.
        fresh: Use the folder whatever it holds: what is left of another import is forgotten, and
            files that have our names are replaced or removed by ``flush``.

    Raises:
        ConfigurationError: The folder holds files or another import, or another process writes to
            it; the message says what to do.
        SinkRefused: It cannot be written.
    """

    def __init__(
        self,
        folder: str,
        codec: Codec,
        *,
        format: Format = "jsonl",
        import_id: str | None = None,
        resume: bool = False,
        fresh: bool = False,
    ) -> None:
        self.folder = Path(folder)
        self._codec = codec
        self._tables = table_places(FLAT_CLASSES) if format == "csv" else {}
        self._copies = MediaCopies(self.folder)
        self._lock, self._flushing = Lock(), Lock()
        self._written, self._flushed = 0, -1  # batches, and how many of them the files hold
        with ExitStack() as opened:
            opened.callback(owned(folder).close)
            prepare(folder, resume=resume, fresh=fresh)
            self._spool = Spool(str(self.folder / spools.NAME))
            opened.callback(self._close_spool)
            self._identifier = self._spool.identifier or IDENTIFIER
            if import_id:
                self._belong_to(import_id)
            self._opened = opened.pop_all()

    def attach(self, bus: CommandBus, command_types: Iterable[type[LaneCommand]]) -> None:
        """Let it carry out commands of *command_types*, and flush when an import has finished."""
        for command_type in command_types:
            bus.register_sink(command_type, self)
        bus.subscribe(ImportFinished, self._import_finished)

    def write(self, batch: Batch[Any], /) -> Written:
        """Keep the items of *batch* on disk; each is ``created``, but one whose file is missing.

        Raises:
            SinkRefused: The disk is full or cannot be written; nothing of the batch was kept.
        """
        outcomes, lines = [], []
        names = [name for envelope in batch.envelopes for name in _names(envelope)]
        late = self._spool.places_of(names)
        for envelope in batch.envelopes:
            try:
                lines.append(self._line(batch, envelope, late))
                outcomes.append(Outcome.created())
            except OSError as error:
                why = error.strerror or str(error)
                outcomes.append(Outcome.failed(f"The file cannot be read: {why}."))
        self._spool.add(lines)
        with self._lock:
            self._written += 1
        return Written(outcomes, requests=0)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has come so far."""
        return not self._spool.places()

    def flush(self) -> dict[str, int]:
        """Write the files of everything that has come so far; return how many lines each has.

        A file is replaced when its successor is complete and on the disk.

        Raises:
            SinkRefused: The disk is full or cannot be written; the spool holds everything still,
                and flushing again writes it.
        """
        with self._flushing:
            before = self._written
            try:
                counts = written(self.folder, self._spool, self._tables)
            except OSError as error:
                raise refused(self.folder, error) from error
            self._flushed = before
            return counts

    def close(self) -> None:
        """Release everything; the spool goes when it is empty, or the files hold all of it."""
        self._opened.close()

    def _close_spool(self) -> None:
        done = self._flushed == self._written or self.is_empty
        self._spool.close()
        if done:
            spools.remove(str(self.folder))

    def _belong_to(self, import_id: str) -> None:
        if others := [name for name in self._spool.imports if name != import_id]:
            raise _of_another(self.folder, others[0])
        self._spool.belongs_to(import_id)

    def _import_finished(self, event: ImportFinished) -> None:
        self.flush()

    def _line(self, batch: Batch[Any], envelope: Envelope[Any], late: Mapping[str, int]) -> Line:
        name, data = self._codec.name_of(batch.command_type), self._data(envelope)
        natural = natural_place(batch.command_type)
        cells = self._cells(name, data) if natural in self._tables else None
        if natural in self._tables and cells is None:
            natural += 1
        place = place_after(natural, _earlier(envelope, late), tables=self._tables)
        row = cells is not None and place == natural
        return Line(
            batch.import_id,
            envelope.position.source,
            envelope.position.line,
            envelope.number,
            place,
            orjson.dumps(cells) if row else _json_line(name, data),
            tuple(cells or ()) if row else (),
            _late(envelope, place),
        )

    def _cells(self, name: str, data: bytes) -> dict[str, str] | None:
        said = orjson.loads(data)
        if name == "CreateOrUpdateAttribute" and (code := identifier_in(said)):
            self._spool.add_identifier(code, main=bool(said.get("is_main_identifier")))
            self._identifier = self._spool.identifier or IDENTIFIER
        return flat_cells(name, said, self._identifier)

    def _data(self, envelope: Envelope[Any]) -> bytes:
        command = envelope.command
        data = envelope.data or self._codec.encode(command)
        if envelope.attachment is None or command.attaches is None:
            return data
        name = self._copies.keep(envelope.attachment)
        return orjson.dumps({**orjson.loads(data), command.attaches: name})


def _names(envelope: Envelope[Any]) -> Iterator[str]:
    """Yield the names under which something may stand that *envelope* must not come before."""
    yield envelope.command.identity
    if envelope.tree:
        yield _tree(envelope.tree)
    if envelope.command.follows:
        yield envelope.command.follows


def _earlier(envelope: Envelope[Any], late: Mapping[str, int]) -> int:
    """Return the place that *envelope* must not come before.

    Its parent may stand beside a table, but not behind a delete: else that would delete both.
    """
    own = max(late.get(envelope.command.identity, 0), late.get(_tree(envelope.tree or ""), 0))
    above = late.get(envelope.command.follows or "", 0)
    return max(own, above) if above == DELETES else own


def _tree(root: str) -> str:
    return f"tree:{root}"


def _late(envelope: Envelope[Any], place: int) -> tuple[str, ...]:
    """Return the names that must not come before *place* from now on.

    What is deleted with a model is anything of its tree.
    """
    command = envelope.command
    if isinstance(command, Upsertable):
        return (command.identity,) if place != natural_place(type(command)) else ()
    if command.tree_head and envelope.tree:
        return (command.identity, _tree(envelope.tree))
    return (command.identity,)


def _json_line(name: str, data: bytes) -> bytes:
    return b'{"command":"%b","data":%b}\n' % (name.encode(), data)


def _of_another(folder: Path, import_id: str) -> ConfigurationError:
    return ConfigurationError(
        f"{folder}: holds what import {import_id!r} has begun to write: continue that with "
        f"--resume {import_id}, or begin anew with --force."
    )
