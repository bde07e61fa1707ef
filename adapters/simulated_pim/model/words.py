"""How the resources of JSON-array batches say no: two headlines, and what is wrong as a list.

Source: akeneo/pim-community-dev, the external API end-to-end tests of measurement families; those
of records and assets, which are not public, are known to answer alike.
"""

from __future__ import annotations

from collections.abc import Callable

from importbus.adapters.simulated_pim.model.refusals import Refusal
from importbus.adapters.simulated_pim.model.resource import Parents
from importbus.adapters.simulated_pim.model.store import Body, Store

MISSING = "The required properties ({}) are missing"
Write = Callable[[Store, Parents, str, Body], tuple[bool, str]]


def plural(noun: str) -> str:
    """Return the plural of *noun*."""
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def in_words(noun: str, write: Write) -> Write:
    """Return *write* with its refusals in the words of the *noun*."""

    def worded(store: Store, parents: Parents, key: str, body: Body) -> tuple[bool, str]:
        try:
            return write(store, parents, key, body)
        except Refusal as refusal:
            raise _worded(noun, refusal) from None

    return worded


def _worded(noun: str, refusal: Refusal) -> Refusal:
    if refusal.documented:
        errors = [{"property": refusal.about, "message": refusal.message}]
        return Refusal(422, f"The {noun} has an invalid format.", errors=errors)
    if refusal.errors:
        headline = f"The {noun} has data that does not comply with the business rules."
        return Refusal(422, headline, errors=refusal.errors)
    return refusal


def lacks(name: str, about: str = "") -> Refusal:
    """Return the refusal of an object without the property *name*."""
    return Refusal(422, MISSING.format(name), documented=True, about=about)
