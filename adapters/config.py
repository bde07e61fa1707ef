"""Configuration: ``importbus.toml``, then the environment, then options; every error at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from attrs import fields, frozen

from importbus.bus.errors import ConfigurationError

FILE = "importbus.toml"

SECRETS = ("client_id", "secret", "username", "password")
"""Keys of ``[pim]`` that may also come from a file named by ``..._FILE``."""


@frozen
class PimConfig:
    """Where the PIM is and who calls it; the address has no path, e.g. ``https://pim.example``."""

    url: str
    client_id: str
    secret: str = ""
    username: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Name the PIM only: secrets stay put (I9)."""
        return f"PimConfig(url={self.url!r}, username={self.username!r})"


@frozen
class TransportConfig:
    """How batches travel: ``memory:`` and the number of catalogue lanes, 1 to 64."""

    url: str = "memory:"
    lanes: int = 4


@frozen
class JournalConfig:
    """The file of the journal, relative to the working folder."""

    path: str = "importbus-journal.db"


@frozen
class Config:
    """All settings; ``warnings`` are sentences for the user."""

    pim: PimConfig | None = None
    transport: TransportConfig = TransportConfig()
    journal: JournalConfig = JournalConfig()
    warnings: tuple[str, ...] = ()


SECTIONS: Mapping[str, type[Any]] = {
    "pim": PimConfig,
    "transport": TransportConfig,
    "journal": JournalConfig,
}

ENVIRONMENT = {
    **{f"IMPORTBUS_PIM_{key.upper()}": ("pim", key) for key in ("url", *SECRETS)},
    "IMPORTBUS_TRANSPORT": ("transport", "url"),
    "IMPORTBUS_LANES": ("transport", "lanes"),
    "IMPORTBUS_JOURNAL": ("journal", "path"),
}
"""Environment variables and the keys that they override."""


def load_config(
    path: Path | None, environ: Mapping[str, str], overrides: Mapping[str, str] | None = None
) -> Config:
    """Return the configuration of file, environment and *overrides*, the last one first.

    Args:
        path: The file; None means ``IMPORTBUS_CONFIG`` or, if it is there, ``importbus.toml``.
        environ: The environment variables.
        overrides: Values by ``section.key``, e.g. ``{"journal.path": "j.db"}``.

    Raises:
        ConfigurationError: Names every wrong key with its file and what is allowed.
    """
    errors: list[str] = []
    table, name = _read(path, environ)
    errors += _unknown(table, name)
    warnings = _warnings(table, name)
    raw: dict[str, dict[str, Any]] = {
        section: dict(table.get(section) or {})
        for section in SECTIONS
        if isinstance(table.get(section, {}), Mapping)
    }
    _override(raw, environ, overrides or {}, errors)
    errors += _wrong_values(raw, name)
    if errors:
        raise ConfigurationError("\n".join(errors))
    pim = PimConfig(**raw["pim"]) if raw["pim"] else None
    return Config(
        pim, TransportConfig(**raw["transport"]), JournalConfig(**raw["journal"]), tuple(warnings)
    )


def _read(path: Path | None, environ: Mapping[str, str]) -> tuple[Mapping[str, Any], str]:
    named = path or (Path(environ["IMPORTBUS_CONFIG"]) if "IMPORTBUS_CONFIG" in environ else None)
    file = named or Path(FILE)
    if not named and not file.exists():
        return {}, FILE
    try:
        return tomllib.loads(file.read_text("utf-8")), str(file)
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: is not valid TOML: {error}.") from error


def _unknown(table: Mapping[str, Any], name: str) -> Iterator[str]:
    for section, content in table.items():
        if section not in SECTIONS:
            yield f"{name}: [{section}] is unknown; allowed: {', '.join(SECTIONS)}."
        elif not isinstance(content, Mapping):
            yield f"{name}: {section} must be a table, [{section}]."
        else:
            allowed = [field.name for field in fields(SECTIONS[section])]
            for key in content.keys() - allowed:
                close = get_close_matches(key, allowed, 1)
                likely = f" Did you mean {close[0]}?" if close else ""
                yield f"{name}: {section}.{key} is unknown; allowed: {', '.join(allowed)}.{likely}"


def _warnings(table: Mapping[str, Any], name: str) -> list[str]:
    pim = table.get("pim", {})
    if isinstance(pim, Mapping) and (found := [k for k in ("secret", "password") if k in pim]):
        advice = ", ".join(
            f"IMPORTBUS_PIM_{k.upper()} or IMPORTBUS_PIM_{k.upper()}_FILE" for k in found
        )
        return [f"{name}: secrets stand in the file ({', '.join(found)}); better use {advice}."]
    return []


def _override(
    raw: dict[str, dict[str, Any]],
    environ: Mapping[str, str],
    overrides: Mapping[str, str],
    errors: list[str],
) -> None:
    for variable, (section, key) in ENVIRONMENT.items():
        if variable in environ:
            raw[section][key] = environ[variable]
        elif section == "pim" and f"{variable}_FILE" in environ:
            raw[section][key] = _secret(variable, environ[f"{variable}_FILE"], errors)
    for name, value in overrides.items():
        section, _, key = name.partition(".")
        raw[section][key] = value


def _secret(variable: str, path: str, errors: list[str]) -> str:
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not text"
        errors.append(f"{variable}_FILE: {path}: {reason}.")
        return ""


def _wrong_values(raw: dict[str, dict[str, Any]], name: str) -> Iterator[str]:
    yield from _wrong_pim(raw["pim"])
    lanes = raw["transport"].get("lanes", TransportConfig().lanes)
    if isinstance(lanes, bool) or not str(lanes).isdecimal() or not 1 <= int(lanes) <= 64:
        yield f"{name}: transport.lanes (IMPORTBUS_LANES) is {lanes!r}; allowed: 1 to 64."
    else:
        raw["transport"]["lanes"] = int(lanes)
    url = raw["transport"].get("url", "memory:")
    if url != "memory:":
        yield f"{name}: transport.url (IMPORTBUS_TRANSPORT) is {url!r}; allowed: memory:."
    journal = raw["journal"].get("path", "-")
    if not isinstance(journal, str) or not journal:
        yield f"{name}: journal.path (IMPORTBUS_JOURNAL) is {journal!r}; allowed: a file's path."


def _wrong_pim(pim: Mapping[str, Any]) -> Iterator[str]:
    if not pim:
        return
    for key in ("url", *SECRETS):
        value = pim.get(key)
        if value is None or not isinstance(value, str) or not value:
            yield f"pim.{key} is missing: set IMPORTBUS_PIM_{key.upper()} or {key} in [pim]."
    url = pim.get("url")
    if isinstance(url, str) and url and not url.startswith(("http://", "https://")):
        yield f"pim.url is {url!r}; allowed: an address that begins with https:// or http://."
