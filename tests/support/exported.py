"""Exports of simulated PIMs, and what two PIMs have in common whose files got other codes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from akeneo_process import DirectClient, State
from importbus.adapters.codec import JsonCodec
from importbus.adapters.export import Export, export_commands, write_export
from importbus.adapters.pim.answer import Answer
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.adapters.simulated_pim.service.messages import Request
from importbus.adapters.wiring import open_codec
from importbus.bus import LaneCommand

CODEC: JsonCodec = open_codec()


class DirectPim:
    """Reads a simulated PIM without sockets; implements what an export needs of a client."""

    def __init__(self, pim: SimulatedPim) -> None:
        self._pim = pim
        self._token = DirectClient(pim).token

    def call(self, method: str, path: str) -> Answer:
        """Make one call."""
        answer = self._answer(method, path, "application/json")
        return Answer(answer.status, _lower(answer.headers), answer.body, 0.0)

    def download(self, path: str, into: BinaryIO) -> Answer:
        """Read a file."""
        answer = self._answer("GET", path, "*/*")
        if answer.file is not None:
            into.write(answer.file.read_bytes())
        return Answer(answer.status, _lower(answer.headers), b"", 0.0)

    def _answer(self, method: str, path: str, accept: str) -> Any:
        headers = {"authorization": f"Bearer {self._token}", "accept": accept}
        return self._pim.application.answer(Request(method, path, headers, b""))


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def awake(seconds: float) -> None:
    """Wait for nothing: no answer is expected to be late."""
    raise AssertionError(f"the export waits {seconds} s")


def export_to(pim: SimulatedPim, folder: Path, only: Collection[str] = ()) -> Export:
    """Write what *pim* holds into *folder*; return what was told."""
    export = Export(DirectPim(pim), CODEC, only, folder, told=lambda said: None, sleep=awake)
    write_export(export, folder)
    return export


def exported(pim: SimulatedPim) -> list[LaneCommand]:
    """Return what *pim* holds, but for files."""
    return list(export_commands(DirectPim(pim), CODEC))


def commands_in(folder: Path) -> Iterator[LaneCommand]:
    """Yield the commands of the files in a folder, in the order of their names."""
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_bytes().splitlines():
            record = orjson.loads(line)
            yield CODEC.decode(record["command"], record["data"])


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files below *folder* by their paths."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def comparable(state: State) -> Any:
    """Return a state without what a PIM gives out itself: codes of files, and places of options."""
    files = {code: f"{each['sha1']} {each['original_filename']}" for code, each in _files(state)}
    kept = {name: table for name, table in state.items() if not name.endswith("media_files")}
    return {**_named(kept, files), "files": sorted(set(files.values()))}


def _files(state: State) -> Iterable[tuple[str, Any]]:
    for name in ("media_files", "reference_entity_media_files", "asset_media_files"):
        yield from state[name].items()


def _named(data: Any, files: dict[str, str]) -> Any:
    if isinstance(data, dict):
        return {name: _named(each, files) for name, each in data.items() if name != "sort_order"}
    if isinstance(data, list):
        return [_named(each, files) for each in data]
    return files.get(data, data) if isinstance(data, str) else data


def carry_all(client: DirectClient, commands: Iterable[LaneCommand]) -> None:
    """Tell a PIM *commands* one by one, those that were refused again, until all are taken."""
    waiting = list(commands)
    while waiting:
        refused: list[LaneCommand] = []
        held: set[str] = set()
        for command in waiting:
            if command.identity in held or client.carry(command) >= 300:
                held.add(command.identity)
                refused.append(command)
        assert len(refused) < len(waiting), f"refused for good: {refused[0]}"
        waiting = refused
