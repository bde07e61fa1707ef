"""What names of sources are looked up with, by the configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from attrs import define, field

from importbus.adapters.config import Config, PimConfig
from importbus.adapters.pim import PimClient
from importbus.adapters.reading import Means
from importbus.adapters.sources.ports import SourceOptions
from importbus.adapters.wiring.parts import open_pim


@contextmanager
def open_means(
    config: Config, options: SourceOptions = SourceOptions(), *, ask: bool = True
) -> Iterator[Means]:
    """Open what sources are looked up with; the PIM is called when a table needs it, if *ask*."""
    pim = _StructureOfPim(config.pim) if config.pim and ask else None
    try:
        yield Means(options, config.providers, pim)
    finally:
        if pim:
            pim.close()


@define
class _StructureOfPim:
    """Reads from a PIM that is not asked in most runs, and then needs no client."""

    config: PimConfig
    _client: PimClient | None = field(default=None, init=False)

    def items(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
        """Yield the items of a list; see ``PimClient``."""
        if self._client is None:
            self._client = open_pim(self.config)
        return self._client.items(path, params)

    def close(self) -> None:
        """Release the client."""
        if self._client:
            self._client.close()
