"""Where a value may stand: attribute, locale and channel, checked once and remembered."""

from __future__ import annotations

from typing import Any

from ..model.refusals import Violated, documented
from ..model.store import Body, Slot, Store
from .value_types import checker


def attribute_of(store: Store, code: str) -> Body:
    """Return the attribute called *code*; raises a `Refusal` if there is none."""
    attribute = store.attributes.get(code)
    if attribute is None:
        raise documented(f"The {code} attribute does not exist in your PIM.")
    return attribute


def resolve(store: Store, code: str, locale: Any, scope: Any) -> Slot:
    """Return the slot of *code* at *locale* and *scope* and remember it under these spellings.

    Raises:
        Refusal: The attribute does not exist, or locale or scope are no text.
        Violated: The attribute has no value at this place.
    """
    attribute = attribute_of(store, code)
    for name, said in (("locale", locale), ("scope", scope)):
        if said is not None and not isinstance(said, str):
            raise documented(f'Property "{code}" expects a string as {name}.')
    channel = _channel(store, attribute, scope)
    _check_locale(store, attribute, locale, channel)
    triple = (attribute["code"], locale, channel["code"] if channel else None)
    unique = attribute["unique"] and attribute["type"] != "pim_catalog_identifier"
    slot = Slot(triple, checker(store, attribute, scope), bool(unique))
    store.slots[(code, locale, scope)] = slot
    return slot


def _channel(store: Store, attribute: Body, scope: str | None) -> Body | None:
    code = attribute["code"]
    if not attribute["scopable"]:
        if scope is not None:
            raise Violated(
                f"The {code} attribute does not require a channel, {scope} was detected."
            )
        return None
    if scope is None:
        raise Violated(f"The {code} attribute requires a channel.")
    channel = store.channels.get(scope)
    if channel is None:
        raise Violated(
            f"The {code} attribute requires a valid channel. The {scope} channel does not exist."
        )
    return channel


def _check_locale(store: Store, attribute: Body, locale: str | None, channel: Body | None) -> None:
    code = attribute["code"]
    if not attribute["localizable"]:
        if locale is not None:
            raise Violated(
                f"The {code} attribute does not require a locale, {locale} was detected."
            )
        return
    if locale is None:
        raise Violated(f"The {code} attribute requires a locale.")
    if locale not in store.active_locales():
        raise Violated(
            f"The {code} attribute requires a valid locale. The {locale} locale does not exist."
        )
    if channel is not None and locale not in channel["locales"]:
        raise Violated(f"The {locale} locale is not bound to the {channel['code']} channel.")
    if attribute["available_locales"] and locale not in attribute["available_locales"]:
        raise Violated(f"{locale} is not part of the activated locales for the {code} attribute.")
