"""What the API shows and cannot change: locales, currencies, measurement families."""

from __future__ import annotations

from importbus.adapters.simulated_pim.model.store import Body, Store


def show_locale(store: Store, code: str) -> Body:
    """Return a locale; it is enabled when a channel uses it."""
    return {"code": code, "enabled": code in store.active_locales()}


def show_item(store: Store, item: Body) -> Body:
    """Return an item that is stored as it is shown."""
    return item


def show_measure_family(store: Store, item: Body) -> Body:
    """Return a measurement family in the older form of `/measure-families`."""
    units = [
        {
            "code": code,
            "convert": {each["operator"]: each["value"] for each in unit["convert_from_standard"]},
            "symbol": unit["symbol"],
        }
        for code, unit in item["units"].items()
    ]
    return {"code": item["code"], "standard": item["standard_unit_code"], "units": units}
