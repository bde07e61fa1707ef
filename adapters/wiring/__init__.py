"""Puts bus, handlers and adapters together; with the command line the one package that sees all."""

from importbus.adapters.pim import Credentials
from importbus.adapters.wiring.files import FileGenerator, open_files
from importbus.adapters.wiring.fleet import open_consumer
from importbus.adapters.wiring.inspecting import open_inspector, verifier_of
from importbus.adapters.wiring.means import open_means
from importbus.adapters.wiring.parts import akeneo_schemas, open_codec, open_journal, open_pim
from importbus.adapters.wiring.queues import must_be_shared, open_queue
from importbus.adapters.wiring.running import open_bus, open_runtime
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
