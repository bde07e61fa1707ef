"""Finding out what a function is for: from its annotation, or from the mark ``@handles``."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from types import ModuleType, UnionType
from typing import Any, TypeVar, get_args, get_origin

from importbus.bus.errors import WiringError
from importbus.bus.messages import Command
from importbus.bus.registry import Handler, where

F = TypeVar("F", bound=Callable[..., Any])

_MARK = "__importbus_handles__"
_BATCH = "importbus.bus.batches.Batch"


def handles(command_type: type[Command[Any]]) -> Callable[[F], F]:
    """Mark a function, or a class whose instances are callable, as the handler of *command_type*.

    Nothing is registered before ``bus.discover(module)`` collects the marks of a module. May be
    repeated, for a handler of several command classes.
    """

    def mark(handler: F) -> F:
        earlier = vars(handler).get(_MARK, ())
        setattr(handler, _MARK, (command_type, *earlier))
        return handler

    return mark


def marked(module: ModuleType) -> Iterator[tuple[type, Handler]]:
    """Yield the command classes and handlers that *module* itself defines and marks.

    What it imports from elsewhere is left to the module that defines it. A class is instantiated
    once, without arguments.

    Raises:
        WiringError: A marked class needs arguments; register an instance of it instead.
    """
    for found in list(vars(module).values()):
        if getattr(found, "__module__", None) != module.__name__ or not hasattr(found, "__dict__"):
            continue
        command_types: tuple[type, ...] = vars(found).get(_MARK, ())
        handler = _instance(found) if command_types and isinstance(found, type) else found
        yield from ((command_type, handler) for command_type in command_types)


def first_annotation(function: Callable[..., Any]) -> object:
    """Return the annotation of the first parameter of *function*, evaluated in its module.

    Raises:
        WiringError: There is no parameter or no annotation, or it names something unknown.
    """
    parameter = _first_parameter(function)
    if parameter is None or parameter.annotation is inspect.Parameter.empty:
        raise WiringError(
            f"{where(function)} does not say what it takes: annotate its first parameter."
        )
    annotation: object = parameter.annotation
    return _evaluated(annotation, function) if isinstance(annotation, str) else annotation


def annotated_class(function: Callable[..., Any]) -> type:
    """Return the class that annotates the first parameter of *function*.

    Raises:
        WiringError: As ``first_annotation``, or the annotation is no single class.
    """
    annotation = first_annotation(function)
    found = get_origin(annotation) or annotation
    if not isinstance(found, type) or found is UnionType:
        raise WiringError(
            f"{where(function)} takes {annotation!r}: annotate its first parameter with one class."
        )
    return found


def annotated_item(function: Callable[..., Any]) -> type:
    """Return ``T`` where the first parameter of *function* is annotated ``Batch[T]``.

    Raises:
        WiringError: As ``first_annotation``, or the annotation is anything else.
    """
    annotation = first_annotation(function)
    origin = get_origin(annotation)
    # Compared by name: importing batches here would make every start of a program slower.
    if f"{getattr(origin, '__module__', '')}.{getattr(origin, '__name__', '')}" != _BATCH:
        raise WiringError(
            f"{where(function)} takes {annotation!r}: annotate its first parameter with "
            "Batch[...], the class of its items in the brackets."
        )
    item: type = get_args(annotation)[0]
    return item


def _first_parameter(function: Callable[..., Any]) -> inspect.Parameter | None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # no callable, or one of C that tells nothing
        return None
    return next(iter(signature.parameters.values()), None)


def _evaluated(annotation: str, function: Callable[..., Any]) -> object:
    try:
        found: object = eval(annotation, _globals(function))  # noqa: S307 (the program's own source)
    except (NameError, AttributeError) as error:
        raise WiringError(
            f"{where(function)} takes {annotation}, which its module does not know when it runs "
            f"({error}): import it outside of TYPE_CHECKING, or name the class when registering."
        ) from error
    return found


def _globals(function: Callable[..., Any]) -> dict[str, Any]:
    while isinstance(function, partial):
        function = function.func
    function = inspect.unwrap(function)
    called = function if hasattr(function, "__globals__") else type(function).__call__
    found: dict[str, Any] = getattr(called, "__globals__", {})
    return found


def _instance(found: type) -> Handler:
    try:
        handler: Handler = found()
    except TypeError as error:
        raise WiringError(
            f"{found.__module__}.{found.__qualname__} cannot be made without arguments ({error}): "
            "register an instance with bus.register."
        ) from error
    return handler
