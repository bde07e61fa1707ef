"""The properties of a structure resource as a table, and how a PATCH is merged into them.

Rules (source: akeneo/pim-api-docs, content/rest-api/update.md): objects are merged key by key,
everything else is replaced, absent properties stay, unknown ones are refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Any

from attrs import define, field, frozen

from importbus.adapters.simulated_pim.model.refusals import (
    Violation,
    expects,
    invalid,
    unknown_property,
)
from importbus.adapters.simulated_pim.model.shapes import labels
from importbus.adapters.simulated_pim.model.store import Body, Store

Check = Callable[[str, Any], Any]
"""Takes a property's name and data, returns what to store; raises `Refusal` for a wrong shape."""

_CODE = re.compile(r"[a-zA-Z0-9_]+")


@frozen
class Field:
    """One property of a resource.

    Attributes:
        check: Shape check and normalisation.
        default: What a new item has without it.
        immutable: Whether it can only be given at creation.
        merged: Whether it is an object, merged key by key; null or "" removes a key.
        violation: Its name in `errors`, where that differs from its name in the API.
    """

    check: Check
    default: Any = None
    immutable: bool = False
    merged: bool = False
    violation: str | None = None


@define
class Draft:
    """An item as it will be stored, and what speaks against it."""

    item: Body
    created: bool
    errors: list[Violation] = field(factory=list)

    def blame(self, name: str, message: str) -> None:
        """Add a violation of property *name*."""
        self.errors.append({"property": name, "message": message})

    def settle(self) -> None:
        """Raise the violations, if there are any."""
        if self.errors:
            raise invalid(self.errors)


def merge(fields: Mapping[str, Field], old: Body | None, key: str, body: Body) -> Draft:
    """Return *old* (or a new item called *key*) with *body* merged into it.

    Args:
        fields: The properties apart from `code`; other ones are refused.
        old: The stored item, which stays as it is.
        key: The code of a new item.
        body: What the caller sent.
    """
    created = old is None
    item = {"code": key, **_defaults(fields)} if old is None else dict(old)
    draft = Draft(item, created)
    for name, data in body.items():
        if name == "code":
            _keep_code(draft, data)
        elif name in fields:
            _set(draft, name, fields[name], data)
        else:
            raise unknown_property(name)
    return draft


def _defaults(fields: Mapping[str, Field]) -> Body:
    return {name: copy(each.default) for name, each in fields.items()}


def _keep_code(draft: Draft, data: Any) -> None:
    if not isinstance(data, str):
        raise expects("code", "a scalar", data)
    if data.casefold() != draft.item["code"].casefold():
        draft.blame("code", "This property cannot be changed.")


def _set(draft: Draft, name: str, each: Field, data: Any) -> None:
    new, old = each.check(name, data), draft.item[name]
    if each.merged:
        draft.item[name] = _merged(old, new)
        return
    if each.immutable and not draft.created and new != old:
        draft.blame(each.violation or name, "This property cannot be changed.")
    draft.item[name] = new


def _merged(old: Body, new: Body) -> Body:
    both = {**old, **new}
    return {key: both[key] for key in sorted(both) if both[key] not in (None, "")}


LABELS = Field(labels, {}, merged=True)


def check_labels(store: Store, draft: Draft, longest: int = 100) -> None:
    """Blame labels of unknown locales and those longer than *longest* characters."""
    for locale, label in draft.item["labels"].items():
        if locale not in store.locales:
            draft.blame("labels", f'The locale "{locale}" does not exist.')
        if len(label) > longest:
            draft.blame(
                "labels", f"This value is too long. It should have {longest} characters or less."
            )


def check_code(draft: Draft, noun: str, longest: int = 100) -> None:
    """Blame the code of a new item for its form or length."""
    code = draft.item["code"]
    if not draft.created:
        return
    if not code:
        draft.blame("code", "This value should not be blank.")
        return
    if not _CODE.fullmatch(code):
        plural = "" if noun == "Attribute" else "s"
        draft.blame("code", f"{noun} code may contain only letters, numbers and underscore{plural}")
    if len(code) > longest:
        draft.blame("code", f"This value is too long. It should have {longest} characters or less.")


def stored_codes(found: Sequence[Body]) -> list[str]:
    """Return the codes of *found* in their stored spelling, sorted."""
    return sorted({item["code"] for item in found})
