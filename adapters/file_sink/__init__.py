"""Files instead of a PIM: what an import would send, written so that it can be imported later."""

from importbus.adapters.file_sink.sink import FileSink, Format

__all__ = ["FileSink", "Format"]
