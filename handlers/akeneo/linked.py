"""What a value links to: whose records or assets an attribute holds, which only the PIM knows.

A value says ``acme``; that this is a record of the reference entity ``brand`` stands in the
definition of its attribute. It is asked for when a value was refused, and once for an attribute.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from attrs import define, evolve, field

from importbus.bus.errors import Recoverable
from importbus.bus.messages import LaneCommand, identity
from importbus.bus.outcomes import Outcome
from importbus.handlers.akeneo.attempt import Attempt
from importbus.handlers.akeneo.requests import JSON
from importbus.handlers.akeneo.resources import definition_path, option_prefix

RECORDS = ("reference_entity_code", "reference_entity", "reference_entity_identifier")
"""Properties of definitions that name a reference entity; the last one of columns of a table."""

ASSETS = ("asset_family_identifier",)
"""Properties of definitions that name an asset family.

Source: akeneo/pim-api-docs, content/swagger/resources (attributes of all three kinds).
"""

BY_TYPE: Mapping[str, str] = {
    "akeneo_reference_entity": "reference_entity_record",
    "akeneo_reference_entity_collection": "reference_entity_record",
    "pim_catalog_asset_collection": "asset",
}
"""What ``reference_data_name`` names, by the type of a product's attribute."""


@define
class Linked:
    """Remembers what attributes link to; thread-safe. It holds an entry for each attribute."""

    _known: dict[str, tuple[str, ...]] = field(factory=dict, init=False)

    def resolved(self, attempt: Attempt, command: LaneCommand, outcome: Outcome) -> Outcome:
        """Return *outcome* waiting for records and assets where values of *command* name these."""
        if not outcome.wants:
            return outcome
        wants: dict[str, None] = dict.fromkeys(outcome.wants)
        for attribute, options in _wanted_options(command, outcome.wants).items():
            targets = self._targets(attempt, command, attribute)
            for token, code in options.items() if targets else ():
                del wants[token]
                wants.update(dict.fromkeys(f"{target}.{code}" for target in targets))
        return evolve(outcome, wants=tuple(wants))

    def are_links(self, command: LaneCommand, attributes: Iterable[str]) -> bool:
        """Whether all *attributes* of *command* are known to link to entries."""
        return all(self._known.get(definition_path(command, each)) for each in attributes)

    def _targets(self, attempt: Attempt, command: LaneCommand, attribute: str) -> tuple[str, ...]:
        path = definition_path(command, attribute)
        if path not in self._known:
            definition = _definition(attempt, path)
            if definition is None:
                return ()
            self._known[path] = tuple(dict.fromkeys(_targets_in(definition)))
        return self._known[path]


def _wanted_options(command: Any, wants: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the tokens of options among *wants* by attribute, each with its code."""
    found: dict[str, dict[str, str]] = {}
    for attribute in command.values if isinstance(getattr(command, "values", 0), Mapping) else ():
        prefix = option_prefix(command, attribute)
        if tokens := {want: want[len(prefix) :] for want in wants if want.startswith(prefix)}:
            found[attribute] = tokens
    return found


def _definition(attempt: Attempt, path: str) -> Mapping[str, Any] | None:
    """Return the attribute as the PIM has it; None when that cannot be known now."""
    try:
        answer = attempt.call("GET", path, None, JSON)
        found = orjson.loads(answer.body) if answer.status == 200 else None
    except (Recoverable, orjson.JSONDecodeError):
        return None
    return found if isinstance(found, dict) else None


def _targets_in(definition: Mapping[str, Any]) -> Iterator[str]:
    """Yield what identities of entries begin with that an attribute can hold."""
    for name in (*RECORDS, *ASSETS):
        if isinstance(code := definition.get(name), str):
            yield identity("asset" if name in ASSETS else "reference_entity_record", code)
    kind, code = BY_TYPE.get(str(definition.get("type"))), definition.get("reference_data_name")
    if kind and isinstance(code, str):
        yield identity(kind, code)
    columns = definition.get("table_configuration")
    for column in columns if isinstance(columns, list) else ():
        if isinstance(column, dict):
            yield from _targets_in({name: column.get(name) for name in RECORDS})
