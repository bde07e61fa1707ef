"""Imports into a simulated PIM in the same process, through the wiring that applications use."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from importbus.adapters.batch_run import Patience
from importbus.adapters.config import (
    Config,
    JournalConfig,
    MediaConfig,
    PimConfig,
    TransportConfig,
)
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.adapters.wiring import open_runtime
from importbus.bus import CommandBus, Failure, ImportRun, LaneCommand
from importbus.handlers.akeneo import (
    CreateOrUpdateAttribute,
    CreateOrUpdateAttributeOption,
    CreateOrUpdateFamily,
    CreateOrUpdateFamilyVariant,
    CreateOrUpdateProductModel,
)


@frozen
class ImportDesk:
    """A PIM, and a bus that leads to it."""

    pim: SimulatedPim
    bus: CommandBus
    config: Config
    _ids: Iterator[int] = field(factory=lambda: count(1))

    def run(self, *steps: LaneCommand | None) -> ImportRun:
        """Import *steps* in their order; None waits until all before it is written."""
        with self.bus.importing(id=f"import-{next(self._ids)}") as run:
            for step in steps:
                if step is None:
                    self.bus.flush()
                    _wait_for(lambda: run.report.open == 0)
                else:
                    self.bus.dispatch(step)
        return run

    def keep(self, name: str, content: bytes) -> str:
        """Put a file where commands may name it, and return its name."""
        folder = Path(self.config.media.root or ".")
        (folder / name).write_bytes(content)
        return name

    def delay_write(self, product: str) -> None:
        """Let the first write of *product* be carried out a second later; see ``_delay``."""
        self._delay({"method": "PATCH", "body_contains": f'"identifier":"{product}"'})

    def delay_delete(self, product: str) -> None:
        """Let the first delete of *product* be carried out a second later; see ``_delay``."""
        self._delay({"method": "DELETE", "path": f"/{product}$"})

    def stored(self, resource: str, key: str) -> Any:
        """Return an item as the PIM has it; None when it has none."""
        return self.pim.state()[resource].get(key)

    def _delay(self, match: dict[str, object]) -> None:
        """The PIM turns the call away once, and the importer comes again: other lanes go ahead."""
        later = {"kind": "status", "status": 503, "retry_after": 1}
        self.pim.set_faults([{"match": {**match, "nth": 1}, "fault": later}])


def _wait_for(fact: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not fact():
        assert time.monotonic() < until, "it takes too long"
        time.sleep(0.01)


@contextmanager
def open_desk(folder: Path, *, lanes: int = 4, quiet: float = 1.0) -> Iterator[ImportDesk]:
    """Open a PIM as just installed, and a bus with its journal and its files in *folder*.

    *quiet* is how long a lost call is waited for when nobody knows better.
    """
    with SimulatedPim(option_rate=None) as pim:
        media, transport = MediaConfig(root=str(folder)), TransportConfig(lanes=lanes)
        config = evolve(config_for(pim, folder), transport=transport, media=media)
        with open_runtime(config, patience=Patience(quiet=quiet)) as runtime:
            yield ImportDesk(pim, runtime.bus, config)


def config_for(pim: SimulatedPim, folder: Path) -> Config:
    """Return the settings that lead to *pim*, with a journal in *folder*."""
    return Config(
        pim=PimConfig(pim.url, "importbus", "secret", "admin", "admin"),
        journal=JournalConfig(str(folder / "journal.db")),
    )


def outcomes(run: ImportRun) -> dict[str, int]:
    """Return how many commands of *run* ended how."""
    return dict(run.report.outcomes)


def only_failure(run: ImportRun) -> Failure:
    """Return the one failure of *run*."""
    (failure,) = run.failures()
    return failure


def value(data: object) -> list[dict[str, object]]:
    """Return the one value of an attribute that is the same everywhere."""
    return [{"locale": None, "scope": None, "data": data}]


def attribute(code: str, kind: str = "text", **more: Any) -> CreateOrUpdateAttribute:
    """Return the creation of an attribute in the group that every PIM has."""
    return CreateOrUpdateAttribute(
        code=code, type=f"pim_catalog_{kind}", **{"group": "other", **more}
    )


def variant_set(code: str, *axes: str, attributes: Sequence[str] = ()) -> LaneCommand:
    """Return a way in which mugs vary: an axis a level, and *attributes* of the last level."""
    levels = [{"level": n, "axes": [axis]} for n, axis in enumerate(axes, 1)]
    levels[-1]["attributes"] = list(attributes)
    return CreateOrUpdateFamilyVariant(code=code, family="mugs", variant_attribute_sets=levels)


MUGS: tuple[LaneCommand, ...] = (
    attribute("ean", unique=True),
    attribute("note"),
    attribute("handle", "boolean"),
    attribute("color", "simpleselect"),
    CreateOrUpdateAttributeOption(attribute="color", code="red"),
    CreateOrUpdateAttributeOption(attribute="color", code="blue"),
    CreateOrUpdateFamily(code="mugs", attributes=["sku", "ean", "note", "handle", "color"]),
    variant_set("by_color", "color"),
    variant_set("by_color_and_handle", "color", "handle"),
    CreateOrUpdateProductModel(code="mug", family_variant="by_color"),
)
"""A family of mugs, with one model to hang variants under."""
