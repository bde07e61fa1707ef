"""Commands to and from JSON data, strictly: every error with its place and what was expected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from operator import attrgetter
from types import UnionType
from typing import Any, Union, get_args, get_origin

import orjson
from attrs import NOTHING, Attribute, fields, frozen, resolve_types
from cattrs import BaseValidationError, transform_error
from cattrs.preconf.orjson import OrjsonConverter, make_converter

from importbus.adapters.quick_decoding import QuickDecoder, quick_decoder
from importbus.adapters.sound_data import Builder, builder
from importbus.bus.errors import InvalidCommand, WiringError
from importbus.bus.messages import LaneCommand
from importbus.bus.unset import UNSET, Unset

READ_ONLY = frozenset(
    {
        "_links",
        "completenesses",
        "created",
        "group_labels",
        "metadata",
        "position",
        "quality_scores",
        "updated",
    }
)
"""Properties that the API gives and does not take; they stand in exported data.

Source: akeneo/pim-api-docs, content/swagger/akeneo-web-api.json (readOnly properties).
"""

Hook = Callable[[Any, Any], Any]
"""What cattrs calls to check and build a value of a type."""

LONGEST_NAME = 100
"""Characters of a name that something like it is looked for; more was never meant as one."""


@frozen
class _Known:
    """A class with its fields: all names in their order, and those that must be there."""

    command_type: type[LaneCommand]
    allowed: tuple[str, ...]
    required: tuple[str, ...]
    data_of: Callable[[LaneCommand], dict[str, Any]]
    build: Builder | None


class JsonCodec:
    """Translates registered command classes; implements ``importbus.bus.ports.Codec``.

    Names are class names, never Python paths. Fields that are ``UNSET`` are left out.
    """

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self._by_type: dict[type[LaneCommand], _Known] = {}
        self._names: dict[type[LaneCommand], str] = {}
        self._quick: dict[str, QuickDecoder] = {}
        self._converter = _strict_converter()
        self._unstructure = self._converter.unstructure

    def register(self, command_type: type[LaneCommand], /) -> None:
        """Learn *command_type* under its name; a second time changes nothing.

        Raises:
            WiringError: Another class of that name is registered.
        """
        name = command_type.__name__
        known = self._known.get(name)
        if known and known.command_type is not command_type:
            raise WiringError(f"Two command classes are called {name}; rename one of them.")
        resolve_types(command_type)  # type: ignore[type-var]
        attributes = fields(command_type)  # type: ignore[arg-type]
        required = tuple(a.name for a in attributes if a.init and a.default is NOTHING)
        allowed = tuple(a.name for a in attributes if a.init)
        written = _data_reader([a for a in attributes if a.init])
        build = builder(command_type)
        self._known[name] = _Known(command_type, allowed, required, written, build)
        self._quick[name] = quick_decoder(command_type, self._converter.get_structure_hook)
        self._by_type[command_type] = self._known[name]
        self._names[command_type] = name

    def name_of(self, command_type: type[LaneCommand], /) -> str:
        """Return the name of *command_type*; one that is not registered is a wiring error."""
        try:
            return self._names[command_type]
        except KeyError:
            name = command_type.__name__
            raise WiringError(f"{name} is not registered with the codec.") from None

    def type_of(self, name: str) -> type[LaneCommand]:
        """Return the class called *name*.

        Raises:
            InvalidCommand: There is none; the nearest name is given.
        """
        known = self._known.get(name)
        if known is None:
            near = _nearest(name, self._known)
            raise InvalidCommand(f"{name!r} is unknown.{near}", field="command")
        return known.command_type

    @property
    def names(self) -> list[str]:
        """The names of all registered classes, sorted."""
        return sorted(self._known)

    def is_structure(self, name: str) -> bool:
        """Whether the class called *name* travels in the structure lane; unknown ones do not."""
        known = self._known.get(name)
        return known is not None and known.command_type.lane_kind == "structure"

    def encode(self, command: LaneCommand, /) -> bytes:
        """Return the JSON object of the data of *command*; what is ``UNSET`` is left out.

        Raises:
            InvalidCommand: It holds what JSON cannot say.
        """
        try:
            known = self._by_type.get(type(command)) or self._known[self.name_of(type(command))]
            return orjson.dumps(known.data_of(command), default=self._unstructure)
        except orjson.JSONEncodeError as error:
            raise InvalidCommand(f"It cannot be written as JSON: {error}.") from error

    def decode(self, name: str, data: object, /) -> LaneCommand:
        """Return the command that *name* and *data* say.

        Raises:
            InvalidCommand: With the field, what was expected and the nearest known name.
        """
        quick = self._quick.get(name)
        if quick is not None and (command := quick(data)) is not None:
            return command
        return self._decode_strictly(name, data)

    def build(self, name: str, data: Mapping[str, Any], /) -> LaneCommand:
        """Return the command of *data* that ``decode`` would take: shapes are not checked again.

        Raises:
            InvalidCommand: A field breaks a rule that is more than its shape, as that of a uuid, or
                there is no class called *name*.
        """
        known = self._known.get(name)
        return known.build(data) if known and known.build else self.decode(name, data)

    def _decode_strictly(self, name: str, data: object) -> LaneCommand:
        command_type = self.type_of(name)
        known = self._known[name]
        if not isinstance(data, Mapping):
            raise InvalidCommand(f"expected an object, not {_json_type(data)}", field="data")
        self._check_names(known, data)
        try:
            command: LaneCommand = self._converter.structure(data, command_type)
            return command
        except BaseValidationError as error:
            raise _first_of(error) from error

    def _check_names(self, known: _Known, data: Mapping[str, object]) -> None:
        for name in data if data.keys() - known.allowed else ():
            if name in READ_ONLY:
                raise InvalidCommand("is read-only in the API: remove it", field=name)
            if name not in known.allowed:
                raise InvalidCommand(f"is unknown.{_nearest(name, known.allowed)}", field=name)
        for name in known.required:
            if name not in data:
                raise InvalidCommand("is missing", field=name)


def _data_reader(attributes: Sequence[Attribute[Any]]) -> Callable[[Any], dict[str, Any]]:
    """Return what reads *attributes* of a command, all but those that are ``UNSET``."""
    names = [attribute.name for attribute in attributes]
    if not any(_may_be_unset(a.type) or a.default is UNSET for a in attributes):
        return _dict_of(names)
    values_of = _getter(names)

    def data_of(command: object) -> dict[str, Any]:
        values = zip(names, values_of(command))  # noqa: B905 - of one length, always
        return {name: value for name, value in values if value is not UNSET}

    return data_of


def _dict_of(names: Sequence[str]) -> Callable[[Any], dict[str, Any]]:
    """Return what reads *names*, written out as attrs writes its methods: four times as fast."""
    pairs = ", ".join(f"{name!r}: command.{name}" for name in names)
    made: Callable[[Any], dict[str, Any]] = eval(f"lambda command: {{{pairs}}}")  # noqa: S307 - of names of attributes
    return made


def _getter(names: Sequence[str]) -> Callable[[object], tuple[object, ...]]:
    """Return what reads the attributes *names*, all in one go."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda command: tuple(getattr(command, name) for name in names)


