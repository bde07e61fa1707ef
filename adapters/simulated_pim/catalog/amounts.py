"""Numbers, measurements and prices: amounts within the rules of their attribute."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from importbus.adapters.simulated_pim.catalog import scalars
from importbus.adapters.simulated_pim.model.refusals import Violated, documented, requires
from importbus.adapters.simulated_pim.model.store import Body, Store

Check = Callable[[Any], Any]
"""Turns data into the form in which it reads back; raises `Refusal` or `Violated`."""

_LARGEST = 2**63 - 1
"""The largest integer that PHP knows; it cuts off what is larger."""


def _amount(attribute: Body, data: Any, shown: Callable[[Decimal], str]) -> Any:
    """Return a number in the form it reads back; rules in the order the PIM checks them."""
    value = scalars.number(data)
    code = attribute["code"]
    if value is None:
        raise Violated(
            f"The {code} attribute requires a number, and the submitted {data} value is not."
        )
    if attribute["decimals_allowed"] is False and value != int(value):
        raise Violated(
            f"The {code} attribute requires a non-decimal value, and {data} is not a valid value."
        )
    if attribute["negative_allowed"] is False and value < 0:
        raise Violated(f"The {code} attribute requires an equal or greater than 0 value.")
    _check_range(attribute, value)
    return shown(value) if attribute["decimals_allowed"] else _whole(value)


def _whole(value: Decimal) -> int:
    return max(-_LARGEST, min(_LARGEST, int(value)))


def _check_range(attribute: Body, value: Decimal) -> None:
    low, high = attribute["number_min"], attribute["number_max"]
    if low is not None and value < Decimal(low):
        raise Violated(f"The {attribute['code']} attribute requires a value of at least {low}.")
    if high is not None and value > Decimal(high):
        raise Violated(f"The {attribute['code']} attribute requires a value of at most {high}.")


def number(store: Store, attribute: Body, scope: str | None) -> Check:
    """Return the check of numbers."""

    def check(data: Any) -> Any:
        if isinstance(data, (dict, list, bool)):
            raise requires(attribute["code"], "a number", data)
        return _amount(attribute, data, scalars.padded)

    return check


def _with_keys(attribute: Body, data: Any, *keys: str) -> None:
    if type(data) is not dict:
        raise requires(attribute["code"], "an array", data)
    for key in keys:
        if key not in data:
            raise documented(
                f'Property "{attribute["code"]}" expects an array with the key "{key}".'
            )
        if isinstance(data[key], (dict, list)) or data[key] is None:
            raise documented(
                f'Property "{attribute["code"]}" expects an array with valid data, one of the '
                f'"{key}" values is not a scalar.'
            )


def metric(store: Store, attribute: Body, scope: str | None) -> Check:
    """Return the check of an amount with a unit of the attribute's measurement family."""
    family = store.measurement_families.get(attribute["metric_family"])
    units = family["units"] if family else {}

    def check(data: Any) -> Any:
        _with_keys(attribute, data, "amount", "unit")
        if data["unit"] not in units:
            raise Violated("Please specify a valid metric unit")
        return {"amount": _amount(attribute, data["amount"], scalars.padded), "unit": data["unit"]}

    return check


def prices(store: Store, attribute: Body, scope: str | None) -> Check:
    """Return the check of prices, each in a currency that is active, and on the channel if any."""
    active = {each["code"] for each in store.currencies if each["enabled"]}
    channel = store.channels.get(scope)
    allowed = active & set(channel["currencies"]) if channel else active

    def price(data: Any) -> Any:
        _with_keys(attribute, data, "amount", "currency")
        currency = data["currency"]
        if currency not in allowed:
            raise Violated(
                f"The {attribute['code']} attribute requires an activated currency, the submitted "
                f'"{currency}" is not.',
                str(currency),
            )
        try:
            amount = _amount(attribute, data["amount"], scalars.rounded)
        except Violated as violated:
            raise Violated(str(violated), currency) from None
        return {"amount": amount, "currency": currency}

    def check(data: Any) -> Any:
        if type(data) is not list:
            raise requires(attribute["code"], "an array", data)
        found = {each["currency"]: each for each in map(price, data)}
        return [found[currency] for currency in sorted(found)]

    return check
