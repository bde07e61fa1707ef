"""Shops whose commands share a queue file, and what a fleet's end is compared to."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from command_line import Shop, settings_for, simulated_pim

QUEUE = "sqlite:///queue.db"

LEASE = 3
"""Seconds after which a killed consumer has lost its lanes; the usual 30 would be a long test."""


MEDIA = ("media_files", "reference_entity_media_files", "asset_media_files")
"""Where the state of the PIM has its files."""


def with_queue(shop: Shop, url: str = QUEUE) -> Shop:
    """Return *shop* with the queue at *url*, a file beside its journal without one."""
    settings = f'[transport]\nurl = "{url}"\nlease_seconds = {LEASE}\n'
    (shop.folder / "importbus.toml").write_text(settings)
    return shop


def status(shop: Shop, *arguments: str) -> dict[str, Any]:
    """Return what ``status --json`` says."""
    return shop.run("status", *arguments, "--json").document


def holder_of(shop: Shop, lane: str) -> int | None:
    """Return the process that holds *lane*; None also before there is a queue."""
    lanes = {one["lane"]: one["process"] for one in status(shop).get("lanes", ())}
    return lanes.get(lane)


def until(fact: Callable[[], object], seconds: float = 60) -> None:
    """Return when *fact* is true."""
    end = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.05)


@contextmanager
def running(shop: Shop, *arguments: str, piped: bool = False) -> Iterator[subprocess.Popen[str]]:
    """Run a command; told to stop when the context is left, so that no failure waits for it."""
    with shop.start(*arguments, piped=piped) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)


def result_of(folder: Path, catalogue: Path, code: int = 0) -> dict[str, Any]:
    """Return what a PIM stores after *catalogue* was imported in sync mode, from *folder*/sync.

    The import has to end with *code*.
    """
    (folder / "sync").mkdir()
    with simulated_pim() as url:
        shop = Shop(folder / "sync", url, settings_for(url))
        said = shop.run("import", str(catalogue))
        assert said.code == code, said.err
        return comparable(shop.state)


def comparable(state: dict[str, Any]) -> dict[str, Any]:
    """Return *state* without times of writing and with the content of files for their codes.

    These differ from run to run: which of two products brings a file first gives it its code.
    """
    media = {code: one for name in MEDIA for code, one in state.pop(name, {}).items()}
    text = json.dumps(state, sort_keys=True)
    for code, one in media.items():
        text = text.replace(json.dumps(code), json.dumps(one["sha1"]))
    kept: dict[str, Any] = json.loads(text, object_hook=_without_times)
    return kept


def _without_times(item: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key not in ("created", "updated", "uuid")}
