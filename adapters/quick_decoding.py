"""The short way from JSON data to commands, for data without a fault, as nearly all data is.

What a class needs is looked up once. Data with any fault is left to the strict way, which looks at
all of it again and has the words for what is wrong; so there is one place that tells errors, and
both ways make the same command.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
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
        checks = {a.name: _list_check(a.type) or _check(a.type, hook_of) for a in attributes}
        return _made_by_field(command_type, plain, checks)
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


def _made_by_field(
    command_type: type[LaneCommand],
    plain: Mapping[str, frozenset[type]],
    checks: Mapping[str, Check],
) -> QuickDecoder:
    """Return the way for a class with fields that take *checks*; the others are *plain*."""

    def decode(data: Any) -> LaneCommand | None:
        try:
            made = data
            for name, value in data.items():
                if allowed := plain[name]:
                    if type(value) not in allowed:
                        return None
                elif (built := checks[name](value)) is not value:
                    made = {**made, name: built}
            return command_type(**made)
        except Exception:  # noqa: BLE001 - as above
            return None

    return decode


def _check(kind: Any, hook_of: Callable[[Any], Callable[[Any, Any], Any]]) -> Check:
    """Return what checks a value of *kind*; it is looked up late, as a type may have none."""
    hooks: list[Callable[[Any, Any], Any]] = []

    def check(value: Any) -> Any:
        if not hooks:
            hooks.append(hook_of(kind))
        return hooks[0](value, kind)

    return check


def _list_check(kind: Any) -> Check | None:
    """Return what checks a list of scalars; None for another *kind*."""
    named = _named(kind)
    if len(named) != 1 or get_origin(named[0]) is not Sequence:
        return None
    (item,) = get_args(named[0])
    only = frozenset({item})  # the strict way takes no whole number for another one in a list

    def check(value: Any) -> Any:
        if type(value) is list and only.issuperset(map(type, value)):
            return value
        raise ValueError(value)  # for the strict way

    return check if item in SCALARS else None


def _named(kind: Any) -> list[Any]:
    """Return the types that *kind* names, besides none at all."""
    parts = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    return [part for part in parts if part not in (Unset, type(None))]


def _plain(kind: Any) -> frozenset[type]:
    """Return the types of values of *kind* that need no other look; none if it takes one."""
    named = _named(kind)
    found = _exact_types(named[0]) if len(named) == 1 else frozenset()
    return found | {type(None)} if found and type(None) in get_args(kind) else found


def _exact_types(kind: Any) -> frozenset[type]:
    """Return what JSON gives for *kind*, where nothing inside of it needs a look."""
    if get_origin(kind) is Mapping:
        return frozenset({dict}) if get_args(kind)[1] is Any else frozenset()
    return SCALARS.get(kind, frozenset())
