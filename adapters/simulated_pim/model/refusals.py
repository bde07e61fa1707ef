"""How the PIM says no: one exception, its bodies, and the sentences that several resources share.

There are three shapes of refusal (source: akeneo/pim-api-docs, content/rest-api/responses.md):
a plain message, a *documented* one (wrong shape, unknown property or reference; carries `_links`),
and a *validation* (`errors`, a list of violations).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Violation = dict[str, Any]
"""One entry of `errors`: `property`, `message`; for values `attribute`, `locale`, `scope`, too, and
for prices `currency`."""

_HINT = " Check the expected format on the API documentation."
_REFERENCE = "http://api.akeneo.com/api-reference.html#"


class Refusal(Exception):
    """A write or a read that the PIM answers with an error.

    Attributes:
        status: The HTTP status of the answer, or of its line in a batch.
        message: The sentence for `message`.
        documented: Whether the body carries a link to the documentation of the operation.
        errors: The violations, in the order found.
        page: Another page of the documentation that the body carries a link to.
        about: The property that it is about; empty where that is not known.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        documented: bool = False,
        errors: Sequence[Violation] = (),
        page: str | None = None,
        about: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.documented = documented
        self.errors = errors
        self.page = page
        self.about = about

    def body(self, anchor: str) -> dict[str, Any]:
        """Return the error body without its status; *anchor* names the operation in the docs."""
        body: dict[str, Any] = {"message": self.message}
        if page := self.page or (self.documented and _REFERENCE + anchor):
            body["_links"] = {"documentation": {"href": page}}
        if self.errors:
            body["errors"] = list(self.errors)
        return body


class Violated(Exception):
    """One value breaks a rule; who knows attribute, locale and scope makes a `Violation` of it.

    Attributes:
        currency: The currency of the price that breaks it; None where it is not about a price.
    """

    def __init__(self, message: str, currency: str | None = None) -> None:
        super().__init__(message)
        self.currency = currency


def documented(message: str, about: str = "") -> Refusal:
    """Return the refusal of a wrong shape or an unknown reference."""
    return Refusal(422, message + _HINT, documented=True, about=about)


def invalid(errors: Sequence[Violation]) -> Refusal:
    """Return the refusal that lists *errors*, each once."""
    unique = [error for n, error in enumerate(errors) if error not in errors[:n]]
    return Refusal(422, "Validation failed.", errors=unique)


def not_found(noun: str, key: str) -> Refusal:
    """Return the 404 of a single item."""
    return Refusal(404, f'{noun} "{key}" does not exist.')


def unknown_property(name: str) -> Refusal:
    """Return the refusal of a property that the resource does not have."""
    return documented(f'Property "{name}" does not exist.', name)


def expects(name: str, what: str, data: object) -> Refusal:
    """Return the refusal of *data* of the wrong type; *what* is `an array`, `a boolean`, ..."""
    return documented(f'Property "{name}" expects {what} as data, "{given(data)}" given.', name)


def unknown_reference(name: str, expected: str, noun: str, key: object) -> Refusal:
    """Return the refusal of a reference to something that is not there."""
    return documented(
        f'Property "{name}" expects a valid {expected}. The {noun} does not exist, "{key}" given.',
        name,
    )


def given(data: object) -> str:
    """Return how the PIM's language names the type of *data*, or the scalar itself."""
    names = {dict: "array", list: "array", type(None): "NULL", bool: "boolean"}
    return names.get(type(data)) or str(data)


def type_name(data: object) -> str:
    """Return the type of *data* as the PIM names it."""
    names = {dict: "array", list: "array", type(None): "NULL", bool: "boolean"}
    names |= {int: "integer", float: "double", str: "string"}
    return names[type(data)]


def requires(code: str, what: str, data: object) -> Refusal:
    """Return the refusal of *data* of the wrong type for the attribute *code*."""
    return documented(f"The {code} attribute requires {what}, a {type_name(data)} was detected.")
