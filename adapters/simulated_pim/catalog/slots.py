"""Where a value may stand: attribute, locale and channel, checked once and remembered."""

from __future__ import annotations

from typing import Any

from importbus.adapters.simulated_pim.catalog.value_types import checker
from importbus.adapters.simulated_pim.model.refusals import Violated, documented
from importbus.adapters.simulated_pim.model.store import Body, Slot, Store


def attribute_of(store: Store, code: str) -> Body:
    """Return the attribute called *code*; raises a `Refusal` if there is none."""
    attribute = store.attributes.get(code)
    if attribute is None:
        raise documented(f"The {code} attribute does not exist in your PIM.")
    return attribute


def resolve(store: Store, code: str, locale: Any, scope: Any) -> Slot:
    """Return the slot of *code* at *locale* and *scope* and remember it under these spellings.

    Raises:
        Refusal: The attribute does not exist, or it needs another combination of locale and scope.
        Violated: The locale or the channel cannot be used here.
    """
    attribute = attribute_of(store, code)
    for name, said in (("locale", locale), ("scope", scope)):
        if said is not None and not isinstance(said, str):
            raise documented(f'Property "{code}" expects a string as {name}.')
    _check_kind(attribute, locale, scope)
    channel = _channel(store, attribute, scope)
    if locale is not None:
        _check_locale(store, attribute, locale, channel)
    triple = (attribute["code"], locale, channel["code"] if channel else None)
    unique = attribute["unique"] and attribute["type"] != "pim_catalog_identifier"
    slot = Slot(triple, checker(store, attribute, scope), bool(unique))
    store.slots[(code, locale, scope)] = slot
    return slot


def _check_kind(attribute: Body, locale: str | None, scope: str | None) -> None:
    said = (scope is not None, locale is not None)
    if (attribute["scopable"], attribute["localizable"]) == said:
        return
    channel, language = (
        f"({scope or 'nothing'} was detected)",
        f"({locale or 'nothing'} was detected)",
    )
    rule = {
        (True, True): f"requires a value per channel {channel} and a locale {language}",
        (True, False): f"requires a value per channel {channel} but does not require a value per "
        f"locale {language}",
        (False, True): f"requires a value per locale {language} but does not require a value per "
        f"channel {channel}",
        (False, False): f"does not require a value per channel {channel} or a value per locale "
        f"{language}",
    }[attribute["scopable"], attribute["localizable"]]
    raise documented(f"The {attribute['code']} attribute {rule}.")


def _channel(store: Store, attribute: Body, scope: str | None) -> Body | None:
    if scope is None:
        return None
    channel = store.channels.get(scope)
    if channel is None:
        raise Violated(
            f"The {attribute['code']} attribute requires a value per channel. The {scope} channel "
            "(scope) must exist in your PIM"
        )
    return channel


def _check_locale(store: Store, attribute: Body, locale: str, channel: Body | None) -> None:
    code = attribute["code"]
    if locale not in store.active_locales():
        raise Violated(
            f"The {code} attribute requires a valid locale. The {locale} locale does not exist."
        )
    if channel is not None and locale not in channel["locales"]:
        raise Violated(
            f"The {code} attribute requires a valid locale. The {locale} locale is not bound to "
            f"the {channel['code']} channel."
        )
    if attribute["available_locales"] and locale not in attribute["available_locales"]:
        raise Violated(f"{locale} is not part of the activated locales for the {code} attribute.")
