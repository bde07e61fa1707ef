"""Who looks at Akeneo commands before and after an import, with the PIM that is asked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from importbus.adapters.config import PimConfig
from importbus.adapters.pim import PimClient
from importbus.adapters.wiring.parts import open_pim
from importbus.handlers.akeneo.checks.inspector import AkeneoInspector
from importbus.handlers.akeneo.readback.verifier import AkeneoVerifier


@contextmanager
def open_inspector(pim: PimConfig | None) -> Iterator[AkeneoInspector]:
    """Open an inspector that reads from *pim*; without one it knows the source alone."""
    if pim is None:
        yield AkeneoInspector(None)
        return
    with open_pim(pim) as client:
        yield AkeneoInspector(client)


def verifier_of(pim: PimClient) -> AkeneoVerifier:
    """Return who compares what *pim* stores with what it was told."""
    return AkeneoVerifier(pim, time.sleep)
