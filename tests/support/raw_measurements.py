"""A measurement family that no PIM has from the beginning."""

from __future__ import annotations

from typing import Any

from raw_http import Body

PATH = "/measurement-families"


def unit(code: str, *operations: tuple[str, str], **more: Any) -> Body:
    """Return a unit that is converted by *operations*."""
    steps = [{"operator": operator, "value": said} for operator, said in operations]
    return {"code": code, "convert_from_standard": steps, **more}


FAMILY: Body = {
    "code": "Torque",
    "labels": {"en_US": "Torque", "de_DE": "Drehmoment"},
    "standard_unit_code": "NEWTON_METER",
    "units": {
        "NEWTON_METER": unit("NEWTON_METER", ("mul", "1"), symbol="Nm", labels={"en_US": "Nm"}),
        "POUND_FOOT": unit("POUND_FOOT", ("mul", "1.3558"), ("add", "0")),
    },
}
