"""The inspector of Akeneo commands, with the PIM that it asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from importbus.adapters.config import PimConfig
from importbus.adapters.wiring.parts import open_pim
from importbus.handlers.akeneo.checks.inspector import AkeneoInspector


@contextmanager
def open_inspector(pim: PimConfig | None) -> Iterator[AkeneoInspector]:
    """Open an inspector that reads from *pim*; without one it knows the source alone."""
    if pim is None:
        yield AkeneoInspector(None)
        return
    with open_pim(pim) as client:
        yield AkeneoInspector(client)
