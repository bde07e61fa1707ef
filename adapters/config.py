"""Configuration: ``importbus.toml``, then the environment, then options; every error at once."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from attrs import define, evolve, field, fields, frozen

from importbus.adapters.config_checks import (
    AMQP,
    CHECKS,
    LANES,
    LEASE_SECONDS,
    MEMORY,
    SECRETS,
    SQLITE,
    nearest,
)
from importbus.adapters.definitions import ImportDefinition, read_definitions
from importbus.adapters.log_config import LogConfig
from importbus.adapters.media import MAX_MESSAGE, MediaFiles
from importbus.adapters.sources.providers import Providers
from importbus.adapters.transports.rabbitmq.address import Address, address_of
from importbus.bus.errors import ConfigurationError

FILE = "importbus.toml"

UNREADABLE = "-"
"""Stands for a value whose file cannot be read, so that it is not called missing, too."""


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
    """How batches travel.

    Attributes:
        url: ``memory:``, ``sqlite:///file`` (four slashes before an absolute path), or
            ``amqp://user:password@host:port/vhost?name=fleet``, and ``amqps://`` with TLS.
        lanes: Catalogue lanes, 1 to ``MOST_LANES``.
        lease_seconds: Without a sign of life for so long, a consumer has lost its lanes.
    """

    url: str = field(default=MEMORY, repr=False)  # it may hold a password (I9)
    lanes: int = LANES
    lease_seconds: float = LEASE_SECONDS

    @property
    def file(self) -> str | None:
        """The path of the queue file; None when the transport is no file."""
        path = self.url.removeprefix(SQLITE)
        return path if path != self.url else None

    @property
    def broker(self) -> Address | None:
        """Where the broker is; None when the transport is none.

        Raises:
            ConfigurationError: The URL is wrong; what is allowed is said, and no password.
        """
        return address_of(self.url) if self.url.startswith(AMQP) else None

    @property
    def is_shared(self) -> bool:
        """Whether other processes can use it, too."""
        return self.url != MEMORY

    @property
    def shown(self) -> str:
        """The URL as people may see it: without a password."""
        return str(self.broker or self.url)


@frozen
class MediaConfig:
    """The files that commands name.

    Attributes:
        root: The folder that every process reaches; None when there is none.
        max_message: Most bytes of a file that travel in a message, up to ``MOST_IN_A_MESSAGE``.
    """

    root: str | None = None
    max_message: int = MAX_MESSAGE


@frozen
class JournalConfig:
    """The file of the journal, relative to the working folder."""

    path: str = "importbus-journal.db"


@frozen
class ImportConfig:
    """How imports are carried out; ``skip_unchanged``: without what the last one wrote so."""

    skip_unchanged: bool = False


@frozen
class Config:
    """All settings; ``definitions`` by name, ``warnings`` are sentences for the user."""

    pim: PimConfig | None = None
    transport: TransportConfig = TransportConfig()
    journal: JournalConfig = JournalConfig()
    media: MediaConfig = MediaConfig()
    imports: ImportConfig = ImportConfig()
    log: LogConfig = field(factory=LogConfig)
    definitions: Mapping[str, ImportDefinition] = field(factory=dict)
    providers: Providers = Providers()
    warnings: tuple[str, ...] = ()


def files_of(config: Config) -> MediaFiles:
    """Return where the files are that commands name, and how they travel."""
    return MediaFiles(config.media.root, config.media.max_message)


def skipping_as_asked(config: Config, skip_unchanged: bool | None) -> Config:
    """Return *config* with what an option says of ``skip_unchanged``; None says nothing."""
    if skip_unchanged is None:
        return config
    return evolve(config, imports=evolve(config.imports, skip_unchanged=skip_unchanged))


def in_process(config: Config) -> Config:
    """Return *config* for one process by itself, whatever its transport is."""
    return evolve(config, transport=evolve(config.transport, url=MEMORY))


SECTIONS: Mapping[str, type[Any]] = {
    "pim": PimConfig,
    "transport": TransportConfig,
    "journal": JournalConfig,
    "media": MediaConfig,
    "import": ImportConfig,
    "log": LogConfig,
}

NAMED = ("imports", "providers")
"""Tables whose keys are names that the user gives."""

TARGET = re.compile(r"[\w.]+:[\w.]+")
"""A function in a module. Source: packaging.python.org, "Entry points specification"."""

ENVIRONMENT = {
    **{f"IMPORTBUS_PIM_{key.upper()}": ("pim", key) for key in ("url", *SECRETS)},
    "IMPORTBUS_TRANSPORT": ("transport", "url"),
    "IMPORTBUS_LANES": ("transport", "lanes"),
    "IMPORTBUS_JOURNAL": ("journal", "path"),
    "IMPORTBUS_MEDIA_ROOT": ("media", "root"),
    "IMPORTBUS_SKIP_UNCHANGED": ("import", "skip_unchanged"),
    **{f"IMPORTBUS_LOG_{key.upper()}": ("log", key) for key in ("level", "format", "file")},
}
"""Environment variables and the keys that they override."""

FROM_FILES = {name for name in ENVIRONMENT if "_PIM_" in name} | {"IMPORTBUS_TRANSPORT"}
"""Those whose value may stand in a file, which the variable with ``_FILE`` behind it names."""


def load_config(
    path: Path | None, environ: Mapping[str, str], overrides: Mapping[str, str] | None = None
) -> Config:
    """Return the configuration of file, environment and *overrides*, the last one first.

    An environment variable that is empty counts as not set.

    Args:
        path: The file; None means ``IMPORTBUS_CONFIG`` or, if it is there, ``importbus.toml``.
        environ: The environment variables.
        overrides: Values by ``section.key``, e.g. ``{"journal.path": "j.db"}``.

    Raises:
        ConfigurationError: Names every wrong key with where it was set and what is allowed.
    """
    given = {name: value for name, value in environ.items() if value}
    table, name = _read(path, given)
    settings = _Settings.of_file(table, name)
    definitions = read_definitions(table.get("imports", {}), name, os.path.dirname(name))
    errors = [*_unknown(table, name), *definitions.errors, *_wrong_providers(table, name)]
    errors += settings.take_environment(given)
    settings.take_options(overrides or {})
    errors += settings.wrong_values()
    if errors:
        raise ConfigurationError("\n".join(errors))
    providers = Providers(table.get("providers", {}), os.path.dirname(name), name)
    return evolve(
        settings.config(_warnings(table, name)),
        definitions=definitions.found,
        providers=providers,
    )


@define
class _Settings:
    """Values by section and key, and for each where it was set, as messages name it."""

    values: dict[str, dict[str, Any]] = field(repr=False)  # secrets stay put (I9)
    origins: dict[tuple[str, str], str]

    @classmethod
    def of_file(cls, table: Mapping[str, Any], name: str) -> _Settings:
        """Take what the file says; a section that is no table says nothing."""
        found = {section: table.get(section) for section in SECTIONS}
        values = {s: dict(keys) if isinstance(keys, Mapping) else {} for s, keys in found.items()}
        origins = {(s, key): f"{name}: {s}.{key}" for s, keys in values.items() for key in keys}
        return cls(values, origins)

    def take_environment(self, environ: Mapping[str, str]) -> Iterator[str]:
        """Let the environment override; yield what is wrong with files that it names."""
        for variable, (section, key) in ENVIRONMENT.items():
            file = f"{variable}_FILE"
            if variable in environ:
                self._set(section, key, environ[variable], variable)
            elif variable in FROM_FILES and file in environ:
                try:
                    self._set(section, key, _content(environ[file]), file)
                except ValueError as error:
                    self._set(section, key, UNREADABLE, file)
                    yield f"{file}: {environ[file]}: {error}."

    def take_options(self, overrides: Mapping[str, str]) -> None:
        """Let options override: ``--journal`` is ``journal.path``, ``--log-x`` is ``log.x``."""
        for name, value in overrides.items():
            section, _, key = name.partition(".")
            self._set(section, key, value, f"--{name.removesuffix('.path').replace('.', '-')}")

    def wrong_values(self) -> Iterator[str]:
        """Yield what is wrong with each value, and what is missing; a text may become a number."""
        for section, wrong in CHECKS.items():
            yield from wrong(self.values[section], partial(self._origin, section))

    def config(self, warnings: Sequence[str]) -> Config:
        """Return the settings as what they are for."""
        pim = PimConfig(**self.values["pim"]) if self.values["pim"] else None
        return Config(
            pim,
            TransportConfig(**self.values["transport"]),
            JournalConfig(**self.values["journal"]),
            MediaConfig(**self.values["media"]),
            ImportConfig(**self.values["import"]),
            LogConfig(**self.values["log"]),
            warnings=tuple(warnings),
        )

    def _set(self, section: str, key: str, value: str, origin: str) -> None:
        self.values[section][key] = value
        self.origins[section, key] = f"{origin}: {section}.{key}"

    def _origin(self, section: str, key: str) -> str:
        return self.origins[section, key]


def _read(path: Path | None, environ: Mapping[str, str]) -> tuple[Mapping[str, Any], str]:
    named = path or (Path(environ["IMPORTBUS_CONFIG"]) if "IMPORTBUS_CONFIG" in environ else None)
    file = named or Path(FILE)
    if not named and not file.exists():
        return {}, FILE
    try:
        return tomllib.loads(file.read_text("utf-8-sig")), str(file)
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: is not valid TOML: {error}.") from error


def _unknown(table: Mapping[str, Any], name: str) -> Iterator[str]:
    known = (*SECTIONS, *NAMED)
    for section, content in table.items():
        if section in NAMED:
            continue
        if section not in SECTIONS:
            near = nearest(section, known)
            yield f"{name}: [{section}] is unknown; allowed: {', '.join(known)}.{near}"
        elif not isinstance(content, Mapping):
            yield f"{name}: {section} must be a table, [{section}]."
        else:
            allowed = [one.name for one in fields(SECTIONS[section])]
            for key in content:
                if key not in allowed:
                    said = f"allowed: {', '.join(allowed)}.{nearest(key, allowed)}"
                    yield f"{name}: {section}.{key} is unknown; {said}"


def _wrong_providers(table: Mapping[str, Any], name: str) -> Iterator[str]:
    found = table.get("providers", {})
    if not isinstance(found, Mapping):
        yield f"{name}: providers must be a table, [providers]."
        return
    for key, value in found.items():
        if not isinstance(value, str) or not TARGET.fullmatch(value):
            place = f"{name}: providers.{key} is {value!r}"
            yield f'{place}; allowed: a function in a module, "package.module:function".'


def _warnings(table: Mapping[str, Any], name: str) -> list[str]:
    pim = table.get("pim", {})
    if isinstance(pim, Mapping) and (found := [k for k in ("secret", "password") if k in pim]):
        advice = ", ".join(
            f"IMPORTBUS_PIM_{k.upper()} or IMPORTBUS_PIM_{k.upper()}_FILE" for k in found
        )
        return [f"{name}: secrets stand in the file ({', '.join(found)}); better use {advice}."]
    return []


def _content(path: str) -> str:
    """Return the text in a file without the white space around it; raises ``ValueError``."""
    try:
        text = Path(path).read_text("utf-8").strip()
    except UnicodeDecodeError:
        raise ValueError("is not text") from None
    except OSError as error:
        raise ValueError(error.strerror) from None
    if not text:
        raise ValueError("is empty")
    return text
