"""Locales, currencies and measurement families that every PIM knows."""

from __future__ import annotations

from typing import Any

LOCALES = (
    "ar_EG",
    "bg_BG",
    "ca_ES",
    "cs_CZ",
    "da_DK",
    "de_AT",
    "de_CH",
    "de_DE",
    "el_GR",
    "en_AU",
    "en_CA",
    "en_GB",
    "en_IE",
    "en_NZ",
    "en_US",
    "es_AR",
    "es_ES",
    "es_MX",
    "et_EE",
    "fi_FI",
    "fr_BE",
    "fr_CA",
    "fr_CH",
    "fr_FR",
    "he_IL",
    "hi_IN",
    "hr_HR",
    "hu_HU",
    "id_ID",
    "it_CH",
    "it_IT",
    "ja_JP",
    "ko_KR",
    "lt_LT",
    "lv_LV",
    "nb_NO",
    "nl_BE",
    "nl_NL",
    "pl_PL",
    "pt_BR",
    "pt_PT",
    "ro_RO",
    "ru_RU",
    "sk_SK",
    "sl_SI",
    "sv_SE",
    "th_TH",
    "tr_TR",
    "uk_UA",
    "vi_VN",
    "zh_CN",
    "zh_TW",
)

ACTIVE_CURRENCIES = ("CHF", "EUR", "GBP", "JPY", "USD")
OTHER_CURRENCIES = ("AUD", "BRL", "CAD", "CNY", "CZK", "DKK", "INR", "MXN", "NOK", "PLN", "SEK")

_FAMILIES: dict[str, tuple[str, dict[str, tuple[str, str]]]] = {
    "Weight": (
        "KILOGRAM",
        {
            "MILLIGRAM": ("0.000001", "mg"),
            "GRAM": ("0.001", "g"),
            "KILOGRAM": ("1", "kg"),
            "TON": ("1000", "t"),
            "POUND": ("0.45359237", "lb"),
            "OUNCE": ("0.028349523125", "oz"),
        },
    ),
    "Length": (
        "METER",
        {
            "MILLIMETER": ("0.001", "mm"),
            "CENTIMETER": ("0.01", "cm"),
            "DECIMETER": ("0.1", "dm"),
            "METER": ("1", "m"),
            "KILOMETER": ("1000", "km"),
            "INCH": ("0.0254", "in"),
            "FEET": ("0.3048", "ft"),
            "YARD": ("0.9144", "yd"),
            "MILE": ("1609.344", "mi"),
        },
    ),
    "Area": (
        "SQUARE_METER",
        {
            "SQUARE_CENTIMETER": ("0.0001", "cm²"),
            "SQUARE_METER": ("1", "m²"),
            "HECTARE": ("10000", "ha"),
            "SQUARE_FOOT": ("0.09290304", "sq ft"),
        },
    ),
    "Volume": (
        "CUBIC_METER",
        {
            "MILLILITER": ("0.000001", "ml"),
            "CENTILITER": ("0.00001", "cl"),
            "LITER": ("0.001", "l"),
            "CUBIC_CENTIMETER": ("0.000001", "cm³"),
            "CUBIC_METER": ("1", "m³"),
            "OUNCE": ("0.0000295735", "fl oz"),
            "GALLON": ("0.00378541", "gal"),
        },
    ),
    "Temperature": ("KELVIN", {"KELVIN": ("1", "K"), "CELSIUS": ("1", "°C")}),
    "Power": ("WATT", {"WATT": ("1", "W"), "KILOWATT": ("1000", "kW")}),
    "Voltage": ("VOLT", {"MILLIVOLT": ("0.001", "mV"), "VOLT": ("1", "V")}),
    "Frequency": (
        "HERTZ",
        {"HERTZ": ("1", "Hz"), "MEGAHERTZ": ("1000000", "MHz"), "GIGAHERTZ": ("1000000000", "GHz")},
    ),
    "Duration": (
        "SECOND",
        {
            "MILLISECOND": ("0.001", "ms"),
            "SECOND": ("1", "s"),
            "MINUTE": ("60", "m"),
            "HOUR": ("3600", "h"),
            "DAY": ("86400", "d"),
            "MONTH": ("2629800", "month"),
            "YEAR": ("31557600", "year"),
        },
    ),
    "Binary": (
        "BYTE",
        {
            "BIT": ("0.125", "b"),
            "BYTE": ("1", "B"),
            "MEGABYTE": ("1048576", "MB"),
            "GIGABYTE": ("1073741824", "GB"),
        },
    ),
    "Speed": (
        "METER_PER_SECOND",
        {"METER_PER_SECOND": ("1", "m/s"), "KILOMETER_PER_HOUR": ("0.277778", "km/h")},
    ),
    "CaseBox": ("PIECE", {"PIECE": ("1", "Pc"), "DOZEN": ("12", "Dz")}),
}


def measurement_families() -> list[dict[str, Any]]:
    """Return the measurement families of a fresh PIM, in the shape of the API."""
    return [_family(code, *family) for code, family in _FAMILIES.items()]


def _family(code: str, standard: str, units: dict[str, tuple[str, str]]) -> dict[str, Any]:
    return {
        "code": code,
        "labels": {"en_US": code},
        "standard_unit_code": standard,
        "units": {unit: _unit(unit, *facts) for unit, facts in units.items()},
    }


def _unit(code: str, factor: str, symbol: str) -> dict[str, Any]:
    operations = [{"operator": "mul", "value": factor}]
    if code == "CELSIUS":
        operations = [{"operator": "add", "value": "273.15"}]
    return {
        "code": code,
        "labels": {"en_US": code.replace("_", " ").capitalize()},
        "convert_from_standard": operations,
        "symbol": symbol,
    }
