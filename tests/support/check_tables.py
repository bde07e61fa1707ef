"""The tables of ``docs/checks.md``, made from the rules."""

from __future__ import annotations

from collections.abc import Mapping

from importbus.handlers.akeneo.checks.rules import PIM_DECIDES, RULES


def sections() -> Mapping[str, str]:
    """Return the parts of the page."""
    return {"rules": _rules(), "pim_decides": _pim_decides()}


def _rules() -> str:
    rows = [f"| `{name}` | {rule.demands} | {rule.source} |" for name, rule in RULES.items()]
    return "\n".join(["\n| rule | demands that | source |", "|---|---|---|", *rows, "\n"])


def _pim_decides() -> str:
    return "\n".join(["", *(f"- {each};" for each in PIM_DECIDES), "\n"])
