"""What `data` of a value may be, type by type, and the form in which it reads back.

Source: akeneo/pim-api-docs, content/concepts/products.md, "the data format".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from importbus.adapters.simulated_pim.catalog import scalars
from importbus.adapters.simulated_pim.model import attribute_types as types
from importbus.adapters.simulated_pim.model.refusals import Refusal, Violated, documented, type_name
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.model.tables import Table

Check = Callable[[Any], Any]

_RULES = {
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "url": re.compile(r"https?://\S+"),
}


def checker(store: Store, attribute: Body, scope: str | None) -> Check:
    """Return the check of data for *attribute* in channel *scope*.

    The check returns the data as it reads back; it raises `Refusal` for a wrong shape and
    `Violated` for a broken rule.
    """
    make = _MAKERS.get(attribute["type"], _anything)
    return make(store, attribute, scope)


def _requires(attribute: Body, what: str, data: Any) -> Refusal:
    return documented(
        f"The {attribute['code']} attribute requires {what}, a {type_name(data)} was detected."
    )


def _text(store: Store, attribute: Body, scope: str | None) -> Check:
    longest = attribute["max_characters"] or types.LONGEST[attribute["type"]]
    pattern = _pattern(attribute)

    def check(data: Any) -> Any:
        if type(data) is not str:
            raise _requires(attribute, "a string", data)
        if len(data) > longest:
            raise Violated(
                f"The {attribute['code']} attribute must not contain more than {longest} "
                "characters. The submitted value is too long."
            )
        if pattern is not None and not pattern.fullmatch(data):
            raise Violated(
                f"The {attribute['code']} attribute must match the following regular expression: "
                f"{attribute['validation_regexp'] or attribute['validation_rule']}."
            )
        return data

    return check


def _pattern(attribute: Body) -> re.Pattern[str] | None:
    rule = attribute["validation_rule"]
    if rule != "regexp":
        return _RULES.get(rule)
    try:
        return re.compile(f".*?(?:{attribute['validation_regexp'].strip('/')}).*", re.DOTALL)
    except re.error:
        return None


def _boolean(store: Store, attribute: Body, scope: str | None) -> Check:
    def check(data: Any) -> Any:
        if type(data) is not bool:
            raise _requires(attribute, "a boolean", data)
        return data

    return check


def _option(options: Table[Body], attribute: Body, code: str) -> str:
    option = options.get(code)
    if option is None:
        raise Violated(f"The {code} value is not in the {attribute['code']} attribute option list.")
    stored: str = option["code"]
    return stored


def _select(store: Store, attribute: Body, scope: str | None) -> Check:
    options = store.options_of(attribute["code"])

    def check(data: Any) -> Any:
        if type(data) is not str:
            raise _requires(attribute, "a string", data)
        return _option(options, attribute, data)

    return check


def _codes(attribute: Body, data: Any) -> list[str]:
    if type(data) is not list:
        raise _requires(attribute, "an array", data)
    if not all(type(code) is str for code in data):
        raise documented(
            f'Property "{attribute["code"]}" expects an array with valid data, one of the values '
            "is not a string."
        )
    return data


def _multiselect(store: Store, attribute: Body, scope: str | None) -> Check:
    options = store.options_of(attribute["code"])

    def check(data: Any) -> Any:
        return sorted({_option(options, attribute, code) for code in _codes(attribute, data)})

    return check


def _amount(attribute: Body, data: Any, decimals: int) -> Any:
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
    return f"{value:.{decimals}f}" if attribute["decimals_allowed"] else int(value)


def _check_range(attribute: Body, value: float) -> None:
    low, high = attribute["number_min"], attribute["number_max"]
    if low is not None and value < float(low):
        raise Violated(f"The {attribute['code']} attribute requires a value of at least {low}.")
    if high is not None and value > float(high):
        raise Violated(f"The {attribute['code']} attribute requires a value of at most {high}.")


def _number(store: Store, attribute: Body, scope: str | None) -> Check:
    def check(data: Any) -> Any:
        if isinstance(data, (dict, list, bool)):
            raise _requires(attribute, "a number", data)
        return _amount(attribute, data, 4)

    return check


def _with_keys(attribute: Body, data: Any, *keys: str) -> None:
    if type(data) is not dict:
        raise _requires(attribute, "an array", data)
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


def _metric(store: Store, attribute: Body, scope: str | None) -> Check:
    family = store.measurement_families.get(attribute["metric_family"])
    units = family["units"] if family else {}

    def check(data: Any) -> Any:
        _with_keys(attribute, data, "amount", "unit")
        if data["unit"] not in units:
            raise Violated("Please specify a valid metric unit")
        return {"amount": _amount(attribute, data["amount"], 4), "unit": data["unit"]}

    return check


def _prices(store: Store, attribute: Body, scope: str | None) -> Check:
    active = {each["code"] for each in store.currencies if each["enabled"]}
    channel = store.channels.get(scope)
    allowed = active & set(channel["currencies"]) if channel else active

    def price(data: Any) -> Any:
        _with_keys(attribute, data, "amount", "currency")
        if data["currency"] not in allowed:
            raise Violated(
                f"The {attribute['code']} attribute requires an activated currency, the submitted "
                f'"{data["currency"]}" is not.'
            )
        return {"amount": _amount(attribute, data["amount"], 2), "currency": data["currency"]}

    def check(data: Any) -> Any:
        if type(data) is not list:
            raise _requires(attribute, "an array", data)
        found = {each["currency"]: each for each in map(price, data)}
        return [found[currency] for currency in sorted(found)]

    return check


def _date(store: Store, attribute: Body, scope: str | None) -> Check:
    low, high = attribute["date_min"] or "", attribute["date_max"] or "9999-99"
    requires = f"The {attribute['code']} attribute requires a date"

    def check(data: Any) -> Any:
        found = scalars.date(data)
        if found is None:
            raise documented(
                f"The {attribute['code']} attribute expects a string with the format yyyy-mm-dd, "
                f'"{data}" given.'
            )
        if found < low:
            raise Violated(f"{requires} that should be {low[:10]} or after.")
        if found > high:
            raise Violated(f"{requires} that should be {high[:10]} or before.")
        return found

    return check


def _media(store: Store, attribute: Body, scope: str | None) -> Check:
    def check(data: Any) -> Any:
        if type(data) is not str:
            raise _requires(attribute, "a string", data)
        if data not in store.media:
            raise documented(
                f'Property "{attribute["code"]}" expects a valid pathname as data, "{data}" given.'
            )
        return data

    return check


def _reference(store: Store, attribute: Body, scope: str | None) -> Check:
    def check(data: Any) -> Any:
        if type(data) is not str:
            raise _requires(attribute, "a string", data)
        return data

    return check


def _references(store: Store, attribute: Body, scope: str | None) -> Check:
    return lambda data: list(dict.fromkeys(_codes(attribute, data)))


def _rows(store: Store, attribute: Body, scope: str | None) -> Check:
    def check(data: Any) -> Any:
        if type(data) is not list or not all(type(row) is dict for row in data):
            raise _requires(attribute, "an array of rows", data)
        return data

    return check


def _anything(store: Store, attribute: Body, scope: str | None) -> Check:
    return lambda data: data


_MAKERS = {
    types.IDENTIFIER: _text,
    types.TEXT: _text,
    types.TEXTAREA: _text,
    types.BOOLEAN: _boolean,
    types.SELECT: _select,
    types.MULTISELECT: _multiselect,
    types.NUMBER: _number,
    types.METRIC: _metric,
    types.PRICE: _prices,
    types.DATE: _date,
    types.IMAGE: _media,
    types.FILE: _media,
    types.TABLE: _rows,
    "pim_reference_data_simpleselect": _reference,
    "akeneo_reference_entity": _reference,
    "pim_reference_data_multiselect": _references,
    "akeneo_reference_entity_collection": _references,
    "pim_catalog_asset_collection": _references,
}
