"""What official schemas, linters and our own rules find wrong in the files of ``deploy/``."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft4Validator, Draft7Validator
from yamllint import linter  # type: ignore[import-untyped]
from yamllint.config import YamlLintConfig  # type: ignore[import-untyped]

from deployed_commands import UNITS
from dev_programs import dev_program
from source_tree import ROOT

SCHEMAS = Path(__file__).parent / "deployment_schemas"

YAML_RULES = """
extends: default
rules:
  comments: {require-starting-space: false}  # cloud-init asks for one without
  document-start: disable
  line-length: {max: 100}
"""


def dockerfile_faults(text: str) -> list[str]:
    """Return what hadolint finds, and what is against our own rules."""
    return [
        *_lines_of(dev_program("hadolint"), "--no-color", "-", text=text),
        *_rules_of_image(text),
    ]


def _rules_of_image(text: str) -> Iterator[str]:
    if any(not re.fullmatch(r"FROM \S+:\d+\.\d+\.\d+\S*( AS \w+)?", f) for f in _of("FROM", text)):
        yield "an image is not pinned to a version"
    if not re.search(r"^USER [1-9]", text, re.M):
        yield "it runs as root"
    if not _of("HEALTHCHECK", text):
        yield "nothing tells whether it is well"


def copied_files(text: str) -> list[str]:
    """Return the names below the top folder that a Dockerfile copies into the image."""
    copies = (line.split()[1:-1] for line in _of("COPY", text) if "--from" not in line)
    return [name for names in copies for name in names]


def _of(instruction: str, text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(f"{instruction} ")]


def yaml_faults(text: str) -> list[str]:
    """Return what yamllint finds; a key that is there twice is nothing to a parser."""
    return [str(problem) for problem in linter.run(text, YamlLintConfig(YAML_RULES))]


def compose_faults(text: str) -> list[str]:
    """Return what is wrong in a compose file: as YAML, by its schema, and in what it refers to."""
    faults = yaml_faults(text)
    document = yaml.safe_load(text)
    schema = json.loads((SCHEMAS / "compose-spec.json").read_text(encoding="utf-8"))
    faults += [e.message for e in Draft7Validator(schema).iter_errors(document)]
    return faults or list(_dangling(document))


def _dangling(document: dict[str, Any]) -> Iterator[str]:
    """Yield what services name and the document does not have, which the schema cannot see."""
    for name, service in document["services"].items():
        for missing in (*_undeclared(service, document), *_secrets_not_given(service)):
            yield f"{name}: there is no {missing}"
        for other in service.get("depends_on", {}):
            if "healthcheck" not in document["services"].get(other, {}):
                yield f"{name}: nothing tells whether {other} is well"


def _undeclared(service: dict[str, Any], document: dict[str, Any]) -> Iterator[str]:
    for kind in ("secrets", "volumes"):
        declared = document.get(kind, {})
        yield from (used for used in _named(service.get(kind, ())) if used not in declared)


def _secrets_not_given(service: dict[str, Any]) -> Iterator[str]:
    settings = service.get("environment", {}).items()
    files = (str(value) for name, value in settings if name.endswith("_FILE"))
    given = {f"/run/secrets/{name}" for name in service.get("secrets", ()) if isinstance(name, str)}
    yield from (file for file in files if file not in given)


def _named(used: Any) -> Iterator[str]:
    """Yield the names of secrets, and of volumes, which folders of the machine are not."""
    for one in used:
        source = one if isinstance(one, str) else one["source"]
        if not source.startswith((".", "/", "$")):
            yield source.partition(":")[0]


def cloud_init_faults(text: str) -> list[str]:
    """Return what is wrong in user data: as YAML, by its schema, and in what its script names."""
    if text.splitlines()[0] != "#cloud-config":
        return ["cloud-init takes it for something else"]
    faults = yaml_faults(text)
    document = yaml.safe_load(text)
    schema = json.loads((SCHEMAS / "cloud-config.json").read_text(encoding="utf-8"))
    faults += [e.message for e in Draft4Validator(schema).iter_errors(document)]
    return faults or [*_lines_of("sh", "-n", text=script_of(text)), *_missing(script_of(text))]


def script_of(text: str) -> str:
    """Return the script that cloud-init makes of ``runcmd``."""
    return "\n".join(yaml.safe_load(text)["runcmd"])


def _missing(script: str) -> Iterator[str]:
    if not script.startswith("set -eu"):
        yield "the script goes on behind a step that failed"
    for name in re.findall(r"(?<= )[\w.-]+\.example(?= )", script):
        if not (UNITS / name).exists():
            yield f"there is no {name}"
    for folder in re.findall(r"cd /usr/local/src/importbus/(\S+)", script):
        if not (ROOT / folder).is_dir():
            yield f"there is no folder {folder}"


def _lines_of(*command: str, text: str) -> list[str]:
    """Return what *command* prints about *text*; nothing when it finds it in order."""
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    found = (done.stdout + done.stderr).splitlines()
    return found or [f"exit code {done.returncode}"] * bool(done.returncode)