def _strict_converter() -> OrjsonConverter:
    """Return a converter that takes no value for what it is not: 5 is no text, true no number."""
    converter = make_converter()
    for scalar in (str, int, float, bool):
        converter.register_structure_hook(scalar, _strict)
    converter.register_structure_hook_factory(_is_loose_mapping, _mapping)
    converter.register_structure_hook_factory(_is_loose_sequence, _sequence)
    converter.register_structure_hook_factory(
        _may_be_unset, lambda kind: _without_unset(kind, converter)
    )
    return converter


def _strict(value: Any, kind: Any) -> Any:
    fits = isinstance(value, kind) or (kind is float and isinstance(value, int))
    if not fits or (kind is not bool and isinstance(value, bool)):
        raise ValueError(f"expected {_NAMES[kind]}, not {_json_type(value)}")
    return value


_NAMES: Mapping[type, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


def _is_loose_mapping(kind: Any) -> bool:
    """Whether *kind* is a mapping whose values stay as they are."""
    return get_origin(kind) is Mapping


def _mapping(kind: Any) -> Hook:
    """Return what checks a mapping of *kind*; its types are looked up once, not for each value."""
    allowed = _plain_types(get_args(kind)[1])
    expected = " or ".join(_json_name(one) for one in allowed)

    def structure(value: Any, _: Any) -> Any:
        if not isinstance(value, Mapping):
            raise InvalidCommand(f"expected an object, not {_json_type(value)}")
        for key, item in value.items() if allowed else ():
            if not isinstance(item, allowed) or (isinstance(item, bool) and bool not in allowed):
                raise InvalidCommand(f"expected {expected}, not {_json_type(item)}", field=str(key))
        return value

    return structure


def _plain_types(kind: Any) -> tuple[type, ...]:
    """Return the Python types of what a mapping of *kind* may hold; empty for anything."""
    if kind is Any:
        return ()
    parts = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    return tuple(_CONTAINERS.get(get_origin(part) or part, part) for part in parts)


_CONTAINERS: Mapping[Any, Any] = {Mapping: Mapping, Sequence: list, type(None): type(None)}


def _is_loose_sequence(kind: Any) -> bool:
    return get_origin(kind) is Sequence


def _sequence(kind: Any) -> Hook:
    """Return what checks a list of *kind*."""
    (inner,) = get_args(kind)
    expected = get_origin(inner) or inner
    wanted = _json_name(expected)

    def structure(value: Any, _: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise InvalidCommand(f"expected a list, not {_json_type(value)}")
        for n, item in enumerate(value):
            if expected is not Any and not isinstance(item, expected):
                raise InvalidCommand(f"expected {wanted}, not {_json_type(item)}", field=f"[{n}]")
        return value

    return structure


def _may_be_unset(kind: Any) -> bool:
    return get_origin(kind) in (Union, UnionType) and Unset in get_args(kind)


def _without_unset(kind: Any, converter: OrjsonConverter) -> Hook:
    parts = [part for part in get_args(kind) if part is not Unset]
    nullable = type(None) in parts
    (inner,) = [part for part in parts if part is not type(None)]
    hook = converter.get_structure_hook(inner)

    def structure(value: Any, _: Any) -> Any:
        if value is None and not nullable:
            raise ValueError("expected a value, not null")
        return None if value is None else hook(value, inner)

    return structure


def _first_of(error: BaseValidationError) -> InvalidCommand:
    """Return the first fault that cattrs found, with its path."""
    leaf, path = _leaf(error)
    if isinstance(leaf, InvalidCommand):
        place = f"{path}{leaf.field}" if (leaf.field or "").startswith("[") else leaf.field
        inside = path and place and not place.startswith((path, "["))
        return InvalidCommand(leaf.reason, field=f"{path}.{place}" if inside else place or path)
    if isinstance(leaf, ValueError):
        return InvalidCommand(str(leaf), field=path or None)
    return InvalidCommand(transform_error(error)[0], field=path or None)


def _leaf(error: BaseException) -> tuple[BaseException, str]:
    """Return the first fault below *error* and the path to it."""
    path = ""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
        for note in getattr(error, "__notes__", ()):
            if name := getattr(note, "name", None):
                path = f"{path}.{name}" if path else name
            elif (index := getattr(note, "index", None)) is not None:
                path = f"{path}[{index}]"
    return error, path


def _nearest(name: str, known: Iterable[str]) -> str:
    """Return what was probably meant: names that end like *name*, else one spelled like it."""
    names = {one.casefold(): one for one in sorted(known)}
    text = name.casefold() if len(name) <= LONGEST_NAME else ""
    close = [one for one in names if len(text) > 2 and one.endswith(text)]
    close = close or get_close_matches(text, names, 1)
    if close:
        return f" Did you mean {' or '.join(names[one] for one in close)}?"
    return f" Known: {', '.join(names.values())}."


def _json_type(value: object) -> str:
    return _json_name(type(value))


def _json_name(kind: Any) -> str:
    names: Mapping[Any, str] = {
        **_NAMES,
        dict: "an object",
        Mapping: "an object",
        list: "a list",
        type(None): "null",
    }
    return names.get(kind, getattr(kind, "__name__", str(kind)))
