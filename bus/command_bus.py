"""The command bus: a command has one handler, an event any number of listeners."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from threading import RLock
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from importbus.bus.chain import Middleware, fold
from importbus.bus.context import ImportContext, current_import
from importbus.bus.describe import describe
from importbus.bus.discovery import annotated_class, annotated_item, marked
from importbus.bus.errors import BusClosed, DuplicateHandler, WiringError
from importbus.bus.importing import Ending, ImportRun, checked_import_id, new_import_id
from importbus.bus.listeners import Listeners
from importbus.bus.messages import Command, Event, FinishImport, LaneCommand
from importbus.bus.registry import ATTACH, Registry, where
from importbus.bus.sinks import LINGER, SIZE, BatchHandler, BatchHandlers, FunctionSink

if TYPE_CHECKING:
    from importbus.bus.batches import Batch
    from importbus.bus.outcomes import Outcome
    from importbus.bus.ports import Imports, Sink

R = TypeVar("R")
C = TypeVar("C", bound=Command[Any])
E = TypeVar("E", bound=Event)
L = TypeVar("L", bound=LaneCommand)


class CommandBus:
    """Sends every command through *middleware*, the first one outermost, to its handler.

    Thread-safe, registering while others dispatch included. A context manager: leaving it closes
    the bus.
    """

    def __init__(self, *middleware: Middleware) -> None:
        self._middleware = middleware
        self._chains: dict[type, Callable[[Any], Any]] = {}
        self._registry = Registry()
        self._listeners = Listeners()
        self._batch_handlers = BatchHandlers()
        self._imports: Imports | None = None
        self._ending: Ending | None = None
        self._lock = RLock()
        self._closing = self._closed = False

    def dispatch(self, command: Command[R], /) -> R:
        """Return what the handler of *command* returns; what it raises is raised as it is.

        Raises:
            HandlerNotFound: Nothing is registered for its class or a base class of it.
            BusClosed: ``close`` was called before.
        """
        try:
            chain = self._chains[type(command)]
        except KeyError:
            chain = self._chain_for(type(command))
        return chain(command)  # type: ignore[no-any-return]  # a variable for it costs 3%

    def broadcast(self, event: Event, /) -> None:
        """Call every listener of *event* in the order of subscription, also after one failed.

        ``FinishImport()`` without an id means the import of the current context; outside of one
        it stays without, which is the standing import.

        Raises:
            ExceptionGroup: What the listeners raised; all of them were called.
            BusClosed: ``close`` was called before.
        """
        if self._closed:
            raise BusClosed
        context = current_import.get()
        if isinstance(event, FinishImport) and event.import_id is None and context:
            event = FinishImport(context.import_id)
        self._listeners.tell(event)

    def is_heard(self, event_type: type[Event]) -> bool:
        """Whether anyone listens to *event_type*: if not, nobody needs to find out what to tell."""
        return self._listeners.hear(event_type)

    def register(self, command_type: type[C], handler: Callable[[C], Any]) -> None:
        """Let *handler* carry out *command_type* and its subclasses without a nearer handler.

        Raises:
            DuplicateHandler: *command_type* has a handler already; both are named.
            WiringError: *command_type* is no command class, or *handler* cannot be called.
        """
        with self._lock:
            if other := self._batch_handlers.get(command_type):
                raise DuplicateHandler(command_type, where(other.target), where(handler))
            self._registry.add(command_type, handler)
            self._chains = {}  # a new one: who folds a chain now puts it into the old one

    def handler(self, function: Callable[[C], R]) -> Callable[[C], R]:
        """Register *function* for the class that annotates its first parameter; a decorator.

        Raises:
            WiringError: The annotation is missing or no single command class; also as ``register``.
        """
        self.register(annotated_class(function), function)
        return function

    def discover(self, *modules: ModuleType) -> None:
        """Register what *modules* mark with ``@handles``; raises as ``register`` does."""
        for module in modules:
            for command_type, handler in marked(module):
                self.register(command_type, handler)

    def subscribe(self, event_type: type[E], listener: Callable[[E], object]) -> None:
        """Let *listener* hear of every *event_type*, subclasses included.

        Raises:
            WiringError: *event_type* is no event class, or *listener* cannot be called.
        """
        with self._lock:
            self._listeners.add(event_type, listener)

    def listener(self, function: Callable[[E], R]) -> Callable[[E], R]:
        """Subscribe *function* to the class that annotates its first parameter; a decorator."""
        self.subscribe(annotated_class(function), function)
        return function

    def register_sink(
        self,
        command_type: type[LaneCommand],
        sink: Sink,
        *,
        size: int = SIZE,
        linger: float = LINGER,
    ) -> None:
        """Let *sink* write the batches of *command_type*.

        Args:
            command_type: A class derived from ``Upsertable`` or ``LaneCommand``.
            sink: Gets batches of that class from the threads of the lane workers.
            size: Most items in a batch, 1 to 100.
            linger: Seconds that an open batch waits for more before it leaves.

        Raises:
            DuplicateHandler: *command_type* has a handler or a sink already; both are named.
            WiringError: *command_type* is no lane command class, or *size* or *linger* is wrong.
        """
        handler = BatchHandler(command_type, sink, size=size, linger=linger)
        with self._lock:
            if other := self._registry.get(command_type):
                raise DuplicateHandler(command_type, where(other), where(handler.target))
            self._batch_handlers.add(handler)
            imports = self._imports
        if imports is not None:
            handler.hand_to(imports)

    def batch_handler(
        self, *, size: int = SIZE, linger: float = LINGER
    ) -> Callable[
        [Callable[[Batch[L]], Iterable[Outcome]]], Callable[[Batch[L]], Iterable[Outcome]]
    ]:
        """Register a function as the sink of ``T`` in its annotation ``batch: Batch[T]``.

        It returns one outcome an item, in order; an item without one is unknown and comes again;
        an exception concerns the whole batch. *size*, *linger* and errors: as ``register_sink``.
        """

        def decorate(
            function: Callable[[Batch[L]], Iterable[Outcome]],
        ) -> Callable[[Batch[L]], Iterable[Outcome]]:
            command_type = annotated_item(function)
            self.register_sink(command_type, FunctionSink(function), size=size, linger=linger)
            return function

        return decorate

    def attach(self, imports: Imports) -> None:
        """Let *imports* carry the lane commands, hear of ``FinishImport`` and know all sinks.

        Raises:
            WiringError: An adapter is attached already.
        """
        with self._lock:
            if self._imports is not None:
                raise WiringError("An adapter is attached already; a bus has one.")
            self.register(LaneCommand, imports.accept)
            self._ending = Ending(imports)
            self.subscribe(FinishImport, self._ending)
            self._imports = imports
            waiting = list(self._batch_handlers)
        for handler in waiting:  # outside of the lock: the adapter has locks of its own
            handler.hand_to(imports)

    def importing(
        self,
        *,
        label: str | None = None,
        id: str | None = None,
        wait: bool = True,
    ) -> ImportRun:
        """Return an import to dispatch in: ``with bus.importing(label="spring") as run:``.

        Args:
            label: What people call it.
            id: Its name; without one, UTC time and five random characters.
            wait: Whether leaving the block waits until every command has its outcome.

        Raises:
            ConfigurationError: *id* is no possible name; letters, digits, ``-_.`` are.
            WiringError: No adapter is attached.
            BusClosed: ``close`` was called before.
        """
        if self._closed:
            raise BusClosed
        if self._imports is None or self._ending is None:
            raise WiringError(f"There is nothing to import with. {ATTACH}")
        name = new_import_id(time.time(), os.urandom(8)) if id is None else checked_import_id(id)
        context = ImportContext(name, label=label)
        return ImportRun(self, self._imports, self._ending, context, wait=wait)

    def flush(self) -> None:
        """Send all open batches; return when the transport has confirmed them.

        Raises:
            BusClosed: ``close`` was called before.
        """
        if self._closed:
            raise BusClosed
        if self._imports is not None:
            self._imports.flush()

    def close(self) -> None:
        """Finish the standing import, wait for it, release everything; a second call does nothing.

        Afterwards every dispatch raises ``BusClosed``, also when closing failed.
        """
        with self._lock:
            closing, self._closing = self._closing, True
        if closing:
            return
        try:
            if self._imports is not None:
                self._imports.close()
        finally:
            with self._lock:
                self._closed, self._chains = True, {}

    def describe(self) -> str:
        """Return the chain, handlers, listeners and batch handlers as text, with what they do."""
        with self._lock:
            return describe(self._middleware, self._registry, self._listeners, self._batch_handlers)

    def __enter__(self) -> Self:
        """Return the bus."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the bus."""
        self.close()

    def _chain_for(self, command_type: type) -> Callable[[Any], Any]:
        with self._lock:
            if self._closed:
                raise BusClosed from None  # asked from a KeyError, which concerns nobody
            handler = self._registry.find(command_type)
            self._chains[command_type] = chain = fold(self._middleware, handler, command_type)
            return chain
