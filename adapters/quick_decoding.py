"""The short way from JSON data to commands, for data without a fault, as nearly all data is.

What a class needs is looked up once. Data with any fault is left to the strict way, which looks at
all of it again and has the words for what is wrong; so there is one place that tells errors, and
both ways make the same command.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin

from attrs import fields

from importbus.bus.messages import LaneCommand
from importbus.bus.unset import Unset

Check = Callable[[Any], Any]
"""Returns the value of a field as the command has it; raises for one that does not fit."""

QuickDecoder = Callable[[object], LaneCommand | None]
"""Returns the command that data says; None to have the strict way look at it."""

SCALARS: Mapping[Any, frozenset[type]] = {
    str: frozenset({str}),
    int: frozenset({int}),
    float: frozenset({float, int}),
    bool: frozenset({bool}),
}
"""What JSON gives for a type, exactly: true is no number, and a subclass of text is looked at."""


def quick_decoder(
    command_type: type[LaneCommand], hook_of: Callable[[Any], Callable[[Any, Any], Any]]
) -> QuickDecoder:
    """Return the short way to *command_type*, whose annotations are resolved.

    *hook_of* gives what checks and builds the values of a type; it raises for those that do not
    fit.
    """
    attributes = [a for a in fields(command_type) if a.init]  # type: ignore[arg-type]
    if any(a.alias != a.name for a in attributes):
        return lambda data: None
    plain = {a.name: _plain(a.type) for a in attributes}
    if not all(plain.values()):
        checks = {a.name: _check(a.type, hook_of) for a in attributes}
        return _made_by_field(command_type, checks)
    if len(plain) < 2 or any(a.kw_only for a in attributes):
        return _made_of_scalars(command_type, plain)
    return _made_of_all_scalars(command_type, plain)


def _made_of_all_scalars(
    command_type: type[LaneCommand], allowed: Mapping[str, Container[type]]
) -> QuickDecoder:
    """Return the way for data that has all fields, as what was encoded has; others go the next."""
    whole = _written_out(command_type, allowed)
    in_part = _made_of_scalars(command_type, allowed)

    def decode(data: Any) -> LaneCommand | None:
        try:
            command = whole(data)
        except Exception:  # noqa: BLE001 - as below
            return None
        return in_part(data) if command is None else command

    return decode


def _written_out(
    command_type: type[LaneCommand], allowed: Mapping[str, Container[type]]
) -> QuickDecoder:
    """Return what makes a command of all its fields, written out as attrs writes its methods.

    None for data that has other fields, or a value of a type that is not *allowed*.
    """
    checks = [f"type(v{n} := data[{name!r}]) in a{n}" for n, name in enumerate(allowed)]
    values = ", ".join(f"v{n}" for n in range(len(allowed)))
    tests = " and ".join([f"len(data) == {len(allowed)}", *checks])
    names = {"made": command_type, **{f"a{n}": types for n, types in enumerate(allowed.values())}}
    decoder: QuickDecoder = eval(  # noqa: S307 - of names of attributes
        f"lambda data: made({values}) if {tests} else None", names
    )
    return decoder


def _made_of_scalars(
    command_type: type[LaneCommand], allowed: Mapping[str, Container[type]]
) -> QuickDecoder:
    def decode(data: Any) -> LaneCommand | None:
        try:
            for name, value in data.items():
                if type(value) not in allowed[name]:
                    return None
            return command_type(**data)
        except Exception:  # noqa: BLE001 - whatever a class raises, the strict way meets it, too
            return None

    return decode


def _made_by_field(command_type: type[LaneCommand], checks: Mapping[str, Check]) -> QuickDecoder:
    def decode(data: Any) -> LaneCommand | None:
        try:
            return command_type(**{name: checks[name](value) for name, value in data.items()})
        except Exception:  # noqa: BLE001 - as above
            return None

    return decode


def _check(kind: Any, hook_of: Callable[[Any], Callable[[Any, Any], Any]]) -> Check:
    if allowed := _plain(kind):
        return _exactly(allowed)
    return lambda value: hook_of(kind)(value, kind)  # asked late: a type may have none


def _plain(kind: Any) -> frozenset[type]:
    """Return the types of values of *kind* that need no other look; none if it takes one."""
    parts = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    named = [part for part in parts if part not in (Unset, type(None))]
    found = SCALARS.get(named[0], frozenset()) if len(named) == 1 else frozenset()
    return found | {type(None)} if found and type(None) in parts else found


def _exactly(allowed: frozenset[type]) -> Check:
    def check(value: Any) -> Any:
        if type(value) in allowed:
            return value
        raise ValueError(value)

    return check
