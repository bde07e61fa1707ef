"""Containers and user data: what linters, schemas and our own rules have against them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest

from deployed_commands import DEPLOY, deployed
from deployed_files import (
    cloud_init_faults,
    compose_faults,
    copied_files,
    dockerfile_faults,
)
from importbus.adapters.config import ENVIRONMENT, FROM_FILES, TransportConfig, load_config
from source_tree import PACKAGES

CHECKS: Mapping[str, Callable[[str], list[str]]] = {
    "Dockerfile": dockerfile_faults,
    "compose.yaml": compose_faults,
    "cloud-init.yaml": cloud_init_faults,
}

MISTAKES = [
    ("Dockerfile", "FROM python:3.13.7-slim-trixie", "FROM python:latest"),
    ("Dockerfile", "USER 10001:10001", "USER root"),
    ("Dockerfile", "HEALTHCHECK --interval=60s", "HEALTCHECK --interval=60s"),
    ("Dockerfile", "WORKDIR /source", "RUN cd /source"),
    ("Dockerfile", "COPY bus bus", "ADD bus bus"),
    ("compose.yaml", "    command: [", "    comand: ["),
    ("compose.yaml", "condition: service_healthy", "condition: healthy"),
    ("compose.yaml", "  rabbitmq:\n    image", "  rabbit:\n    image"),
    ("compose.yaml", "    healthcheck:", "    x-healthcheck:"),
    ("compose.yaml", "stop_grace_period: 45s", "stop_grace_period: [45]"),
    ("compose.yaml", "  broker:\n", ""),
    ("compose.yaml", "/run/secrets/pim_secret", "/run/secrets/pim_secrets"),
    ("compose.yaml", "    - pim_secret\n", ""),
    ("compose.yaml", "source: rabbitmq.conf", "source: rabbit.conf"),
    ("compose.yaml", "    restart: unless-stopped", "    restart: 'no'\n    restart: 'no'"),
    ("cloud-init.yaml", "#cloud-config", "# cloud-config"),
    ("cloud-init.yaml", "package_upgrade: true", "package_upgrade: maybe"),
    ("cloud-init.yaml", "    system: true", "    is_system: true"),
    ("cloud-init.yaml", "  - set -eu\n", ""),
    ("cloud-init.yaml", "  - ufw allow OpenSSH", "  - ufw allow 'OpenSSH"),
    ("cloud-init.yaml", "importbus.toml.example", "importbus.cfg.example"),
    ("cloud-init.yaml", "importbus/deploy/systemd", "importbus/deploy/units"),
]


@pytest.mark.parametrize("file", CHECKS)
def test_nothing_is_wrong_in_it(file: str) -> None:
    """What runs a container or a machine is not at hand here; what reads its file is."""
    assert CHECKS[file](deployed(file)) == []


@pytest.mark.parametrize(("file", "right", "wrong"), MISTAKES)
def test_a_mistake_is_noticed(file: str, right: str, wrong: str) -> None:
    """Each check finds what it is there for."""
    text = deployed(file)

    assert right in text
    assert CHECKS[file](text.replace(right, wrong)) != []


def test_the_image_is_built_from_what_the_builder_gets() -> None:
    """What the Dockerfile copies is let through, and is what a wheel is built from in a test."""
    lines = deployed("Dockerfile.dockerignore").splitlines()
    sent = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = set(copied_files(deployed("Dockerfile")))

    assert sent == copied == {*PACKAGES, "pyproject.toml", "setup.cfg", "README.md", "LICENSE"}


def test_the_settings_of_units_are_right() -> None:
    """Queue and journal are where the units may write."""
    config = load_config(DEPLOY / "systemd" / "importbus.toml.example", {})
    folder = "/var/lib/importbus/"

    assert config.transport.lanes == TransportConfig().lanes
    assert (config.transport.file or "").startswith(folder)
    assert config.journal.path.startswith(folder)


def test_settings_by_environment_are_known() -> None:
    """A misspelled variable would be passed over without a word."""
    known = {*ENVIRONMENT, *(f"{name}_FILE" for name in FROM_FILES)}
    text = deployed("compose.yaml") + deployed("systemd/pim.env.example")
    used = set(re.findall(r"^ *(IMPORTBUS_\w+)[:=]", text, re.M))

    assert {"IMPORTBUS_TRANSPORT_FILE", "IMPORTBUS_PIM_URL"} <= used <= known
