"""Names of a package whose modules are loaded when the names are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module


def later(namespace: dict[str, object], modules: Mapping[str, str]) -> Callable[[str], object]:
    """Return the ``__getattr__`` of a package: *modules* says where each of its names is defined.

    *namespace* is ``globals()`` of the package; a name stands in it once it was asked for.
    """

    def find(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {namespace['__name__']!r} has no attribute {name!r}")
        found = namespace[name] = getattr(import_module(modules[name]), name)
        return found

    return find
