"""What a bus is made of, as text for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from importbus.bus.chain import Only
from importbus.bus.messages import Command
from importbus.bus.registry import where

if TYPE_CHECKING:
    from importbus.bus.chain import Middleware
    from importbus.bus.listeners import Listeners
    from importbus.bus.registry import Registry
    from importbus.bus.sinks import BatchHandlers


def describe(
    middleware: Sequence[Middleware],
    registry: Registry,
    listeners: Listeners,
    batch_handlers: BatchHandlers,
) -> str:
    """Return a list of each kind that has entries, with the first sentence of their docstrings."""
    parts = [
        _part("Middleware, outermost first", [_step(step) for step in middleware]),
        _part("Commands", [_entry(kind.__name__, handler) for kind, handler in registry]),
        _part("Events", [_entry(kind.__name__, listener) for kind, listener in listeners]),
        _part(
            "Batches",
            [
                _entry(
                    f"{h.command_type.__name__} (size {h.size}, linger {h.linger:g} s)", h.target
                )
                for h in batch_handlers
            ],
        ),
    ]
    return "\n".join(part for part in parts if part)


def _part(title: str, entries: Iterable[str]) -> str:
    lines = [f"  {entry}" for entry in entries]
    return "\n".join([f"{title}:", *lines]) if lines else ""


def _step(step: Middleware) -> str:
    target = step.middleware if isinstance(step, Only) else step
    chosen = getattr(step, "only", Command)
    if chosen is Command:
        return _with_docs(_name(target), target)
    types = chosen if isinstance(chosen, tuple) else (chosen,)
    names = ", ".join(command_type.__name__ for command_type in types)
    return _with_docs(f"{_name(target)} (only {names})", target)


def _entry(subject: str, target: object) -> str:
    return _with_docs(f"{subject} -> {where(target)}", target)


def _with_docs(text: str, target: object) -> str:
    sentence = first_sentence(target)
    return f"{text}: {sentence}" if sentence else text


def _name(target: object) -> str:
    owner = target if hasattr(target, "__qualname__") else type(target)
    return str(getattr(owner, "__qualname__", owner))


def first_sentence(target: object) -> str:
    """Return the first sentence of the docstring of *target* or its class; empty without one."""
    while isinstance(target, partial):
        target = target.func
    words = (getattr(target, "__doc__", None) or "").split()
    for n, word in enumerate(words, 1):
        if word.endswith((".", "!", "?")):
            return " ".join(words[:n])
    return " ".join(words)
