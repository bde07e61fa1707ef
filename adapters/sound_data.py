"""From data that is known to be sound to commands, without looking at it a second time.

Whoever makes data by rules of its own, as the readers of tables do, has checked each cell. Checking
the whole once more takes twice as long as making it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import NOTHING, Factory, fields

from importbus.bus.messages import LaneCommand

Builder = Callable[[Mapping[str, Any]], LaneCommand]
"""Returns the command of sound data: of the right names and types, with all that is required."""


def builder(command_type: type[LaneCommand]) -> Builder | None:
    """Return what makes commands of *command_type*; None if it has checks that cannot be left out.

    Those are validators and converters of fields, which know more than shapes. What a class checks
    when all its fields are set is left out: that is shapes.
    """
    attributes = fields(command_type)  # type: ignore[arg-type]
    if any(
        a.validator or a.converter or not a.init or isinstance(a.default, Factory)  # type: ignore[arg-type]
        for a in attributes
    ):
        return None
    required = tuple(a.name for a in attributes if a.default is NOTHING)
    optional = tuple((a.name, a.default) for a in attributes if a.default is not NOTHING)
    new, put = object.__new__, object.__setattr__  # the class is frozen

    def build(data: Mapping[str, Any]) -> LaneCommand:
        command = new(command_type)
        for name in required:
            put(command, name, data[name])
        for name, default in optional:
            put(command, name, data.get(name, default))
        return command

    return build
