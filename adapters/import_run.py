"""One run of ``importbus import``: sources through the bus into the sink, to the last outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from difflib import get_close_matches
from itertools import islice
from threading import Event

from attrs import evolve, frozen

from importbus.adapters.codec import JsonCodec
from importbus.adapters.progress import ProgressBoard
from importbus.adapters.sources import open_sources
from importbus.adapters.wiring import Runtime
from importbus.bus.context import ImportContext, current_import, current_position
from importbus.bus.errors import ConfigurationError, InvalidCommand, TransportClosed
from importbus.bus.importing import new_import_id
from importbus.bus.journal import Moment, Resumption
from importbus.bus.messages import FinishImport, LaneCommand, Position
from importbus.bus.ports import Rejection, Source
from importbus.bus.report import Report
