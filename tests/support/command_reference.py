"""Writes the reference of the command line: what each command says of itself, as Markdown.

Run as a program it brings ``docs/command-line.md`` up to date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click

from importbus.adapters.cli import SUMMARIES, group
from source_tree import ROOT

DOCUMENT = ROOT / "docs" / "command-line.md"

BEGIN, END = "<!-- reference: begin -->\n", "<!-- reference: end -->\n"
"""What stands between these two lines is generated."""

SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z])")


def reference() -> str:
    """Return the options of all commands, then each command with its help."""
    sections = [_section(f"importbus {name}", command) for name, command in commands().items()]
    return "\n".join([_section("importbus", group), *sections])


def commands() -> dict[str, click.Command]:
    """Return all commands by the words that call them: ``import``, ``failed``, ``failed list``."""
    context = click.Context(group, info_name="importbus")
    found: dict[str, click.Command] = {}
    for name in SUMMARIES:
        if command := group.get_command(context, name):
            found[name] = command
            inner = command.commands if isinstance(command, click.Group) else {}
            found |= {f"{name} {each}": one for each, one in inner.items()}
    return found


def with_reference(document: str, generated: str) -> str:
    """Return *document* with *generated* between the two marks."""
    before, _, rest = document.partition(BEGIN)
    return f"{before}{BEGIN}\n{generated}\n{END}{rest.partition(END)[2]}"


def _section(name: str, command: click.Command) -> str:
    arguments = [one.metavar or "" for one in command.params if isinstance(one, click.Argument)]
    rest = ["COMMAND"] if isinstance(command, click.Group) else arguments
    usage = " ".join([name, "[OPTIONS]", *rest])
    lines = [f"### {name}", "", f"`{usage}`", "", *_prose(command.help or "")]
    if options := list(_options(command)):
        lines += ["| option | meaning |", "|---|---|", *options]
    return "\n".join([*lines, *_examples(command), ""])


def _prose(text: str) -> Iterator[str]:
    """Yield a line for each sentence, and an empty one behind each paragraph."""
    for paragraph in cleandoc(text).split("\n\n"):
        yield from SENTENCE_END.split(" ".join(paragraph.split()))
        yield ""


def _options(command: click.Command) -> Iterator[str]:
    for option in command.params:
        if isinstance(option, click.Option):
            names = ", ".join(f"`{name}`" for name in _names(option))
            yield f"| {names} | {_cell(option)} |"


def _names(option: click.Option) -> list[str]:
    choices = option.type.choices if isinstance(option.type, click.Choice) else ()
    value = option.metavar or "|".join(map(str, choices))
    names = [*option.opts, *option.secondary_opts]
    return [f"{name} {value}".rstrip().replace("|", "\\|") for name in names]


def _cell(option: click.Option) -> str:
    default = f" Default: {option.default}." if option.show_default else ""
    needed = " Required." if option.required else ""
    return f"{option.help}{default}{needed}"


def _examples(command: click.Command) -> Iterator[str]:
    lines = cleandoc(command.epilog or "").splitlines()[2:]
    if lines:
        yield from [
            *([""] if command.params else []),
            "```text",
            *cleandoc("\n".join(lines)).splitlines(),
            "```",
        ]


def main(document: Path = DOCUMENT) -> None:
    """Bring the reference in *document* up to date."""
    text = document.read_text(encoding="utf-8")
    document.write_text(with_reference(text, reference()), encoding="utf-8")


if __name__ == "__main__":
    main()
