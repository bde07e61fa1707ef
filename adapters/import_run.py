"""One run of ``importbus import``: sources through the bus into the sink, to the last outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from difflib import get_close_matches
from threading import Event

from attrs import define, field, frozen

from importbus.adapters.codec import JsonCodec
from importbus.adapters.progress import ProgressBoard
from importbus.adapters.sources import Source, open_sources
from importbus.bus.context import ImportContext, current_import, current_position
from importbus.bus.errors import ConfigurationError, UnknownImport
from importbus.bus.journal import Moment, Resumption
from importbus.bus.messages import FinishImport, LaneCommand
from importbus.bus.report import Report
