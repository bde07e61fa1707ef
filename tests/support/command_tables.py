"""The tables of `docs/commands.md`, made from the command classes and the table of resources."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, fields

from importbus.bus import LaneCommand, Upsertable
from importbus.bus.unset import Unset
from importbus.handlers import akeneo
from importbus.handlers.akeneo import COMMANDS
from importbus.handlers.akeneo.commands.upserts import EntryUpsert
from importbus.handlers.akeneo.commands.uuids import refuse_identifier
from importbus.handlers.akeneo.media_places import PLACES, upload_path
from importbus.handlers.akeneo.requests import MAX_LINES, path_fields
from importbus.handlers.akeneo.resources import ALONE, API, references, resource_of

WORDS: Mapping[Any, str] = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    NoneType: "null",
}

FIXED: Mapping[type[LaneCommand], tuple[str, ...]] = {
    akeneo.CreateOrUpdateMeasurementFamily: ("standard_unit_code",),
    akeneo.CreateOrUpdateAssetFamilyAttribute: (
        "type",
        "value_per_locale",
        "value_per_channel",
        "reference_entity",
    ),
    akeneo.CreateOrUpdateReferenceEntityAttribute: (
        "type",
        "value_per_locale",
        "value_per_channel",
        "reference_entity_code",
        "asset_family_identifier",
    ),
    akeneo.CreateOrUpdateAttribute: (
        "type",
        "localizable",
        "scopable",
        "unique",
        "metric_family",
        "reference_data_name",
    ),
    akeneo.CreateOrUpdateAssociationType: ("is_quantified", "is_two_way"),
    akeneo.CreateOrUpdateFamilyVariant: ("family",),
    akeneo.CreateOrUpdateProductModel: ("family_variant",),
    akeneo.CreateOrUpdateProduct: ("uuid",),
}
"""Fields that a PIM takes when an item is created and never changes, besides the key.

