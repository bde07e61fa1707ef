"""Reading a PIM into what ``import`` reads: commands, as JSONL in files or as objects."""

from importbus.adapters.export.account import Account
from importbus.adapters.export.folder import Exported, Written, write_export
from importbus.adapters.export.records import Export, Record, export_commands, export_records
from importbus.adapters.export.stages import CLASSES

__all__ = [
    "CLASSES",
    "Account",
    "Export",
    "Exported",
    "Record",
    "Written",
    "export_commands",
    "export_records",
    "write_export",
]
