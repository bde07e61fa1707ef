"""Puts bus, handlers and adapters together; with the command line the one package that sees all."""

from typing import TYPE_CHECKING

from importbus.adapters.pim import Credentials
from importbus.adapters.wiring.parts import open_codec, open_journal, open_pim
from importbus.adapters.wiring.running import open_bus, open_runtime
from importbus.bus.later import later

if TYPE_CHECKING:
    from importbus.adapters.wiring.files import FileGenerator, open_files
    from importbus.adapters.wiring.fleet import open_consumer
    from importbus.adapters.wiring.inspecting import open_inspector, verifier_of
    from importbus.adapters.wiring.means import open_means
    from importbus.adapters.wiring.queues import must_be_shared, open_queue
    from importbus.adapters.wiring.schemas import akeneo_schemas
    from importbus.adapters.wiring.short import Importer, Publisher, publisher

__all__ = [
    "Credentials",
    "FileGenerator",
    "Importer",
    "Publisher",
    "akeneo_schemas",
    "must_be_shared",
    "open_bus",
    "open_codec",
    "open_consumer",
    "open_files",
    "open_inspector",
    "open_journal",
    "open_means",
    "open_pim",
    "open_queue",
    "open_runtime",
    "publisher",
    "verifier_of",
]

# An import into the PIM needs none of these: with all of them the command line would start 0.05 s
# later. Hidden from type checkers, which would otherwise believe in any name.
if not TYPE_CHECKING:
    __getattr__, __dir__ = later(
        globals(),
        {
            "FileGenerator": "importbus.adapters.wiring.files",
            "Importer": "importbus.adapters.wiring.short",
            "Publisher": "importbus.adapters.wiring.short",
            "akeneo_schemas": "importbus.adapters.wiring.schemas",
            "must_be_shared": "importbus.adapters.wiring.queues",
            "open_consumer": "importbus.adapters.wiring.fleet",
            "open_files": "importbus.adapters.wiring.files",
            "open_inspector": "importbus.adapters.wiring.inspecting",
            "open_means": "importbus.adapters.wiring.means",
            "open_queue": "importbus.adapters.wiring.queues",
            "publisher": "importbus.adapters.wiring.short",
            "verifier_of": "importbus.adapters.wiring.inspecting",
        },
    )