Source: akeneo/pim-api-docs, content/swagger/akeneo-web-api.json; a test tries each of them.
"""

UUID = "5e4f1f5c-6d3b-4d0e-8a57-0d6bd63f2a11"

PROBES: Mapping[str, Any] = {
    "attribute_requirements": {"c": ["a"]},
    "variant_attribute_sets": [{"level": 1, "axes": ["a"], "attributes": ["b"]}],
    "values": {"a": [{"locale": None, "scope": "c", "data": "o"}]},
    "associations": {"t": {"products": ["p"], "product_models": ["m"]}},
    "quantified_associations": {
        "t": {"products": [{"identifier": "p"}], "product_models": [{"code": "m"}]}
    },
    "conversion_units": {"a": "GRAM"},
    "table_configuration": [{"code": "a", "reference_entity_identifier": "e"}],
    "naming_convention": {"pattern": "(?<a>.*)"},
    "product_link_rules": [{"assign_assets_to": [{"attribute": "a"}]}],
    "transformations": [{"source": {"attribute": "a"}}],
}
"""Something to find references in, for the fields that are neither a code nor a list of codes."""


TOGETHER: Mapping[type[LaneCommand], Mapping[str, str]] = {
    akeneo.CreateReferenceEntityMediaFile: {"code": "x", "attribute": "x"},
}
"""Fields that may be left out, but not the one without the other."""


def section(command: type[LaneCommand]) -> str:
    """Return what the page says of *command* by itself: how it travels, and its fields."""
    first = (command.__doc__ or "").strip().partition("\n")[0].replace("``", "`")
    hints = get_type_hints(command)
    rows = [
        f"| `{one.name}` | {words(hints[one.name])} | {null(hints[one.name])} |"
        f" {refers_to(command, one.name)} | {fixed(command, one)} |"
        for one in fields(command)  # type: ignore[arg-type]
    ]
    return "\n".join(
        [
            "",
            first,
            "",
            f"- {travels(command)}",
            f"- {place(command)}",
            "",
            "| field | type | null | refers to | note |",
            "|---|---|---|---|---|",
            *rows,
            "",
            "",
        ]
    )


def travels(command: type[LaneCommand]) -> str:
    """Return how *command* goes to the PIM."""
    resource = resource_of(command)
    path = f"{API}/{resource.path}"
    if resource.form == "upload":
        taken = f"`POST {upload_path(PLACES[command])}`, a call for each file"
        return f"{taken}; values: `PATCH {path}`, at most {MAX_LINES} in a call."
    if resource.form in ALONE:
        method = "DELETE" if resource.form == "delete" else "PATCH"
        return f"`{method} {path}/{{{resource.key}}}`, a call for each."
    if resource.form == "array":
        return f"`PATCH {path}`, a JSON array of at most {MAX_LINES} items in a call."
    rate = f", {resource.rate:.0f} calls a second" if resource.rate else ""
    return f"`PATCH {path}`, a line each, at most {MAX_LINES} lines in a call{rate}."


def place(command: type[LaneCommand]) -> str:
    """Return lane, rank and key of *command*."""
    if isinstance(vars(command).get("lane_kind"), property):
        lane = "Structure lane without a code, else catalogue lane of its key"
    elif command.lane_kind == "structure":
        lane = "Structure lane"
    elif "follows" in vars(command):
        lane = "Catalogue lane of its parent's tree, else of its key"
    else:
        lane = "Catalogue lane of its key"
    ranked = issubclass(command, Upsertable)
    file = command.attaches is not None
    unranked = "it goes behind what it belongs to" if file else "it keeps its place in its tree"
    rank = f"rank {command.rank}" if ranked else f"no rank: {unranked}"
    return f"{lane}; {rank}; resource `{command.resource}`."


def words(kind: Any) -> str:
    """Return *kind* as people say it: ``Sequence[str] | None`` is a list of text."""
    kind = _without(kind, Unset, NoneType)
    if kind in WORDS:
        return WORDS[kind]
    shape, inner = {Sequence: "list", Mapping: "object"}[get_origin(kind)], get_args(kind)[-1]
    return shape if inner is Any else f"{shape} of {_several(words_inside(inner))}"


def words_inside(kind: Any) -> str:
    """Return *kind* as ``words`` does; null in it is said."""
    if get_origin(kind) in (Union, UnionType):
        return " or ".join(WORDS[part] for part in get_args(kind))
    return words(kind)


def _several(said: str) -> str:
    return re.sub(r"^(list|object)\b", r"\1s", said)


def null(kind: Any) -> str:
    """Return whether null may be given."""
    return "yes" if NoneType in get_args(kind) else ""


def refers_to(command: type[LaneCommand], name: str) -> str:
    """Return the resources that the field *name* can name, as ``references`` finds them."""
    points_to = resource_of(command).points_to
    if name not in points_to:
        return ""
    one: Any = next(f for f in fields(command) if f.name == name)  # type: ignore[arg-type]
    is_list = words(get_type_hints(command)[one.name]).startswith("list")
    probe = PROBES.get(name, ["x"] if is_list else "x")
    if name == "values" and issubclass(command, EntryUpsert):
        probe = {"a": [{"locale": None, "channel": "c", "data": "o"}]}
    keys = {f.name: "x" for f in fields(command) if f.default is NOTHING}  # type: ignore[arg-type]
    keys |= {"uuid": UUID} if "uuid" in keys else {}
    keys |= TOGETHER.get(command, {})
    beside = {"metric_family": "x"} if name == "default_metric_unit" else {}
    found = references(command(**{**keys, **beside, name: probe}))[name]
    return ", ".join(dict.fromkeys(token.partition(":")[0] for token in found))


def fixed(command: type[LaneCommand], one: Any) -> str:
    """Return whether a field is the key, must be given, or cannot be changed."""
    notes = ["key"] if one.name == resource_of(command).key else []
    inside = one.name in path_fields(command) and one.name != "family"
    notes += ["part of the key"] if inside else []
    notes += ["must be given"] if one.default is NOTHING and not notes else []
    notes += ["fixed at creation"] if one.name in FIXED.get(command, ()) else []
    notes += ["refused: give it as a value"] if one.validator is refuse_identifier else []
    return ", ".join(notes)


def _without(kind: Any, *others: Any) -> Any:
    if get_origin(kind) not in (Union, UnionType):
        return kind
    parts = [part for part in get_args(kind) if part not in others]
    return Union[tuple(parts)]  # noqa: UP007 - of parts that are not known here


def sections() -> dict[str, str]:
    """Return the section of each command by its name."""
    return {command.__name__: section(command) for command in COMMANDS}
